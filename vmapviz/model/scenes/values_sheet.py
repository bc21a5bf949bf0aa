"""The values of the selected equation in the program for all examples: every operand and every result with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from vmapviz.model.programs.index import index, top
from vmapviz.model.programs.text import length, value_spans
from vmapviz.model.scenes import equation
from vmapviz.model.scenes.arrays import draw, fitting
from vmapviz.model.scenes.inside_words import place_words
from vmapviz.model.scenes.layout import LADDER, SMALL, Style, cell_at, ladder
from vmapviz.model.scenes.marks import number, shifted
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.operation import param
from vmapviz.model.scenes.programs.items import span_items
from vmapviz.model.scenes.scene import Item, Scene, Text
from vmapviz.model.scenes.subject import Subject, operand_figure
from vmapviz.model.trace import Equation, Value, is_literal
from vmapviz.model.values import Preview

LEFT, TOP, GAP, LINE = 50.0, 24.0, 40.0, 18.0
STYLES: tuple[Style, ...] = (LADDER[0], LADDER[1], LADDER[3], LADDER[4], SMALL[0])


class Entry(NamedTuple):
    """One value with the words below it."""

    value: Value
    title: str
    notes: tuple[str, ...]


def sheet(subject: Subject, path: str | None, width: float, *said: str) -> Scene:
    """All values side by side, in as many rows as they need; what is `said` comes first. The height is what it takes."""
    entries = list(_entries(subject, path))
    title = _title(subject, path)
    items: list[Item] = [Text(LEFT, 16, title, "ink3", 12, key="title")]
    top = TOP + 8
    said = tuple(filter(None, said))
    for n, words in enumerate(said):
        items.append(Text(LEFT, top + 10, words, "ink2", 13, width=width - 2 * LEFT, key=f"state{n or ''}"))
        top += 20
    top += 8 if said else 0
    x, bottom = LEFT, top
    for n, entry in enumerate(entries):
        block, right, low = _block(subject, entry, f"v{n}", width - 2 * LEFT)
        if x > LEFT and x + right > width - 16:
            x, top = LEFT, bottom + 20
        items.extend(shifted(block, x, top))
        x, bottom = x + right + GAP, max(bottom, top + low)
    return Scene(
        width, bottom + 16, tuple(items), " ".join((*said[:1], title)) if subject.inside else next(iter(said), title)
    )


def _title(subject: Subject, path: str | None) -> str:
    if path is None:
        return "arguments and results, every example"
    look = index(subject.trace)
    if path.startswith("+"):
        found = look.equations[-1].get(path[1:])
        return f"values of {found.primitive if found else ''}, added by vmap, every example"
    found = look.equations[0].get(path)
    label = look.labels[0].get(top(path), "")
    inside = "" if subject.inside is None else "".join(f", {words}" for words in place_words(path, subject.inside))
    return f"step {label}{inside}: values of {found.primitive if found else ''}, every example"


def _entries(subject: Subject, path: str | None) -> Iterator[Entry]:
    program = subject.trace.batched
    if path is None:
        names = equation.scope(program, "0").values
        for value in program.inputs:
            yield _entry(subject, value, f"argument {value.label or value.name}", "shared by all")
        for name in dict.fromkeys(program.outputs):
            if name in names:
                yield _entry(subject, names[name], "result", "not batched: computed once")
        return
    look = index(subject.trace)
    group = equation.became(look, path)
    if not group:
        return
    seen = equation.scope(program, group[0].path)
    made = {value.name for each in group for value in each.outputs}
    origins = {value.name: each for each in look.equations[-1].values() for value in each.outputs}
    # What a helper only gives another shape is shown after it.
    users = [each for each in group if len(group) == 1 or each.primitive not in equation.SAME_LOOK]
    operands = dict.fromkeys(o for each in users for o in each.inputs if o not in made and not is_literal(o))
    for operand in operands:
        if operand in seen.values:
            value, origin = seen.values[operand], origins.get(operand)
            label = look.labels[-1].get(origin.path, "") if origin is not None else ""
            argument = f"argument {value.label or value.name}" if seen.top else "given to the body"
            title = f"from {label or origin.primitive}" if origin is not None else argument
            yield _entry(subject, value, title, "shared by all")
    for each in group:
        label = look.labels[-1].get(each.path, "")
        for value in each.outputs:
            turned = _turned(subject, each, value)
            title = f"{label} {each.primitive}".strip()
            yield _entry(subject, value, title, "not batched: computed once", turned)


def _entry(subject: Subject, value: Value, title: str, shared: str, instead: str = "") -> Entry:
    preview = subject.batched_preview(value.name)
    notes = [instead] if instead else list(statistics(preview))
    if preview is None and subject.values is not None:
        notes = [subject.values.why or "not computed"]
    if all(axes is None for axes in value.axes):
        notes = [shared, *(notes if preview is None else [])]
    return Entry(value, title, tuple(notes))


def statistics(preview: Preview | None) -> Iterator[str]:
    """The smallest and the largest entry, and how many are not finite."""
    if preview is None:
        return
    if preview.low is not None and preview.high is not None:
        yield f"min {number(preview.low)}, max {number(preview.high)}"
    odd = [f"{count} {name}" for count, name in ((preview.nans, "nan"), (preview.infs, "inf")) if count]
    if odd:
        yield ", ".join(odd)


def _turned(subject: Subject, each: Equation, value: Value) -> str:
    """Says that a transpose holds the numbers of its operand, where every number that is known shows it."""
    order = param(each, "permutation") if each.primitive == "transpose" else None
    before, after = subject.batched_preview(each.inputs[0]) if order else None, subject.batched_preview(value.name)
    if order is None or before is None or after is None:
        return ""
    for at in product(*map(range, after.shown)):
        where = [0] * len(order)
        for dim, origin in enumerate(order):
            where[origin] = at[dim]
        known = cell_at(before, tuple(where))
        if known is not None and str(known) != str(cell_at(after, at)):
            return ""
    return f"same numbers as {each.inputs[0]}, turned"


def _block(subject: Subject, entry: Entry, key: str, room: float) -> tuple[list[Item], float, float]:
    """A value from (0, 0) on: its type, its array, its words; with its width and height."""
    spans = value_spans(entry.value)
    items = list(span_items(spans, 0, 12))
    nested = len(subject.trace.levels) > 1
    figure = operand_figure(subject, entry.value, entry.value.name, key, nested)
    drawn = draw(figure, fitting(figure, ladder(len(subject.trace.levels), STYLES), room))
    drawn = drawn.at(-drawn.box[0] if drawn.grid[0] - drawn.box[0] > 12 else -drawn.grid[0], 24 - drawn.box[1])
    base = max(drawn.box[3], 24.0) + 20
    items += [*drawn.items, Text(drawn.grid[0], base, entry.title, "ink", 12, 600, key=f"{key}.title")]
    for n, note in enumerate(entry.notes):
        items.append(Text(drawn.grid[0], base + LINE * (n + 1), note, "ink3", 12, key=f"{key}.note{n}"))
    widths = [text_width(note, 12) for note in (entry.title, *entry.notes)]
    right = max(drawn.box[2], drawn.grid[0] + max(widths), length(spans) * 7.8)
    return items, right, base + LINE * len(entry.notes)
