"""The places of a sweep: over batch sizes, over a letter of the arguments' types, or over the number of devices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from vmapviz.engine import distributed
from vmapviz.engine.calls import Call
from vmapviz.engine.measuring.batches import Batches
from vmapviz.model.messages import Time, Write
from vmapviz.model.timing import BATCH, DEVICES


@dataclasses.dataclass(frozen=True)
class Stop:
    """One place: `at` is the number swept, `over` the same where that is not the number of examples; `call` makes the batch, `types`
    the same without its arrays, and both raise what making it raises. `exactly`: so many devices or none. `refused` says why there is
    no such place here."""

    at: int
    examples: int
    devices: int
    words: str
    call: Callable[[], Call]
    types: Callable[[], Call]
    over: int | None = None
    exactly: bool = False
    refused: str = ""


def stops(batches: Batches, request: Time | Write) -> tuple[Stop, ...]:
    """The places that were asked for, rising, each once."""
    numbers = sorted(set(request.batches))
    if request.over == BATCH:
        return tuple(_of_size(batches, request, number) for number in numbers)
    examples = batches.given if request.examples is None else request.examples
    if request.over == DEVICES:
        there = getattr(request, "there", None)
        return tuple(
            _of_devices(batches, number, examples, distributed.device_count() if there is None else there)
            for number in numbers
        )
    return tuple(_of_letter(batches, request, number, examples) for number in numbers)


def _of_size(batches: Batches, request: Time | Write, size: int) -> Stop:
    words = counted(size, "example")
    return Stop(size, size, request.devices, words, lambda: batches.sized(size), lambda: batches.sized_types(size))


def _of_devices(batches: Batches, devices: int, examples: int, there: int) -> Stop:
    return Stop(
        devices,
        examples,
        devices,
        counted(devices, "device"),
        lambda: batches.sized(examples),
        lambda: batches.sized_types(examples),
        devices,
        exactly=True,
        refused=f"there {'is' if there == 1 else 'are'} {counted(there, 'device')}" if devices > there else "",
    )


def _of_letter(batches: Batches, request: Time | Write, value: int, examples: int) -> Stop:
    letter = request.over
    size = value if letter in batches.letters else examples
    return Stop(
        value,
        size,
        request.devices,
        f"{letter} = {value}",
        lambda: batches.lettered(letter, value, size),
        lambda: batches.lettered_types(letter, value, size),
        value,
    )


def counted(number: int, what: str) -> str:
    """ "1 example", "4 examples"."""
    return f"{number} {what}{'s' if number != 1 else ''}"
