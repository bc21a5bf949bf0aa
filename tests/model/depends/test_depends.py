"""What a cell is said to depend on is what changes it: every cell of every operand is changed, and JAX asked what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import jax
import numpy as np
import pytest

from tests.model.depends.perturbing import Cell, Changing, observed
from tests.model.depends.situations import ONE_AXIS, SITUATIONS, Maker
from vmapviz.engine import compat, programs
from vmapviz.engine.evaluate import steps
from vmapviz.engine.previews import is_key, preview
from vmapviz.model.depends import DEPENDS, Case, look_at, sources
from vmapviz.model.trace import Equation, is_literal, places_of

BATCH = 2
MOST_DRAWS = 30  # until every dependency has shown once


def equations(fun: Callable[..., Any], args: list[Any]) -> Iterator[tuple[Any, Equation, list[Any], dict[str, Any]]]:
    """Every equation at the top: JAX's, ours, and its operands' values."""
    jaxpr = jax.make_jaxpr(fun)(*args)
    program, _ = programs.program_of(jaxpr)
    values = dict(steps(jaxpr, jax.tree.leaves(args)))
    for theirs, ours in zip(compat.opened(jaxpr).eqns, program.equations, strict=True):
        read = [atom.val if compat.is_literal(atom) else values[atom] for atom in theirs.invars]
        yield theirs, ours, read, places_of(program)


def seen(theirs: Any, read: list[Any], rng: np.random.Generator) -> Changing:
    """For every cell of every output the cells of the operands that change it."""

    def run(read: list[Any]) -> list[Any]:
        return [jax.random.key_data(v) if is_key(v) else v for v in compat.bind(theirs, theirs.params, read[0])]

    return observed([theirs], lambda read: [run(read)], [read], rng)[0]


def claimed(ours: Equation, read: list[Any], places: Any) -> tuple[dict[Cell, set[Cell]], set[Cell]]:
    """The same as the rules say it, and the cells of which they do not know all."""
    shapes, looks = tuple(np.shape(v) for v in read), tuple(look_at(preview(jax.numpy.asarray(v))) for v in read)
    found: dict[Cell, set[Cell]] = {}
    vague = set()
    variables = [n for n, name in enumerate(ours.inputs) if not is_literal(name)]
    for output, value in enumerate(ours.outputs):
        for index in product(*map(range, value.shape)):
            case = Case(ours, shapes, looks, output, index, places)
            for operand, cells in enumerate(sources(case)):
                listed = list(cells.each())
                assert len(listed) == len(set(listed)) == cells.count
                assert all(map(cells.holds, listed))
                if operand in variables:
                    found.setdefault((output, index), set()).update((operand, each) for each in listed)
                vague |= set() if cells.exact else {(output, index)}
    return found, vague


def batches(
    name: str, make: Maker
) -> Iterator[tuple[str, Callable[..., Any], Callable[[np.random.Generator], list[Any]]]]:
    """The function itself, and vmapped over the first and over the last axis of what it is given, and of the first alone."""
    fun, given = make

    def stacked(axis: int, only: bool) -> Callable[[np.random.Generator], list[Any]]:
        def arguments(rng: np.random.Generator) -> list[Any]:
            several = list(zip(*(given(rng) for _ in range(BATCH)), strict=True))
            return [
                v[0] if only and n else (jax.numpy if is_key(v[0]) else np).stack(v, axis)
                for n, v in enumerate(several)
            ]

        return arguments

    yield "one", fun, given
    if not given(np.random.default_rng(0)):
        return
    yield "first axis", jax.vmap(fun), stacked(0, False)
    if name in ONE_AXIS:
        return
    yield "last axis", jax.vmap(fun, in_axes=-1), stacked(-1, False)
    kinds = [np.asarray(v).dtype.kind for v in given(np.random.default_rng(0)) if not is_key(v)]
    rest = len(kinds) - 1
    if (
        rest > 0 and "i" in kinds[1:]
    ):  # one index for all examples is another primitive, or other numbers, than one of each
        yield "first argument", jax.vmap(fun, in_axes=(0, *[None] * rest)), stacked(0, True)


def no_choice(ours: Equation, read: list[Any]) -> bool:
    """Whether all cases hold the same: a cond that becomes a select_n chooses so among what its branches read."""
    return ours.primitive == "select_n" and all(np.array_equal(read[1], each) for each in read[2:])


class Seen:
    """What was said of an equation and what turned out, in all draws together."""

    def __init__(self) -> None:
        self.said: set[tuple[Cell, Cell]] = set()
        self.true: set[tuple[Cell, Cell]] = set()
        self.vague: set[Cell] = set()

    def draw(self, theirs: Any, ours: Equation, read: list[Any], places: Any, rng: np.random.Generator) -> None:
        rules, vague = claimed(ours, read, places)
        truth = seen(theirs, read, rng)
        for at, cells in truth.items():
            assert cells <= rules[at], f"{ours.primitive} {at}: {sorted(cells - rules[at])} missing"
        self.vague |= vague
        self.said |= {(at, each) for at, cells in rules.items() if at not in vague for each in cells}
        self.true |= {(at, each) for at, cells in truth.items() for each in cells}


CASES = {
    f"{name}: {how}": (name, fun, given) for name, make in SITUATIONS.items() for how, fun, given in batches(name, make)
}


@pytest.mark.parametrize("case", CASES)
def test_a_cell_depends_on_exactly_what_changes_it(case: str) -> None:
    name, fun, given = CASES[case]
    rng = np.random.default_rng(1)
    found: dict[str, Seen] = {}
    for _ in range(MOST_DRAWS):
        for theirs, ours, read, places in equations(fun, given(rng)):
            if no_choice(ours, read):
                continue
            seen = found.setdefault(f"{ours.path} {ours.primitive}", Seen())
            if not seen.said or seen.said - seen.true:
                seen.draw(theirs, ours, read, places, rng)
            assert ours.primitive in DEPENDS
        if all(seen.said <= seen.true for seen in found.values()):
            break
    for equation, seen in found.items():
        assert not seen.vague or name.startswith("vague"), f"{equation}: {sorted(seen.vague)[:3]} not known"
        more = sorted(seen.said - seen.true)
        assert not more, f"{equation}: {more[:5]} change nothing"


def test_what_the_machine_draws_by_itself_comes_from_both_bounds() -> None:
    """`rng_uniform` draws other numbers in every run, and JAX cannot batch it: bounds so far apart are given that each must tell."""

    drawn = partial(jax.lax.rng_uniform, shape=(2, 3))
    nothing, little, far = np.float32(0), np.float32(1e-6), np.float32(1e6)
    assert np.all((drawn(nothing, little) >= 0) & (drawn(nothing, little) <= little))
    assert np.all(drawn(-far, little) < 0)
    assert np.all(drawn(nothing, far) > little)
    ((_, ours, read, places),) = equations(drawn, [nothing, far])
    found, vague = claimed(ours, read, places)
    assert (ours.primitive, vague) == ("rng_uniform", set())
    assert found == {(0, at): {(0, ()), (1, ())} for at in np.ndindex(2, 3)}
    with pytest.raises(NotImplementedError):
        jax.vmap(drawn, (0, None))(np.zeros(2, np.float32), far)
