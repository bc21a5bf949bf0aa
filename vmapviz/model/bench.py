"""What a measurement without a window is asked for, in the words of the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vmapviz.model.batch_sizes import parse_batches
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Time
from vmapviz.model.session import Sweep
from vmapviz.model.timing import BATCH, DEVICES, MOST_DEVICES, VARIANTS

DOUBLINGS = 4


class BenchError(Exception):
    """What is asked for cannot be measured; the text is a sentence for the user."""


def parse_variants(text: str, reference: bool = False) -> tuple[str, ...]:
    """The variants that "loop, jit(vmap)" names, in the order of VARIANTS; "" = the usual ones, with the reference where there is one.

    Case, spaces and dashes do not matter; "all" names every one. Raises BenchError for a name that is none.
    """
    if not text.strip():
        usual = Sweep().variants
        return (*usual, "by hand") if reference else usual
    names = {_plain(name): name for name in VARIANTS}
    asked = [part for part in text.split(",") if part.strip()]
    if [_plain(part) for part in asked] == ["all"]:
        return VARIANTS
    unknown = [part.strip() for part in asked if _plain(part) not in names]
    if unknown or not asked:
        said = (
            f"{unknown[0]} is not a way to compute a batch" if unknown else "--variants names no way to compute a batch"
        )
        raise BenchError(f"{said}. There are: {', '.join(VARIANTS)}; or all.")
    chosen = {names[_plain(part)] for part in asked}
    return tuple(name for name in VARIANTS if name in chosen)


def _plain(name: str) -> str:
    return "".join(name.split()).replace("-", "").replace("_", "").lower()


def request(experiment: Experiment, asked: Sweep, sizes: str = "", examples: int | None = None) -> Time:
    """The request for a sweep; `sizes` are the numbers to sweep over as text, "" = the usual ones (of a letter: none yet).

    Raises BenchError with a sentence.
    """
    if not 1 <= asked.devices <= MOST_DEVICES:
        raise BenchError(f"{asked.devices} devices: from 1 to {MOST_DEVICES} can be made of a CPU.")
    usual = {BATCH: asked.batches, DEVICES: doublings(asked.devices)}.get(asked.over, ())
    found = parse_batches(sizes) if sizes.strip() else usual
    if isinstance(found, str):
        raise BenchError(found)
    if asked.over == BATCH and examples is not None:
        raise BenchError("The sweep is over the number of examples already; --sizes says which.")
    fields = (asked.variants, found, asked.devices, asked.budget_s, asked.total_s, asked.over, examples, asked.grad)
    return Time(1, experiment, *fields)


def doublings(most: int) -> tuple[int, ...]:
    """1, 2, 4… up to a number, which is the last one."""
    return (*(2**k for k in range(most.bit_length()) if 2**k < most), most)


def letter_sizes(over: str, letters: Mapping[str, int]) -> tuple[int, ...]:
    """The usual sizes of a letter: the one it has, and its double thrice. Raises BenchError for a letter that is none."""
    if over not in letters:
        there = " and ".join(f"{letter} = {size}" for letter, size in letters.items())
        why = f"There is {there}" if there else "The arguments have no letter: write a size as one, as in f32[B, 3]"
        raise BenchError(f"{over} is no letter of the arguments' types. {why}; or sweep over batch or devices.")
    return tuple(letters[over] * 2**k for k in range(DOUBLINGS))


def even_examples(given: int, devices: tuple[int, ...]) -> int:
    """The fewest examples, no fewer than were given, that every number of devices divides."""
    step = math.lcm(*devices) if devices else 1
    return max(1, -(-given // step)) * step
