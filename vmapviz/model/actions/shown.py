"""Which programs of nested vmaps stand side by side: all of them, or the two around one vmap."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.mapping import shown_trace
from vmapviz.model.programs.index import index
from vmapviz.model.programs.shown import is_pairwise, shown
from vmapviz.model.session import Session


def shown_programs(session: Session) -> range:
    """The numbers of the programs that are shown; none before there is a picture."""
    return shown(_count(session), _two(session), session.view.pair)


def _two(session: Session) -> bool:
    """Whether two programs at a time are wanted: a lecture has no room for more."""
    return session.view.two_levels or session.lecture is not None


def _count(session: Session) -> int:
    """How many programs there are."""
    trace = shown_trace(session)
    return len(trace.programs) if trace else 0


def in_pairs(session: Session) -> bool:
    """Whether the picture shows two of several programs."""
    return len(shown_programs(session)) < _count(session)


def can_choose(session: Session) -> bool:
    """Whether all programs, or two at a time, is the user's choice: with two vmaps it is."""
    count = len(session.experiment.levels) + 1
    return is_pairwise(count, True) and not is_pairwise(count)


def set_two_levels(session: Session, two: bool) -> Session:
    """The session that shows two programs at a time, or all of them where there are few."""
    if two == session.view.two_levels:
        return session
    return in_sight(replace(session, view=replace(session.view, two_levels=two)))


def toggle_two_levels(session: Session) -> Session:
    """The session with the other choice of `set_two_levels`."""
    return set_two_levels(session, not session.view.two_levels)


def show_pair(session: Session, pair: int) -> Session:
    """The session with the programs before and after one vmap, the innermost being 0."""
    if not in_pairs(session):
        return session
    pair = shown(_count(session), _two(session), pair)[0]
    return session if pair == session.view.pair else replace(session, view=replace(session.view, pair=pair))


def can_step(session: Session, by: int) -> bool:
    """Whether there is another pair outwards (1) or inwards (-1)."""
    return in_pairs(session) and 0 <= shown_programs(session)[0] + by < _count(session) - 1


def step_outwards(session: Session) -> Session:
    """The session with the pair around the next vmap outwards; stays at the outermost."""
    return show_pair(session, shown_programs(session)[0] + 1) if in_pairs(session) else session


def step_inwards(session: Session) -> Session:
    """The session with the pair around the next vmap inwards; stays at the innermost."""
    return show_pair(session, shown_programs(session)[0] - 1) if in_pairs(session) else session


def in_sight(session: Session) -> Session:
    """The session with the nearest pair of programs that has the selected equation."""
    trace, seen = shown_trace(session), shown_programs(session)
    if trace is None or not session.selected or not in_pairs(session):
        return session
    having = [n for n in range(len(trace.programs)) if index(trace).selected(session.selected, n)]
    if not having or any(number in seen for number in having):
        return session
    return show_pair(session, having[-1] if having[-1] < seen[0] else having[0] - 1)
