"""Which characters of the user's source an equation came from."""

from __future__ import annotations

import functools
import linecache
from types import CodeType
from typing import Any

from vmapviz.engine import compat
from vmapviz.model.trace import Source


class Sources:
    """Finds source ranges; `files` are the user's own, else the innermost frame outside JAX is taken."""

    def __init__(self, files: frozenset[str]) -> None:
        self._files = files
        self._decode = functools.cache(_decode)
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


def _decode(code: CodeType, instruction: int) -> Source:
    frame = compat.decode_frame(code, instruction)
    end_line = frame.end_line or frame.line
    return Source(
        file=frame.file,
        line=frame.line,
        column=characters(linecache.getline(frame.file, frame.line), frame.column),
        end_line=end_line,
        end_column=characters(linecache.getline(frame.file, end_line), frame.end_column),
    )


def characters(line: str, column: int) -> int:
    """A column in UTF-8 bytes, as Python counts, in characters."""
    return len(line.encode()[:column].decode(errors="ignore"))
