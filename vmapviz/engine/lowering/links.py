"""From printed operations to a `Program`: paths, bodies, and which equations each operation comes from, by the tags it carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from vmapviz.engine.lowering.printed import Computation, Module, Printed, Typed
from vmapviz.model.programs.index import index
from vmapviz.model.trace import Equation, Form, Operation, Program, Trace, Value

CONSTANTS = ("constant",)
SPREAD = ("broadcast", "broadcast_in_dim")
GATHERING = ("fusion", "call")  # HLO that XLA puts around operations: it comes from all of them


class Writer:
    """Writes a module as one program, each computation where it is first used."""

    def __init__(self, module: Module, trace: Trace, form: Form, prefix: str) -> None:
        known = index(trace)
        self._module = module
        self._compiled = form == "HLO"
        self._tag = re.compile(re.escape(prefix) + r'([^/()";]+)') if prefix else None
        self._roots = known.roots[-1]
        self._order = {path: number for number, path in enumerate(known.equations[0])}
        self._order_after = {path: number for number, path in enumerate(known.equations[-1])}
        self._places: dict[str, str] = {}

    def program(self) -> Program:
        """What runs first, with everything it calls."""
        return self._computation(self._module.entry, "", ())

    def _computation(self, computation: Computation, path: str, around: tuple[str, ...]) -> Program:
        equations = [self._equation(each, f"{path}{i}", around) for i, each in enumerate(computation.operations)]
        inputs = tuple(_value(typed, typed.place or None) for typed in computation.inputs)
        outputs = tuple(computation.outputs)
        return Program(inputs, (), tuple(_with_constants(equations, outputs)), outputs)

    def _equation(self, printed: Printed, path: str, around: tuple[str, ...]) -> Equation:
        own = self._vmapped(printed.place) or around
        gathers = self._compiled and printed.opcode in GATHERING
        inherited = () if gathers or (self._compiled and printed.opcode == "while") else own
        bodies = tuple(self._bodies(printed, path, inherited))
        vmapped = own
        if gathers:
            inside = [e.operation.vmapped for _, body in bodies for e in self._all(body) if e.operation]
            vmapped = tuple(sorted({p for one in (own, *inside) for p in one}, key=self._after))
        origins = self._origins(vmapped)
        main = self._origins(own)[-1:] or origins[-1:]
        return Equation(
            path=path,
            primitive=printed.opcode.rpartition(".")[2],
            params=(),
            inputs=printed.operands,
            outputs=tuple(map(_value, printed.results)),
            subprograms=bodies,
            source=None,
            origin=main[0] if main else None,
            operation=Operation(printed.text, origins, vmapped),
        )

    def _bodies(self, printed: Printed, path: str, around: tuple[str, ...]) -> Iterator[tuple[str, Program]]:
        for role, body in printed.bodies:
            yield role, self._computation(body, f"{path}.{role}.", around)
        for role, name in printed.callees:
            if name in self._module.others:
                place = f"{path}.{role}"
                first = self._places.setdefault(name, place)
                if first == place:
                    yield role, self._computation(self._module.others[name], f"{place}.", around)
                else:
                    yield role, Program((), (), (), (), first)

    def _all(self, program: Program) -> Iterator[Equation]:
        """The operations of a body, at any depth."""
        for equation in program.equations:
            yield equation
            for _, inner in equation.subprograms:
                yield from self._all(inner)

    # --- tags ---------------------------------------------------------------------------------------------------------

    def _vmapped(self, place: str) -> tuple[str, ...]:
        """The equations of the vmapped program that a place names; XLA joins the places of operations that it makes one."""
        found = (self._innermost(part) for part in place.split(";"))
        return tuple(dict.fromkeys(path for path in found if path))

    def _innermost(self, place: str) -> str:
        """The innermost equation of a path in the name stack; inside a body that stands elsewhere, the equation that uses it here."""
        inside = ""
        for path in self._tag.findall(place) if self._tag else ():
            if not inside or path.startswith(f"{inside}."):
                inside = path
        return inside if inside in self._roots else ""

    def _origins(self, vmapped: Iterable[str]) -> tuple[str, ...]:
        roots = {self._roots[path] for path in vmapped}
        return tuple(sorted((root for root in roots if root in self._order), key=self._order.__getitem__))

    def _after(self, path: str) -> int:
        return self._order_after[path]


def _value(typed: Typed, label: str | None = None) -> Value:
    return Value(typed.name, label, typed.dtype, typed.shape)


def _with_constants(equations: list[Equation], outputs: tuple[str, ...]) -> list[Equation]:
    """The equations; constants without a tag belong to the one equation that uses them."""
    users: dict[str, set[str | None]] = {name: {None} for name in outputs}
    made: list[Equation] = []
    for equation in reversed(equations):
        equation = _by_use(equation, users)
        alone = len(equation.operation.origins) < 2 if equation.operation else True
        for name in equation.inputs:
            users.setdefault(name, set()).add(equation.origin if alone else None)
        made.append(equation)
    return made[::-1]


def _by_use(equation: Equation, users: dict[str, set[str | None]]) -> Equation:
    if equation.origin is not None or equation.operation is None or equation.operation.vmapped:
        return equation
    plain = equation.primitive in CONSTANTS or equation.primitive in SPREAD
    used = {origin for value in equation.outputs for origin in users.get(value.name, ())}
    if not plain or len(used) != 1 or (origin := used.pop()) is None:
        return equation
    operation = msgspec.structs.replace(equation.operation, origins=(origin,), by_use=True)
    return msgspec.structs.replace(equation, origin=origin, operation=operation)
