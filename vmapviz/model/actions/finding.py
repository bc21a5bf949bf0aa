"""The insights of a session, and a closer look where one was left out."""

from __future__ import annotations

from vmapviz.model.actions.running import is_stale, running, started
from vmapviz.model.insights import Insight, Known, insights
from vmapviz.model.insights.insight import words
from vmapviz.model.problem import Action
from vmapviz.model.remember import by_identity
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import own_timings

LOOK_CLOSER = Action("Compile it now", "to learn what memory it needs.", (("examine", 0, ""),))


def found_insights(session: Session) -> tuple[Insight, ...]:
    """Everything found about the picture and its numbers, warnings first; none without a picture."""
    picture = session.picture
    if picture is None:
        return ()
    about = (picture.trace, picture.experiment, picture.arguments, session.result, session.facts, own_timings(session))
    return _found(*about)


_found = by_identity(2)(lambda *about: insights(Known(*about)))


def insights_state(session: Session) -> Insight | None:
    """What is to be said besides: that they are still looked for, may be out of date, or that something was left out."""
    if session.picture is None:
        return Insight("empty", "The insights appear here as soon as the function has been traced and run.")
    if session.facts_problem is not None:
        failed = session.facts_problem
        return Insight(failed.kind, failed.title, failed.text, "warn", tries=failed.actions)
    if session.problem is not None or is_stale(session):
        return Insight("stale", "These belong to the last version that worked.", severity="warn")
    if session.jobs.run is not None or session.jobs.examine is not None:
        return Insight("running", "Looking for more…")
    if session.run_problem is not None:
        return Insight("failed", "It could not be run: this is what the programs alone say.")
    if session.facts is None:
        return Insight("not run", "Found without running it; Ctrl+Enter runs it and looks at the numbers, too.")
    if session.facts.why:
        return Insight("facts", session.facts.why, tries=(LOOK_CLOSER,))
    return None if found_insights(session) else Insight("none", "Nothing to say: vmap costs nothing extra here.")


def insights_title(session: Session) -> str:
    """The name of their tab with the number of warnings: "Insights · 2"."""
    warnings = sum(one.severity == "warn" for one in found_insights(session))
    return f"Insights · {warnings}" if warnings else "Insights"


def insights_spoken(session: Session) -> str:
    """The same for screen readers: "Insights, 2 warnings"."""
    warnings = sum(one.severity == "warn" for one in found_insights(session))
    return f"Insights, {warnings} {words(warnings, 'warning', 'warnings')}" if warnings else "Insights"


def look_closer(session: Session) -> Session:
    """The session that compiles a large program, too; nothing while the worker is busy."""
    if session.worker.ready is None or running(session) or session.picture is None:
        return session
    return started(session, "examine")
