"""The text export: JAX's own print, with labels, origins and batch axes."""

from __future__ import annotations

import re

import jax
import jax.numpy as jnp
import msgspec
import pytest

from tests.export.live import dense, layer, looped, nested
from vmapviz.export.text import axes_words, text
from vmapviz.model.trace import Value


def lines(written: str, label: str) -> list[str]:
    return [
        line
        for line in written.splitlines()
        if line.split("  ")[0].strip() == "" and re.match(rf" *{re.escape(label)}  ", line)
    ]


def test_the_call_and_its_levels_come_first() -> None:
    head = text(dense()).splitlines()[:4]
    assert head[0] == "vmap(layer, in_axes=(None, 0, None), out_axes=1)"
    assert head[2].split() == ["level", "examples", "in_axes", "out_axes", "axis", "name"]
    assert head[3].split("  ")[0] == "1"
    assert "5" in head[3]


def test_every_equation_has_its_label_its_origin_and_its_axes() -> None:
    written = text(dense())
    for label, primitive, remark in (
        ("2a", "transpose", "from 2; batch axis 0"),
        ("2b", "broadcast_in_dim", "from 2; not batched"),
        ("2c", "add", "from 2; batch axis 0"),
        ("3", "max", "from 3; batch axis 0"),
        ("+", "transpose", "added by out_axes=1; batch axis 1"),
    ):
        (found,) = [line for line in lines(written, label) if "#" in line]
        assert primitive in found
        assert found.endswith(f"# {remark}")


def test_inputs_say_whether_they_are_shared() -> None:
    written = text(dense())
    assert "# a: W, shared by all" in written
    assert "# b: x, batch axis 0" in written


def test_without_labels_and_remarks_it_is_what_jax_prints() -> None:
    arguments = jnp.ones((2, 3)), jnp.ones((5, 3)), jnp.ones(2)
    printed = str(jax.make_jaxpr(jax.vmap(layer, in_axes=(None, 0, None), out_axes=1))(*arguments))
    printed = re.sub(r"np\.int64\((\d+)\)", r"\1", printed)
    part = text(dense()).split("All 5 examples at once: vmap(layer)\n\n")[1].split("\n\n")[0]
    ours = " ".join(line[8:].split("  # ")[0] for line in part.splitlines() if not line.strip().startswith("#"))
    assert "".join(ours.split()) == "".join(printed.split())


def test_levels_are_told_apart() -> None:
    written = text(nested())
    assert "All 4 examples at once: vmap(minus)" in written
    assert "All 3 × 4 at once: vmap(vmap(minus))" in written
    assert "level 1 axis 1, level 2 axis 0" in written


def test_bodies_are_written_with_their_equations() -> None:
    written = text(looped())
    assert "jaxpr={ lambda ;" in written
    assert re.search(r"mul .*# from 1\.jaxpr\.1; batch axis 0", written)


@pytest.mark.parametrize(("exact", "words"), [(True, "exact: plain"), (False, "exact: no"), (None, "not verified yet")])
def test_it_says_whether_it_is_exact(exact: bool | None, words: str) -> None:
    snapshot = msgspec.structs.replace(dense(), trace=msgspec.structs.replace(dense().trace, exact=exact))
    assert words in text(snapshot)


def test_axes_in_words() -> None:
    value = Value("a", None, "float32", (6, 2), axes=((0, 1),))
    assert axes_words(value) == "batch axes 0 and 1"
    assert axes_words(msgspec.structs.replace(value, axes=(None,))) == "not batched"
