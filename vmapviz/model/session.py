"""The whole state of the app as one frozen value, and what may be done to it as pure functions."""

from __future__ import annotations

from typing import Literal

import msgspec

from vmapviz.model.experiment import Experiment
from vmapviz.model.facts import Facts
from vmapviz.model.inside import Inside
from vmapviz.model.lanes import Lanes
from vmapviz.model.matching import Matching
from vmapviz.model.messages import Argument, Live, Ready, ResultLeaf, Write
from vmapviz.model.picked import Picked
from vmapviz.model.pinned import Pinned, PointName
from vmapviz.model.problem import Problem
from vmapviz.model.slices import Region, Slices
from vmapviz.model.timing import BATCH, FIRST_SHOWN, TOTAL_S, Timings, WayText
from vmapviz.model.trace import Form, Trace
from vmapviz.model.values import Result, Values

Kind = Literal["trace", "run", "look", "fetch", "match", "examine", "pmap", "lower", "write", "time"]
KINDS: tuple[Kind, ...] = ("trace", "run", "look", "fetch", "match", "examine", "pmap", "lower", "write", "time")
MappedBy = Literal["vmap", "pmap", "StableHLO", "HLO", "by hand"]
FORMS: tuple[Form, ...] = ("StableHLO", "HLO")
OTHERS: tuple[Form, ...] = (*FORMS, "by hand")
Tab = Literal["shapes", "values", "result", "insights", "timing", "output"]
LecturePanel = Literal["programs", "shapes", "code", "values", "result", "insights", "timing"]
TimingView = Literal["times", "why"]
ThemeName = Literal["system", "light", "dark", "projector"]
Loop = Literal["once", "film", "equation"]
Motion = Literal["system", "full", "reduced"]


class Worker(msgspec.Struct, frozen=True):
    """The worker process: `ready` is None until JAX has loaded; `restarts` counts how often it came back."""

    state: Literal["starting", "ready", "stopped"] = "starting"
    ready: Ready | None = None
    restarts: int = 0


class Setup(msgspec.Struct, frozen=True):
    """What a worker that measures is started with, since JAX fixes it: on which machine (`where`), in which `python`, over what."""

    where: str = ""
    python: str = ""
    devices: int = 1
    platform: str = ""
    x64: bool = False

    @property
    def command(self) -> str:
        """The Python, or the command, that runs it."""
        return self.where or self.python


class Timer(msgspec.Struct, frozen=True):
    """The worker that measures, "off" until the first sweep; `ready` is None until JAX has loaded there.

    `starts` counts how often it was started, `setup` is with what, `job` the number of the newest sweep it was given. `platforms` are
    those known of its machine. `held` says why it takes no samples just now, "" when it does.
    """

    state: Literal["off", "starting", "ready"] = "off"
    ready: Ready | None = None
    starts: int = 0
    setup: Setup = Setup()
    job: int | None = None
    platforms: tuple[str, ...] = ()
    held: Literal["", "works", "plays"] = ""


class Picture(msgspec.Struct, frozen=True):
    """The last good trace and the experiment it shows; the panels draw this, even while the editor is ahead."""

    experiment: Experiment
    trace: Trace
    arguments: tuple[Argument, ...]
    results: tuple[ResultLeaf, ...]
    seconds: float


class History(msgspec.Struct, frozen=True):
    """Undo and redo of the experiment, newest last; `typing` says that the newest step may still grow."""

    past: tuple[Experiment, ...] = ()
    future: tuple[Experiment, ...] = ()
    typing: bool = False


class Jobs(msgspec.Struct, frozen=True):
    """The number of the newest job, and of the one that runs, per kind; None = nothing runs.

    `traced` is the experiment that the newest trace was asked for, `fetching` the cells that are, `writing` the sweep whose Python is;
    `pictured` says that the picture has arrived, while the trace is still being verified.
    """

    newest: int = 0
    trace: int | None = None
    run: int | None = None
    examine: int | None = None
    look: int | None = None
    fetch: int | None = None
    match: int | None = None
    pmap: int | None = None
    lower: int | None = None
    write: int | None = None
    time: int | None = None
    traced: Experiment | None = None
    fetching: Region | None = None
    writing: Write | None = None
    pictured: bool = False


class View(msgspec.Struct, frozen=True):
    """How things are shown; remembered between starts.

    `two_levels` shows two programs of nested vmaps at a time also where all have room; `pair` is the left one of the two.
    `timing` is what the timing panel shows: the times, or what those of the variant `way` are spent on ("" = the most telling one). `loop`
    says what of the film begins again at its end; with `motion` "reduced" only keyframes are seen, with "system" where the system asks
    for it.
    """

    theme: ThemeName = "system"
    zoom: float = 1.0
    tab: Tab = "shapes"
    examples_open: bool = True
    all_at_once: bool = True
    motion: Motion = "system"
    speed: float = 1.0
    loop: Loop = "once"
    raw: bool = False
    two_levels: bool = False
    pair: int = 0
    timing: TimingView = "times"
    way: str = ""


class Lecture(msgspec.Struct, frozen=True):
    """The lecture view: which panel is shown alone, how large for the window (1 at 1280 by 720), and whether the screen is blank."""

    panel: LecturePanel = "programs"
    scale: float = 1.0
    blank: bool = False


class Sweep(msgspec.Struct, frozen=True):
    """What the timing panel measures.

    `batches` are numbers of examples; `over` another thing to sweep over, whose numbers are `values`, with so many `examples` then
    (None = as many as given). `where` is the command of a
    Python on another machine, "" for the one that runs the code; `platform` one of JAX's, "" for its own choice.
    """

    variants: tuple[str, ...] = FIRST_SHOWN
    batches: tuple[int, ...] = (1, 4, 16, 64, 256, 1024)
    devices: int = 8
    budget_s: float = 2.0
    total_s: float = TOTAL_S
    over: str = BATCH
    values: tuple[int, ...] = ()
    grad: bool = False
    platform: str = ""
    where: str = ""
    examples: int | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """What is swept: batch sizes, or the numbers of what `over` names."""
        return self.batches if self.over == BATCH else self.values


class Ways(msgspec.Struct, frozen=True):
    """The Python of every variant of the sweep that was `asked` for; none where nobody could tell."""

    asked: Write
    ways: tuple[WayText, ...] = ()


class Session(msgspec.Struct, frozen=True):
    """Everything the window shows.

    `selected` and `hovered` are paths of equations in `programs[0]`, or "+PATH" for an equation of the last program that has no
    origin. `folded` holds the paths of subprograms ("0.branches[1]") whose fold differs from the default. `example` is the
    followed example, one index per level, innermost first. `facts` are what was found out about the picture's programs. `by` says
    whose program the user wants to see, or which form of it below the jaxpr; `pmapped` is the picture's original with pmap's program,
    None until it was asked for and made, `lanes` what was on which device when that ran; `lowered` are the forms that were made,
    `by_problem` says why there is none. `turn` is the iteration to be looked at of each loop around the selected equation, outermost
    first (what is missing is 0), `inside` what was found at the last one that was asked for. `live` is what `vmapviz.show` was given,
    None in a window that was opened in another way. `python` is the Python or the command that runs the user's code, "" for vmapviz's
    own. `cell` is the picked cell of a picture, `slices` what was chosen to be seen of arrays with many axes, by variable.
    `system_still` says whether the system asks for less motion, None where Qt does not tell.
    `ways` is the Python of a sweep before it is measured. `pinned` are runs kept to compare `timings` with, `unpinned` all that
    were before one was let go, `pins_said` what is to be told of their file, `compared` at most two of their points.
    `matching` says whether the followed example's values are found again in the batched ones, `match_tries` how often that
    was asked for this example. `lecture` says how the lecture view shows all this, None outside of it; it is not remembered.
    `timed` is the experiment that the timings are of, None = that of the picture; `timer` measures them, unless `vmapviz.show` was
    called: then its process does. `timing_news` says that a sweep ended while another tab was looked at. `wheres` are the commands of
    other machines that were measured on, newest first.
    """

    experiment: Experiment = Experiment()
    live: Live | None = None
    saved: Experiment | None = None
    history: History = History()
    picture: Picture | None = None
    problem: Problem | None = None
    problem_arguments: tuple[Argument, ...] = ()
    worker: Worker = Worker()
    jobs: Jobs = Jobs()
    auto: bool = True
    selected: str | None = None
    hovered: str | None = None
    folded: frozenset[str] = frozenset()
    example: tuple[int, ...] = (0,)
    values: Values | None = None
    result: Result | None = None
    run_problem: Problem | None = None
    facts: Facts | None = None
    facts_problem: Problem | None = None
    turn: tuple[int, ...] = ()
    inside: Inside | None = None
    look_problem: Problem | None = None
    cell: Picked | None = None
    slices: Slices = {}
    matching: Matching | None = None
    match_tries: int = 0
    by: MappedBy = "vmap"
    pmapped: Trace | None = None
    lanes: Lanes | None = None
    lowered: tuple[Trace, ...] = ()
    by_problem: Problem | None = None
    timings: Timings | None = None
    timed: Experiment | None = None
    timer: Timer = Timer()
    timing_news: bool = False
    wheres: tuple[str, ...] = ()
    pinned: tuple[Pinned, ...] = ()
    unpinned: tuple[Pinned, ...] = ()
    pins_said: str = ""
    compared: tuple[PointName, ...] = ()
    doing: str = ""
    progress: float = 0.0
    remaining_s: float = 0.0
    time_problem: Problem | None = None
    sweep: Sweep = Sweep()
    ways: Ways | None = None
    printed: str = ""
    notes: tuple[Problem, ...] = ()
    recent: tuple[str, ...] = ()
    view: View = View()
    system_still: bool | None = None
    lecture: Lecture | None = None
    time_limit_s: float = 10.0
    python: str = ""
