"""What primitives compute is said in words made of the equation's own parameters, for programs of the corpus."""

from __future__ import annotations

import pytest

from tests.engine.corpus import PROGRAMS
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.model.explain import sentence
from vmapviz.model.trace import Trace, equations_of

SAYS = {
    (
        "sort on axis 1",
        "sort",
    ): "sorts along axis 0 of each example, for all 5 examples at once. The batch axis stays axis 1",
    ("top_k", "top_k"): "finds the 2 largest",
    ("cummax", "cummax"): "keeps the largest so far along axis 0 of each example, from its end,",
    ("lax.rev", "rev"): "reverses axis 0 of each example",
    ("max pool", "reduce_window_max"): "takes the largest of each window of 2,",
    ("sum pool", "reduce_window_sum"): "sums each window of 1 × 2,",
    ("lax.bitcast", "bitcast_convert_type"): "reads the same bits as u32",
    ("split of keys", "random_split"): "makes 3 keys of each key",
    ("dynamic_update_slice", "dynamic_update_slice"): "it became three equations:",
    ("gather a row", "dynamic_slice"): "a part of the shape (1, 3); it became",
    ("axis_index", "axis_index"): "says which example this is; for all 5 examples that is **iota**.",
    (
        "debug.print",
        "debug_print",
    ): "prints five times, one example after the other, and ten helpers take the examples apart.",
    ("scatter-min", "scatter-min"): "keeps the smaller of two values at places given by index",
    ("io_callback", "io_callback"): "that is **scan**.",
    (
        "lax.igamma",
        "igamma",
    ): "takes the lower incomplete gamma function, number by number, for all 5 examples at once.",
    ("reduce_xor", "reduce_xor"): "combines by exclusive or along the same axis of every example",
    ("lu", "lu"): "factors each matrix into a lower and an upper triangle",
    ("ppermute", "ppermute"): "hands each example's value on to another",
}


def verified(name: str) -> Trace:
    case = PROGRAMS[name]
    return verify(trace(case.fun, case.levels, *case.args, **case.kwargs))[0]


@pytest.mark.parametrize(("name", "primitive"), [key for key in SAYS if key[0] in PROGRAMS], ids=" ".join)
def test_it_says_what_is_computed(name: str, primitive: str) -> None:
    found = verified(name)
    told = [sentence(found, e.path) for e in equations_of(found.original) if e.primitive == primitive]
    assert any(SAYS[name, primitive] in words for words in told), told
    assert all(words.startswith(f"**{primitive}**") for words in told)


def test_all_those_programs_are_there() -> None:
    assert {name for name, _ in SAYS} - set(PROGRAMS) == set()
