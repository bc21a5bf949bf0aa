"""Where the cells of an array go: which dimension runs down, across or into depth, and how much of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import msgspec
from msgspec.structs import replace

from vmapviz.model.scenes.marks import Role
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.style import CLEAR as CLEAR
from vmapviz.model.scenes.style import LADDER as LADDER
from vmapviz.model.scenes.style import LEAST as LEAST
from vmapviz.model.scenes.style import MOST_SPREAD as MOST_SPREAD
from vmapviz.model.scenes.style import SMALL as SMALL
from vmapviz.model.scenes.style import Style as Style
from vmapviz.model.scenes.style import ladder as ladder
from vmapviz.model.scenes.style import set_beside as set_beside
from vmapviz.model.slices import Slice, is_sliced, shown_slice
from vmapviz.model.values import Cell, Piece, Preview

Index = tuple[int, ...]
Slot = tuple[int | None, float, float]  # index (None = left out), offset, extent
Pair = tuple[int | None, int | None]  # a dimension down and one across, None where there is none
NONE: Pair = (None, None)
TwoSlot = tuple[tuple[int | None, int | None], float, float]  # the indices of a group and in it, offset, extent
MOST_CELLS = 400
MOST_SHEETS = 5
DEPTH_STEP = 14.0
GAP_DOWN, GAP_ACROSS = 14.0, 18.0  # the place of an ellipsis
WIDEST = 160.0  # a cell


class Figure(msgspec.Struct, frozen=True):
    """One array to draw.

    `levels` holds the dimension of each vmap's batch axis, innermost first; `follow` the followed example of each level. In a `merged`
    one an example has several entries; it comes with the number of examples.
    `table` = the dimensions set apart, (down, across): a split array, or one with two batch axes. `around` = those that
    set whole tables apart, with more than two; of the levels in `cut` there is the followed example alone.
    `nested`: they are set apart by level, `reached` = (dimension, entry) pairs that stay in sight. `roles` are given for
    contracted dimensions alone ("sum"). `repeats` draws size-1 dimensions that often each, all but the first dashed; the dimension
    `deep` goes into depth where none counts examples.
    `kept` = indices to show strongly, all others struck (None: no such choice), `dashed` = those drawn so. `framed` makes it
    one example's copy: the end of its frame's key ("slice": not the followed one), `tint` its level (0: ink); `lift` =
    (dimension, index) pairs that its keys take in, so that they are those of the batched array's cells. `answer`
    holds the followed example's values, which `preview` may lack, `pieces` more cells that were asked for. `slice` is what was chosen
    to be seen of an array with too many axes. `name` and `notes` stand below, unless `unnamed`; a
    `bare` figure has no brackets, of a grid with `right` the upright one is there.
    """

    key: str
    shape: Index
    dtype: str = "float32"
    preview: Preview | None = None
    levels: tuple[int | None, ...] = ()
    follow: tuple[int, ...] = ()
    merged: tuple[tuple[int, int], ...] = ()
    table: Pair = NONE
    around: Pair = NONE
    cut: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    down: bool = False
    framed: str = ""
    tint: int = 1
    lift: tuple[tuple[int, int], ...] = ()
    answer: Preview | None = None
    pieces: tuple[Piece, ...] = ()
    slice: Slice | None = None
    repeats: tuple[tuple[int, int], ...] = ()
    deep: int | None = None
    kept: frozenset[Index] | None = None
    dashed: frozenset[Index] = frozenset()
    name: str = ""
    notes: tuple[str, ...] = ()
    unnamed: bool = False
    bare: bool = False
    right: bool = False
    nested: bool = False
    reached: tuple[tuple[int, int], ...] = ()

    @property
    def apart(self) -> bool:
        """Whether its examples stand apart."""
        return bool(self.cut) or (self.table, self.around) != (NONE, NONE)

    @property
    def cut_dims(self) -> dict[int, int]:
        """The dimensions of which one entry is drawn, with its index."""
        places = ((self.levels[level - 1], self.follow[level - 1 : level]) for level in self.cut)
        return {dim: at[0] if at else 0 for dim, at in places if dim is not None}

    @property
    def place(self) -> dict[int, int]:
        """The index of the followed example along every batch axis that is nothing else."""
        pairs = ((dim, self.followed(dim) or 0) for dim in self.own_levels if dim is not None)
        return {dim: max(0, min(at, self.shape[dim] - 1)) for dim, at in pairs}

    @property
    def own_levels(self) -> tuple[int | None, ...]:
        """The batch axes of which every entry is an example."""
        merged = dict(self.merged)
        return tuple(None if dim in merged else dim for dim in self.levels) if merged else self.levels

    def size_text(self, dim: int) -> str:
        """The size of a dimension; of a merged one what it is made of: "10 = 5 × 2"."""
        size, count = self.shape[dim], dict(self.merged).get(dim)
        return str(size) if not count or size % count else f"{size} = {count} × {size // count}"

    @property
    def seen(self) -> Slice | None:
        """The slice that is drawn of it; None where all of it is, or its examples stand apart."""
        extents = tuple(map(self.extent, range(len(self.shape))))
        if self.apart or not is_sliced(extents, [dim for dim in self.levels if dim is not None]):
            return None
        return shown_slice(self.slice, self.shape, self.place)

    @property
    def fixed(self) -> dict[int, int]:
        """The dimensions of which one entry is drawn, with its index."""
        seen = self.seen
        if seen is None:
            return self.cut_dims
        return {dim: at for dim, at in enumerate(seen.at) if dim not in seen.dims}

    @property
    def inside(self) -> Index:
        """The shape of one small array of a table."""
        outside = (*self.table, *self.around, *self.cut_dims)
        return tuple(size for dim, size in enumerate(self.shape) if dim not in outside)

    def cell_key(self, index: Index) -> str:
        """The key of a cell."""
        at = list(index)
        for dim, where in sorted(self.lift):
            at.insert(dim, where)
        return f"{self.key}:{','.join(map(str, at))}"

    def level_at(self, dim: int) -> int:
        """The level (from 1) whose batch axis the dimension is; 0 = none."""
        return next((level for level, at in enumerate(self.levels, 1) if at == dim), 0)

    def role(self, dim: int) -> Role:
        """What the dimension is: a level, "sum" or ""."""
        return self.level_at(dim) or (self.roles[dim] if self.roles else "")

    def followed(self, dim: int) -> int | None:
        """The followed example along the dimension, where its entries are examples."""
        level = 0 if dim in dict(self.merged) else self.level_at(dim)
        return self.follow[level - 1] if level and level <= len(self.follow) else None

    def looked_at(self, dim: int) -> int | None:
        """The entry along the dimension that is shown whatever is left out: the followed example, or what is read or written."""
        return dict(self.reached).get(dim, self.followed(dim))

    def known(self, dim: int) -> int:
        """How many entries along the dimension have known values; all of them where none has."""
        if self.preview is None or len(self.preview.shown) != len(self.shape) or dim in dict(self.repeats):
            return self.extent(dim)
        return max(self.preview.shown[dim], 1)

    def reach(self, dim: int) -> int:
        """The end of the entries along the dimension whose values may be known."""
        own = [each for each in range(len(self.shape)) if each not in self.levels]
        ends = [piece.start[dim] + piece.sizes[dim] for piece in self.pieces]
        if self.answer is not None and dim in own and len(self.answer.shown) == len(own):
            ends.append(self.answer.shown[own.index(dim)])
        if self.preview is not None and len(self.preview.shown) == len(self.shape):
            ends.append(self.preview.shown[dim])
        return min(max(ends, default=0), self.shape[dim])

    def cell(self, index: Index) -> Cell | None:
        """The value at an index; None where it is not known."""
        index = tuple(0 if self.again(d) else i for d, i in enumerate(index)) if self.repeats else index
        found = cell_at(self.preview, index)
        if found is None and self.answer is not None:
            pairs = [(dim, at) for dim, at in zip(self.levels, self.follow, strict=False) if dim is not None]
            if all(index[dim] == at for dim, at in pairs):
                dims = [dim for dim, _ in pairs]
                found = cell_at(self.answer, tuple(i for d, i in enumerate(index) if d not in dims))
        return found if found is not None else self._asked(index)

    def judged(self, index: Index) -> bool:
        """Whether it is known of a cell that it is kept or thrown away: beyond the first entries that were sent it is not."""
        first = self.preview is None or cell_at(self.preview, index) is not None
        return first or (self.kept is not None and index in self.kept)

    def _asked(self, index: Index) -> Cell | None:
        """The value at an index among those that were asked for."""
        cells = (piece.cell(index) for piece in self.pieces)
        return next((cell for cell in cells if cell is not None), None)

    def again(self, dim: int | None) -> bool:
        """Whether the one entry along the dimension is drawn several times."""
        return any(dim == repeated for repeated, _ in self.repeats)

    def extent(self, dim: int) -> int:
        """The number of entries to draw along the dimension."""
        return dict(self.repeats).get(dim, self.shape[dim])


class Plan(msgspec.Struct, frozen=True):
    """Which dimension runs where; `strip`: too many for a grid, one bar per axis and a slice instead; `boxes`: too many for what stands
    apart, a box for each instead."""

    outer: Pair
    around: Pair = NONE
    depth: int | None = None
    down: int | None = None
    across: int | None = None
    strip: bool = False
    boxes: bool = False

    @property
    def dims(self) -> tuple[int, ...]:
        """The dimensions that have a place."""
        return tuple(d for d in (*self.around, *self.outer, self.depth, self.down, self.across) if d is not None)


def plan(figure: Figure) -> Plan:
    """Give each dimension of a figure its place."""
    outer, around, seen = figure.table, figure.around, figure.seen
    if seen is not None:
        return Plan(outer, around, None, *seen.dims, strip=True)
    rest = [dim for dim in range(len(figure.shape)) if dim not in (*outer, *around, *figure.cut_dims)]
    while len(rest) > 2 and any(figure.extent(d) == 1 and not figure.level_at(d) for d in rest):
        rest.remove(next(d for d in rest if figure.extent(d) == 1 and not figure.level_at(d)))
    if len(rest) > 3:
        return Plan(outer, around, boxes=True)
    if len(rest) == 3:
        depth = next((d for d in rest if figure.level_at(d) or d == figure.deep), rest[0])
        rest.remove(depth)
        return Plan(outer, around, depth, rest[0], rest[1])
    if len(rest) == 1:
        return Plan(outer, around, None, rest[0], None) if figure.down else Plan(outer, around, None, None, rest[0])
    return Plan(outer, around, None, rest[0], rest[1]) if rest else Plan(outer, around)


def spread_out(figure: Figure, style: Style) -> Figure:
    """The figure with no more levels apart than the style has room for; one without cells stands together."""
    if 0 in figure.shape and figure.apart:
        return replace(figure, table=NONE, around=NONE, cut=(), nested=False)
    present = [level for level, dim in enumerate(figure.levels, 1) if dim is not None]
    cut = tuple(level for level in present if level > style.spread)
    if not figure.nested or not cut or len(present) == 1:
        return figure
    dims, pairs = [figure.levels[level - 1] for level in cut], (figure.table, figure.around)
    table, around = ((None if down in dims else down, None if across in dims else across) for down, across in pairs)
    return replace(figure, table=table, around=around, cut=cut)


def window(size: int, limit: int, follow: int | None = None) -> tuple[int | None, ...]:
    """The indices shown of an axis, None where some are left out; the followed one is always among them."""
    if size <= limit:
        return tuple(range(size))
    if follow is None or follow < limit:
        return (*range(limit), None)
    tail: tuple[int | None, ...] = (None,) if follow < size - 1 else ()
    return (*range(limit - 1), None, follow, *tail)


def windows(figure: Figure, places: Plan, style: Style) -> dict[int, tuple[int | None, ...]]:
    """The window of every dimension that has a place; together never more than 400 cells."""
    limit, seen = style.limit, figure.seen
    if seen is not None:
        starts = {d: seen.begins(d, limit) for d in places.dims}
        return {d: tuple(range(at, min(at + limit, figure.extent(d)))) for d, at in starts.items()}
    while True:
        few = dict.fromkeys((*places.outer, *places.around), style.apart or limit)
        few[places.depth] = min(limit, MOST_SHEETS)
        most = {d: min(few.get(d, limit), figure.known(d)) for d in places.dims}
        most = {
            d: at + 1 if figure.extent(d) == at + 1 == max(limit, few.get(d, limit)) + 1 else at
            for d, at in most.items()
        }  # no mark for one
        shown = {d: window(figure.extent(d), most[d], figure.looked_at(d)) for d in places.dims}
        flat = [len(w) for d, w in shown.items() if d != places.depth]
        if prod(flat) <= MOST_CELLS or limit <= 2:
            return shown
        limit -= 1


def track(shown: tuple[int | None, ...], extent: float, gap: float, dots: float) -> tuple[Slot, ...]:
    """Offsets and extents of the shown indices along one direction."""
    slots: list[Slot] = []
    at = 0.0
    for index in shown:
        length = extent if index is not None else dots
        slots.append((index, at, length))
        at += length + gap
    return tuple(slots)


def tracks(
    dims: Pair, shown: dict[int, tuple[int | None, ...]], sizes: tuple[float, float], gap: float
) -> tuple[tuple[Slot, ...], tuple[Slot, ...]]:
    """The places of equal things downwards and across; one where there is no dimension."""
    down, across = (
        track(shown[dim], size, gap, dots) if dim is not None else ((0, 0.0, size),)
        for dim, size, dots in zip(dims, sizes, (GAP_DOWN, GAP_ACROSS), strict=True)
    )
    return down, across


def length(slots: Sequence[tuple[object, float, float]]) -> float:
    """The length of a track."""
    return slots[-1][1] + slots[-1][2] if slots else 0.0


def nested(groups: tuple[Slot, ...], inside: tuple[Slot, ...]) -> tuple[TwoSlot, ...]:
    """The places of a track that comes again in every group of another; a group that is left out has one place."""
    slots: list[TwoSlot] = []
    for group, at, extent in groups:
        within = inside if group is not None else ((None, 0.0, extent),)
        slots += [((group, index), at + offset, size) for index, offset, size in within]
    return tuple(slots)


def cell_at(preview: Preview | None, index: Index) -> Cell | None:
    """The value at an index; None where it is not known."""
    if preview is None or len(index) != len(preview.shown):
        return None
    flat = 0
    for at, size in zip(index, preview.shown, strict=True):
        if at >= size:
            return None
        flat = flat * size + at
    return preview.cells[flat] if flat < len(preview.cells) else None


def texts(figure: Figure, shown: dict[int, tuple[int | None, ...]], style: Style) -> dict[Index, str]:
    """The numbers of the shown cells as text, by index; unknown ones are missing."""
    alone = figure.fixed
    ranges = [[i for i in shown.get(d, (alone.get(d, 0),)) if i is not None] for d in range(len(figure.shape))]
    found: dict[Index, str] = {}
    for index in product(*ranges):
        cell = figure.cell(index)
        if cell is not None:
            found[index] = style.number(cell)
    return found


def cell_size(style: Style, numbers: dict[Index, str]) -> tuple[float, float]:
    """Width and height of a cell: wide enough for the longest number, up to that of a random key."""
    if not style.numbers or not numbers:
        return style.width, style.height
    longest = text_width(max(numbers.values(), key=len), style.font, mono=True)
    return min(max(style.width, longest + (9 if longest < WIDEST / 2 else 14)), WIDEST), style.height


def sliced(preview: Preview | None, dim: int, at: int) -> Preview | None:
    """One example of a preview: entry `at` of dimension `dim`; None when it is not shown."""
    if preview is None or at >= preview.shown[dim]:
        return None
    shape, shown = ((*all_[:dim], *all_[dim + 1 :]) for all_ in (preview.shape, preview.shown))
    cells = tuple(
        cell
        for index in product(*map(range, shown))
        if (cell := cell_at(preview, (*index[:dim], at, *index[dim:]))) is not None
    )
    return Preview(preview.dtype, shape, shown, cells)
