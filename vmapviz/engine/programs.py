"""From a jaxpr to a `Program`: names as JAX prints them, paths, parameters, subprograms, origins."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from vmapviz.engine import compat, params
from vmapviz.engine.sharing import Places
from vmapviz.engine.sources import Sources
from vmapviz.model.trace import Equation, Program, Source, Value, type_text

Names = dict[Any, str]


def program_of(
    jaxpr: Any, labels: tuple[str | None, ...] = (), sources: Sources | None = None, tag_prefix: str | None = None
) -> tuple[Program, Names]:
    """The program of a jaxpr and the name of each of its variables.

    `labels` are the arguments' names, one per input. With `tag_prefix` every equation gets its origin from its tag; an equation
    without one inherits the origin of the equation around it.
    """
    writer = _Writer(sources, tag_prefix)
    return writer.program(jaxpr, labels, "", _Around(None, None, ())), writer.names


def dtype_name(aval: Any) -> str:
    """The dtype of a type: "float32", "key<fry>"; for types without one (tokens, references) how JAX prints them."""
    dtype = getattr(aval, "dtype", None)
    return str(aval) if dtype is None else _dtype_name(dtype)


@functools.cache
def _dtype_name(dtype: Any) -> str:
    return str(getattr(dtype, "name", dtype))


def shape_of(aval: Any) -> tuple[int, ...]:
    """The shape of a type; () for types without one."""
    return tuple(int(size) for size in getattr(aval, "shape", ()))


def literal_text(value: Any, aval: Any) -> str:
    """A literal as JAX prints it: `0.0:f32[]`."""
    if isinstance(value, int | float | complex) and not isinstance(value, bool):
        value = next(kind(value) for kind in (int, float, complex) if isinstance(value, kind))  # type: ignore[arg-type]
    elif shape_of(aval) == () and hasattr(value, "item"):
        value = value.item()
    return f"{value}:{type_text(dtype_name(aval), shape_of(aval))}"


class _Around(NamedTuple):
    """What an equation inherits from the one around it when it has none of its own."""

    origin: str | None
    source: Source | None
    transforms: tuple[str, ...]


class _Writer:
    def __init__(self, sources: Sources | None, tag_prefix: str | None) -> None:
        self.names: Names = {}
        self._count = 0
        self._split: dict[Any, Any] = {}
        self._places = Places()
        self._sources = sources
        self._tag_prefix = tag_prefix

    def program(self, jaxpr: Any, labels: tuple[str | None, ...], path: str, around: _Around) -> Program:
        inner = compat.opened(jaxpr)
        constants = tuple(self._value(variable) for variable in inner.constvars)
        labels = labels or (None,) * len(inner.invars)
        inputs = tuple(self._value(v, label) for v, label in zip(inner.invars, labels, strict=True))
        equations = tuple(self._equation(e, f"{path}{i}", around) for i, e in enumerate(inner.eqns))
        return Program(inputs, constants, equations, tuple(self._operand(atom) for atom in inner.outvars))

    def _equation(self, equation: Any, path: str, around: _Around) -> Equation:
        here = self._around(equation, around)
        outputs = tuple(self._value(variable) for variable in equation.outvars)
        plain, jaxprs = self._params(equation)
        subprograms = tuple((name, self._inner(equation, jaxpr, f"{path}.{name}", here)) for name, jaxpr in jaxprs)
        return Equation(
            path=path,
            primitive=str(equation.primitive),
            params=plain,
            inputs=tuple(self._operand(atom) for atom in equation.invars),
            outputs=outputs,
            subprograms=subprograms,
            source=here.source,
            origin=here.origin,
            transforms=here.transforms,
        )

    def _inner(self, equation: Any, jaxpr: Any, place: str, around: _Around) -> Program:
        earlier = self._places.earlier(equation, jaxpr, place)
        return self.program(jaxpr, (), f"{place}.", around) if earlier is None else Program((), (), (), (), earlier)

    def _around(self, equation: Any, around: _Around) -> _Around:
        """Origin and source; what vmap added has none, though JAX 0.8 names the line that calls the vmapped function."""
        origin = self._origin(equation) or around.origin
        if self._tag_prefix and origin is None:
            return _Around(None, None, ())
        transforms = () if self._tag_prefix else (*around.transforms, *compat.transforms_of(equation))
        return _Around(origin, self._source(equation) or around.source, transforms)

    def _params(self, equation: Any) -> tuple[tuple[tuple[str, str, Any], ...], list[tuple[str, Any]]]:
        """The parameters; those of equal ones are made once, since texts are what takes the time."""
        key = (equation.primitive, *equation.params.items())
        try:
            found = self._split.get(key)
        except TypeError:  # a parameter that cannot be hashed
            return params.split(equation.params)
        if found is None:
            found = self._split[key] = params.split(equation.params)
        return found

    def _origin(self, equation: Any) -> str | None:
        return compat.tag_of(equation, self._tag_prefix) if self._tag_prefix else None

    def _source(self, equation: Any) -> Source | None:
        return self._sources.of(equation) if self._sources else None

    def _value(self, variable: Any, label: str | None = None) -> Value:
        name = self._name(variable)
        return Value(name, label, dtype_name(variable.aval), shape_of(variable.aval))

    def _name(self, variable: Any) -> str:
        if compat.is_dropped(variable):
            return "_"
        name = self.names[variable] = letters(self._count)
        self._count += 1
        return name

    def _operand(self, atom: Any) -> str:
        if compat.is_literal(atom):
            return literal_text(atom.val, atom.aval)
        return self.names[atom]


def letters(number: int) -> str:
    """The name JAX gives to its variable of that number, from 0: a … z, ba, bb … (digits of base 26)."""
    number, digit = divmod(number, 26)
    return (letters(number) if number else "") + chr(ord("a") + digit)
