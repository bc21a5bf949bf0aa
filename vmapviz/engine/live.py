"""A function and its arguments that exist already in this process, as an experiment that a window can show and change."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import itertools
import linecache
import site
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import jax

from vmapviz.engine.calls import Vmap
from vmapviz.engine.load import Call, Loaded, by_position, called, checked, parameter_names
from vmapviz.engine.notation import x64
from vmapviz.model import messages
from vmapviz.model.arguments import join, split
from vmapviz.model.array_types import DTYPES
from vmapviz.model.experiment import Experiment
from vmapviz.model.experiment import Vmap as Settings
from vmapviz.model.what import LIVE

SHORT = {name: short for short, name in DTYPES.items()}
PLAIN = (bool, int, float, complex, type(None))
CALL = "__call__"
NO_FILE = "<no file>"
"""Where no line of source can be shown; no code has this name."""
NO_SOURCE = "# This function's source\n# is not in a file."
LIBRARIES = tuple({
    *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    site.getusersitepackages(),
    str(Path(jax.__file__).parent),
    str(Path(__file__).parents[1] / "engine"),
})  # fmt: skip

_numbers = itertools.count(1)


class Place(NamedTuple):
    """Where a function's source stands: the file, all of its text, and the function's first and last line, from 1."""

    file: str
    text: str
    lines: tuple[int, int]


class Live:
    """A call that was given as Python objects; `shown` is what the window is told of it."""

    def __init__(
        self,
        fun: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        levels: tuple[Vmap, ...],
        caller: FrameType | None = None,
    ) -> None:
        self.fun, self._levels = fun, levels
        place = _place(fun, caller)
        args, kwargs = by_position(fun, args, kwargs)
        names = parameter_names(fun, args, kwargs)
        by_name = all(name.isidentifier() for name in names) and _has_signature(fun)
        values = (*args, *kwargs.values())
        self._given = {name if name.isidentifier() else f"arg{i}": values[i] for i, name in enumerate(names)}
        texts = [type_text(value) or name for name, value in self._given.items()]
        rows = tuple((n if by_name or i >= len(args) else None, texts[i]) for i, n in enumerate(names))
        self._rows = {n or i: (texts[i], values[i]) for i, (n, _) in enumerate(rows)}
        self._settings = tuple(_settings(level, number) for number, level in enumerate(levels))
        self._files = frozenset({place.file if place else NO_FILE})
        experiment = Experiment(
            source=place.text if place else NO_SOURCE,
            function=name_of(fun),
            arguments=join(rows),
            levels=self._settings,
            path=f"{LIVE}{next(_numbers)}",
            x64=x64(),
        )
        self.shown = messages.Live(experiment, place.file if place else "", place.lines if place else None)

    def load(self, experiment: Experiment) -> Loaded:
        """The call with the arguments and axes that the window asks for; raises LoadError."""
        (file,) = self._files
        return replace(called(_LiveCall(self, experiment), file), files=self._files)

    def given(self, row: str | int, text: str) -> tuple[bool, Any]:
        """Whether a row, by its name or number, still says what was given, and that value."""
        told, value = self._rows.get(row, (None, None))
        return told == text and not _is_type(value), value

    def level(self, index: int, settings: Settings) -> Vmap | None:
        """The given vmap of this place, where nothing of it was changed."""
        same = index < len(self._settings) and self._settings[index] == settings
        return self._levels[index] if same else None

    def scope(self) -> dict[str, Any]:
        """What the texts of arguments and axes may name: what the function sees, what was given, and axes that have no text."""
        axes = {
            _axes_name(key, number): getattr(level, key)
            for number, level in enumerate(self._levels)
            for key in ("in_axes", "out_axes")
        }
        return {**_seen(self.fun), **axes, **self._given}


class _LiveCall(Call):
    """Takes what was given for every row that still says the same."""

    def __init__(self, live: Live, experiment: Experiment) -> None:
        super().__init__(live.fun, experiment, live.scope())
        self._live = live

    def value(self, index: int, text: str, scope: dict[str, Any]) -> Any:
        given, value = self._live.given(self.rows[index][0] or index, text)
        return checked(value) if given else super().value(index, text, scope)

    def names(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
        names = super().names(args, kwargs)
        said = [name for name, _ in split(self.experiment.arguments)]
        # Rows without names are what the window calls by their number.
        return tuple(name if name in said else f"arg{index}" for index, name in enumerate(names))

    def level(self, settings: Settings, index: int, arguments: tuple[messages.Argument, ...]) -> Vmap:
        return self._live.level(index, settings) or super().level(settings, index, arguments)


# --- as text ----------------------------------------------------------------------------------------------------------


def type_text(value: Any) -> str | None:
    """The type of an argument as it is typed, `{'w': f32[3,2]}`; None where it has no such text."""
    if type(value) in PLAIN:
        return repr(value)
    if type(value) is dict and all(type(key) is str for key in value):
        parts = {key: type_text(part) for key, part in value.items()}
        texts = [f"{key!r}: {text}" for key, text in parts.items()]
        return None if None in parts.values() else f"{{{', '.join(texts)}}}"
    if type(value) in (list, tuple):
        inside = [type_text(part) for part in value]
        if None in inside:
            return None
        text = ", ".join(map(str, inside))
        return f"[{text}]" if type(value) is list else f"({text}{',' * (len(inside) == 1)})"
    return _array_text(value)


def _array_text(value: Any) -> str | None:
    if not jax.tree_util.all_leaves([value]):
        return None
    try:
        aval = jax.typeof(value)
    except Exception:  # JAX cannot pass it: said when it is passed
        return None
    dtype = str(aval.dtype)
    short = "key" if dtype.startswith("key<") else SHORT.get(dtype)
    return f"{short}[{','.join(map(str, aval.shape))}]" if short else None


def _is_type(value: Any) -> bool:
    """Whether an argument has types in place of arrays: those are filled as typed ones are."""
    return any(isinstance(leaf, jax.ShapeDtypeStruct) for leaf in jax.tree.leaves(value))


def _settings(level: Vmap, number: int) -> Settings:
    return Settings(
        in_axes=_axes_text(level.in_axes, "in_axes", number),
        out_axes=_axes_text(level.out_axes, "out_axes", number),
        axis_name=None if level.axis_name is None else str(level.axis_name),
        axis_size=level.axis_size,
        spmd_axis_name=None if level.spmd_axis_name is None else str(level.spmd_axis_name),
    )


def _axes_text(axes: Any, key: str, number: int) -> str:
    """The text of axes; their name where no text says them."""
    with contextlib.suppress(ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        if ast.literal_eval(repr(axes)) == axes:
            return repr(axes)
    return _axes_name(key, number)


def _axes_name(key: str, number: int) -> str:
    return f"{key}_{number + 1}" if number else key


# --- where the function stands ----------------------------------------------------------------------------------------


def name_of(fun: Callable[..., Any]) -> str:
    """What a function is called: `layer`, `MLP` for an object that is called, `layer` for a partial of it."""
    inner = fun.func if isinstance(fun, functools.partial) else fun
    return str(getattr(inner, "__name__", None) or type(inner).__name__)


def _place(fun: Callable[..., Any], caller: FrameType | None) -> Place | None:
    """Where the source stands; of a library's function where the caller's does, since its lines are what the user wrote."""
    codes = [code for code in _codes(fun) if not code.co_filename.startswith(LIBRARIES)]
    for code in codes[:1]:
        return _read(code.co_filename, *_lines_of(code))
    own = caller is not None and not caller.f_code.co_filename.startswith(LIBRARIES)
    return _read(caller.f_code.co_filename, caller.f_lineno, caller.f_lineno) if caller is not None and own else None


def _codes(fun: Any) -> Iterator[CodeType]:
    """The code of a function: inside partials, wrappers and methods, and of the class of an object that is called."""
    seen: set[int] = set()
    while fun is not None and id(fun) not in seen:
        seen.add(id(fun))
        owner = getattr(fun, "__self__", None)
        for one in (fun, getattr(type(fun), CALL, None), getattr(type(owner), CALL, None)):
            if isinstance(code := getattr(one, "__code__", None), CodeType):
                yield code
        fun = fun.func if isinstance(fun, functools.partial) else getattr(fun, "__wrapped__", None)


def _lines_of(code: CodeType) -> tuple[int, int]:
    lines = [line for _, _, line in code.co_lines() if line]
    first = code.co_firstlineno
    try:
        found, first = inspect.getsourcelines(code)
        return first, first + len(found) - 1
    except (OSError, TypeError, IndexError, SyntaxError):
        return first, max([first, *lines])


def _read(file: str, first: int, last: int) -> Place | None:
    linecache.checkcache(file)
    text = "".join(linecache.getlines(file))
    return Place(file, text, (first, last)) if text.strip() else None


def _has_signature(fun: Callable[..., Any]) -> bool:
    try:
        inspect.signature(fun)
    except (TypeError, ValueError):
        return False
    return True


def _seen(fun: Callable[..., Any]) -> Mapping[str, Any]:
    """The names that a function sees: those of its module, and those of the functions around it."""
    inner = inspect.unwrap(fun.func if isinstance(fun, functools.partial) else fun)
    inner = getattr(inner, "__func__", inner)
    names = dict(getattr(inner, "__globals__", {}))
    with contextlib.suppress(TypeError, ValueError):
        names |= inspect.getclosurevars(inner).nonlocals
    return names
