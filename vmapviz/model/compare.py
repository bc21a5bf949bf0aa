"""Whether two programs are the same up to the names of their variables."""

from __future__ import annotations

from vmapviz.model.trace import Equation, Program, Value, is_literal, places_of


def same(a: Program, b: Program) -> bool:
    """Whether primitives, parameters, types, operands, order, inputs and outputs agree; names, labels, links and sources do not count,
    nor does which subprograms are kept once."""
    return _Comparison(a, b).programs(a, b)


class _Comparison:
    def __init__(self, a: Program, b: Program) -> None:
        self._places = places_of(a), places_of(b)
        self._names: dict[str, str] = {}
        self._compared: set[tuple[int, int]] = set()

    def programs(self, a: Program, b: Program) -> bool:
        return (
            self._values((*a.constants, *a.inputs), (*b.constants, *b.inputs))
            and len(a.equations) == len(b.equations)
            and len(a.inputs) == len(b.inputs)
            and all(self._equations(x, y) for x, y in zip(a.equations, b.equations, strict=True))
            and self._operands(a.outputs, b.outputs)
        )

    def _equations(self, a: Equation, b: Equation) -> bool:
        return (
            a.primitive == b.primitive
            and a.params == b.params
            and [name for name, _ in a.subprograms] == [name for name, _ in b.subprograms]
            and self._operands(a.inputs, b.inputs)
            and all(self._inner(x, y) for (_, x), (_, y) in zip(a.subprograms, b.subprograms, strict=True))
            and self._values(a.outputs, b.outputs)
        )

    def _inner(self, a: Program, b: Program) -> bool:
        """Subprograms know no names from outside: a pair that was compared once needs no second look."""
        ours, theirs = self._places
        a, b = ours[a.same_as] if a.same_as else a, theirs[b.same_as] if b.same_as else b
        if (id(a), id(b)) in self._compared:
            return True
        self._compared.add((id(a), id(b)))
        return self.programs(a, b)

    def _values(self, a: tuple[Value, ...], b: tuple[Value, ...]) -> bool:
        if [(v.dtype, v.shape) for v in a] != [(v.dtype, v.shape) for v in b]:
            return False
        self._names.update((x.name, y.name) for x, y in zip(a, b, strict=True))
        return True

    def _operands(self, a: tuple[str, ...], b: tuple[str, ...]) -> bool:
        return tuple(name if is_literal(name) else self._names.get(name) for name in a) == b
