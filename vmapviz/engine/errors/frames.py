"""Where in the user's source an exception came from, and its trace without the frames of JAX and of ours."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import jax

from vmapviz.engine.sources import characters
from vmapviz.model.trace import Source

INTERNAL = (str(Path(jax.__file__).parent), str(Path(__file__).parent.parent), "<frozen ")
CHATTER = (
    re.compile(r"^This \w*Tracer with object id"),
    re.compile(r"^\s*See https://"),
    re.compile(r"^-{10,}$"),
    re.compile(r"^The error occurred while tracing the function"),
    re.compile(r"^For simplicity, JAX has removed"),
)
# An exception in a callback is told with all frames as text.
FRAME = re.compile(r'^\s+File "([^"]*)", line \d+')
LONGEST = 14


def place(error: BaseException, file: str) -> Source | None:
    """The innermost place in `file` that the exception went through; None when it never was there."""
    for part in _chain(error):
        frames = [frame for frame in _frames(part.__traceback__) if frame.tb_frame.f_code.co_filename == file]
        if frames:
            return _source(frames[-1], file)
    return None


def words(error: BaseException) -> str:
    """The text of an exception; "" when the exception cannot say it."""
    try:
        return str(error)
    except Exception:  # an exception of the user's own may do anything
        return ""


def last_words(error: BaseException) -> str:
    """The exception as Python prints it in its last lines, without JAX's remarks on its own tracers."""
    text = error.msg if isinstance(error, SyntaxError) else words(error)
    lines = f"{type(error).__name__}{': ' if text else ''}{text}".splitlines()
    cut = next((index for index, line in enumerate(lines) if CHATTER[0].match(line)), len(lines))
    kept = [line.rstrip() for line in lines[:cut] if not any(pattern.match(line) for pattern in (*CHATTER, FRAME))]
    return "\n".join(kept[:LONGEST]).rstrip()


def details(error: BaseException) -> str:
    """The whole trace for copying, frames of JAX and of ours left out."""
    report = traceback.TracebackException.from_exception(error, compact=True)
    _clean(report)
    lines = "".join(report.format()).strip().split("\n")
    return "\n".join(line for line in lines if not _is_internal(line))


def _is_internal(line: str) -> bool:
    frame = FRAME.match(line)
    return frame is not None and frame[1].startswith(INTERNAL)


def _clean(report: traceback.TracebackException) -> None:
    kept = [frame for frame in report.stack if not frame.filename.startswith(INTERNAL)]
    report.stack = traceback.StackSummary.from_list(kept)
    report.__notes__ = None
    for name in ("__cause__", "__context__"):
        other = getattr(report, name)
        if other is None:
            continue
        if "JaxStackTraceBeforeTransformation" in str(getattr(other, "exc_type_str", None) or other.exc_type):
            setattr(report, name, None)
        else:
            _clean(other)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    part: BaseException | None = error
    while part is not None and part not in seen:
        seen.append(part)
        yield part
        part = part.__cause__ or part.__context__


def _frames(tb: TracebackType | None) -> Iterator[TracebackType]:
    while tb is not None:
        yield tb
        tb = tb.tb_next


def _source(tb: TracebackType, file: str) -> Source:
    positions = list(tb.tb_frame.f_code.co_positions())
    line, end_line, start, end = positions[tb.tb_lasti // 2] if 0 <= tb.tb_lasti // 2 < len(positions) else (None,) * 4
    if line is None or end_line is None or start is None or end is None:
        return whole_line(file, tb.tb_lineno or 1)
    return Source(file, line, _column(file, line, start), end_line, _column(file, end_line, end))


def _column(file: str, line: int, column: int) -> int:
    return characters(linecache.getline(file, line), column)


def whole_line(file: str, line: int) -> Source:
    """The range of one line without its indentation."""
    text = linecache.getline(file, line).rstrip("\r\n")
    return Source(file, line, len(text) - len(text.lstrip()), line, max(len(text), 1))


def text_of(source: Source) -> str:
    """The characters in a range, line ends as blanks."""
    lines = [linecache.getline(source.file, line).rstrip("\r\n") for line in range(source.line, source.end_line + 1)]
    if not lines:
        return ""
    lines[-1] = lines[-1][: source.end_column]
    lines[0] = lines[0][source.column :]
    return " ".join(line.strip() for line in lines)
