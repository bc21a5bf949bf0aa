"""Is example i of every batched value the value of that one example? Asked of every equation, also in bodies, in order.

Both programs are evaluated equation by equation; of a loop at most 64 iterations are gone into. Two values agree when they are close, or
when the equation gives the same from the batched program's own operands and those agree: then only rounding grew on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np

from vmapviz.engine import compat, examples, memory, params
from vmapviz.engine.agreement import Agreement, agree
from vmapviz.engine.evaluate import Clock, is_array, needs_all_at_once
from vmapviz.engine.loops import Loop
from vmapviz.engine.trace import Traced
from vmapviz.model.matching import Difference, Matching
from vmapviz.model.programs.index import index
from vmapviz.model.trace import Program, is_literal, places_of

BUDGET_S = 0.8  # unasked: shorter than a second, which a new trace waits before it ends what runs
WHOLE_S = 8.0
MOST_PASSES = 64
MOST_BYTES = 64 << 20
MOST_DIFFERING = 64
TOO_LONG = "The rest was not compared yet."
TOO_LARGE = "Some values were not compared: they are too large to be kept."

Arrays = list[Any]
Turn = tuple[int, ...]
Key = tuple[str, Turn]


class Later(NamedTuple):
    """Part `number` of a loop's state at iteration `at`, as it follows from the `before` one that was gone into."""

    loop: Loop
    before: tuple[Key, ...]
    at: int
    number: int


Given = tuple[Key, ...] | Later | None


class Made(NamedTuple):
    """One value on the way through a program: its variable's name, the iterations of the loops around, and itself.

    `equation` gives it from the values called `operands` (None: a literal), or it is one that a body is given. `given` are the values
    that it was handed on from, into a body or out of one.
    """

    name: str
    turn: Turn
    value: Any
    path: str
    equation: Any = None
    operands: tuple[str | None, ...] = ()
    given: Given = None


class Pass(NamedTuple):
    """One pass through a body: where it stands, its operands, the iterations, and the values that its operands are."""

    place: str
    jaxpr: Any
    operands: Arrays
    turn: Turn
    given: tuple[Given, ...]


class Run:
    """Evaluates a program from the top, bodies before the results of their equations.

    `chosen` holds, by loop of the original and iterations around it, which iterations are gone into: found when `leads`, else followed.
    """

    def __init__(
        self, traced: Traced, number: int, clock: Clock, chosen: dict[Key, tuple[int, ...]], leads: bool
    ) -> None:
        self._names = traced.names[number]
        self._roots = index(traced.trace).roots[number]
        self._full = places_of(traced.trace.programs[number])
        self._clock, self._chosen, self._leads = clock, chosen, leads
        self.skipped = False

    def values(self, one: Pass) -> Iterator[Made]:
        """The values of a body as they are computed."""
        inner = compat.opened(one.jaxpr)
        known = dict(zip(inner.constvars, compat.constant_values(one.jaxpr), strict=True))
        known |= dict(zip(inner.invars, one.operands, strict=True))
        handed = dict(zip(inner.invars, one.given, strict=False))
        for variable, value in known.items():
            yield Made(self._name(variable), one.turn, value, one.place, given=handed.get(variable))
        last = {a: n for n, e in enumerate(inner.eqns) for a in e.invars if not compat.is_literal(a)}
        for number, equation in enumerate(inner.eqns):
            if self._clock.over():
                raise TimeoutError
            path = f"{one.place}.{number}" if one.place else str(number)
            operands = [atom.val if compat.is_literal(atom) else known[atom] for atom in equation.invars]
            names = tuple(None if compat.is_literal(atom) else self._name(atom) for atom in equation.invars)
            inside = None
            for inside in self._passes(equation, path, operands, names, one.turn):
                yield from self.values(inside)
            outputs = compat.bind(equation, equation.params, operands)
            known.update(zip(equation.outvars, outputs, strict=True))
            ends = self._ends(equation, path, one.turn, inside)
            for variable, value, end in zip(equation.outvars, outputs, ends, strict=True):
                yield Made(self._name(variable), one.turn, value, path, equation, names, end)
            for atom in [atom for atom in known if last.get(atom, -1) <= number and atom not in equation.outvars]:
                del known[atom]

    def _name(self, variable: Any) -> str:
        return "" if compat.is_dropped(variable) else self._names.get(variable, "")

    def _passes(
        self, equation: Any, path: str, operands: Arrays, names: tuple[str | None, ...], turn: Turn
    ) -> Iterator[Pass]:
        """The passes through the bodies of an equation that stand here in full; not of one that may write to what it is given."""
        bodies = [(f"{path}.{name}", jaxpr) for name, jaxpr in params.split_jaxprs(equation.params)[1]]
        if not bodies or not all(map(is_array, operands)) or any(place not in self._full for place, _ in bodies):
            return
        keys = tuple(None if name is None else ((name, turn),) for name in names)
        primitive = str(equation.primitive)
        if primitive in ("scan", "while"):
            yield from self._turns(Loop(equation, operands), path, turn, keys)
        elif primitive == "cond":
            taken = min(max(int(operands[0]), 0), len(bodies) - 1)
            yield Pass(*bodies[taken], operands[1:], turn, keys[1:])
        elif len(bodies) == 1 and len(compat.opened(bodies[0][1]).invars) == len(operands):
            yield Pass(*bodies[0], operands, turn, keys)

    def _turns(self, loop: Loop, path: str, turn: Turn, keys: tuple[Given, ...]) -> Iterator[Pass]:
        called = (self._roots[path], turn)
        if self._leads:
            count = loop.count(self._clock)
            most = max(2, MOST_PASSES // 4 ** len(turn))
            self._chosen[called] = examples.spread(count, most)
            self.skipped = self.skipped or count > most or not loop.ended
        before = -1
        for at in self._chosen.get(called, ()):
            for name, jaxpr, operands, constants, entries in loop.bodies(at, keys):
                carry = self._carry(loop, turn, before, at, keys)
                yield Pass(f"{path}.{name}", jaxpr, operands, (*turn, at), (*constants, *carry, *entries))
            before = at

    def _carry(self, loop: Loop, turn: Turn, before: int, at: int, keys: tuple[Given, ...]) -> tuple[Given, ...]:
        """What the state of an iteration is: the loop's operands at first, then what the body gave in the iteration before."""
        ins, outs = loop.carried
        if at == 0:
            return loop.parts(keys)[1]
        if before == at - 1:
            return tuple(self._keys(v, [(*turn, before)]) for v in outs)
        earlier = tuple((self._name(v), (*turn, before)) for v in ins)
        return tuple(Later(loop, earlier, at, number) for number in range(len(ins)))

    def _ends(self, equation: Any, path: str, turn: Turn, inside: Pass | None) -> tuple[Given, ...]:
        """The values of the last pass through an equation's body that its outputs are; of a scan's entries, those of every pass."""
        if inside is None:
            return (None,) * len(equation.outvars)
        outs = compat.opened(inside.jaxpr).outvars
        carried = compat.scan_parts(equation)[1] if str(equation.primitive) == "scan" else len(outs)
        turns = [(*turn, at) for at in self._chosen.get((self._roots[path], turn), ())] or [turn]
        return tuple(self._keys(out, turns if n >= carried else turns[-1:]) for n, out in enumerate(outs))

    def _keys(self, atom: Any, turns: list[Turn]) -> tuple[Key, ...]:
        return () if compat.is_literal(atom) else tuple((self._name(atom), turn) for turn in turns)


class Counterpart(NamedTuple):
    """Which value of the original a batched one is, and its batch axes, innermost level first."""

    name: str
    axes: tuple[int | None, ...]


def matching(traced: Traced, example: int, budget: float = BUDGET_S) -> Matching:
    """Compares the values of an example with the batched ones, as far as `budget` seconds go.

    Raises memory.NeedsMemoryError before anything runs, and whatever running the equations raises.
    """
    memory.guard(traced.jaxprs[-1])
    call = traced.call
    if needs_all_at_once(call):
        return Matching(example, 0, note="The function needs all examples at once: one alone cannot be evaluated.")
    clock = Clock(budget)
    chosen: dict[Key, tuple[int, ...]] = {}
    alone = Run(traced, 0, clock, chosen, leads=True)
    ones: dict[Key, Made] = {}
    note = _gather(alone, _start(traced, 0, examples.arguments_of(call, example)), ones)
    found = _Found(traced, example, ones)
    together = Run(traced, -1, clock, chosen, leads=False)
    try:
        for made in together.values(_start(traced, -1, call.arguments)):
            found.compare(made)
    except TimeoutError:
        note = TOO_LONG
    return found.matching(alone.skipped, note)


def _start(traced: Traced, number: int, arguments: Any) -> Pass:
    operands = jax.tree.leaves(arguments)
    return Pass("", traced.jaxprs[number], operands, (), (None,) * len(operands))


def _gather(run: Run, start: Pass, ones: dict[Key, Made]) -> str:
    """Keeps the values of one example in order; says why some are missing."""
    room, note = MOST_BYTES, ""
    try:
        for made in run.values(start):
            if not made.name or not is_array(made.value):
                continue
            size = getattr(made.value, "nbytes", 8)
            if size <= room:
                ones[made.name, made.turn] = made
                room -= size
            else:
                note = TOO_LARGE
    except TimeoutError:
        return TOO_LONG
    return note


class _Found:
    """Compares the batched values as they come with those of one example."""

    def __init__(self, traced: Traced, example: int, ones: dict[Key, Made]) -> None:
        self._traced, self._example, self._ones = traced, example, ones
        self._order = {key: number for number, key in enumerate(ones)}
        self._counterparts = _counterparts(traced.trace.original)
        self._parts: dict[Key, Any] = {}
        self._agreed: dict[Key, bool] = {}
        self._differences: dict[Key, Agreement] = {}
        self._grown: set[Key] = set()

    def compare(self, made: Made) -> None:
        """Note a batched value."""
        for name, axes in self._counterparts.get(made.name, ()):
            key = name, made.turn
            one = self._ones.get(key)
            if one is None or key in self._parts or not is_array(made.value):
                continue
            part = examples.result_of(made.value, axes, self._traced.call, self._example)
            self._parts[key] = part
            found = agree(part, one.value)
            grown = not found.same and self._has_only_grown(one, part)
            self._agreed[key] = found.same or grown
            if grown:
                self._grown.add(key)
            elif not found.same:
                self._differences[key] = found

    def _has_only_grown(self, one: Made, part: Any) -> bool:
        """Whether a value is what its equation gives from the batched program's operands, all of which agree."""
        if isinstance(one.given, Later):
            return self._follows(one.given, part)
        if one.given is not None and all(key in self._agreed for key in one.given):
            return all(self._agreed[key] and self._is_handed_on(key, part) for key in one.given)
        if one.equation is None:
            return False
        keys = [None if name is None else (name, one.turn) for name in one.operands]
        if not all(key is None or self._agreed.get(key, False) for key in keys):
            return False
        operands = [
            atom.val if key is None else self._parts[key] for atom, key in zip(one.equation.invars, keys, strict=True)
        ]
        outputs = compat.bind(one.equation, one.equation.params, operands)
        names = [self._traced.names[0].get(variable, "") for variable in one.equation.outvars]
        return agree(part, outputs[names.index(one.name)]).same

    def _is_handed_on(self, key: Key, part: Any) -> bool:
        """Whether a value is the batched program's own other one; of entries, which are parts of it, that is not asked."""
        other = self._parts[key]
        return np.shape(part) != np.shape(other) or agree(part, other).same

    def _follows(self, later: Later, part: Any) -> bool:
        """Whether a loop's state is what follows from the batched program's at the iteration that was gone into before."""
        if not all(self._agreed.get(key, False) for key in later.before):
            return False
        start = later.before[0][1][-1]
        states = later.loop.later([self._parts[key] for key in later.before], start, later.at)
        return agree(part, states[later.number]).same

    def matching(self, some: bool, note: str) -> Matching:
        """What was found, in the order of the original."""
        keys = sorted(self._differences, key=self._order.__getitem__)
        paths = tuple(dict.fromkeys(_equation(self._ones[key]) for key in keys))[:MOST_DIFFERING]
        first = None
        if keys:
            made, found = self._ones[keys[0]], self._differences[keys[0]]
            first = Difference(_equation(made), made.name, made.turn, float(found.difference), found.tolerance)
        values = len({name for name, _ in self._agreed})
        return Matching(
            self._example, values, first, paths, len({name for name, _ in self._grown}), some, note, note != TOO_LONG
        )


def _equation(made: Made) -> str:
    """The equation that a value belongs to; of what a body is given the one around it."""
    return made.path if made.equation is not None else made.path.rpartition(".")[0]


def _counterparts(original: Program) -> dict[str, list[Counterpart]]:
    """By name of a batched value, the values of the original that it is for all examples."""
    found: dict[str, list[Counterpart]] = {}
    for program in (original, *places_of(original).values()):
        values = (*program.constants, *program.inputs, *(v for e in program.equations for v in e.outputs))
        for value in values:
            entry = value.batched[-1] if value.batched else None
            if entry is not None and value.name != "_" and not is_literal(entry.name):
                found.setdefault(entry.name, []).append(Counterpart(value.name, entry.axes))
    return found
