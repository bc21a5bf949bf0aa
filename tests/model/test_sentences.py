"""What sentences name is the equation's, every primitive of the installed JAX counted; and the check itself finds what is wrong."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest
from jax.extend.core import Primitive

from tests.model import sentences
from tests.model.sentences import check_sentence
from tests.model.traces import PROGRAMS, traced
from vmapviz.model.explain import has_words, sentence
from vmapviz.model.programs.index import index

MODULES = ("jax.numpy", "jax.scipy.special", "jax.scipy.linalg", "jax.lax.linalg", "jax.experimental.pallas")
# The others stand inside kernels, or are JAX's own machinery, which no function of a user's holds.
SAID = 0.8


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_it_names_is_the_equations(name: str) -> None:
    trace = traced(name)
    for root in {root for found in index(trace).roots for root in found.values() if root}:
        check_sentence(trace, root)


@pytest.mark.parametrize(
    ("name", "root", "old", "new"),
    [
        ("matvec", "0", "axis 1 of `c`", "axis 0 of `c`"),
        ("layer", "1", "`2a`", "`3a`"),
        ("layer", "1", "all 5 examples", "all 4 examples"),
        ("layer", "2", "**max**", "**min**"),
        ("pairwise", "2", "axes 0 and 1", "axes 0 and 2"),
        ("pairwise", "0", "`a`", "`q`"),
        ("scan", "0", "`0.0`", "`1.0`"),
    ],
)
def test_a_wrong_word_is_found(name: str, root: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = sentence(traced(name), root)
    assert old in words
    monkeypatch.setattr(sentences, "sentence", lambda *_: words.replace(old, new))
    with pytest.raises(AssertionError, match="in: "):
        check_sentence(traced(name), root)


def test_primitives_of_this_jax_have_words_of_their_own(record_property: Any) -> None:
    for module in MODULES:
        importlib.import_module(module)
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] in ("jax", "jaxlib")]
    names = {v.name for module in modules for v in list(vars(module).values()) if isinstance(v, Primitive)}
    without = {name for name in names if not has_words(name)}
    record_property("summary", f"explained: {len(names) - len(without)} of {len(names)} primitives")
    assert len(names) > 200
    assert len(without) < (1 - SAID) * len(names), sorted(without)
