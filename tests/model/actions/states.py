"""Small sessions for the tests of actions: traces made by hand, the way the engine makes them."""

from __future__ import annotations

from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Argument, ArgumentLeaf, Ready, ResultLeaf, Traced
from vmapviz.model.session import Session, Worker
from vmapviz.model.trace import Equation, Level, Program, Trace, Value

READY = Ready("0.10.2", "3.11.7", "cpu", ("cpu:0",), False, 2, "a machine")
EXPERIMENT = Experiment("def f(x): return jnp.sin(x) + 1", "f", "f32[5]", name="f")


def equation(path: str, origin: str | None = None, body: tuple[Equation, ...] = ()) -> Equation:
    inside = (("body", Program((), (), body, ())),) if body else ()
    return Equation(path, "sin", (), (), (Value(f"v{path}", None, "float32", ()),), inside, None, origin)


def trace(*programs: tuple[Equation, ...], sizes: tuple[int, ...] = (5,), exact: bool | None = True) -> Trace:
    levels = tuple(Level(size, None, "0", "0") for size in sizes)
    return Trace(exact, levels, tuple(Program((), (), equations, ()) for equations in programs))


TRACE = trace(
    (equation("0"), equation("1", body=(equation("1.body.0"),)), equation("2"), equation("3")),
    (
        equation("0"),
        equation("1", "0"),
        equation("2", "1", body=(equation("2.body.0", "1.body.0"),)),
        equation("3"),
        equation("4", "3"),
        equation("5"),
    ),
)
"""The original's 2 became nothing; the vmapped 0, 3 and 5 are inserted."""

ARGUMENT = Argument("x", "f32[5]", (ArgumentLeaf("", "float32", (5,), (0,)),))
RESULT = ResultLeaf("", "float32", (5,), (0,))


def traced(job: int, of: Trace = TRACE, seconds: float = 0.041) -> Traced:
    return Traced(job, of, (ARGUMENT,), (RESULT,), seconds)


def ready() -> Session:
    return Session(EXPERIMENT, worker=Worker("ready", READY))


def two_levels() -> Experiment:
    return Experiment("def f(x): return x", "f", "f32[2,3]", (Vmap(), Vmap()))
