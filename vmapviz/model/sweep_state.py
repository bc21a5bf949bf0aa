"""How a sweep stands, for those who look at something else meanwhile, and whose timings they are."""

from __future__ import annotations

import math
import shlex

from msgspec.structs import replace

from vmapviz.model.experiment import Experiment
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session, Setup
from vmapviz.model.shell_words import shell_words
from vmapviz.model.timing import DEVICES, Timings
from vmapviz.model.what import is_live

SHORT = 16
"""As many letters of a machine's name have room beside a button."""
HELD = {"works": "Paused while JAX works for you", "plays": "Paused while the animation plays"}


def on_timer(session: Session) -> bool:
    """Whether a sweep runs in the worker that measures, beside all else."""
    return session.jobs.time is not None and session.jobs.time == session.timer.job


def setup_of(session: Session) -> Setup:
    """What the worker of a sweep is to be started with, as it is chosen now."""
    sweep = session.sweep
    devices = max((sweep.devices, *sweep.values)) if sweep.over == DEVICES else sweep.devices
    python = "" if sweep.where else session.python
    return Setup(sweep.where, python, devices, sweep.platform, session.experiment.x64)


def traced_part(experiment: Experiment) -> Experiment:
    """What a trace depends on; names, cases and the reference left out."""
    return replace(experiment, name="", group="", cases=(), case=None, base=None, reference=None)


def of_other(session: Session) -> str:
    """What the timings are of, where that is not what the editor holds: "the code before your edits", or a name; "" else."""
    timed, now = session.timed, session.experiment
    if timed is None or traced_part(timed) == traced_part(now):
        return ""
    if (timed.path, timed.name) == (now.path, now.name):
        return "the code before your edits"
    return f"`{timed.name or timed.function}`"


def own_timings(session: Session) -> Timings | None:
    """The timings, where they are of what the picture shows."""
    timed, picture = session.timed, session.picture
    if timed is None or (picture is not None and traced_part(timed) == traced_part(picture.experiment)):
        return session.timings
    return None


def duration_text(seconds: float) -> str:
    """A time to wait, in round words: "5 s", "20 s", "3 min"."""
    if seconds < 10:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{round(seconds, -1):.0f} s" if seconds < 95 else f"{round(seconds / 60):.0f} min"


def sweep_line(session: Session) -> str:
    """A running sweep in a few words: "Timing 40 %, about 20 s left"; "" when none runs."""
    if session.jobs.time is None:
        return ""
    if is_starting(session):
        return starting_words(session)
    if on_timer(session) and session.timer.held:
        return f"{percent(session)}, paused"
    left = f", about {duration_text(session.remaining_s)} left" if session.remaining_s > 0 else ""
    return f"{percent(session)}{left}{_who(session)}"


def percent(session: Session) -> str:
    """ "Timing 40 %"."""
    return f"Timing {session.progress:.0%}".replace("%", " %")


def is_starting(session: Session) -> bool:
    """Whether a sweep waits for JAX, in the worker that is to measure it."""
    return on_timer(session) and session.timer.state == "starting"


def starting_words(session: Session) -> str:
    """What a sweep waits for."""
    where = session.timer.setup.where
    return f"Waiting for {place_name(where)}" if where else "Starting JAX to measure with"


def _who(session: Session) -> str:
    if not on_timer(session):
        return ", in the process that called vmapviz.show"
    where = session.timer.setup.where
    return f", on {place_name(where)}" if where else ""


def place_name(where: str) -> str:
    """What a command of another machine is told by: its host in "ssh -p 22 me@gpu-box python", else its program."""
    words = shell_words(where)
    host = _host(words)
    return words[host].rpartition("@")[2] if host else words[0].rpartition("/")[2] if words else ""


def login_of(where: str) -> str:
    """The command that leads to a shell there: "ssh -p 22 me@gpu-box"."""
    words = shell_words(where)
    return shlex.join(words[: _host(words) + 1])


def _host(words: list[str]) -> int:
    """Which word of a command of ssh's is the host; 0 in another command."""
    if not words or words[0].rpartition("/")[2] not in ("ssh", "ssh.exe"):
        return 0
    place = 1
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in SSH_VALUES else 1
    return place if place < len(words) else 0


SSH_VALUES = tuple(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw")
"""The options of ssh that a value follows."""


def without_sweep(session: Session, problem: Problem | None = None) -> Session:
    """The session in which the worker that measures has ended, and with it a sweep that it was at."""
    timer = replace(session.timer, state="off", ready=None, job=None, held="")
    if not on_timer(session):
        return replace(session, timer=timer)
    jobs = replace(session.jobs, time=None)
    after = replace(session, timer=timer, jobs=jobs, doing="", progress=0.0, remaining_s=0.0)
    return replace(after, time_problem=problem)


def has_points(session: Session) -> bool:
    """Whether anything was measured."""
    return session.timings is not None and any(series.points for series in session.timings.series)


def devices_title(session: Session) -> str:
    """What the number of devices is one of: "Devices", "GPU devices", "Devices of gpu-box"."""
    where, platform = session.sweep.where, session.sweep.platform.upper()
    kind = f"{platform} devices" if platform else "Devices"
    name = place_name(where)
    short = name if name.replace(".", "").isdigit() else name.partition(".")[0]
    return f"{kind} of {short if len(short) <= SHORT else short[: SHORT - 1] + '…'}" if where else kind


def planned_on(session: Session) -> tuple[str, ...]:
    """What the next sweep will run on, a line each; nothing before that is known."""
    ready, setup = session.worker.ready, setup_of(session)
    if ready is None:
        return ()
    if session.live is not None and is_live(session.experiment.path):
        return (
            f"{ready.machine}, JAX {ready.jax}",
            "in the process that called `vmapviz.show`, which does nothing else meanwhile",
        )
    devices = f"{setup.devices} CPU device{'s' if setup.devices != 1 else ''}"
    kind = {"": f"{devices} asked for", "cpu": f"{devices} asked for"}.get(setup.platform, setup.platform.upper())
    if setup.where:
        return place_name(setup.where), f"`{setup.where}`", kind
    return f"{ready.machine}, JAX {ready.jax}", kind


def timing_title(session: Session) -> str:
    """The name of the tab: how far a sweep is, or that one ended unseen."""
    if session.jobs.time is not None:
        return percent(session)
    if session.timing_news:
        return "Timing ✓" if session.time_problem is None else "Timing · stopped"
    return "Timing"


def timing_spoken(session: Session) -> str:
    """The same for screen readers."""
    return timing_title(session).replace(" ✓", ", finished").replace(" ·", ",").replace(" %", " percent")
