"""What a picture speaks of: a trace with its values and the followed example, and figures made from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

import msgspec
from msgspec.structs import replace

from vmapviz.model.inside import Inside, merged, thrown_away
from vmapviz.model.scenes import layout
from vmapviz.model.scenes.layout import Figure
from vmapviz.model.slices import Slices
from vmapviz.model.trace import Equation, Program, Trace, Value, is_literal, type_text
from vmapviz.model.values import Cell, Piece, Preview, Turning, Values

MOST_STRUCK = 4  # dimensions of an array whose cells are struck


class Subject(msgspec.Struct, frozen=True):
    """The trace, its values where they are known, and the followed example, innermost level first.

    With one pass through a body its values are among `values`; what is `thrown` away in it counts only for some examples.
    `slices` are those that were chosen to be seen.
    """

    trace: Trace
    values: Values | None = None
    example: tuple[int, ...] = (0,)
    inside: Inside | None = None
    thrown: frozenset[str] = frozenset()
    slices: Slices = {}

    @property
    def follow(self) -> tuple[int, ...]:
        """One index per level, inside its size."""
        sizes = [level.size for level in self.trace.levels]
        given = (*self.example, *(0 for _ in sizes))
        return tuple(min(max(i, 0), max(size - 1, 0)) for i, size in zip(given, sizes, strict=False))

    @property
    def count(self) -> int:
        """The number of examples of all levels together."""
        return prod(level.size for level in self.trace.levels)

    @property
    def flat(self) -> int:
        """The followed example counted through all levels, outermost first."""
        at = 0
        for level, index in reversed(list(zip(self.trace.levels, self.follow, strict=True))):
            at = at * level.size + index
        return at

    @property
    def knows_one(self) -> bool:
        """Whether the followed example's values in a body are known."""
        return self.inside is not None and not self.inside.one.why

    def batched_preview(self, operand: str) -> Preview | None:
        """The values of a variable or literal of the last program."""
        if is_literal(operand):
            return literal(operand)
        return self.values.batched.get(operand) if self.values else None

    def turning(self, path: str, one: bool) -> Turning | None:
        """A loop of the last program, or of the original for the `one` followed example, turn by turn; None where nobody measured it."""
        if self.values is None:
            return None
        if not one:
            return self.values.turning.get(path)
        known = self.values.turning_one if self.flat in self.values.examples else ()
        return known[self.values.examples.index(self.flat)].get(path) if known else None

    def inner(self, one: bool) -> Mapping[str, tuple[int, ...]]:
        """How often the whiles inside calls and branches turned, of the last program, or of the original for the `one` followed example."""
        if self.values is None:
            return {}
        return self.values.inner_one.get(self.flat, {}) if one else self.values.inner

    def turning_of_one(self, equation: Equation) -> Turning | None:
        """What `turning` knows of the followed example alone, for a loop of the last program."""
        return self.turning(equation.origin, one=True) if equation.origin else None

    def one_preview(self, operand: str, value: Value | None) -> Preview | None:
        """The followed example's values of a variable or literal of the original program."""
        if is_literal(operand):
            return literal(operand)
        if self.values is None:
            return None
        if self.flat in self.values.examples:
            found = self.values.one[self.values.examples.index(self.flat)].get(operand)
            if found is not None:
                return found
        entry = value.batched[-1] if value is not None and value.batched else None
        return None if entry is None else self._cut(self.values.batched.get(entry.name), entry.axes)

    def pieces(self, operand: str, batched: bool) -> tuple[Piece, ...]:
        """What was asked for of a variable, of the original's in the followed example, the newest first."""
        about = operand, batched, 0 if batched else self.flat
        found = self.values.pieces if self.values is not None else ()
        return tuple(piece for piece in reversed(found) if (piece.name, piece.batched, piece.example) == about)

    def _cut(self, preview: Preview | None, axes: tuple[int | None, ...]) -> Preview | None:
        cuts = sorted(((dim, at) for dim, at in zip(axes, self.follow, strict=False) if dim is not None), reverse=True)
        for dim, at in cuts:
            preview = layout.sliced(preview, dim, at)
        return preview


def subject_of(
    trace: Trace,
    values: Values | None,
    example: tuple[int, ...],
    inside: Inside | None = None,
    slices: Slices | None = None,
) -> Subject:
    """What a picture speaks of, with the values of one pass through a body where there is one, and the slices that were chosen."""
    if inside is None:
        return Subject(trace, values, example, slices=slices or {})
    return Subject(trace, merged(values, inside), example, inside, thrown_away(trace, inside), slices or {})


def top_values(program: Program) -> dict[str, Value]:
    """The variables of a program's top level by name."""

    def found() -> Iterator[Value]:
        yield from program.constants
        yield from program.inputs
        for equation in program.equations:
            yield from equation.outputs

    return {value.name: value for value in found()}


def literal(operand: str) -> Preview | None:
    """A literal such as `0.0:f32[]` as a value; None where it is not one number."""
    text, _, kind = operand.rpartition(":")
    if not kind.endswith("[]"):
        return None
    cell: Cell
    try:
        cell = {"True": True, "False": False}[text] if text in ("True", "False") else _as_number(text)
    except ValueError:
        cell = text
    return Preview(kind[:-2], (), (), (cell,))


def _as_number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def level_dims(value: Value | None) -> tuple[int | None, ...]:
    """The first dimension of each level's examples in a value of a batched program."""
    return tuple(axes[0] if axes else None for axes in value.axes) if value is not None else ()


def merged_dims(trace: Trace, value: Value | None) -> dict[int, int]:
    """The dimensions of a value of the last program in which an example has more than one entry, with the number of examples."""
    rows = zip(trace.levels, value.axes if value is not None else (), strict=False)
    return {
        dim: level.each
        for level, axes in rows
        for dim in axes or ()
        if value is not None and (len(axes or ()) > 1 or value.shape[dim] != level.each)
    }


def own_dims(trace: Trace, value: Value | None) -> tuple[int | None, ...]:
    """The dimension of each level whose entries are its examples."""
    merged = merged_dims(trace, value)
    return tuple(None if dim in merged else dim for dim in level_dims(value))


def apart(levels: tuple[int | None, ...]) -> tuple[int | None, int | None]:
    """Which dimensions a table sets apart, (down, across): with one level its axis, else level 2 and level 1."""
    if len(levels) < 2:
        return (levels[0] if levels else None), None
    return None if levels[1] == levels[0] else levels[1], levels[0]


def around(levels: tuple[int | None, ...]) -> tuple[int | None, int | None]:
    """Which dimensions set such tables apart, (down, across): level 4 and level 3; None where there are no more levels."""
    third, fourth = (*levels, None, None, None, None)[2:4]
    third = None if third in levels[:2] else third
    return None if fourth in levels[:3] else fourth, third


def apart_by_level(figure: Figure, boxes: bool = False) -> Figure:
    """The figure with the examples of every level apart, odd levels across; beyond the fourth the followed one stands for all.

    Examples of nested vmaps that have too many axes for a grid stay together, unless `boxes` may stand for them.
    """
    made = _by_level(figure)
    return made if boxes or not layout.plan(made).boxes or not made.nested else figure


def _by_level(figure: Figure) -> Figure:
    levels = figure.own_levels
    nested = len(levels) > 1
    present = [level for level, dim in enumerate(levels, 1) if dim is not None]
    if nested and len(present) == 1:
        dim = levels[present[0] - 1]
        return replace(figure, table=(None, dim) if present[0] % 2 else (dim, None), nested=True)
    cut = tuple(level for level in present if level > layout.MOST_SPREAD)
    return replace(figure, table=apart(levels), around=around(levels), cut=cut, nested=nested)


def operand_figure(subject: Subject, value: Value | None, operand: str, key: str, table: bool = False) -> Figure:
    """A value of the last program as a figure; `table` sets its batch axes apart."""
    preview = subject.batched_preview(operand)
    levels = level_dims(value)
    shape, dtype = (value.shape, value.dtype) if value is not None else ((), preview.dtype if preview else "")
    made = Figure(key, shape, dtype, preview, levels, subject.follow)
    merged = tuple(merged_dims(subject.trace, value).items())
    made = replace(made, pieces=subject.pieces(operand, True), slice=subject.slices.get((operand, True)), merged=merged)
    if subject.inside is not None and operand in subject.thrown:
        made = replace(made, kept=_live(made, subject.inside.live))
    return apart_by_level(made) if table else made


def _live(figure: Figure, live: Preview | None) -> frozenset[layout.Index] | None:
    """The cells of the examples that a pass counts for; None where all do, or where that cannot be said of single cells."""
    if live is None or len(figure.shape) > MOST_STRUCK or all(dim is None for dim in figure.levels):
        return None
    if figure.merged:
        return None
    ranges = [set(range(min(size, layout.LADDER[0].limit))) for size in figure.shape]
    for dim, at in zip(figure.levels, figure.follow, strict=False):
        if dim is not None:
            ranges[dim].add(at)
    cells = product(*ranges)
    return frozenset(index for index in cells if layout.cell_at(live, _example_of(figure, index)) is not False)


def _example_of(figure: Figure, index: layout.Index) -> layout.Index:
    """The example that a cell belongs to, outermost level first; in a level that the figure has no axis of, the followed one."""
    pairs = zip(figure.levels, figure.follow, strict=False)
    return tuple(at if dim is None else index[dim] for dim, at in pairs)[::-1]


def one_figure(subject: Subject, value: Value | None, operand: str, key: str) -> Figure:
    """A value of the original program as a figure, for the followed example."""
    preview = subject.one_preview(operand, value)
    shape, dtype = (value.shape, value.dtype) if value is not None else ((), preview.dtype if preview else "")
    pieces = subject.pieces(operand, False)
    return Figure(key, shape, dtype, preview, pieces=pieces, slice=subject.slices.get((operand, False)))


def kind(value: Value | None, operand: str) -> str:
    """The type of a value or literal as JAX writes it."""
    return type_text(value.dtype, value.shape) if value is not None else operand.rpartition(":")[2]
