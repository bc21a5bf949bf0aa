"""A choice made for every example: all cases are computed, each example keeps one of them, and the rest is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from msgspec.structs import replace

from vmapviz.model.scenes import layout
from vmapviz.model.scenes.arrays import kept_role
from vmapviz.model.scenes.layout import Figure, Style
from vmapviz.model.scenes.marks import CAP, Box, bounds
from vmapviz.model.scenes.operation import Operand, Operation, shown
from vmapviz.model.scenes.rows import BEFORE, RUN, Arrow, Row, Shown, Sign, Token, column, row
from vmapviz.model.scenes.scene import Item, Rect, Text
from vmapviz.model.scenes.tracks import STRIKE, cell_width

MOST_CASES = 8
GAP, CLOSE, MANY = 6.0, 2.0, 5  # between lines, and where there are more than so many
SWATCH = 30.0, 18.0
SECOND, LEGEND = 180.0, 480.0  # where the second of what they mean begins in a line, and how wide that is about


def select_n(operation: Operation) -> Row:
    """Which case, the cases with what is thrown away struck, and what is kept."""
    which, *cases = operation.operands
    kept = [case._replace(figure=_kept(case.figure, which.figure, n)) for n, case in enumerate(cases)]
    operation = operation._replace(operands=(which, *kept))
    flat = [*operation.figures, *operation.results]
    return _column(operation) if all(len(figure.shape) == 1 for figure in flat) else _row(operation)


def _column(operation: Operation) -> Row:
    """One line for each: what goes into the branches, which one is meant, what each gives, and what is kept; what the looks of the
    cells mean beside them, or below them."""
    which, *cases = operation.operands
    given = [figure for figure in operation.given if figure.shape == operation.results[0].shape][:1]
    to = "given to all" if len(cases) > 2 else "given to both"
    lines = [(to, Shown(figure, BEFORE)) for figure in given if len(cases) < MANY - 1]
    lines += [(f"which {_kind(operation)}", Shown(which.figure, which.when))]
    lines += [(_word(operation, n), Shown(case.figure, case.when)) for n, case in enumerate(cases[:MOST_CASES])]
    lines += [("select_n", Shown(figure, RUN)) for figure in operation.results]
    bare = [(word, Shown(_bare(each.figure, first=not n), each.when)) for n, (word, each) in enumerate(lines)]
    widths = _widths([each.figure for _, each in bare], operation.style)
    placed = [(word, each, width) for (word, each), width in zip(bare, widths, strict=True)]
    made = column(placed, GAP if len(placed) <= MANY else CLOSE)
    items = [*made.items, *((item, RUN) for item in _legend(operation, *_place_of_legend(operation, made.box)))]
    return made._replace(items=items, box=bounds([item for item, _ in items]))


def _place_of_legend(operation: Operation, box: Box) -> tuple[float, float, float, float]:
    """Beside a column in one line of the picture; in two below it, from its cells on or so far left that it is no wider than all."""
    x, y = box[2] + 36, (box[1] + box[3]) / 2 - 18
    if operation.style.lines < 2:
        return x, y, x, y + 28
    left, y = max(box[0], min(0.0, box[2] - LEGEND)), box[3] + 10
    return left, y, left + SECOND, y


def _row(operation: Operation) -> Row:
    """Side by side, where arrays of more than one axis would be too high below each other."""
    which, *cases = operation.operands
    hidden = len(cases) - MOST_CASES
    tokens: list[Token] = [*shown(_noted(which, f"which {_kind(operation)}"), operation.sources)]
    for n, case in enumerate(cases[:MOST_CASES]):
        tokens += shown(_noted(case, _word(operation, n)), operation.sources)
    tokens += [Sign(f"+{hidden} more")] if hidden > 0 else []
    tokens += [Arrow("select_n", f"each from its {_kind(operation)}", RUN)]
    tokens += [Shown(figure, RUN) for figure in operation.results]
    made = row(tokens, operation.style, operation.results[0].key)
    first = next((figure.key for figure in operation.figures[1:] if figure.key in made.arrays), None)
    left, y = made.arrays[first][1].grid[0] if first else made.box[0], made.box[3] + 10
    left = max(made.box[0], min(left, made.box[2] - LEGEND))
    items = [*made.items, *((item, RUN) for item in _legend(operation, left, y, left + SECOND, y))]
    return made._replace(items=items, box=bounds([item for item, _ in items]))


def _kind(operation: Operation) -> str:
    """What is chosen among: branches of a cond, or cases."""
    return "branch" if operation.origin == "cond" else "case"


def _word(operation: Operation, number: int) -> str:
    helper = operation.operands[number + 1].helper
    truth = f" ({'FT'[number]})" if operation.figures[0].dtype == "bool" else ""
    return f"{_kind(operation)} {number}{truth}" + (f": {helper}" if helper else "")


def _noted(operand: Operand, word: str) -> Operand:
    """An operand with a word below its name, in place of what made it."""
    figure = operand.figure
    return operand._replace(figure=replace(figure, notes=(word, *figure.notes[:1])))


def _bare(figure: Figure, first: bool = False) -> Figure:
    """A figure of a column: without notes, on one line whichever vmap's examples it holds, and its axis named once."""
    across = (None, 0) if figure.table != layout.NONE else layout.NONE
    return replace(figure, notes=(), bare=not first, unnamed=True, table=across)


def _widths(figures: list[Figure], style: Style) -> Iterator[Style]:
    """The style for each, in which all cells are equally wide, so that those of an example stand below each other."""
    widest = max(cell_width(figure, style) for figure in figures)
    for figure in figures:
        more = STRIKE if figure.kept is not None and style.numbers else 0
        yield replace(style, width=widest - more)


def _kept(figure: Figure, which: Figure, number: int) -> Figure:
    """A case whose cells are kept where `which` chose it."""
    if figure.shape != which.shape and which.shape:
        return figure
    known = which.preview.shown if which.preview is not None and which.shape else figure.shape
    ranges = [range(min(size, layout.MOST_CELLS)) for size in known]
    cells = {index: which.cell(index if which.shape else ()) for index in product(*ranges)}
    if any(cell is None for cell in cells.values()):
        return figure
    return replace(figure, kept=frozenset(index for index, cell in cells.items() if int(cell or 0) == number))


def _legend(operation: Operation, x: float, y: float, other_x: float, other_y: float) -> Iterator[Item]:
    """What the two looks of a case's cells mean, and how many are thrown away where all are known."""
    cases = operation.figures[1:]
    if any(figure.kept is None for figure in cases):
        return
    whole = all(figure.preview is not None and figure.preview.shown == figure.shape for figure in cases)
    total, kept = sum(prod(figure.shape) for figure in cases), sum(len(figure.kept or ()) for figure in cases)
    thrown = f"computed and thrown away: {total - kept} of {total} values" if whole else "computed and thrown away"
    width, height = SWATCH
    strong = kept_role(cases[0])
    yield Rect(x, y, width, height, strong, "cell", key="legend.kept")
    yield _said("computed and kept", (x, y, x + width, y + height), "legend.kept.text")
    yield Rect(other_x, other_y, width, height, "surface", "cell", hatch="cell", key="legend.thrown")
    yield _said(thrown, (other_x, other_y, other_x + width, other_y + height), "legend.thrown.text")


def _said(text: str, swatch: Box, key: str) -> Text:
    return Text(swatch[2] + 12, (swatch[1] + swatch[3]) / 2 + CAP * 12, text, "ink", 12, key=key)
