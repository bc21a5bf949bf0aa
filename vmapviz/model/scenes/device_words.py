"""What the storyboard of a call on devices says: one sentence per keyframe."""

from __future__ import annotations

from typing import Any, NamedTuple

from vmapviz.model.inside import holders
from vmapviz.model.programs.index import index, outer
from vmapviz.model.scenes.collectives import levels_of
from vmapviz.model.scenes.device_layout import Places
from vmapviz.model.scenes.story_words import compared, listed
from vmapviz.model.talk import unwrapped
from vmapviz.model.trace import Trace
from vmapviz.model.values import Result

NUMBER = "axis_index"  # by which a device asks for its own number, and nobody for another's


class Talk(NamedTuple):
    """The primitives by which devices exchange what they hold: those that `sure`ly run, and those in a branch or a while, which may
    not run."""

    sure: tuple[str, ...]
    perhaps: tuple[str, ...]


def talk(trace: Trace) -> Talk:
    """By what the devices exchange something when pmap takes the place of the outermost vmap."""
    equations, sure, perhaps = index(trace).equations[0], dict[str, None](), dict[str, None]()
    for path, equation in equations.items():
        name = unwrapped(equation)[0].primitive
        if name != NUMBER and len(trace.levels) - 1 in levels_of(trace, equation):
            around = {equations[holder].primitive for holder, _ in holders(outer(path))}
            (perhaps if around & {"cond", "while"} else sure).setdefault(name)
    return Talk(tuple(sure), tuple(name for name in perhaps if name not in sure))


def captions(places: Places, result: Result | None, talk: Talk) -> list[str]:
    """One sentence per keyframe; `talk` is by what the devices exchange what they hold."""
    lanes = places.lanes
    cut = [each.array for each in places.args if not each.array.shared]
    shared = [each.array.label for each in places.args if each.array.shared]
    names = listed([array.label for array in cut])
    own = "its own example" if lanes.each == 1 else f"its own {lanes.each} examples"
    whole = f"On the host {names} {_is(cut, 'is one whole array', 'are whole arrays')}."
    pieces = f"pmap cuts {names}: {_counted(len(lanes.devices), 'piece')}, one per device."
    if len(cut) == 1:
        pieces = f"pmap takes {names} as {cut[0].spread.given_type}: {pieces.partition(': ')[2]}"
    copied = f"{listed(shared)} {_is(shared, 'is', 'are')} copied to each; " if shared else ""
    sees = f"{copied}each sees only {own}." if shared else f"Each sees only {own}."
    there = f"{copied}every device gets only {own}." if shared else f"Every device gets only {own}."
    ran = f"Same program on every device. {sees}"
    if talk.sure:
        ran = f"Same program on every device; by {listed(list(talk.sure))} they exchange what they hold."
    elif talk.perhaps:
        names = listed(list(talk.perhaps))
        ran = f"Same program on every device; where it comes to {names}, they exchange what they hold."
    if shared and cut[0].level == 1:  # of nested vmaps the inner ones may map it
        whole += f" {listed(shared)} {_is(shared, 'is', 'are')} shared by all examples."
    back = "Every device's piece of the result goes back to the host."
    return [whole, pieces, there, ran, back, _end(places, result)]


def _end(places: Places, result: Result | None) -> str:
    if result is not None and result.checks:
        return compared(result)
    outs = [each.array.spread for each in places.outs]
    if len(places.lanes.results) != 1 or not outs:
        return "The pieces are whole arrays again."
    return f"The pieces are one array again: {outs[0].type}."


def _is(names: list[Any], one: str, several: str) -> str:
    return one if len(names) == 1 else several


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
