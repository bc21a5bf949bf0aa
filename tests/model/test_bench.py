"""What `vmapviz bench` is asked for: names of variants, numbers to sweep through, and what is refused."""

from __future__ import annotations

import pytest

from vmapviz.model.bench import BenchError, doublings, even_examples, letter_sizes, parse_variants, request
from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Sweep
from vmapviz.model.timing import FIRST_SHOWN, MOST_DEVICES, VARIANTS


def test_variants_are_named_as_in_the_plot() -> None:
    assert parse_variants("loop,vmap,pmap") == ("loop", "vmap", "pmap")
    assert parse_variants("jit(vmap), loop jit") == ("loop jit", "jit(vmap)")


@pytest.mark.parametrize("text", ["LOOP-JIT-SPLIT", "loop_jit_split", "loopjitsplit", " loop  jit split ,"])
def test_case_spaces_and_dashes_of_a_variant_do_not_matter(text: str) -> None:
    assert parse_variants(text) == ("loop jit split",)


def test_no_variants_are_the_usual_ones_with_the_reference_where_there_is_one() -> None:
    assert parse_variants("") == FIRST_SHOWN
    assert parse_variants("", reference=True) == (*FIRST_SHOWN, "by hand")
    assert parse_variants("all") == VARIANTS


@pytest.mark.parametrize(
    ("text", "said"), [("vmap, warp", "warp is not a way"), (",", "names no way"), ("all, vmap", "all is not")]
)
def test_a_variant_that_is_none_is_refused_with_those_there_are(text: str, said: str) -> None:
    with pytest.raises(BenchError, match=said) as raised:
        parse_variants(text)
    assert "jit(vmap)" in str(raised.value)


def test_sizes_are_those_typed_else_the_usual_ones() -> None:
    assert request(Experiment(), Sweep(), "1, 4, …, 64").batches == (1, 4, 16, 64)
    assert request(Experiment(), Sweep()).batches == Sweep().batches
    assert request(Experiment(), Sweep(devices=6, over="devices")).batches == (1, 2, 4, 6)
    assert request(Experiment(), Sweep(over="D")).batches == ()


def test_a_request_carries_what_was_asked() -> None:
    found = request(Experiment(), Sweep(("vmap",), devices=3, budget_s=1, total_s=9, over="D", grad=True), "2", 40)
    assert (found.variants, found.batches, found.devices, found.examples) == (("vmap",), (2,), 3, 40)
    assert (found.budget_s, found.total_s, found.over, found.grad) == (1, 9, "D", True)


@pytest.mark.parametrize(
    ("asked", "sizes", "examples", "said"),
    [
        (Sweep(devices=0), "", None, "0 devices"),
        (Sweep(devices=MOST_DEVICES + 1), "", None, f"from 1 to {MOST_DEVICES}"),
        (Sweep(), "4, x", None, "x is not a batch size"),
        (Sweep(), "4", 8, "--sizes"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(
    asked: Sweep, sizes: str, examples: int | None, said: str
) -> None:
    with pytest.raises(BenchError, match=said):
        request(Experiment(), asked, sizes, examples)


def test_a_letter_is_doubled_thrice() -> None:
    assert letter_sizes("D", {"B": 5, "D": 3}) == (3, 6, 12, 24)


def test_a_letter_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(BenchError, match="There is B = 5 and D = 3"):
        letter_sizes("K", {"B": 5, "D": 3})
    with pytest.raises(BenchError, match="no letter: write a size as one"):
        letter_sizes("K", {})


def test_examples_are_rounded_up_to_what_all_numbers_of_devices_divide() -> None:
    assert even_examples(5, (1, 2, 4, 8)) == 8
    assert even_examples(24, (1, 2, 4, 8)) == 24
    assert even_examples(7, (2, 3)) == 12
    assert even_examples(0, (1, 2)) == 2


def test_doublings_end_with_the_number_itself() -> None:
    assert doublings(8) == (1, 2, 4, 8)
    assert doublings(6) == (1, 2, 4, 6)
    assert doublings(1) == (1,)
