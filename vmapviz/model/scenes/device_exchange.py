"""What the devices of pmap gave and got by a collective, at the top or in one pass through a body; or why that is not drawn."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Exchange, Lanes, Spread
from vmapviz.model.preview import Preview
from vmapviz.model.scenes import exchange, layout
from vmapviz.model.scenes.collectives import collective, levels_of, where
from vmapviz.model.scenes.equations import scope
from vmapviz.model.scenes.exchange import Exchanged, Holder
from vmapviz.model.scenes.inside_words import leaves_loop
from vmapviz.model.scenes.layout import Figure, Index
from vmapviz.model.talk import on_device
from vmapviz.model.trace import Equation, Trace, Value

NOT_THEY = "By this the devices exchange nothing: each has all of these examples."
SEVERAL = "Devices are drawn where they alone exchange something. These are the examples."
UNKNOWN = "What the devices exchange here is not known."
WAITING = "The devices are not known yet. These are the examples."


def by_devices(trace: Trace, lanes: Lanes, path: str, follow: Index, inside: Inside | None = None) -> Exchanged | None:
    """What all devices gave and got when pmap ran, in a body in the pass that is looked at; None of an equation by which they exchanged
    nothing, and where that is not known. Of vmaps inside pmap's each device shows the example to `follow`, one index per level."""
    equation, made = collective(trace, path), _made(trace, lanes, path, inside)
    here, followed = _present(lanes, made), follow[-1]
    parts = _parts(trace, path)
    if equation is None or made is None or parts is None or not here:
        return None
    out = "is done" if leaves_loop(trace, path) else "does not take this branch"

    def figure(letter: str, number: int, spread: Spread | None, place: int) -> Figure | None:
        piece = spread.pieces[place] if spread is not None else None
        value = parts[letter][number]
        if spread is None or piece is None or value is None:
            return None
        entry = value.batched[-2] if len(trace.levels) > 1 and value.batched else None
        cuts = [(dim, at) for dim, at in zip(entry.axes, follow, strict=False) if dim is not None] if entry else []
        preview: Preview | None = piece.preview
        for dim, at in sorted(cuts, reverse=True):
            preview = layout.sliced(preview, dim, at)
        shape = value.shape if cuts else piece.preview.shape
        key = exchange.key(letter, number, place)
        drawn = Figure(key, shape, spread.dtype, preview, name=value.name)
        return exchange.figure_of(drawn, place, followed, len(trace.levels))

    def holder(place: int) -> Holder:
        given = tuple(figure("l", n, spread, place) for n, spread in enumerate(made.operands))
        got = [figure("m", n, spread, place) for n, spread in enumerate(made.results)]
        label = f"device {lanes.devices[place].id}"
        seen = tuple(each for each in got if each is not None)
        return Holder(
            place, label, given, seen, ",".join(map(str, (*follow[:-1], place))), "" if place in here else out
        )

    axes = ((trace.levels[-1].name or "", len(lanes.devices)),)
    note = where(trace, follow, (len(trace.levels) - 1,))
    note += f", {_counted(len(lanes.devices) - len(here), out)}" if len(here) < len(lanes.devices) else ""
    first = followed if followed in here else here[0]
    return Exchanged(equation, axes, holder, first, devices=True, level=len(trace.levels), note=note)


def not_by_devices(trace: Trace, lanes: Lanes, path: str, inside: Inside | None = None) -> str:
    """Why the devices are not drawn that a collective makes talk; "" where they are, and of what is no collective."""
    equation = collective(trace, path)
    if equation is None:
        return ""
    if not _alone(trace, equation):
        return SEVERAL if len(trace.levels) - 1 in levels_of(trace, equation) else NOT_THEY
    made = _made(trace, lanes, path, inside)
    if "." not in path:
        return "" if made is not None else UNKNOWN
    if inside is None or inside.devices != len(lanes.devices):
        return WAITING
    if inside.not_exchanged:
        return inside.not_exchanged
    if made is None:
        return UNKNOWN
    if _present(lanes, made):
        return ""
    return "Every device is done." if leaves_loop(trace, path) else "No device takes this branch."


def _alone(trace: Trace, equation: Equation) -> bool:
    """Whether a collective goes along the devices, and along nothing else."""
    return levels_of(trace, equation) == (len(trace.levels) - 1,)


def _made(trace: Trace, lanes: Lanes, path: str, inside: Inside | None) -> Exchange | None:
    """What was found out about the devices' part in a collective."""
    own = on_device(trace, path)
    if own is None or _parts(trace, path) is None:
        return None
    fits = inside is not None and inside.devices == len(lanes.devices)
    found = (*lanes.exchanges, *(inside.exchanges if inside is not None and fits else ()))
    return next((each for each in found if each.path == own.path), None)


def _parts(trace: Trace, path: str) -> dict[str, list[Value | None]] | None:
    """The operands ("l") and results ("m") of a collective in the original; None where on a device others stand in their places."""
    equation, own = collective(trace, path), on_device(trace, path)
    if equation is None or own is None or not _alone(trace, equation) or len(own.inputs) != len(equation.inputs):
        return None
    seen = scope(trace.original, path).values
    given: list[Value | None] = [seen.get(name) for name in equation.inputs]
    there = [*own.inputs, *(value.name for value in own.outputs)]
    same = (_name_on_device(trace, value) for value in (*given, *equation.outputs))
    if len(there) != len(given) + len(equation.outputs) or any(
        name not in (None, other) for name, other in zip(same, there, strict=True)
    ):
        return None
    return {"l": given, "m": list(equation.outputs)}


def _name_on_device(trace: Trace, value: Value | None) -> str | None:
    """What a value of the original is called in the program that each device runs; None of a literal."""
    if value is None or len(trace.levels) == 1:
        return None if value is None else value.name
    entry = value.batched[-2] if value.batched else None
    return entry.name if entry is not None else value.name


def _present(lanes: Lanes, made: Exchange | None) -> Sequence[int]:
    """The devices that took part, by their place."""
    if made is None:
        return ()
    return [place for place in range(len(lanes.devices)) if any(each.pieces[place] for each in made.results)]


def _counted(count: int, out: str) -> str:
    """How many take no part, and why."""
    words = out if count == 1 else {"is done": "are done"}.get(out, "do not take this branch")
    return f"of which {count} {words}"
