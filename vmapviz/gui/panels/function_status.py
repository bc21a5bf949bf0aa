"""What the Function column says around its rows: batch sizes, status, the line in error, notes. No Qt in here."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vmapviz.gui.panels.argument_rows import ArgumentRow, Leaf, LevelRows, plain
from vmapviz.model.actions.arguments import set_batch_size
from vmapviz.model.actions.running import is_stale
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session
from vmapviz.model.trace import Source

GIVEN = (
    "These are the very arrays that vmapviz.show was given. Another type or value in a row takes the place of its array; "
    "the first text brings it back."
)


def hint(given: bool = False) -> str:
    """What stands beside the heading of the arguments; `given` to `vmapviz.show`."""
    return "yours; click the axis of examples" if given else "click the axis that counts examples"


class BatchSize(msgspec.Struct, frozen=True):
    """The number of examples of one vmap; `note` says what a change resizes, `reason` why there can be none here."""

    size: int | None
    note: str = ""
    reason: str = ""


def batch_size(session: Session, rows: LevelRows) -> BatchSize:
    """The number of examples of one vmap, from its rows, else its axis_size; and what happens when it is changed."""
    sizes = [(f"{row.name}{leaf.path}, axis {axis}", leaf.sizes[axis]) for row, leaf, axis in _batched(rows)]
    size = next((size for _, size in sizes if isinstance(size, int)), session.experiment.levels[rows.level].axis_size)
    if size is None:
        return BatchSize(None, "once it is traced" if sizes else "nothing is batched")
    note = f"resizes {sizes[0][0]}" if len(sizes) == 1 else f"resizes {len(sizes)} arrays"
    name, reason = _refused(session, size + 1, rows)
    return BatchSize(size, f"{name} is a value: edit it" if name else note if sizes else "", reason)


def _batched(rows: LevelRows) -> Iterator[tuple[ArgumentRow, Leaf, int]]:
    for row in rows.rows:
        for leaf in row.leaves or ((row.control,) if row.control else ()):
            if leaf.axis is not None:
                yield row, leaf, leaf.axis


def _refused(session: Session, size: int, rows: LevelRows) -> tuple[str, str]:
    """Whose value refuses another batch size, and why; "" where none does."""
    tried = set_batch_size(session, size, rows.level)
    if tried.experiment is not session.experiment or not tried.notes:
        return "", ""
    refusal = tried.notes[-1]
    return rows.rows[refusal.arguments[0]].name if refusal.arguments else "", plain(refusal.text)


def error_place(session: Session) -> Source | None:
    """The place in the source that stopped the trace, else the run; None where it stands in none."""
    failure = _failure(session)
    return failure.source if failure else None


def _failure(session: Session) -> Problem | None:
    return session.problem or (None if is_stale(session) else session.run_problem)


def notes(session: Session) -> tuple[Problem, ...]:
    """What is worth saying and no error: warnings of the trace."""
    warned = (session.problem,) if session.problem and session.problem.severity == "warn" else ()
    return (*warned, *session.notes)


def error_note(session: Session) -> str:
    """What stands under the editor about the line in error: "line 3 stopped it"."""
    problem, place = _failure(session), error_place(session)
    if problem is None or place is None:
        return ""
    line = place.line
    title = plain(problem.title).removesuffix(".")
    return f"line {title.removeprefix('Line ')}" if title.startswith(f"Line {line} ") else f"line {line} stopped it"
