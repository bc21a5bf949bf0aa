"""Which characters of the user's source an equation came from."""

from __future__ import annotations

import functools
import linecache
from types import CodeType
from typing import Any

from vmapviz.engine import compat
from vmapviz.model.trace import Source

Position = tuple[int | None, int | None, int | None, int | None]  # line, end line, column, end column, in UTF-8 bytes


class Sources:
    """Finds source ranges; `files` are the user's own, else the innermost frame outside JAX is taken."""

    def __init__(self, files: frozenset[str]) -> None:
        self._files = files
        self._decoded: dict[tuple[int, int], Source] = {}
        self._positions: dict[int, tuple[CodeType, tuple[Position, ...]]] = {}
        self._is_user_file = functools.cache(compat.is_user_file)

    def of(self, equation: Any) -> Source | None:
        """The range of an equation, None when its traceback holds no frame of the user's, or JAX keeps tracebacks in another way."""
        try:
            return self._found(equation)
        except Exception:  # as for links: a JAX that nobody has seen must not hide the programs
            return None

    def _found(self, equation: Any) -> Source | None:
        outside = None
        for code, instruction in compat.code_frames(equation):
            if code.co_filename in self._files:
                return self._decode(code, instruction)
            if outside is None and not self._files and self._is_user_file(code.co_filename):
                outside = (code, instruction)
        return self._decode(*outside) if outside else None

    def _decode(self, code: CodeType, instruction: int) -> Source:
        key = (id(code), instruction)  # a code object hashes all it holds, each time
        if key not in self._decoded:
            if id(code) not in self._positions:
                self._positions[id(code)] = (code, tuple(code.co_positions()))
            self._decoded[key] = _source(code.co_filename, self._positions[id(code)][1][instruction // 2])
        return self._decoded[key]


def _source(file: str, position: Position) -> Source:
    line, end_line, column, end_column = (value or 0 for value in position)
    end_line = end_line or line
    return Source(
        file=file,
        line=line,
        column=characters(linecache.getline(file, line), column),
        end_line=end_line,
        end_column=characters(linecache.getline(file, end_line), end_column),
    )


def characters(line: str, column: int) -> int:
    """A column in UTF-8 bytes, as Python counts, in characters."""
    return len(line.encode()[:column].decode(errors="ignore"))
