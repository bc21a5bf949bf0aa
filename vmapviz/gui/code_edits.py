"""What the keys of a Python editor do: pure functions from a text and its selection to the next ones."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

STEP = 4
_MOST_LINES = 1_000  # that are compared one by one


class Edit(NamedTuple):
    """A text and its selection, in characters from 0; start and end agree where there is only a caret."""

    text: str
    start: int
    end: int


def new_line(text: str, start: int, end: int) -> Edit:
    """Break the line: the next one keeps the indentation, one step more after `:` or an open bracket."""
    before = text[_line_start(text, start) : start]
    indentation = before[: len(before) - len(before.lstrip())]
    opens = before.split("#")[0].rstrip().endswith((":", "(", "[", "{"))
    inserted = "\n" + indentation + " " * STEP * opens
    caret = start + len(inserted)
    return Edit(text[:start] + inserted + text[end:], caret, caret)


def backspace(text: str, start: int, end: int) -> Edit | None:
    """Take back one step of indentation; None where an ordinary Backspace is meant."""
    column = start - _line_start(text, start)
    if start != end or column == 0 or text[start - column : start].strip(" "):
        return None
    to = start - ((column - 1) % STEP + 1)
    return Edit(text[:to] + text[start:], to, to)


def indent(text: str, start: int, end: int) -> Edit:
    """Move the selected lines one step in; without several lines, fill with blanks up to the next step."""
    if "\n" in text[start:end]:
        return _each_line(text, start, end, lambda line: " " * STEP + line if line.strip() else line)
    inserted = " " * (STEP - (start - _line_start(text, start)) % STEP)
    caret = start + len(inserted)
    return Edit(text[:start] + inserted + text[end:], caret, caret)


def dedent(text: str, start: int, end: int) -> Edit:
    """Move the lines of the selection, or of the caret, one step out."""
    return _each_line(text, start, end, _dedented)


def _dedented(line: str) -> str:
    if line.startswith("\t"):
        return line[1:]
    return line[min(STEP, len(line) - len(line.lstrip(" "))) :]


def toggle_comment(text: str, start: int, end: int) -> Edit:
    """Put `# ` before the selected lines, or take it away where all of them have it; blank lines stay as they are."""
    first, last = _span(text, start, end)
    lines = [line for line in text[first:last].split("\n") if line.strip()]
    if all(line.lstrip().startswith("#") for line in lines):
        return _each_line(text, start, end, _uncommented)
    column = min(len(line) - len(line.lstrip()) for line in lines)
    return _each_line(text, start, end, lambda line: f"{line[:column]}# {line[column:]}" if line.strip() else line)


def _uncommented(line: str) -> str:
    before, mark, after = line.partition("#")
    return before + after.removeprefix(" ") if mark else line


def _line_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _span(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the lines that a selection touches start and end; a line of which only the very start is selected is left out."""
    if end > start and text[end - 1] == "\n":
        end -= 1
    last = text.find("\n", end)
    return _line_start(text, start), last if last >= 0 else len(text)


def _each_line(text: str, start: int, end: int, change: Callable[[str], str]) -> Edit:
    first, last = _span(text, start, end)
    before = text[first:last].split("\n")
    after = [change(line) for line in before]
    joined = "\n".join(after)
    moved = max(start + len(after[0]) - len(before[0]), first)
    grown = len(joined) - (last - first)
    return Edit(text[:first] + joined + text[last:], moved, max(end + grown, moved))


def differences(old: str, new: str) -> tuple[tuple[int, int, str], ...]:
    """Return the edits that make `new` of `old`, first to last: where each starts and ends in `old`, and what stands there then."""
    start, end, inserted = _trimmed(old, new)
    before, after = old[start:end].splitlines(keepends=True), inserted.splitlines(keepends=True)
    if max(len(before), len(after)) > _MOST_LINES or min(len(before), len(after)) < 2:
        return ((start, end, inserted),) if old != new else ()
    places = [start, *(start + at for at in accumulate(map(len, before)))]
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            low, high, text = _trimmed(old[places[a] : places[b]], "".join(after[c:d]))
            found.append((places[a] + low, places[a] + high, text))
    return tuple(found)


def _trimmed(old: str, new: str) -> tuple[int, int, str]:
    """One edit without what both texts start and end with."""
    most = min(len(old), len(new))
    start = next((i for i in range(most) if old[i] != new[i]), most)
    most -= start
    same = next((i for i in range(most) if old[len(old) - 1 - i] != new[len(new) - 1 - i]), most)
    return start, len(old) - same, new[start : len(new) - same]
