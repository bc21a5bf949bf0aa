"""What is said where numbers stand or should stand: running, not run, out of date, stopped, failed."""

from __future__ import annotations

from vmapviz.model.actions.inside import sought
from vmapviz.model.actions.running import is_stale
from vmapviz.model.programs.index import index
from vmapviz.model.session import Session


def words(session: Session, there: bool) -> str:
    """The state of the run in words; "" when the numbers shown are those of the picture. `there` = some are shown."""
    if session.run_problem is not None:
        return plain(f"{session.run_problem.title} {session.run_problem.text}".strip())
    if session.picture is None:
        return ""
    if session.jobs.run is not None:
        return "Running… These are the numbers of the run before." if there else "Running…"
    if not there:
        return "Not run yet. Ctrl+Enter runs it."
    if session.problem is not None or is_stale(session):
        return "These numbers are out of date: they belong to the last version that worked."
    return ""


def look_words(session: Session) -> str:
    """Why there are no numbers of the body that the selected equation stands in; "" where it stands in none."""
    if session.look_problem is not None:
        return plain(f"{session.look_problem.title} {session.look_problem.text}".strip())
    if sought(session) is None or session.run_problem is not None or is_stale(session):
        return ""
    return "Looking inside…" if session.auto else ""


def body_words(session: Session) -> str:
    """That the selected equation has a body with values of its own; "" where it has none."""
    if session.picture is None or session.values is None or session.selected is None:
        return ""
    equation = index(session.picture.trace).equations[0].get(session.selected)
    return (
        "Select an equation of its body to see the values in there."
        if equation is not None and equation.subprograms
        else ""
    )


def plain(text: str) -> str:
    """A text without its marks of emphasis and of code."""
    return text.replace("**", "").replace("`", "")
