"""The user's source as a module: compiled under a file name of its own, run once per text."""

from __future__ import annotations

import functools
import importlib
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

MODULE = "vmapviz_experiment"


class NoFunctionError(LookupError):
    """The source has no function, or none of that name; `names` are those it has."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.names = name, names


def file_name(path: str) -> str:
    """The file name under which a source is compiled: a file's own, else one that no file can have."""
    if not path:
        return "<vmapviz typed>"
    return f"<vmapviz {path}>" if ":" in path and not Path(path).exists() else path


def folder(path: str) -> str | None:
    """The folder of a file, from which its imports start; None for typed text."""
    name = file_name(path)
    return None if name.startswith("<") else str(Path(name).resolve().parent)


def module(source: str, path: str) -> ModuleType:
    """The module that the source makes; a second call with the same text gives the same module, without running it.

    Raises whatever the source raises; SyntaxError when it is no Python.
    """
    name = file_name(path)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    made = _run(source, path)
    sys.modules[MODULE] = made
    return made


@functools.lru_cache(maxsize=8)
def _run(source: str, path: str) -> ModuleType:
    name = file_name(path)
    code = compile(source, name, "exec", dont_inherit=True)
    made = ModuleType(MODULE)
    made.__file__ = name
    sys.modules[MODULE] = made  # dataclasses look up their module by name
    _search_beside(path)
    exec(code, made.__dict__)
    return made


def function(made: ModuleType, name: str) -> Callable[..., Any]:
    """The function of that name ("layer", "Model.apply"); the last one defined for "". Raises NoFunctionError."""
    names = function_names(made)
    if not name:
        if not names:
            raise NoFunctionError(name, names)
        return getattr(made, names[-1])  # type: ignore[no-any-return]
    found: Any = made
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise NoFunctionError(name, names)
    return found  # type: ignore[no-any-return]


def function_names(made: ModuleType) -> tuple[str, ...]:
    """The names of the functions that the source itself defines, in order; wrapped ones (`jax.jit`) too."""
    return tuple(
        name
        for name, value in vars(made).items()
        if callable(value)
        and not isinstance(value, type)
        and not name.startswith("__")
        and getattr(value, "__module__", None) == MODULE
    )


def _search_beside(path: str) -> None:
    """Makes imports start in the file's folder, as for a script."""
    place = folder(path)
    if place is None:
        return
    if sys.path and sys.path[0] != place:
        sys.path.insert(0, place)
    importlib.invalidate_caches()
