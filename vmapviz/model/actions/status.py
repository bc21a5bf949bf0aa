"""How it stands, for the window's last line."""

from __future__ import annotations

from vmapviz.model.actions.history import LOCAL
from vmapviz.model.actions.live import is_shown
from vmapviz.model.actions.mapping import shown_trace
from vmapviz.model.actions.running import is_stale, is_tracing
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import sweep_line


def status_text(session: Session) -> str:
    """How it stands, in a few words: `up to date · 41 ms`."""
    if is_tracing(session):
        return "Working..."
    problem = session.problem if session.problem is None or session.problem.kind not in LOCAL else None
    if problem is not None and problem.severity == "stopped":
        return _waiting(session) if is_shown(session) and session.worker.ready is None else "stopped"
    if problem is not None:
        line = f": line {problem.source.line}" if problem.source else ""
        return f"out of date{line}" if session.picture is not None else f"not traced{line}"
    if not session.experiment.source.strip():
        return ""
    if session.worker.ready is None:
        return _waiting(session)
    if session.picture is None:
        return "" if session.auto else "not run yet"
    if is_stale(session):
        return "out of date" if session.auto else "not run yet"
    seconds = session.picture.seconds
    if not seconds:  # from a snapshot
        return "up to date"
    return f"up to date · {seconds * 1000:.0f} ms" if seconds < 1 else f"up to date · {seconds:.1f} s"


def _waiting(session: Session) -> str:
    if is_shown(session):
        return "your process has ended" if session.worker.state == "stopped" else "waiting for your process"
    return "Starting JAX" if session.worker.restarts == 0 else "Starting JAX again"


def last_line(session: Session) -> str:
    """The state for the window's last line: how far a sweep is, what runs now, how far the programs were checked against JAX's own."""
    return " · ".join(part for part in (sweep_line(session), _line(session)) if part)


def _line(session: Session) -> str:
    picture = session.picture
    if picture is None or is_tracing(session) or is_stale(session) or session.problem is not None:
        return status_text(session)
    if session.jobs.pmap is not None:
        return "Making pmap's program..."
    if session.jobs.lower is not None:
        return {"HLO": "Compiling", "by hand": "Tracing"}.get(session.by, "Lowering") + " the program..."
    if session.jobs.run is not None:
        return "Running..."
    if session.jobs.examine is not None:
        return "Looking for insights..."
    shown = shown_trace(session)
    if shown is not None and shown is session.pmapped:
        made = "Exact: plain JAX makes the same" if shown.exact else "Not exact: plain JAX makes another"
        return f"{made} program of pmap"
    if shown is not None and shown.hand:
        same = "the same" if shown.hand.agrees else "not the same"
        return f"By hand: {same} work as vmap's program"
    if shown is not None and shown.form:
        made = "Exact: plain JAX gives XLA the same" if shown.exact else "Not exact: plain JAX gives XLA another"
        return f"{made} program"
    if picture.trace.exact is None:
        return (
            "Not checked against plain JAX"
            if session.jobs.trace is None
            else "Checking the programs against plain JAX..."
        )
    return (
        "Exact: plain JAX makes the same program"
        if picture.trace.exact
        else "Not exact: plain JAX makes another program"
    )
