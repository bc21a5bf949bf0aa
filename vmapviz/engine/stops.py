"""The places of a sweep: over batch sizes, over a letter of the arguments' types, or over the number of devices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from vmapviz.engine import distributed
from vmapviz.engine.batches import Batches
from vmapviz.engine.calls import Call
from vmapviz.engine.ways import NotPossibleError
from vmapviz.model.messages import Time
from vmapviz.model.timing import BATCH, DEVICES


@dataclasses.dataclass(frozen=True)
class Stop:
    """One place: `at` is the number swept, `over` the same where that is not the number of examples; `call` makes the batch and
    raises what making it raises. `exactly`: so many devices or none."""

    at: int
    examples: int
    devices: int
    words: str
    call: Callable[[], Call]
    over: int | None = None
    exactly: bool = False


def stops(batches: Batches, request: Time) -> tuple[Stop, ...]:
    """The places that were asked for, rising, each once."""
    numbers = sorted(set(request.batches))
    if request.over == BATCH:
        return tuple(_of_size(batches, request, number) for number in numbers)
    examples = batches.given if request.examples is None else request.examples
    if request.over == DEVICES:
        return tuple(_of_devices(batches, number, examples) for number in numbers)
    return tuple(_of_letter(batches, request, number, examples) for number in numbers)


def _of_size(batches: Batches, request: Time, size: int) -> Stop:
    return Stop(size, size, request.devices, counted(size, "example"), lambda: batches.sized(size))


def _of_devices(batches: Batches, devices: int, examples: int) -> Stop:
    def call() -> Call:
        there = distributed.device_count()
        if devices > there:
            raise NotPossibleError(f"there {'is' if there == 1 else 'are'} {counted(there, 'device')}")
        return batches.sized(examples)

    return Stop(devices, examples, devices, counted(devices, "device"), call, devices, exactly=True)


def _of_letter(batches: Batches, request: Time, value: int, examples: int) -> Stop:
    letter = request.over
    size = value if letter in batches.letters else examples
    return Stop(
        value, size, request.devices, f"{letter} = {value}", lambda: batches.lettered(letter, value, size), value
    )


def counted(number: int, what: str) -> str:
    """ "1 example", "4 examples"."""
    return f"{number} {what}{'s' if number != 1 else ''}"
