"""Opening, saving, cases and snapshots."""

from __future__ import annotations

import struct

from msgspec.structs import replace

from vmapviz.model.actions.history import commit, pause
from vmapviz.model.experiment import Experiment, ExperimentError, pick
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Jobs, MappedBy, Picture, Session
from vmapviz.model.snapshot import Array, Snapshot
from vmapviz.model.sweep_state import on_timer, own_timings, without_sweep
from vmapviz.model.values import Preview
from vmapviz.model.what import is_own

RECENT = 10
UNDERSTOOD = Action("Understood", edits=(("dismiss", 0, ""),))


def open_experiment(session: Session, experiment: Experiment, auto: bool = True) -> Session:
    """The session with another experiment; what was typed before is one undo away.

    The old picture stays until the new trace arrives; with nothing to trace there is none.
    `auto` is false for files that run only when asked.
    """
    session = pause(commit(pause(session), experiment))
    return replace(
        session,
        timings=session.timings if session.jobs.time is not None else None,  # a sweep goes on
        picture=session.picture if experiment.source.strip() else None,
        saved=experiment,
        auto=auto,
        problem=None,
        problem_arguments=(),
        by_problem=None,
        by=_still(session.by, experiment),
        notes=(),
        selected=None,
        hovered=None,
        cell=None,
        folded=frozenset(),
        example=(0,) * len(experiment.levels),
        recent=_recent(session.recent, experiment.path),
        view=replace(session.view, pair=0),
    )


def _still(by: MappedBy, experiment: Experiment) -> MappedBy:
    """The program that is shown, where another experiment has it, too: there is no pmap of several, and not always one by hand."""
    has = {"pmap": len(experiment.levels) == 1, "by hand": bool(experiment.reference)}
    return by if has.get(by, True) else "vmap"


def reload(session: Session, experiment: Experiment) -> Session:
    """The session with its file as it now is on disk; what is selected and folded stays."""
    return replace(pause(commit(pause(session), experiment)), saved=experiment)


def _recent(recent: tuple[str, ...], path: str) -> tuple[str, ...]:
    if not is_own(path):
        return recent
    return (path, *(other for other in recent if other != path))[:RECENT]


def open_snapshot(session: Session, snapshot: Snapshot) -> Session:
    """The session with the programs and times of a snapshot; nothing runs until it is asked for."""
    session = open_experiment(session, snapshot.experiment, auto=False)
    if on_timer(session):
        session = without_sweep(session)
    picture = Picture(snapshot.experiment, snapshot.trace, (), (), 0.0)
    return replace(
        session,
        picture=picture,
        jobs=Jobs(newest=session.jobs.newest),
        values=None,
        result=None,
        run_problem=None,
        facts=None,
        facts_problem=None,
        by="vmap",
        pmapped=None,
        lowered=(),
        timings=snapshot.timings,
        timed=snapshot.experiment,
        time_problem=None,
    )


def saved_as(session: Session, path: str) -> Session:
    """The session after its experiment was written to a file."""
    experiment = replace(session.experiment, path=path)
    picture = session.picture
    if picture is not None and picture.experiment == session.experiment:
        picture = replace(picture, experiment=experiment)
    recent = _recent(session.recent, path)
    return replace(pause(session), experiment=experiment, saved=experiment, picture=picture, recent=recent)


def is_edited(session: Session) -> bool:
    """Whether the experiment differs from what was opened or saved."""
    return session.saved is not None and session.saved != session.experiment


def title(session: Session) -> str:
    """The name of the experiment, with its case."""
    experiment = session.experiment
    case = f" · {experiment.case}" if experiment.case else ""
    return (experiment.name or experiment.function or "untitled") + case


def pick_case(session: Session, name: str | None) -> Session:
    """The session with a case of the experiment, None for the experiment itself; picking alone is no edit."""
    try:
        session, edited = commit(session, pick(session.experiment, name)), is_edited(session)
    except ExperimentError as error:
        return fail(session, str(error))
    return session if edited else replace(session, saved=session.experiment)


def fail(session: Session, sentence: str) -> Session:
    """The session with a problem of files or settings in one sentence."""
    return replace(session, problem=Problem("file", f"**{sentence}**", actions=(UNDERSTOOD,)))


def snapshot_of(session: Session) -> Snapshot:
    """What the window shows as a snapshot; raises ExperimentError while there is nothing to keep."""
    picture = session.picture
    if picture is None or picture.trace.exact is None:
        raise ExperimentError("There is nothing to keep yet: the programs are not traced and verified.")
    ready = session.worker.ready
    made_with = {"jax": ready.jax, "python": ready.python} if ready else {}
    leaves = session.result.leaves if session.result else ()
    whole = leaves and all(leaf.batched.shown == leaf.batched.shape for leaf in leaves)
    result = tuple(_array(leaf.path, leaf.batched) for leaf in leaves) if whole else None
    return Snapshot(made_with, picture.experiment, picture.trace, result, own_timings(session))


CODES = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "int32": "i",
    "int64": "q",
    "uint8": "B",
    "uint16": "H",
    "uint32": "I",
    "uint64": "Q",
    "float16": "e",
    "float32": "f",
    "float64": "d",
}


def _array(path: str, preview: Preview) -> Array:
    """An array whose entries are all there: as bytes where they have a plain form, else as text."""
    code = CODES.get(preview.dtype)
    if code is None:
        return Array(path, preview.dtype, preview.shape, text=tuple(map(str, preview.cells)))
    cells = [float(cell) if code in "efd" else int(cell) for cell in preview.cells]
    return Array(path, preview.dtype, preview.shape, struct.pack(f"<{len(cells)}{code}", *cells))
