"""Cells of figures that show a result with an axis more: a loop's turns, the last, or the lanes of all who read it, the first."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.depends import Cells, Index, turn_before, turns_made
from vmapviz.model.depends.cells import one
from vmapviz.model.inside import LOOPS
from vmapviz.model.scenes.equations import drawn_equations
from vmapviz.model.scenes.steps import steps
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.scenes.trail import case_of
from vmapviz.model.trace import Equation

MARK = "t"  # before the key of the result's own figure


def is_table(figure: str) -> bool:
    """Whether a figure shows a result with an axis more."""
    return figure[:1] == MARK


def own_figure(figure: str) -> str:
    """The figure of the result itself."""
    return figure.removeprefix(MARK)


def of(figure: str) -> str:
    """The figure that shows a result with an axis more, where there is one."""
    return f"{MARK}{figure}"


def has_turns(subject: Subject, path: str, figure: str) -> bool:
    """Whether a figure shows what a loop carries turn by turn."""
    made = _made(subject, path, own_figure(figure))[0]
    return is_table(figure) and made is not None and made.primitive in LOOPS


def taken_apart(subject: Subject, path: str, figure: str, at: Index) -> tuple[Index, int | None, Index]:
    """The index in the result of a figure's cell, the turn of a loop that made it, and the example that reads it."""
    if not is_table(figure):
        return at, None, subject.follow
    if has_turns(subject, path, figure):
        return at[:-1], at[-1], subject.follow
    return at[1:], None, (at[0], *subject.follow[1:])


def put_together(subject: Subject, path: str, figure: str, at: Index, turn: int | None) -> Index | None:
    """The index in a figure of a result's cell, or of one that a turn made, in the followed example's lane; None where it has none."""
    turns = has_turns(subject, path, figure)
    if turns != (turn is not None):
        return None
    if turn is not None:
        return (*at, turn)
    return (subject.follow[0], *at) if is_table(figure) else at


def shape(subject: Subject, path: str, figure: str, of_result: Index) -> Index:
    """The shape of a figure, from that of the result."""
    if not is_table(figure):
        return of_result
    if not has_turns(subject, path, figure):
        return (subject.count, *of_result)
    made, _ = _made(subject, path, own_figure(figure))
    found = subject.turning(made.path, _is_one(figure)) if made is not None else None
    return (*of_result, found.made.shape[-1] if found is not None and found.made is not None else 0)


def is_thrown_away(subject: Subject, path: str, figure: str, at: Index) -> bool:
    """Whether a turn made a cell for an example that was done."""
    index, turn, _ = taken_apart(subject, path, figure, at)
    made, output = _made(subject, path, own_figure(figure))
    if made is None or turn is None:
        return False
    count = turns_made(case_of(subject, made, output, index))
    return count is not None and turn >= count


def turns_before(subject: Subject, path: str, figure: str, at: Index) -> dict[str, Cells]:
    """The cells in the table of a loop's turns that a cell of a turn, or of the result, is made of."""
    index, turn, _ = taken_apart(subject, path, figure, at)
    made, output = _made(subject, path, own_figure(figure))
    found = subject.turning(made.path, _is_one(figure)) if made is not None and made.primitive in LOOPS else None
    if made is None or found is None or found.made is None or found.number != output:
        return {}
    case = case_of(subject, made, output, index, turn)
    last, cells = turn_before(case) if turn is not None else ((turns_made(case) or 0) - 1, one(index))
    if last < 0 or not cells.boxes:
        return {}
    return {of(own_figure(figure)): replace(cells, boxes=tuple((*box, (last,)) for box in cells.boxes))}


def _is_one(figure: str) -> bool:
    return own_figure(figure)[0] == "m"


def _made(subject: Subject, path: str, figure: str) -> tuple[Equation | None, int]:
    """The equation that gives what a figure of a result shows, and which of its results that is."""
    head, _, rest = figure.partition("q") if "q" in figure else figure.partition("m")
    if not rest.isdigit():
        return None, 0
    if head:
        return steps(subject.trace, path)[int(head[1:])], int(rest)
    one_, main, _ = drawn_equations(subject.trace, path)
    return one_ if figure[0] == "m" else main, int(rest)
