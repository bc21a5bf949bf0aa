"""What the devices of pmap gave and got by a collective, at the top or in one pass through a body; or why that is not drawn."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Exchange, Lanes, Spread
from vmapviz.model.scenes import exchange
from vmapviz.model.scenes.collectives import collective
from vmapviz.model.scenes.exchange import Exchanged, Holder
from vmapviz.model.scenes.inside_words import leaves_loop
from vmapviz.model.scenes.layout import Figure
from vmapviz.model.trace import Trace

ONE_VMAP = "Devices are drawn for one vmap. These are the examples."
UNKNOWN = "What the devices exchange here is not known."
WAITING = "The devices are not known yet. These are the examples."


def by_devices(trace: Trace, lanes: Lanes, path: str, followed: int, inside: Inside | None = None) -> Exchanged | None:
    """What all devices gave and got when pmap ran, in a body in the pass that is looked at; None of an equation by which they exchanged
    nothing, and where that is not known."""
    equation, made = collective(trace, path), _made(trace, lanes, path, inside)
    here = _present(lanes, made)
    if equation is None or made is None or not here:
        return None
    out = "is done" if leaves_loop(trace, path) else "does not take this branch"

    def figure(letter: str, number: int, name: str, spread: Spread | None, place: int) -> Figure | None:
        piece = spread.pieces[place] if spread is not None else None
        if spread is None or piece is None:
            return None
        key = exchange.key(letter, number, place)
        return exchange.figure_of(
            Figure(key, piece.preview.shape, spread.dtype, piece.preview, name=name), place, followed
        )

    def holder(place: int) -> Holder:
        rows = zip(equation.inputs, made.operands, strict=True)
        given = tuple(figure("l", n, name, spread, place) for n, (name, spread) in enumerate(rows))
        names = [value.name for value in equation.outputs]
        got = [figure("m", n, names[n], spread, place) for n, spread in enumerate(made.results)]
        label = f"device {lanes.devices[place].id}"
        seen = tuple(each for each in got if each is not None)
        return Holder(place, label, given, seen, str(place), "" if place in here else out)

    axes = ((trace.levels[0].name or "", len(lanes.devices)),)
    note = f", {_counted(len(lanes.devices) - len(here), out)}" if len(here) < len(lanes.devices) else ""
    first = followed if followed in here else here[0]
    return Exchanged(equation, axes, holder, first, devices=True, note=note)


def not_by_devices(trace: Trace, lanes: Lanes, path: str, inside: Inside | None = None) -> str:
    """Why the devices are not drawn that a collective makes talk; "" where they are, and of what is no collective."""
    if collective(trace, path) is None:
        return ""
    if len(trace.levels) != 1:
        return ONE_VMAP
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


def _made(trace: Trace, lanes: Lanes, path: str, inside: Inside | None) -> Exchange | None:
    """What was found out about the devices' part in a collective."""
    if len(trace.levels) != 1:
        return None
    fits = inside is not None and inside.devices == len(lanes.devices)
    found = (*lanes.exchanges, *(inside.exchanges if inside is not None and fits else ()))
    return next((each for each in found if each.path == path), None)


def _present(lanes: Lanes, made: Exchange | None) -> Sequence[int]:
    """The devices that took part, by their place."""
    if made is None:
        return ()
    return [place for place in range(len(lanes.devices)) if any(each.pieces[place] for each in made.results)]


def _counted(count: int, out: str) -> str:
    """How many take no part, and why."""
    words = out if count == 1 else {"is done": "are done"}.get(out, "do not take this branch")
    return f"of which {count} {words}"
