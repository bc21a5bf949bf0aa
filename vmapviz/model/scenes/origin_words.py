"""Where a cell comes from, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.depends import Cells, Index
from vmapviz.model.picked import Picked
from vmapviz.model.trace import is_literal

MOST_BOXES, MOST_PLACES, MOST_NAMES = 2, 3, 4


def given(cell: Picked) -> str:
    """Of a cell that no equation made."""
    return f"{spelled(cell.name, cell.index)} is given"


def comes_from(cell: Picked, rows: Sequence[tuple[str, Cells, Index]]) -> str:
    """Which cells a cell depends on, of which values: their names, the cells, and their shapes."""
    parts: list[str] = []
    for name, cells, shape in rows:
        if cells.boxes and not is_literal(name):
            parts.append(of_operand(name, cells, shape))
    parts = list(dict.fromkeys(parts))
    start = spelled(cell.name, cell.index)
    if not parts:
        return f"{start} comes from no other cell"
    if len(parts) > MOST_NAMES:
        parts = [*parts[:MOST_NAMES], f"{len(parts) - MOST_NAMES} more"]
    last = f" and {parts[-1]}" if len(parts) > 1 else ""
    return f"{start} comes from {', '.join(parts[:-1] if last else parts)}{last}"


def of_operand(name: str, cells: Cells, shape: Index) -> str:
    """Cells of one operand: `d[1, 2]`, `d[1, :]`, "6 cells of d"."""
    everyone = (" of every example" if cells.exact else " of another example") if cells.everyone else ""
    if not cells.exact and not everyone:
        return f"cells of {name} that are not known"
    if len(cells.boxes) > MOST_BOXES:
        whole = cells.count == len(list(cells.each())) and all(size == 1 for size in shape)
        return f"{name}{everyone}" if whole else f"{cells.count} cells of {name}{everyone}"
    return " and ".join(f"{name}{_box(box, shape)}" for box in cells.boxes) + everyone


def spelled(name: str, index: Index) -> str:
    """A cell as it is written: `d[1, 2]`, a scalar by its name alone."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _box(box: tuple[Sequence[int], ...], shape: Index) -> str:
    return f"[{', '.join(_along(along, size) for along, size in zip(box, shape, strict=True))}]" if box else ""


def _along(along: Sequence[int], size: int) -> str:
    """The indices along a dimension: all `:`, one `2`, in a row `0:3`, else each."""
    if len(along) == 1:
        return str(along[0])
    if len(along) == size:
        return ":"
    if along[-1] - along[0] == len(along) - 1:
        return f"{along[0]}:{along[-1] + 1}"
    shown = [str(at) for at in along[:MOST_PLACES]]
    return f"({', '.join(shown)}{', …' if len(along) > MOST_PLACES else ''})"
