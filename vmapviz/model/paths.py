"""Places inside a pytree as JAX writes them: `['w'][0]`, `.field`."""

from __future__ import annotations

import ast
import functools
import re

import msgspec


class Key(msgspec.Struct, frozen=True):
    """One step into a pytree: an index or a dictionary's key; `value` is None for a step that no literal can take."""

    value: str | int | None
    text: str


STEP = re.compile(r"""\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\[\]'"]*)\]|\.[^.\[]+|<.*?>|.""", re.DOTALL)


@functools.lru_cache(4096)
def parse_path(path: str) -> tuple[Key, ...]:
    """The steps of a place; none for the place "" (the whole)."""
    return tuple(Key(_literal(step), step) for step in STEP.findall(path))


def _literal(step: str) -> str | int | None:
    if not step.startswith("["):
        return None
    try:
        value = ast.literal_eval(step[1:-1])
    except (ValueError, SyntaxError):
        return None
    return value if type(value) in (str, int) else None
