"""A click on a number in the table of a loop's turns frames exactly what changes it: in the operands, and after the turn before."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.depends.perturbing import changed
from vmapviz.engine import compat, evaluate, examples
from vmapviz.engine.calls import Vmap
from vmapviz.engine.carry import split
from vmapviz.engine.trace import Traced, trace
from vmapviz.engine.turning import played
from vmapviz.engine.verify import verify
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import equation, origins
from vmapviz.model.scenes.steps import Stills, steps, with_steps
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.scenes.turned import turned
from vmapviz.model.trace import Trace

FOLLOWED, MOST_TURNS, SIZE = (1,), 4, (1800.0, 900.0)
Cell = tuple[int, tuple[int, ...]]  # an operand's number, and an index
COUNTS = np.array([1, 3, 0], np.int32)
VECTORS = np.array([[1.5, 2, 3], [4, 5.5, 6], [7, 8, 9.5]], np.float32)


class Situation(NamedTuple):
    """A function of which one equation is a loop, shown turn by turn, and its arguments with their axes."""

    fun: Callable[..., Any]
    arguments: tuple[Any, ...]
    axes: tuple[int | None, ...] = (0, 0)
    primitive: str = "while"


def moved(x: Any, n: Any) -> Any:
    return lax.while_loop(lambda c: c[1] > 0, lambda c: (jnp.roll(c[0], 1) * 2 + c[0], c[1] - 1), (x, n))[0]


def counting(x: Any) -> Any:
    """The last number says how often."""

    def turn(x: Any) -> Any:
        return jnp.concatenate([jnp.roll(x[:3], 1) * 2 + x[:3] ** 2, x[3:] - 1])

    return lax.while_loop(lambda x: x[3] > 0, turn, x)


def rooted(a: Any, start: Any) -> Any:
    """A root by Newton's steps, from above, not more than five: of a negative number there is none."""

    def goes_on(now: Any) -> Any:
        return (now[0] * now[0] - a > 0.1) & (now[1] < 5)

    return lax.while_loop(goes_on, lambda now: (0.5 * (now[0] + a / now[0]), now[1] + 1), (start, 0))[0]


def summed(xs: Any, w: Any, reverse: bool = False) -> Any:
    return lax.scan(lambda c, x: (c[::-1] * w + x, None), jnp.full(2, 1.5), xs, reverse=reverse)[0]


SITUATIONS = {
    "each ends by itself": Situation(moved, (VECTORS, COUNTS)),
    "the count for all": Situation(moved, (VECTORS, np.int32(3)), (0, None)),
    "examples last": Situation(moved, (VECTORS.T.copy(), COUNTS), (1, 0)),
    "a number says how often": Situation(counting, (np.c_[VECTORS, COUNTS].astype(np.float32),), (0,)),
    "until it is good enough": Situation(
        rooted, (np.array([2, 90, 9], np.float32), np.array([2, 12, 4], np.float32)), (0, 0)
    ),
    "so many times": Situation(
        lambda x, w: lax.fori_loop(0, 3, lambda i, c: jnp.roll(c, 1) * w, x), (VECTORS, VECTORS[0]), primitive="scan"
    ),
    "over entries": Situation(summed, (VECTORS[:, :, None] * np.ones((3, 3, 2), np.float32), VECTORS[0]), primitive="scan"),
    "the last entry first": Situation(
        lambda xs, w: summed(xs, w, True), (VECTORS[:, :, None] * np.ones((3, 3, 2), np.float32), VECTORS[0]), primitive="scan"
    ),
}  # fmt: skip


class Side(NamedTuple):
    """The loop for one example or for all: JAX's equation, what it is given, and the letters of its table and its operands."""

    equation: Any
    operands: list[Any]
    table: str
    letter: str


@cache
def made(name: str) -> tuple[Traced, Trace]:
    fun, arguments, axes, _ = SITUATIONS[name]
    traced = trace(fun, (Vmap(axes, 0),), *arguments)
    return traced, verify(traced)[0]


def subject_of(name: str) -> Subject:
    traced, found = made(name)
    return Subject(found, evaluate.values(traced), FOLLOWED)


def side(name: str, one: bool) -> Side:
    traced, primitive = made(name)[0], SITUATIONS[name].primitive
    jaxpr = traced.jaxprs[0 if one else -1]
    call = traced.call
    leaves = jax.tree.leaves(examples.arguments_of(call, FOLLOWED[0]) if one else call.arguments)
    (equation,) = (each for each in compat.opened(jaxpr).eqns if str(each.primitive) == primitive)
    values = dict(zip(compat.opened(jaxpr).invars, leaves, strict=True)) | dict(evaluate.steps(jaxpr, leaves))
    read = [atom.val if compat.is_literal(atom) else values[atom] for atom in equation.invars]
    return Side(equation, read, "tm" if one else "tq", "l" if one else "o")


def path_of(name: str) -> str:
    found, primitive = made(name)[1], SITUATIONS[name].primitive
    return next(each.path for each in found.original.equations if each.primitive == primitive)


class Table(NamedTuple):
    """What a loop's body made in its turns of every carried value, and how often each example turned."""

    notes: list[Any]
    counts: Any

    @property
    def total(self) -> int:
        return int(np.max(self.counts))

    def counts_for(self, index: tuple[int, ...], turn: int) -> bool:
        return bool(turn < (self.counts[index[0]] if np.ndim(self.counts) else self.counts))

    def shows(self, number: int, index: tuple[int, ...], turn: int) -> tuple[Any, ...]:
        """What is seen of a cell: its number, and whether it counts; that others go on makes no other number."""
        there = turn < self.total
        return (self.notes[number][(turn, *index)].item() if there else None, self.counts_for(index, turn))


def table(equation: Any, operands: list[Any]) -> Table:
    found = played(equation, operands)
    return Table([np.asarray(each) for each in found.made], np.asarray(found.counts))


def cells(about: Side, subject: Subject, path: str) -> tuple[Table, int, list[tuple[tuple[int, ...], int]]]:
    """The table, the number of the carried value that it shows, and its cells."""
    before = table(about.equation, about.operands)
    shown = subject.turning(path if about.letter == "l" else batched_path(subject), about.letter == "l")
    assert shown is not None
    assert shown.made is not None
    shape = shown.made.shape
    turns = range(min(before.total, MOST_TURNS))
    return before, shown.number, [(at, turn) for at in np.ndindex(shape[:-1]) for turn in turns]


def batched_path(subject: Subject) -> str:
    return next(e.path for e in subject.trace.batched.equations if e.primitive in ("while", "scan"))


def truth(about: Side, before: Table, number: int, wanted: list[tuple[tuple[int, ...], int]]) -> dict[Any, set[Cell]]:
    """The cells of the operands that change each cell of the table."""
    rng, found = np.random.default_rng(1), {cell: set[Cell]() for cell in wanted}
    for n, (atom, value) in enumerate(zip(about.equation.invars, about.operands, strict=True)):
        for index in [] if compat.is_literal(atom) else np.ndindex(np.shape(value)):
            for other in changed(value, index, rng):
                if np.max(other) > 300:
                    continue  # as many turns as nobody waits for
                after = table(about.equation, [*about.operands[:n], other, *about.operands[n + 1 :]])
                for at, turn in wanted:
                    old, new = (each.shows(number, at, turn) for each in (before, after))
                    if old[1] != new[1] or (None not in (old[0], new[0]) and old[0] != new[0]):
                        found[at, turn].add((n, index))
    return found


def click(subject: Subject, path: str, key: str) -> tuple[Picked, Subject]:
    picked = origins.picked_at(subject, path, key)
    assert picked is not None
    return picked[0], Subject(subject.trace, subject.values, picked[1])


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("name", SITUATIONS)
def test_a_number_of_a_turn_comes_from_what_changes_it(name: str, one: bool) -> None:
    subject, path, about = subject_of(name), path_of(name), side(name, one)
    before, number, wanted = cells(about, subject, path)
    real = truth(about, before, number, wanted)
    assert any(real.values()) or name == "so many times"  # of one example it shows the counter, which is given nothing
    for at, turn in wanted:
        figure = f"{about.table}{number}"
        picked, following = click(subject, path, f"{figure}:{','.join(map(str, (*at, turn)))}")
        assert picked.turn == turn
        marks = origins.marks(following, path, picked)
        assert marks.picked[figure] == (*at, turn)
        assert all(each.exact for each in marks.sources.values())
        sources = {
            (int(key[1:]), index)
            for key, found in marks.sources.items()
            if key[0] == about.letter and not compat.is_literal(about.equation.invars[int(key[1:])])
            for index in found.each()
        }
        assert sources == real[at, turn]


def one_turn(about: Side, number: int, at: tuple[int, ...], state: list[Any]) -> tuple[Any, ...]:
    """What the next turn makes of a state at a cell, and whether it counts."""
    equation, params = about.equation, about.equation.params
    given, _ = split(equation, about.operands)
    if str(equation.primitive) == "scan":
        entries = [array[0] for array in given[1]]
        return (np.asarray(compat.function_of(params["jaxpr"])(*given[0], *state, *entries)[number])[at].item(),)
    on = np.asarray(compat.function_of(params["cond_jaxpr"])(*given[0], *state)[0])
    after = compat.function_of(params["body_jaxpr"])(*given[1], *state)
    return np.asarray(after[number])[at].item(), bool(on[at[0]] if on.ndim else on)


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize(
    "name", ["each ends by itself", "a number says how often", "until it is good enough", "so many times"]
)
def test_it_comes_from_the_numbers_of_the_turn_before(name: str, one: bool) -> None:
    subject, path, about = subject_of(name), path_of(name), side(name, one)
    before, number, wanted = cells(about, subject, path)
    rng = np.random.default_rng(2)
    met = 0
    for at, turn in wanted:
        figure = f"{about.table}{number}"
        count = int(before.counts[at[0]]) if np.ndim(before.counts) else before.total
        last = min(turn, count) - 1
        picked, following = click(subject, path, f"{figure}:{','.join(map(str, (*at, turn)))}")
        said = origins.marks(following, path, picked).sources.get(figure)
        if last < 0:
            assert said is None
            continue
        state = [notes[last] for notes in before.notes]
        old, real = one_turn(about, number, at, state), set()
        for index in np.ndindex(state[number].shape):
            for other in changed(state[number], index, rng):
                if one_turn(about, number, at, [*state[:number], other, *state[number + 1 :]]) != old:
                    real.add((*index, last))
        assert set(said.each() if said is not None else ()) == real
        met += bool(real)
    assert met


def test_the_result_is_what_the_last_turn_of_its_example_made() -> None:
    name = "until it is good enough"
    subject, path = subject_of(name), path_of(name)
    turning = subject.turning(batched_path(subject), False)
    assert turning is not None
    picked, following = click(subject, path, "q0:1")
    marks = origins.marks(following, path, picked)
    assert list(marks.sources["tq0"].each()) == [(1, turning.turns[1] - 1)]
    assert list(marks.sources["tm0"].each()) == [(turning.turns[1] - 1,)]


def test_the_words_name_the_turn_and_say_what_is_thrown_away() -> None:
    name = "each ends by itself"
    subject, path = subject_of(name), path_of(name)
    value = subject.turning(batched_path(subject), False)
    assert value is not None
    picked, following = click(subject, path, f"tq{value.number}:0,2")
    words = origins.marks(following, path, picked)
    assert f"{picked.name} after turn 3" in words.words
    kept = origins.marks(following, path, click(subject, path, f"tq{value.number}:0,0")[0])
    told = [each.batched or each.words for each in (words, kept)]
    assert ["which is thrown away" in each for each in told] == [True, False]


def test_a_click_on_one_example_marks_its_lane_of_all() -> None:
    name = "until it is good enough"
    subject, path = subject_of(name), path_of(name)
    picked, following = click(subject, path, "tm0:1")
    marks = origins.marks(following, path, picked)
    assert (marks.picked["tm0"], marks.picked["tq0"]) == ((1,), (1, 1))
    assert list(marks.sources["tm0"].each()) == [(0,)]
    assert list(marks.sources["tq0"].each()) == [(1, 0)]


def test_what_is_said_to_be_thrown_away_is_what_is_struck() -> None:
    traced = trace(moved, (Vmap((0, None), 0), Vmap((0, 0), 0)), np.ones((3, 2, 3), np.float32), COUNTS)
    subject = Subject(verify(traced)[0], evaluate.values(traced), (1, 1))
    path = next(each.path for each in subject.trace.original.equations if each.primitive == "while")
    main = next(each for each in subject.trace.batched.equations if each.primitive == "while")
    found = turned(subject, main, one=False)
    assert found is not None
    assert found.figure is not None
    assert found.figure.kept is not None
    figure, struck = f"tq{found.number}", set()
    for at in np.ndindex(found.figure.shape):
        picked, following = click(subject, path, f"{figure}:{','.join(map(str, at))}")
        if "thrown away" in origins.marks(following, path, picked).words.partition("; ")[0]:
            struck.add(at)
    assert struck == set(np.ndindex(found.figure.shape)) - found.figure.kept
    assert 0 < len(struck) < np.prod(found.figure.shape)


def test_in_a_step_that_is_a_loop_a_number_of_a_turn_answers_too() -> None:
    def fun(x: Any, n: Any) -> Any:
        return lax.cond(n > 1, moved, lambda x, n: -x, x, n)

    traced = trace(fun, (Vmap((0, 0), 0),), VECTORS, COUNTS)
    subject = Subject(verify(traced)[0], evaluate.values(traced), FOLLOWED)
    path = next(each.path for each in subject.trace.original.equations if each.primitive == "cond")
    (number,) = (n for n, each in enumerate(steps(subject.trace, path)) if each.primitive == "while")
    keys = {item.key for phase in shown(subject, path) for scene in phase for item in scene.items}
    (figure,) = {key.partition(":")[0] for key in keys if key.startswith(f"te{number}q") and ":" in key}
    picked, following = click(subject, path, f"{figure}:1,2")
    assert (picked.turn, following.example) == (2, (1,))
    marks = origins.marks(following, path, picked)
    assert marks.picked == {figure: (1, 2)}
    assert list(marks.sources[figure].each()) == [(1, 1)]
    assert {1} == {at[0] for key, each in marks.sources.items() if key[:3] == f"e{number}o" for at in each.each()}


def shown(subject: Subject, path: str) -> Stills:
    return with_steps(subject, path, SIZE, equation.stills_of(subject, path, SIZE))


def test_what_all_draw_from_a_shared_key_answers_in_every_lane() -> None:
    def fun(key: Any, x: Any) -> Any:
        return jax.random.bits(key, (3,)) + x

    traced = trace(fun, (Vmap((None, 0), 0),), jax.random.key(3), np.zeros(4, np.uint32))
    subject = Subject(verify(traced)[0], evaluate.values(traced), FOLLOWED)
    path = next(each.path for each in subject.trace.original.equations if each.primitive == "random_bits")
    assert "tq0:2,1" in {item.key for item in shown(subject, path)[-1][-1].items}
    picked, following = click(subject, path, "tq0:2,1")
    assert (picked.index, picked.turn, following.example) == ((1,), None, (2,))
    marks = origins.marks(following, path, picked)
    assert (marks.picked["tq0"], marks.picked["q0"]) == ((2, 1), (1,))
    assert list(marks.sources["o0"].each()) == [()]
