"""What sentences name is the equation's, every primitive of the installed JAX counted; and the check itself finds what is wrong."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

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


LIST = f"""
import importlib, sys
from jax.extend.core import Primitive
for name in {MODULES}:
    importlib.import_module(name)
modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "jax"]
print(*{{one.name for module in modules for one in list(vars(module).values()) if isinstance(one, Primitive)}})
"""


def test_primitives_of_this_jax_have_words_of_their_own(record_property: Any) -> None:
    # In a Python of its own: other tests load more of JAX, and libraries with primitives of theirs.
    listed = subprocess.run([sys.executable, "-W", "ignore", "-c", LIST], capture_output=True, text=True, check=True)
    names = set(listed.stdout.split())
    without = {name for name in names if not has_words(name)}
    record_property("summary", f"explained: {len(names) - len(without)} of {len(names)} primitives")
    assert len(names) > 200
    assert len(without) < (1 - SAID) * len(names), sorted(without)
