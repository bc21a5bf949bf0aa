"""The result of an equation filled cell by cell, each time with the operands' cells that it is made of in frames."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.depends import Case, Cells, Look, sources
from vmapviz.model.depends.cells import no_value
from vmapviz.model.scenes.layout import Index
from vmapviz.model.scenes.marks import Box, bounds, item_box
from vmapviz.model.scenes.scene import Item, Rect, Scene
from vmapviz.model.scenes.symbols import CALLED, CUMULATIVE, RANDOM
from vmapviz.model.trace import Equation, Program

MOST_STOPS = 6
FRAME = 2.0

# What makes each cell of its result of several cells that lie in a row, a window or a lane, or of what only a body knows.
SWEPT = frozenset(
    (
        *("dot_general", "conv_general_dilated", "fft", "cholesky", "triangular_solve", "lu", "qr", "eigh"),
        *("reduce_sum", "reduce_max", "reduce_min", "reduce_prod", "reduce_and", "reduce_or", "argmax", "argmin"),
        *("psum", "pmax", "pmin", "reduce_window", "reduce_window_sum", "reduce_window_max", "reduce_window_min"),
        *CUMULATIVE,
        *("reduce", "reduce_xor", "approx_top_k", "select_and_scatter_add", "select_and_gather_add"),
        *("svd", "eig", "schur", "hessenberg", "tridiagonal", "tridiagonal_solve", "geqrf", "householder_product"),
        *("ragged_dot_general", "symmetric_product", "lu_pivots_to_permutation", "custom_linear_solve"),
        *RANDOM,
        *CALLED,
        *("cond", "iota", "empty", "empty2", "axis_index", "platform_index"),
    )
)


class Half(NamedTuple):
    """One of the two sides of a picture: its equation, the shapes of the operands and their keys, and the letter of its results'.

    `batch` holds the batch axes of the first result with the followed example of each; `looks` are the operands' values, `places` the
    subprograms of the whole program.
    """

    equation: Equation
    shapes: tuple[Index, ...]
    operands: tuple[str, ...]
    result: str
    batch: tuple[tuple[int, int], ...] = ()
    looks: tuple[Look, ...] = ()
    places: Mapping[str, Program] = {}

    @property
    def free(self) -> dict[int, int]:
        """The dimensions that tell the cells of one example's result apart, with their sizes."""
        shape = self.equation.outputs[0].shape
        dims = [dim for dim, _ in self.batch]
        return {dim: size for dim, size in enumerate(shape) if size != 1 and dim not in dims}

    def whole(self, position: Index) -> Index:
        """The index, in the followed example, of a cell by its place in one example."""
        at = dict(self.batch) | dict(zip(self.free, position, strict=True))
        return tuple(at.get(dim, 0) for dim in range(len(self.equation.outputs[0].shape)))

    def position(self, index: Index) -> Index:
        """The place in its example of a cell of the result."""
        return tuple(index[dim] for dim in self.free)


def swept(halves: Iterable[Half], made: Scene, run: Scene) -> Iterator[Scene]:
    """The stills between the moment before and the one with the results; none where nothing is swept over."""
    wanted = [half for half in halves if half.equation.primitive in SWEPT and half.equation.outputs]
    wanted = [half for half in wanted if [*half.free.values()] == [*wanted[0].free.values()]]
    cells = {half.result: cells_of(run, f"{half.result}0") for half in wanted}
    positions = sorted({half.position(index) for half in wanted for index in cells[half.result]})
    waiting = {item.key: item for item in made.items}
    for stop in positions[:MOST_STOPS]:
        late = {key for h in wanted for index, (key, _) in cells[h.result].items() if h.position(index) > stop}
        last = stop == positions[-1]
        items = unfilled(run, late, () if last else [f"{half.result}0" for half in wanted])
        back = [item for key, item in waiting.items() if key and key.removesuffix("#") in late]
        frames = [frame for half in wanted for frame in _frames(half, stop, run)]
        yield replace(run, items=(*back, *items, *frames))


def unfilled(run: Scene, late: Iterable[str], names: Iterable[str]) -> list[Item]:
    """The items with the late cells empty, and what is left out of the arrays with these names too."""
    wanted, left_out = frozenset(late), tuple(f"{name}:" for name in names)

    def is_late(item: Item) -> bool:
        abbreviated = item.key.startswith(left_out) and ",None" in item.key.replace(":", ",")
        return item.key in wanted or abbreviated

    items = [item for item in run.items if item.key[-1:] != "#" or item.key[:-1] not in wanted]
    return [
        replace(item, fill="sunken", hatch="", key=f"{item.key}?", cell=None)
        if isinstance(item, Rect) and is_late(item)
        else item
        for item in items
    ]


def cells_of(scene: Scene, name: str) -> dict[Index, tuple[str, Rect]]:
    """The cells of an array that are drawn, by index, with their keys."""
    pattern = re.compile(rf"{name}:((?:\d+(?:,\d+)*)?)")
    found: dict[Index, tuple[str, Rect]] = {}
    for item in scene.items:
        match = pattern.fullmatch(item.key) if isinstance(item, Rect) else None
        if match is not None and isinstance(item, Rect):
            found[tuple(int(n) for n in match[1].split(",") if n)] = item.key, item
    return found


def _frames(half: Half, position: Index, scene: Scene) -> Iterator[Item]:
    index = half.whole(position)
    result = cells_of(scene, f"{half.result}0").get(index)
    if result is None:
        return
    case = Case(half.equation, half.shapes, half.looks or tuple(no_value for _ in half.shapes), 0, index, half.places)
    yield framed(item_box(result[1]), f"{half.result}0~")
    for n, cells in enumerate(sources(case)):
        name = half.operands[n]
        if cells.exact:
            for number, box in enumerate(_boxes(cells, cells_of(scene, name))):
                yield framed(box, f"{name}~{number or ''}")


def _boxes(cells: Cells, drawn: Mapping[Index, tuple[str, Rect]]) -> list[Box]:
    """One box around the cells, or one each where others stand between them."""
    meant = [item_box(rect) for index, (_, rect) in drawn.items() if cells.holds(index)]
    if not meant:
        return []
    around = bounds([Rect(left, top, right - left, bottom - top) for left, top, right, bottom in meant])
    inside = [rect for _, rect in drawn.values() if _within(item_box(rect), around)]
    return [around] if len(inside) == len(meant) else meant


def _within(box: Box, around: Box) -> bool:
    return around[0] <= box[0] and around[1] <= box[1] and box[2] <= around[2] and box[3] <= around[3]


def framed(box: Box, key: str) -> Rect:
    """A frame around cells."""
    return Rect(box[0], box[1], box[2] - box[0], box[3] - box[1], "", "ink", FRAME, key=key)
