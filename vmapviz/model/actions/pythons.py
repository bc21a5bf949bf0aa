"""Which Python runs the user's code, and why one could not."""

from __future__ import annotations

import re

from msgspec.structs import replace

from vmapviz.model.actions.running import AGAIN
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Jobs, Session
from vmapviz.model.sweep_state import on_timer

NOT_FOUND = "not found"
OWN = Action("Use vmapviz's own Python", edits=(("python", 0, ""), ("run", 0, "")))


def set_python(session: Session, python: str) -> Session:
    """The session whose code runs in another Python: a program, or a command; "" = the one that vmapviz itself runs in."""
    return replace(session, python=python.strip())


def never_started(session: Session, python: str, why: str = "", said: str = "") -> Session:
    """The session after the worker ended before JAX had loaded; it is not started again by itself.

    `why` says how it ended, `said` is the end of what it complained of.
    """
    title, text = reason(python, why, said)
    last = said.strip().splitlines()[-1] if said.strip() else why if why != NOT_FOUND else ""
    return without_worker(session, Problem("died", title, text, said=last, details=said.strip()))


def without_worker(session: Session, problem: Problem) -> Session:
    """The session whose worker cannot be used, for a reason that is not gone until the user does something."""
    actions = (AGAIN, OWN) if session.python else (AGAIN,)
    worker = replace(session.worker, state="stopped")
    kept = session.jobs.time if on_timer(session) else None
    jobs = Jobs(session.jobs.newest, time=kept)
    return replace(session, worker=worker, jobs=jobs, problem=replace(problem, actions=actions))


def reason(python: str, why: str, said: str, platform: str = "") -> tuple[str, str]:
    """What is missing, and how to get it."""
    if platform and "Unable to initialize backend" in said:
        return (
            f"**JAX has no {platform.upper()} there.**",
            f"The worker runs in `{python}`; choose another platform, or JAX's own choice.",
        )
    missing = re.search(r"No module named '?(\w+)", said)
    if why == NOT_FOUND:
        return (
            "**There is no such Python.**",
            f"`{python}` could not be started: there is no such program, or it may not be run.",
        )
    if missing and missing[1] == "vmapviz":
        return (
            "**vmapviz is not installed there.**",
            f"The code runs in `{python}`. Try `{python} -m pip install vmapviz`.",
        )
    if missing and missing[1] in ("jax", "jaxlib"):
        return "**JAX is not installed there.**", f"The code runs in `{python}`. Try `{python} -m pip install jax`."
    if missing and missing[1] in ("numpy", "msgspec"):
        needed = f"Try `{python} -m pip install {missing[1]}`."
        return "**JAX could not be started.**", f"The worker, which runs in `{python}`, needs {missing[1]}. {needed}"
    if "unrecognized arguments" in said:
        newer = f"Update it with `{python} -m pip install --upgrade vmapviz`."
        return "**The vmapviz there is older than this one.**", f"The code runs in `{python}`. {newer}"
    text = f"The worker runs `{python}`, which ended before it was ready. Is that a Python with JAX and this vmapviz?"
    return "**JAX could not be started.**", text
