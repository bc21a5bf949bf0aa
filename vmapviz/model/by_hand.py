"""How a program written by hand agrees with vmap's: which equations compute the very same values."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from vmapviz.model.trace import ByHand, Equation, Program, Value, is_literal, places_of, type_text

CALLS = ("jit", "pjit")
"""They compute nothing: what they call is compared."""
EITHER_WAY = ("add", "mul", "max", "min", "and", "or", "xor", "eq", "ne", "add_any")
"""The order of their operands does not matter."""

WRITING = ("new_ref", "mutable_array", "get", "swap", "addupdate", "freeze", "free_ref")
"""They make, read or change references: the same operands twice are not the same value twice."""


class Step(NamedTuple):
    """An equation that computes something: `number` is the same for equal ones, `kind` for those that do the same to other values."""

    path: str
    equation: Equation
    number: int
    kind: Hashable


class Read(NamedTuple):
    """The steps of a program, and the numbers of its results."""

    steps: tuple[Step, ...]
    outputs: tuple[int, ...]


class Pairs(NamedTuple):
    """Which steps by hand are which of vmap's, each by its number in the order of its program; and which do the same to other values."""

    same: dict[int, int]
    alike: dict[int, int]


_Known = tuple[int, str]
"""The number of a value, and its type."""


class Numbers:
    """Numbers values by how they are computed: equal values have equal numbers, in all programs that are read with it."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, key: Hashable) -> int:
        """The number of what is computed so."""
        return self._known.setdefault(key, len(self._known))

    def read(self, program: Program, constants: Sequence[str]) -> Read:
        """The steps of a whole program; `constants` say what its constants hold, equal texts for equal ones."""
        given = [self.value(("constant", text), one) for text, one in zip(constants, program.constants, strict=True)]
        given += [self.value(("input", i), one) for i, one in enumerate(program.inputs)]
        reader = _Reader(self, places_of(program))
        outputs = reader.run(program, given)
        return Read(tuple(reader.steps), tuple(number for number, _ in outputs))

    def value(self, key: Hashable, value: Value) -> _Known:
        """The number and type of a value that is given."""
        kind = type_text(value.dtype, value.shape)
        return self.of((key, kind)), kind


class _Reader:
    def __init__(self, numbers: Numbers, places: dict[str, Program]) -> None:
        self.steps: list[Step] = []
        self._numbers, self._places = numbers, places
        self._bodies: dict[int, Hashable] = {}

    def run(self, program: Program, given: Sequence[_Known], at: str | None = None) -> list[_Known]:
        """Note what a program does to the values given, constants first; `at` is where it is said, itself for None."""
        names = [value.name for value in (*program.constants, *program.inputs)]
        env: dict[str, _Known] = dict(zip(names, given, strict=False))
        for equation in program.equations:
            operands = [self._operand(env, name) for name in equation.inputs]
            results = self._call(equation, operands, at) if _is_call(equation) else self._step(equation, operands, at)
            env.update(zip([value.name for value in equation.outputs], results, strict=True))
        return [self._operand(env, name) for name in program.outputs]

    def _operand(self, env: dict[str, _Known], name: str) -> _Known:
        if is_literal(name):
            return self._numbers.of(("literal", name)), name.partition(":")[2]
        return env.get(name) or (self._numbers.of(object()), "")

    def _call(self, equation: Equation, operands: list[_Known], at: str | None) -> list[_Known]:
        inner = equation.subprograms[0][1]
        if inner.same_as:
            return self.run(self._places[inner.same_as], operands, at or equation.path)
        return self.run(inner, [*self._unknown(inner.constants), *operands], at)

    def _step(self, equation: Equation, operands: list[_Known], at: str | None) -> list[_Known]:
        numbers = [number for number, _ in operands]
        if equation.primitive in EITHER_WAY:
            numbers.sort()
        bodies = tuple((name, self._body(program)) for name, program in equation.subprograms)
        params = tuple((name, text) for name, text, _ in equation.params)
        types = tuple(type_text(value.dtype, value.shape) for value in equation.outputs)
        does = (equation.primitive, params, bodies, types)
        kept = equation.primitive not in WRITING  # what a reference holds changes
        number = self._numbers.of((does, tuple(numbers)) if kept else object())
        kind = (does, tuple(kind for _, kind in operands))
        self.steps.append(Step(at or equation.path, equation, number, kind))
        return [(self._numbers.of(("result", number, i)), kind) for i, kind in enumerate(types)]

    def _body(self, program: Program) -> Hashable:
        """What a body computes of what it is given: equal for equal bodies, whatever their variables are called."""
        program = self._places[program.same_as] if program.same_as else program
        if id(program) not in self._bodies:
            given = [self._numbers.value(("given", i), one) for i, one in enumerate(program.inputs)]
            inside = _Reader(self._numbers, self._places)
            outputs = inside.run(program, [*self._unknown(program.constants), *given])
            steps = tuple(sorted(step.number for step in inside.steps))
            self._bodies[id(program)] = (tuple(number for number, _ in outputs), steps)
        return self._bodies[id(program)]

    def _unknown(self, constants: Sequence[Value]) -> Iterator[_Known]:
        for value in constants:
            yield self._numbers.of(object()), type_text(value.dtype, value.shape)


def _is_call(equation: Equation) -> bool:
    return equation.primitive in CALLS and len(equation.subprograms) == 1


def pairs(vmapped: Read, by_hand: Read) -> Pairs:
    """Which steps are the same; of the rest, in order, which do the same to other values."""
    ours, theirs = dict(enumerate(by_hand.steps)), dict(enumerate(vmapped.steps))
    same = _paired(ours, theirs, lambda step: step.number)
    for one, other in same.items():
        del ours[one], theirs[other]
    return Pairs(same, _paired(ours, theirs, lambda step: step.kind))


def _paired(ours: Mapping[int, Step], theirs: Mapping[int, Step], by: Callable[[Step], Hashable]) -> dict[int, int]:
    """The first with the first, the second with the second of each kind."""
    waiting: dict[Hashable, list[int]] = {}
    for number, step in theirs.items():
        waiting.setdefault(by(step), []).append(number)
    return {number: others.pop(0) for number, step in ours.items() if (others := waiting.get(by(step)))}


def agreement(name: str, vmapped: Read, by_hand: Read) -> ByHand:
    """How far the programs agree, to be said with the program by hand."""
    found = pairs(vmapped, by_hand)
    known = {*found.same.values(), *found.alike.values()}
    return ByHand(
        name=name,
        same=len(found.same),
        alike=tuple(
            (by_hand.steps[one].path, vmapped.steps[other].equation.origin) for one, other in found.alike.items()
        ),
        own=tuple(step.path for i, step in enumerate(by_hand.steps) if i not in found.same and i not in found.alike),
        lacking=tuple(
            (step.equation.origin, step.equation.primitive) for i, step in enumerate(vmapped.steps) if i not in known
        ),
        results=vmapped.outputs == by_hand.outputs,
    )
