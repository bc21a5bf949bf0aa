"""What the storyboard of a call on devices says: one sentence per keyframe."""

from __future__ import annotations

from typing import Any

from vmapviz.model.scenes.device_layout import Places
from vmapviz.model.scenes.story_words import compared, listed
from vmapviz.model.values import Result


def captions(places: Places, result: Result | None, talk: list[str]) -> list[str]:
    """One sentence per keyframe; `talk` are the primitives by which the devices exchange what they hold."""
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
    if talk:
        ran = f"Same program on every device; by {listed(talk)} they exchange what they hold."
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
