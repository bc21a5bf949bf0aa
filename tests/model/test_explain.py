"""The sentence names the right axes, says what every helper does, and never says what the trace does not."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.model.traces import PROGRAMS, traced
from vmapviz.model.explain import EXPLAIN, NOTHING, sentence
from vmapviz.model.explanations.words import axes
from vmapviz.model.programs.index import index
from vmapviz.model.trace import Trace, values_of

SAID = {
    ("matvec", "0"): (
        "**dot_general** sums 3 products: axis 1 on the left with axis 0 on the right (in the batch: 1 with 1); "
        "the other axes are free. Only `b` is batched: its batch axis 0 "
        "rides along as a free axis and comes out as axis 1 of `c`; `a` is shared, not copied."
    ),
    ("matvec", "+1"): (
        "Added by `out_axes=0`: **transpose** moves the batch axis of `c` from the end to the front. The "
        "batch axis goes from axis 1 of `c` to axis 0 of `d`."
    ),
    ("both mapped", "0"): (
        "**dot_general** sums 3 products: axis 1 on the left with axis 0 on the right (in the batch: 2 with 1); "
        "the other axes are free. Both operands are batched: axis 0 of "
        "`a` and axis 0 of `b` pair up as a batch dimension, axis 0 of `c`."
    ),
    ("layer", "1"): (
        "**add** became three equations: `2a` moves the batch axis of `d` from the end to the front, `2b` "
        "gives the shared `c` a size-1 axis to stretch along, then `2c` adds once for all 5 examples. The "
        "batch axis is axis 0 of `g`."
    ),
    (
        "layer",
        "2",
    ): "**max** takes the larger, number by number, for all 5 examples at once. The batch axis stays axis 0 from `g` to `h`.",
    ("layer", "+5"): (
        "Added by `out_axes=1`: **transpose** moves the batch axis of `h` from the front to the end. The "
        "batch axis goes from axis 0 of `h` to axis 1 of `i`."
    ),
    ("guarded root", "2"): (
        "A batch cannot take two roads at once. So **cond** became **select_n**: both branches run for all 5 "
        "examples, then each example keeps the one it needs."
    ),
    ("same branch", "1"): (
        "**cond** stays: `c` is the same for all 5 examples, so only one branch runs. The batch axis stays "
        "axis 0 from `b` to `d`."
    ),
    ("newton", "0"): (
        "**while** turns until the slowest of all 5 examples is done; those that are done keep their values "
        "meanwhile. The batch axis stays axis 0 from `a` to `b`."
    ),
    ("scan", "0"): (
        "**scan** still takes its 3 steps in order; each step now works on all 5 examples. `1a` repeats `0.0` "
        "for each of the 5 examples along axis 0; `1b` moves the batch axis of `a` from the front to the end."
    ),
    ("pairwise", "2"): (
        "**reduce_sum** sums along the same axis of every example: axis 0 alone, axis 2 in the batch. The "
        "batch axes stay axes 0 and 1 from `f` to `g`."
    ),
    ("psum", "0"): (
        "**psum** combines the examples: what it gives is the same for all of them, so it has no batch axis. "
        "The batch axis comes in as axis 0 of `a`."
    ),
    ("gathered", "0"): (
        "**all_gather** became no equation: with all examples in one array, its value is already there, as `a`."
    ),
    ("swapped", "0"): (
        "**transpose** reorders the axes of every example as before: (1, 0) became (0, 2, 1). The batch axis "
        "stays axis 0 from `a` to `b`."
    ),
    ("shared only", "0"): (
        "**mul** is computed once, shared by all 5 examples: no operand differs between examples, so vmap "
        "left it as it was."
    ),
}


@pytest.mark.parametrize(("name", "root"), SAID, ids=lambda part: part)
def test_it_says(name: str, root: str) -> None:
    assert sentence(traced(name), root) == SAID[name, root]


def test_nothing_selected() -> None:
    assert sentence(None, None) == sentence(traced("square"), None) == sentence(traced("square"), "99") == NOTHING


def roots(trace: Trace) -> list[str]:
    return list(dict.fromkeys(root for found in index(trace).roots for root in found.values() if root))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_axis_it_names_holds_examples(name: str) -> None:
    trace = traced(name)
    values = {value.name: value for value in values_of(trace.batched)}
    for root in roots(trace):
        for where, named in re.findall(
            r"ax[ei]s ((?:\d+|, | and )+) of ((?:`\w+`(?:, | and )?)+)", sentence(trace, root)
        ):
            said = tuple(sorted(map(int, re.findall(r"\d+", where))))
            for value in re.findall(r"`(\w+)`", named):
                assert axes(values[value]) == said, (root, sentence(trace, root))


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_is_short_and_names_the_primitive(name: str) -> None:
    trace = traced(name)
    for root in roots(trace):
        words = sentence(trace, root)
        assert 20 < len(words) < 275
        assert words.endswith(".")
        assert words.count("`") % 2 == 0
        equation = index(trace).equations[0].get(root)
        assert equation is None or f"**{equation.primitive}**" in words


def test_before_verification_it_claims_nothing_about_helpers() -> None:
    """Until the axes of helper values are known, an operand without them is not called shared."""
    verified = traced("psum")
    early = msgspec.structs.replace(verified, exact=None)
    assert "shared" in sentence(verified, "1")
    renamed = [msgspec.structs.replace(v, batched=()) for v in early.original.equations[0].outputs]
    first = msgspec.structs.replace(early.original.equations[0], outputs=tuple(renamed))
    original = msgspec.structs.replace(early.original, equations=(first, *early.original.equations[1:]))
    unknown = msgspec.structs.replace(early, programs=(original, early.batched))
    assert "shared" not in sentence(unknown, "1")


def test_the_last_rule_always_answers() -> None:
    from vmapviz.model.explanations.case import case

    for name in PROGRAMS:
        trace = traced(name)
        for root in roots(trace):
            found = case(trace, root)
            assert found is not None
            assert EXPLAIN[-1](found)


def test_without_links_it_says_so() -> None:
    trace = msgspec.json.decode(traced("square").to_json())
    for program in trace["programs"]:
        for value in program["inputs"]:
            value["batched"] = []
        for equation in program["equations"]:
            equation["origin"] = None
            for value in equation["outputs"]:
                value["batched"] = []
    unlinked = msgspec.convert(trace, Trace)
    assert "could not be traced" in sentence(unlinked, "0")


PAIRS = {
    ("pairwise", "0", 0): "**sub** became two equations: `1a` gives the shared `a` a size-1 axis to stretch along, "
    "then `1b` subtracts once for all 4 examples. The batch axis is axis 0 of `d`.",
    ("pairwise", "0", 1): "**sub** became two equations: `1ba` gives `b` a size-1 axis to stretch along, "
    "then `1bb` subtracts once for all 3 × 4 examples. The batch axes are axes 0 and 1 of `e`.",
    ("pairwise", "2", 1): "**reduce_sum** sums along the same axis of every example: axis 1 before, axis 2 after this "
    "vmap. The batch axes stay axes 0 and 1 from `f` to `g`.",
    ("four levels", "0", 1): "**sub** is computed once, shared by all 4 × 2 examples: no operand differs between "
    "examples, so vmap left it as it was.",
    (
        "four levels",
        "0",
        2,
    ): "**sub** subtracts number by number, for all 3 examples at once. The batch axis stays axis 0 "
    "from `b` to `e`. `a` is shared, not copied.",
    ("turned", "+1", 0): "Added by `out_axes=1`: **transpose** moves the batch axis of `b` from the front to the end. "
    "The batch axis goes from axis 0 of `b` to axis 1 of `c`.",
    ("turned", "+1", 1): "**transpose** reorders the axes of every example as before: (1, 0) became (0, 2, 1). "
    "The batch axes go from axes 0 and 1 of `b` to axes 0 and 2 of `c`.",
}


@pytest.mark.parametrize(("name", "root", "first"), PAIRS)
def test_a_sentence_about_two_neighbours_tells_of_the_vmap_between_them(name: str, root: str, first: int) -> None:
    assert sentence(traced(name), root, range(first, first + 2)) == PAIRS[name, root, first]


def test_of_an_equation_that_the_pair_does_not_have_the_whole_is_told() -> None:
    trace = traced("turned")
    assert sentence(trace, "+2", range(2)) == sentence(trace, "+2")
    assert sentence(trace, "99", range(2)) == NOTHING


@pytest.mark.parametrize("name", PROGRAMS)
def test_there_is_a_sentence_for_every_equation_of_every_pair(name: str) -> None:
    trace = traced(name)
    for first in range(len(trace.programs) - 1):
        sizes = {level.size for level in trace.levels[: first + 1]}
        for root in trace.original.equations:
            words = sentence(trace, root.path, range(first, first + 2))
            assert words.endswith(".")
            told = re.search(r"all ([\d × ]+) examples", words)
            assert told is None or {int(size) for size in told[1].split(" × ")} <= sizes
