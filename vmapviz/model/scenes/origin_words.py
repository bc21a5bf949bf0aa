"""Where a cell comes from, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model.depends import Cells, Index
from vmapviz.model.picked import Picked
from vmapviz.model.trace import is_literal

MOST_BOXES, MOST_PLACES, MOST_NAMES = 2, 3, 4


def given(cell: Picked) -> str:
    """Of a cell that no equation made."""
    return f"{spelled(cell)} is given"


def comes_from(cell: Picked, rows: Sequence[tuple[str, Cells, Index]], thrown: bool = False) -> str:
    """Which cells a cell depends on, or perhaps depends on, of which values: their names, the cells, and their shapes; whether it is
    `thrown` away."""
    seen = [(of_operand(*row), row[1].exact) for row in rows if row[1].boxes and not is_literal(row[0])]
    sure = list(dict.fromkeys(text for text, exact in seen if exact))
    perhaps = list(dict.fromkeys(text for text, exact in seen if not exact and text not in sure))
    start = f"{spelled(cell)}{', which is thrown away,' if thrown else ''} comes"
    if not sure:
        return f"{start} perhaps from {_listed(perhaps)}" if perhaps else f"{start} from no other cell"
    return f"{start} from {_listed(sure)}" + (f", perhaps from {_listed(perhaps)}" if perhaps else "")


def _listed(parts: Sequence[str]) -> str:
    if len(parts) > MOST_NAMES:
        parts = [*parts[:MOST_NAMES], f"{len(parts) - MOST_NAMES} more"]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def of_operand(name: str, cells: Cells, shape: Index) -> str:
    """Cells of one operand: `d[1, 2]`, `d[1, :]`, "6 cells of d"."""
    everyone = _whose(cells) if cells.everyone else ""
    if len(cells.boxes) > MOST_BOXES:
        return f"{cells.count} cells of {name}{everyone}"
    return " and ".join(f"{name}{_box(box, shape)}" for box in cells.boxes) + everyone


def _whose(cells: Cells) -> str:
    """Of which examples, where not only of the one that is spoken of."""
    if len(cells.examples) == 1:
        return f" of example {cells.examples[0]}"
    return " of every example" if cells.exact else " of another example"


def spelled(cell: Picked) -> str:
    """A cell as it is written: `d[1, 2]`, a scalar by its name alone; of a loop's turn after which."""
    place = f"[{', '.join(map(str, cell.index))}]" if cell.index else ""
    return f"{cell.name}{place}" + (f" after turn {cell.turn + 1:,}" if cell.turn is not None else "")


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
