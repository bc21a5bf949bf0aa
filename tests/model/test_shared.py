"""A function that is called many times: shown, linked, printed and copied once, with its uses."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import pytest

import vmapviz
from tests.export.live import VERSIONS
from vmapviz.export.text import text
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.explain import sentence
from vmapviz.model.programs import Layout, Row, layout
from vmapviz.model.programs.index import index
from vmapviz.model.programs.shared import shared
from vmapviz.model.programs.words import all_text, selection_text, tooltip
from vmapviz.model.scenes.programs.picture import picture
from vmapviz.model.scenes.scene import Path
from vmapviz.model.snapshot import Snapshot, read_snapshot, write_snapshot
from vmapviz.model.trace import Trace


@jax.jit
def step(x):
    return x - jnp.sin(x)


def walk(x, y):
    return step(step(step(x))) + step(y)


@cache
def mixed() -> Trace:
    """Three calls with examples, one that all examples share."""
    return vmapviz.trace(walk, in_axes=(0, None))(jnp.ones(5), jnp.float32(1))


def bodies(placed: Layout, column: int) -> list[Row]:
    return [row for row in placed.rows[column] if row.kind == "body"]


def test_the_first_use_shows_it_and_says_who_else_does() -> None:
    first, *others = bodies(layout(mixed()), 0)
    assert first.open
    assert first.hint.endswith("also in 2, 3, 4")
    assert [row.text for row in others] == ["body, the same as in 1"] * 3
    assert [row.fold for row in others] == [""] * 3


def test_two_ways_to_batch_it_stand_in_full_once_each() -> None:
    rows = bodies(layout(mixed()), 1)
    assert [row.text for row in rows] == ["body", "body, the same as in 1", "body, the same as in 1", "body"]
    assert rows[0].hint.endswith("also in 2, 3")


def test_an_equation_inside_lights_up_in_both_and_its_caller_only_in_its_own() -> None:
    look = index(mixed())
    first, last = (
        e.path for e in mixed().batched.equations if e.primitive == "jit" and e.subprograms[0][1].same_as is None
    )
    inside = [e.path for e in look.selected(f"{first}.jaxpr.0", 1)]
    assert inside == [f"{first}.jaxpr.0", f"{last}.jaxpr.0"]
    assert not any(e.path.startswith(last) for e in look.selected(first, 1))
    assert [e.path for e in look.selected(last, 1)][:1] == [last]


@pytest.mark.parametrize(("selected", "far"), [(None, False), ("0", False), ("0.jaxpr.0", True)])
def test_the_way_to_another_use_is_drawn_only_when_asked_for(selected: str | None, far: bool) -> None:
    placed = layout(mixed())
    assert [link.kind for link in placed.links.things].count("far") == 2
    drawn = picture(placed, "walk", 900, selected=selected)
    count = sum(isinstance(item, Path) and item.curved for item in drawn.items)
    plain = sum(isinstance(item, Path) and item.curved for item in picture(placed, "walk", 900, selected=None).items)
    assert (count > plain) == far


def test_it_is_printed_once_as_jax_prints_it() -> None:
    ours = all_text(mixed()).split("\n\n")
    theirs = [jax.make_jaxpr(walk)(1.0, 1.0), jax.make_jaxpr(jax.vmap(walk, (0, None)))(jnp.ones(5), jnp.float32(1))]
    for one, other in zip(ours, map(str, theirs), strict=True):
        assert one.count("sin") == other.count("sin")
        assert one.count("let step") == other.count("let step")
        assert one.count("jaxpr=step") == other.count("jaxpr=step")


def test_a_copy_brings_what_it_needs_and_nothing_else() -> None:
    second = mixed().original.equations[1].path
    copied = selection_text(mixed(), second)
    assert copied.count("let step = ") == 2
    assert "jaxpr=step" in copied
    add = next(e.path for e in mixed().original.equations if e.primitive == "add")
    assert "let step" not in selection_text(mixed(), add)
    row = next(r for r in layout(mixed()).rows[0] if r.kind == "equation" and r.path == second)
    assert "jaxpr=step" in tooltip(mixed(), row)


def test_the_sentence_counts_the_body_wherever_it_stands() -> None:
    second = mixed().original.equations[1].path
    assert "its two equations stay two" in sentence(mixed(), second)


def test_a_snapshot_keeps_it_once() -> None:
    snapshot = Snapshot(VERSIONS, Experiment(function="walk", levels=(Vmap("(0, None)"),)), mixed())
    assert read_snapshot(write_snapshot(snapshot)).trace == mixed()
    written = text(snapshot)
    assert "# used by 1, 2, 3, 4" in written
    assert written.count("sin") == 3


def test_names_of_shared_programs_are_the_functions_own_and_unique() -> None:
    assert [one.name for one in shared(mixed().batched).values()] == ["step"]
    assert shared(vmapviz.trace(jnp.sin)(jnp.ones(3)).original) == {}
