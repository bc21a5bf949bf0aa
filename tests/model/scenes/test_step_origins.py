"""A click on a cell in the picture of a step frames exactly the cells that change it: what JAX says, for the batch and for one example."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.depends.perturbing import binding, changed, observed
from vmapviz.engine import compat, evaluate
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import Traced, trace
from vmapviz.engine.verify import verify
from vmapviz.model import actions
from vmapviz.model.depends import Cells
from vmapviz.model.experiment import Experiment
from vmapviz.model.scenes import equation, origins
from vmapviz.model.scenes.film import Film, filmed
from vmapviz.model.scenes.scene import Rect, Scene
from vmapviz.model.scenes.steps import key, steps
from vmapviz.model.scenes.subject import subject_of
from vmapviz.model.scenes.timeline import Place, timeline
from vmapviz.model.scenes.trail import in_example, trail
from vmapviz.model.session import Picture, Session
from vmapviz.model.trace import Batched, Equation, Trace, is_literal

Cell = tuple[str, tuple[int, ...]]  # a figure, or a variable, and an index
Shape = tuple[int, ...]
SIZE, MOST_DRAWS = (2600.0, 1200.0), 12
TABLE = np.array([[1, 2], [3, -1]], np.float32)


class Situation(NamedTuple):
    """A function of which one equation becomes several, and the shapes of what each example has; None: all have the same."""

    fun: Callable[..., Any]
    shapes: tuple[Shape, ...]
    axes: tuple[int | None, ...] = (0, 0)


def one_of(*branches: Callable[[Any], Any]) -> Callable[..., Any]:
    """What each example does one of: their equations become steps."""
    return lambda x, i: lax.switch(jnp.int32(jnp.abs(i)) % len(branches), branches, x)


def convolved(x: Any, w: Any) -> Any:
    return lax.conv_general_dilated(x[None, None], w[None, None], (1,), "SAME")


def solved(a: Any, b: Any) -> Any:
    return lax.linalg.triangular_solve(a, b, left_side=True, lower=True)


SITUATIONS = {
    "turned, summed up": Situation(
        one_of(lambda x: (x[::-1] + 3 * x[0], -x), lambda x: (jnp.cumsum(x), 2 * x)), ((3,), ())
    ),
    "a product, a sum, rows": Situation(
        one_of(lambda x: TABLE @ x, lambda x: x - x.sum(), jnp.transpose, lambda x: x.at[0].set(2 * x[1])), ((2, 2), ())
    ),
    "after the work": Situation(convolved, ((4,), (2,))),
    "a shared matrix": Situation(solved, ((2, 2), (2, 1)), (None, 0)),
}


class Played(NamedTuple):
    """A situation, traced: the equation that became several, and the steps."""

    traced: Traced
    trace: Trace
    path: str
    steps: tuple[Equation, ...]

    def session(self, rng: np.random.Generator) -> tuple[Traced, Session]:
        """The call of other numbers, as it is shown."""
        numbers = tuple(
            rng.normal(scale=3, size=np.shape(each)).astype(np.float32) for each in self.leaves(self.traced)
        )
        call = dataclasses.replace(self.traced.call, arguments=(numbers, {}))
        traced = dataclasses.replace(self.traced, call=call)
        picture = Picture(Experiment(function="f"), self.trace, (), traced.results, 0.0)
        return traced, Session(picture.experiment, picture=picture, values=evaluate.values(traced), example=(1,))

    @staticmethod
    def leaves(traced: Traced) -> list[Any]:
        return jax.tree.leaves(traced.call.arguments)


@cache
def played(name: str) -> Played:
    fun, shapes, axes = SITUATIONS[name]
    zeros = (
        np.zeros(shape if axis is None else (2, *shape), np.float32) for shape, axis in zip(shapes, axes, strict=True)
    )
    traced = trace(fun, (Vmap(axes, 0, None, None, None),), *zeros)
    found = verify(traced)[0]
    path = next(each.path for each in found.original.equations if steps(found, each.path))
    return Played(traced, found, path, steps(found, path))


class Shown:
    """The pictures of the steps of a session's equation, where cells can be clicked."""

    def __init__(self, session: Session, path: str) -> None:
        assert session.picture is not None
        self.session, self.path = session, path
        self.line = timeline(session.picture.trace, "f")
        self.segment = self.line.segment_of(path)
        phases = enumerate(self.line.segments[self.segment].phases)
        self.phases = [n for n, phase in phases if phase.number >= len(equation.PHASES)]
        self.films: dict[tuple[int, ...], Film] = {}

    def film(self, session: Session) -> Film:
        """The film of what is shown; one for every followed example."""
        return self.films.setdefault(session.example, Film(filmed(session), SIZE))

    def step(self, number: int, session: Session | None = None) -> Scene:
        """The end of a step, marked."""
        session = session or self.session
        place = Place(self.segment, self.phases[number], 1.0)
        return self.film(session).scene(self.line, place, self.path, cell=session.cell)

    def click(self, figure: str, at: tuple[int, ...]) -> Session:
        """The session after a click on a cell."""
        picked = self.film(self.session).picked_at(self.path, f"{figure}:{','.join(map(str, at))}")
        assert picked is not None
        return actions.pick(self.session, *picked)


def cells_of(scene: Scene, figure: str, frames: str = "") -> set[tuple[int, ...]]:
    """The indices of a figure's cells, or of those in `frames`."""
    keys = (i.key.removesuffix(frames) for i in scene.items if isinstance(i, Rect) and i.key.endswith(frames))
    return {found[1] for found in map(origins.figure_and_index, keys) if found is not None and found[0] == figure}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_click_in_a_step_frames_what_changes_the_cell_there(name: str) -> None:
    about, rng = played(name), np.random.default_rng(7)
    theirs = [compat.opened(about.traced.jaxprs[-1]).eqns[int(step.path)] for step in about.steps]
    run = binding(theirs)
    said: set[tuple[Cell, Cell]] = set()
    true: set[tuple[Cell, Cell]] = set()
    for _ in range(MOST_DRAWS):
        traced, session = about.session(rng)
        shown = Shown(session, about.path)
        values = dict(evaluate.steps(traced.jaxprs[-1], about.leaves(traced)))
        read = [[a.val if compat.is_literal(a) else values[a] for a in each.invars] for each in theirs]
        for number, (step, truth) in enumerate(zip(about.steps, observed(theirs, run, read, rng), strict=True)):
            for output in range(len(step.outputs)):
                figure = key(number, "q", output)
                for at in cells_of(shown.step(number), figure):
                    scene = shown.step(number, shown.click(figure, at))
                    assert cells_of(scene, figure, "=") == {at}
                    operands = {n: key(number, "o", n) for n, each in enumerate(step.inputs) if not is_literal(each)}
                    said |= {((figure, at), (o, cell)) for o in operands.values() for cell in cells_of(scene, o, "=")}
                    true |= {((figure, at), (operands[n], cell)) for n, cell in truth.get((output, at), set())}
        assert true <= said
        if true == said:
            break
    assert said
    assert true == said


def changes(traced: Traced, found: Trace, rng: np.random.Generator) -> Iterator[tuple[Cell, Cell]]:
    """Each cell of a value of the last program, with each cell of an argument that changes it, by the names of both."""
    jaxpr, leaves = traced.jaxprs[-1], jax.tree.leaves(traced.call.arguments)
    names = traced.names[-1]
    before = {var: np.asarray(value) for var, value in evaluate.steps(jaxpr, leaves) if var in names}
    for n, (value, given) in enumerate(zip(leaves, found.batched.inputs, strict=True)):
        for index in np.ndindex(np.shape(value)):
            for other in changed(value, index, rng):
                now = evaluate.steps(jaxpr, [other if k == n else each for k, each in enumerate(leaves)])
                for var, after in now:
                    for at in np.argwhere(np.atleast_1d(after != before[var])) if var in before else ():
                        yield (names[var], tuple(map(int, at))), (given.name, index)


@pytest.mark.parametrize("name", ["turned, summed up", "a product, a sum, rows"])
def test_of_one_example_it_frames_what_changes_the_cell_through_all_steps_before(name: str) -> None:
    about, rng = played(name), np.random.default_rng(7)
    one = next(each for each in about.trace.original.equations if each.path == about.path)
    figure = f"l{one.inputs.index(about.trace.original.inputs[0].name)}"
    traced, session = about.session(rng)
    shown, argument = Shown(session, about.path), about.trace.batched.inputs[0].name
    truth: dict[Cell, set[tuple[int, ...]]] = {}
    for cell, (name_of, index) in changes(traced, about.trace, rng):
        if name_of == argument:
            truth.setdefault(cell, set()).add(index)
    for number, step in enumerate(about.steps):
        for at in cells_of(shown.step(number), key(number, "q", 0)):
            after = shown.click(key(number, "q", 0), at)
            assert after.example == at[:1]
            real = {index[1:] for index in truth.get((step.outputs[0].name, at), set()) if index[0] == at[0]}
            scene = shown.step(number, after)
            assert cells_of(scene, figure, "=") == real
            chosen = step.primitive == "select_n"  # which branch it is changes what is kept, not what branches make
            assert bool(cells_of(scene, "l0", "=")) == chosen
            assert real


def test_one_example_has_only_its_own_cells_of_those_of_all() -> None:
    entry = Batched("a", "float32", (3, 2), (0,))
    assert in_example(entry, Cells(((range(3), (1,)),)), (2,)).boxes == (((1,),),)
    assert in_example(entry, Cells((((0, 1), (1,)),)), (2,)).boxes == ()
    assert in_example(Batched("a", "float32", (2,), (None,)), Cells((((1,),),)), (2,)).boxes == (((1,),),)


def test_what_is_too_much_to_be_traced_back_is_said_to_be_perhaps_meant() -> None:
    about = played("a product, a sum, rows")
    session = about.session(np.random.default_rng(1))[1]
    subject = subject_of(about.trace, session.values, session.example)
    made = next(each for each in about.steps if each.primitive == "sub")
    exact = trail(subject, about.path, made.outputs[0].name, (0, 0, 0))
    assert all(cells.exact for cells in exact.given.values())
    short = trail(subject, about.path, made.outputs[0].name, (0, 0, 0), most=1)
    assert [cells.exact for (path, _), cells in short.read.items() if path == made.path] == [True, True]
    assert not short.given[about.trace.batched.inputs[0].name].exact
    assert all(
        set(exact.given[name].each()) <= set(cells.each()) for name, cells in short.given.items() if name in exact.given
    )
