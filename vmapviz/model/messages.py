"""What the window and the worker say to each other; every message but the first carries its job's number."""

from __future__ import annotations

import msgspec

from vmapviz.model import experiment, problem, timing, trace
from vmapviz.model.facts import Facts
from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Lanes
from vmapviz.model.matching import Matching
from vmapviz.model.slices import Region
from vmapviz.model.values import Piece, Result, Values


class Trace(msgspec.Struct, frozen=True, tag=True):
    """Request: trace the experiment. Answers: Traced, then Verified; or Failed."""

    job: int
    experiment: experiment.Experiment


class Run(msgspec.Struct, frozen=True, tag=True):
    """Request: evaluate both programs step by step and check the result. Answers: Ran; or Failed."""

    job: int
    experiment: experiment.Experiment
    examples: tuple[int, ...] = ()


class Look(msgspec.Struct, frozen=True, tag=True):
    """Request: evaluate one pass through the body that the equation at `path` stands in; `turn` says which iteration of each loop around
    it, `example` which one, counted flat; `devices` on how many pmap makes that pass, too, for what they exchange in it (0: on none).
    Answers: Looked; or Failed."""

    job: int
    experiment: experiment.Experiment
    path: str
    example: int
    turn: tuple[int, ...]
    devices: int = 0


class Fetch(msgspec.Struct, frozen=True, tag=True):
    """Request: cells of one value that its preview leaves out. Answers: Fetched; or Failed."""

    job: int
    experiment: experiment.Experiment
    region: Region


class Match(msgspec.Struct, frozen=True, tag=True):
    """Request: compare the values of one example, counted flat, with the batched ones; `whole` gives it more time. Answers: Matched; or
    Failed."""

    job: int
    experiment: experiment.Experiment
    example: int
    whole: bool = False


class Time(msgspec.Struct, frozen=True, tag=True):
    """Request: time the variants over the batch sizes. Answers: Timed, again and again; the last has `done`.

    `batches` are the numbers swept: of examples, or of what `over` names, with `examples` of them then (None = as many as given).
    `budget_s` is the time of a point, `total_s` of all of them; `grad` times the gradient too.
    """

    job: int
    experiment: experiment.Experiment
    variants: tuple[str, ...]
    batches: tuple[int, ...]
    devices: int
    budget_s: float
    total_s: float = timing.TOTAL_S
    over: str = timing.BATCH
    examples: int | None = None
    grad: bool = False


class Write(Time, frozen=True, tag=True):
    """Request: the Python of every variant, as a sweep that is asked for like this would run it; the variants asked for do not matter.
    Answers: Written; or Failed.

    `there`: so many devices are there, None = as many as the one has who is asked.
    """

    there: int | None = None


class Pmap(msgspec.Struct, frozen=True, tag=True):
    """Request: make pmap's program over at most so many devices, and run it. Answers: Pmapped, then Placed; or Failed."""

    job: int
    experiment: experiment.Experiment
    devices: int


class Examine(msgspec.Struct, frozen=True, tag=True):
    """Request: compile both programs and look into the values, for what is worth knowing. Answers: Examined; or Failed.

    Large programs are compiled only when `whole` says so.
    """

    job: int
    experiment: experiment.Experiment
    whole: bool = False


class Lower(msgspec.Struct, frozen=True, tag=True):
    """Request: what becomes of jit(vmap(fun)) below the jaxpr, in this form. Answers: Lowered; or Failed."""

    job: int
    experiment: experiment.Experiment
    form: trace.Form


class Hello(msgspec.Struct, frozen=True, tag=True):
    """Request, to the process that called `vmapviz.show`: what was asked before is not wanted any more. Answer: Ready, once it is free."""

    job: int = 0


class Hush(msgspec.Struct, frozen=True, tag=True):
    """To the worker that times, in the middle of a sweep: take no samples while `on`, since JAX works for the user. No answer."""

    on: bool


class ArgumentLeaf(msgspec.Struct, frozen=True):
    """One array of an argument as the user gave it (with its batch axes); `path` is "" when the argument is one array."""

    path: str
    dtype: str
    shape: tuple[int, ...]
    axes: tuple[int | None, ...]


class Argument(msgspec.Struct, frozen=True):
    """One argument of the call; `keyword` is true when it is passed by keyword (and so mapped along axis 0)."""

    name: str
    text: str
    leaves: tuple[ArgumentLeaf, ...]
    keyword: bool = False


class ResultLeaf(msgspec.Struct, frozen=True):
    """One array of the vmapped result: its type and its batch axes, one per level."""

    path: str
    dtype: str
    shape: tuple[int, ...]
    axes: tuple[int | None, ...]


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has loaded JAX.

    `platforms` are those that this JAX has started ("cpu", "gpu"); `host` is the machine's name; `version` is that of vmapviz there, `wire`
    that of these messages (0 = before they had one).
    """

    jax: str
    python: str
    backend: str
    devices: tuple[str, ...]
    x64: bool
    cores: int
    machine: str
    platforms: tuple[str, ...] = ()
    host: str = ""
    version: str = ""
    wire: int = 0


class Live(msgspec.Struct, frozen=True, tag=True):
    """What `vmapviz.show` was given, said first of all; `lines` are the function's first and last in `file`, None = no file has it."""

    experiment: experiment.Experiment
    file: str
    lines: tuple[int, int] | None


class Traced(msgspec.Struct, frozen=True, tag=True):
    """Both programs; `trace.exact` may still be None."""

    job: int
    trace: trace.Trace
    arguments: tuple[Argument, ...]
    results: tuple[ResultLeaf, ...]
    seconds: float


class Verified(msgspec.Struct, frozen=True, tag=True):
    """The trace again, with `exact` and the axes of helper values known; `note` says what could not be shown."""

    job: int
    trace: trace.Trace
    note: str = ""


class Pmapped(msgspec.Struct, frozen=True, tag=True):
    """The original program and pmap's, verified; `note` says what could not be shown. `more`: it is run next."""

    job: int
    trace: trace.Trace
    note: str = ""
    more: bool = False


class Placed(msgspec.Struct, frozen=True, tag=True):
    """What was on which device when pmap ran; or why it did not run."""

    job: int
    lanes: Lanes


class Lowered(msgspec.Struct, frozen=True, tag=True):
    """The original program and the lowered or compiled one; `note` says what could not be shown."""

    job: int
    trace: trace.Trace
    note: str = ""


class Ran(msgspec.Struct, frozen=True, tag=True):
    """Values inside and the checked result."""

    job: int
    values: Values
    result: Result


class Examined(msgspec.Struct, frozen=True, tag=True):
    """What was found out about the programs."""

    job: int
    facts: Facts


class Looked(msgspec.Struct, frozen=True, tag=True):
    """The values of one pass through a body."""

    job: int
    inside: Inside


class Fetched(msgspec.Struct, frozen=True, tag=True):
    """Cells of one value; none of them where they could not be had."""

    job: int
    piece: Piece


class Matched(msgspec.Struct, frozen=True, tag=True):
    """Whether an example's values are found again in the batched ones."""

    job: int
    matching: Matching


class Written(msgspec.Struct, frozen=True, tag=True):
    """Every variant with its Python."""

    job: int
    ways: tuple[timing.WayText, ...]


class Timed(msgspec.Struct, frozen=True, tag=True):
    """The timings so far; `doing` names what is measured next, `progress` runs from 0 to 1."""

    job: int
    timings: timing.Timings
    doing: str
    progress: float
    remaining_s: float
    done: bool


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The job ended with a problem; `arguments` are those that could be evaluated before it."""

    job: int
    problem: problem.Problem
    arguments: tuple[Argument, ...] = ()


class Printed(msgspec.Struct, frozen=True, tag=True):
    """What the user's code printed."""

    text: str


Request = Trace | Run | Look | Fetch | Match | Time | Write | Pmap | Lower | Examine | Hello | Hush
Reply = (
    Live
    | Ready
    | Traced
    | Verified
    | Ran
    | Looked
    | Fetched
    | Matched
    | Examined
    | Written
    | Timed
    | Pmapped
    | Placed
    | Lowered
    | Failed
    | Printed
)
