"""Beside the result of a storyboard: one call per example with the mark that the comparison gave it."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.scenes.marks import CAP, check, cross
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.parts import Part, Story
from vmapviz.model.scenes.scene import Item, Text
from vmapviz.model.values import Check

MOST_CALLS, MOST_ARGUMENTS, MOST_LETTERS = 5, 3, 30
HEIGHT = 22.0


def calls(story: Story, found: Check, left: float, most: int = MOST_CALLS) -> Iterator[Item]:
    """The calls from `left` on, their middle on y = 0; of more than `most` those that differ, and the first."""
    told = list(zip(found.examples, found.same, strict=False))
    rows = sorted(sorted(told, key=lambda row: row[1])[:most])
    top = -HEIGHT * (len(rows) - 1) / 2
    x = left + max((text_width(call(story, example), 12, mono=True) for example, _ in rows), default=0.0) + 24
    for n, (example, same) in enumerate(rows):
        y, text = top + n * HEIGHT, call(story, example)
        yield Text(left, y + CAP * 12, text, "ink2", 12, mono=True, key=f"call{n}")
        yield from [check(x, y, key=f"mark{n}")] if same else cross(x, y, f"mark{n}")
    if len(told) > len(rows):
        among = f" of {found.of}" if len(told) < found.of else ""
        text = f"… and {len(told) - len(rows)} more compared{among}"
        yield Text(left, top + len(rows) * HEIGHT + 4, text, "ink3", 12, key="calls")


def call(story: Story, example: int) -> str:
    """What was compared: "matvec(m, v[0])", or "example 0" where that would be long."""
    given = [_argument(story, part, example) for part in story.args[:MOST_ARGUMENTS]]
    given += ["…"] if len(story.args) > MOST_ARGUMENTS else []
    text = f"{story.name}({', '.join(given)})"
    return text if len(text) <= MOST_LETTERS else f"example {example}"


def _argument(story: Story, part: Part, example: int) -> str:
    """An argument with the index of an example, counted through all levels, in each of its batch axes, outermost first."""
    indices = []
    for level, dim in zip(story.subject.trace.levels, part.levels, strict=False):
        example, at = divmod(example, max(level.size, 1))
        indices += [] if dim is None else [str(at)]
    return f"{part.label}[{','.join(reversed(indices))}]" if indices else part.label
