"""The selected equation, the folded bodies and the followed example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from vmapviz.model.actions.mapping import show_by, shown_trace
from vmapviz.model.actions.shown import in_sight
from vmapviz.model.inside import kept_turn, loops
from vmapviz.model.programs.index import index, top, unwrapped
from vmapviz.model.remember import by_identity
from vmapviz.model.session import Session
from vmapviz.model.trace import Trace


def select(session: Session, path: str | None) -> Session:
    """The session with this equation selected, and shown where two of many programs are; None for none."""
    if path == session.selected:
        return session
    trace = session.picture.trace if session.picture else None
    turn = kept_turn(session.turn, loops(trace, session.selected), loops(trace, path)) if trace else ()
    return in_sight(replace(session, selected=path, turn=turn, cell=None))


def select_in_vmap(session: Session, path: str | None) -> Session:
    """The session with this equation selected, as those name it who speak of vmap alone: what vmap added is shown in vmap's program."""
    other = session.picture is not None and shown_trace(session) is not session.picture.trace
    return select(show_by(session, "vmap") if other and path and path.startswith("+") else session, path)


def arrive(session: Session, path: str | None) -> Session:
    """The session whose film has come to this equation: the picked cell stays picked, so that its marks go on from picture to picture."""
    after = select_in_vmap(session, path)
    return after if after.cell == session.cell else replace(after, cell=session.cell)


def hover(session: Session, path: str | None) -> Session:
    """The session with the pointer over this equation; None for none."""
    return session if path == session.hovered else replace(session, hovered=path)


@by_identity(2)
def order(trace: Trace) -> tuple[str, ...]:
    """What can be stepped through: the outermost equations, inserted ones where they stand in the last program."""
    originals = [equation.path for equation in trace.original.equations]
    if len(trace.programs) == 1:
        return tuple(originals)
    roots, ends = index(trace).roots[-1], {path: n + 1 for n, path in enumerate(originals)}
    found: list[str] = []
    done = 0
    whole = unwrapped(trace.batched)
    for equation in (*whole.wrappers, *whole.equations):
        root = roots[equation.path]
        if root.startswith("+"):
            found.append(root)
        elif (end := ends.get(top(root), 0)) > done:
            found += originals[done:end]
            done = end
    return (*found, *originals[done:])


def select_next(session: Session) -> Session:
    """The next outermost equation, the first when none is selected; stays at the last."""
    return _stepped(session, 1)


def select_previous(session: Session) -> Session:
    """The outermost equation before, the last when none is selected; stays at the first."""
    return _stepped(session, -1)


def select_first(session: Session) -> Session:
    """The first outermost equation."""
    return _at(session, 0)


def select_last(session: Session) -> Session:
    """The last outermost equation."""
    return _at(session, -1)


def _stepped(session: Session, by: int) -> Session:
    shown = shown_trace(session)
    return select_in_program(session, by, order(shown)) if shown else session


def _at(session: Session, place: int) -> Session:
    shown = shown_trace(session)
    paths = order(shown) if shown else ()
    return select(session, paths[place]) if paths else session


def select_in_program(session: Session, by: int, visible: Sequence[str]) -> Session:
    """The next (1) or previous (-1) of the visible equations, nested ones too, each named by what selecting it selects.

    From an equation that is not visible it goes on from the one around it.
    """
    paths = list(dict.fromkeys(visible))
    if not paths:
        return session
    here = session.selected
    while here is not None and here not in paths:
        here = here.rpartition(".")[0].rpartition(".")[0] or None
    if here is None:
        return select(session, paths[0 if by > 0 else -1])
    place = min(max(paths.index(here) + by, 0), len(paths) - 1)
    return select(session, paths[place])


def toggle_fold(session: Session, path: str) -> Session:
    """The session with one body opened or folded."""
    return toggle_folds(session, (path,))


def toggle_folds(session: Session, paths: Iterable[str]) -> Session:
    """The session with several bodies opened or folded."""
    return replace(session, folded=session.folded ^ frozenset(paths))


def sizes(session: Session) -> tuple[int, ...]:
    """The number of examples of every level, innermost first; none before there is a picture."""
    return tuple(level.size for level in session.picture.trace.levels) if session.picture else ()


def follow(session: Session, example: tuple[int, ...]) -> Session:
    """The session following this example, one index per level, innermost first; indices are kept inside their level."""
    bounds = sizes(session)
    if len(bounds) != len(example):
        return session
    inside = tuple(min(max(place, 0), max(size - 1, 0)) for place, size in zip(example, bounds, strict=True))
    return session if inside == session.example else replace(session, example=inside)


def follow_level(session: Session, level: int, index: int) -> Session:
    """The session following another example of one level."""
    example = session.example
    return follow(session, (*example[:level], index, *example[level + 1 :]))


def follow_next(session: Session) -> Session:
    """The next example, innermost level first; the first after the last."""
    return _turned(session, 1)


def follow_previous(session: Session) -> Session:
    """The example before; the last before the first."""
    return _turned(session, -1)


def _turned(session: Session, by: int) -> Session:
    bounds = sizes(session)
    if len(bounds) != len(session.example) or 0 in bounds:
        return session
    example = list(session.example)
    for level, size in enumerate(bounds):
        example[level] = (example[level] + by) % size
        if example[level] != (0 if by > 0 else size - 1):  # no carry
            break
    return follow(session, tuple(example))


def flat_example(session: Session) -> int:
    """The number of the followed example among all of them, the outermost level counting most."""
    number = 0
    for place, size in zip(reversed(session.example), reversed(sizes(session)), strict=False):
        number = number * size + place
    return number
