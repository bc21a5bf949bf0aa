"""The parameters of an equation as text and as JSON data, made once."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from vmapviz.engine import compat

_ADDRESS = re.compile(r" at 0x[0-9a-f]+|(?<=<axis) 0x[0-9a-f]+")
_MOST_ELEMENTS = 64


def split(params: dict[str, Any]) -> tuple[tuple[tuple[str, str, Any], ...], list[tuple[str, Any]]]:
    """Parameters as (name, text, data) triples, sorted by name as JAX prints them, and the jaxprs among them by name."""
    plain, jaxprs = split_jaxprs(params)
    return tuple((name, text(name, value), data(value)) for name, value in plain), jaxprs


def split_jaxprs(params: dict[str, Any]) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Parameters without jaxprs, and the jaxprs: `branches[0]` is the first of several in one parameter."""
    plain, jaxprs = [], []
    for name, value in sorted(params.items()):
        found = list(jaxprs_in(value))
        if not found:
            plain.append((name, value))
        elif compat.is_jaxpr(value):
            jaxprs.append((name, value))
        else:
            jaxprs += [(f"{name}[{i}]", jaxpr) for i, jaxpr in enumerate(found)]
    return plain, jaxprs


def replace_jaxprs(value: Any, replacements: Iterator[Any]) -> Any:
    """The parameter with each of its jaxprs, in order, replaced by the next; tuples keep their type."""
    if compat.is_jaxpr(value):
        return next(replacements)
    if isinstance(value, tuple) and any(True for _ in jaxprs_in(value)):
        items = [replace_jaxprs(item, replacements) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return value


def jaxprs_in(value: Any) -> Iterator[Any]:
    """The jaxprs in a parameter, also those inside tuples and named tuples, in order."""
    if compat.is_jaxpr(value):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from jaxprs_in(item)


def data(value: Any) -> Any:
    """A parameter as JSON data: ints, strings, lists; named tuples and dataclasses as objects; None where there is no such form."""
    if isinstance(value, enum.Enum):
        return value.name
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _ADDRESS.sub("", value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else str(float(value))
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return np.dtype(value).name
    return _compound(value)


def _compound(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {field: data(item) for field, item in zip(value._fields, value, strict=True)}
    if isinstance(value, tuple | list):
        return [data(item) for item in value]
    if isinstance(value, np.ndarray):
        return data(value.tolist()) if value.size <= _MOST_ELEMENTS else None
    if isinstance(value, dict):
        return {str(key): data(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return None


def text(name: str, value: Any) -> str:
    """A parameter as JAX prints it, without memory addresses and without numpy's names for plain integers."""
    if name == "dimension_numbers" and isinstance(value, tuple) and len(value) == 2 and not hasattr(value, "_fields"):
        return str(tuple(tuple(list(data(axes)) for axes in pair) for pair in value))
    return _ADDRESS.sub("", _text(value))


def _text(value: Any) -> str:
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return np.dtype(value).name
    if isinstance(value, np.integer):
        return str(int(value))
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        inside = ", ".join(_text(item) if not isinstance(item, str) else repr(item) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return str(value)
