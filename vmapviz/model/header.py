"""The script block of a Python file (PEP 723): found, read, and changed line by line with all else kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vmapviz.model.toml import Table, key_line, table_lines

BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
OPENING = re.compile(r"(?m)^# /// script$")
TABLE: tuple[str | int, ...] = ("tool", "vmapviz")


class ExperimentError(ValueError):
    """An experiment that cannot be read or written; says why in a sentence."""


class Cut(NamedTuple):
    """A file with a script block: `before + block + gap + after`; without one `block` is ""."""

    before: str
    block: str
    gap: str
    after: str

    @property
    def body(self) -> str:
        """The file without its block."""
        return self.before + self.after


def cut(text: str) -> Cut:
    """A file, with `\\n` as line ends, cut at its script block; `gap` is the blank line that goes with the block.

    Raises ExperimentError for two script blocks or one that does not end.
    """
    found = [match for match in BLOCK.finditer(text) if match["type"] == "script"]
    if len(found) > 1:
        raise ExperimentError("This file has two `# /// script` blocks, and only one is allowed.")
    if not found:
        if OPENING.search(text):
            raise ExperimentError("The block that starts with `# /// script` does not end with a line `# ///`.")
        return Cut("", "", "", text)
    before, after = text[: found[0].start()], text[found[0].end() :]
    gap = "\n" if after.startswith("\n") else ""
    if after.startswith("\n\n") and (not before or before.endswith("\n\n")):
        gap = "\n\n"
    return Cut(before, found[0].group(), gap, after[len(gap) :])


def settings(block: str) -> dict[str, Any] | None:
    """The table `[tool.vmapviz]` of a block; None when it has none. Raises ExperimentError for bad TOML."""
    lines = block.split("\n")[1:-1]
    try:
        tables = tomllib.loads("\n".join(map(_content, lines)))
    except tomllib.TOMLDecodeError as error:
        raise ExperimentError(_why(str(error), lines)) from None
    tool = tables.get("tool", {})
    own = tool.get("vmapviz") if isinstance(tool, dict) else None
    if own is not None and not isinstance(own, dict):
        raise ExperimentError("`tool.vmapviz` in the header should be a table, `[tool.vmapviz]`.")
    return own


def _why(message: str, lines: list[str]) -> str:
    place = re.search(r"\(at line (\d+), column \d+\)", message)
    if place is None or int(place[1]) > len(lines):
        return f"The header is not TOML: {message}."
    line = _content(lines[int(place[1]) - 1]).strip()
    return f"In the header, `{line}` is not TOML: {message[: place.start()].strip()}."


def _content(line: str) -> str:
    return line[2:] if line.startswith("# ") else line[1:]


Path = tuple[str | int, ...]


class Item(NamedTuple):
    """Some lines of a block: a table's header (`opens`), one key with its value (`key`), or a comment or blank line.

    `table` is the place of the table they stand in: `("tool", "vmapviz", "case", 0)`.
    """

    table: Path
    key: str
    opens: bool
    lines: tuple[str, ...]


def items(lines: Sequence[str]) -> list[Item]:
    """The lines of a block, without its first and last, grouped; the groups joined are the lines again."""
    found: list[Item] = []
    table: Path = ()
    arrays: dict[tuple[str, ...], int] = {}
    start = 0
    while start < len(lines):
        text = _content(lines[start]).strip()
        end, value = _whole(lines, start)
        if text.startswith("["):
            names = tuple(_names(value))
            arrays = _opened(arrays, names) if text.startswith("[[") else arrays
            table = _place(names, arrays)
        key = "" if text.startswith("[") else next(iter(value), "")
        found.append(Item(table, key, text.startswith("["), tuple(lines[start:end])))
        start = end
    return found


def _whole(lines: Sequence[str], start: int) -> tuple[int, Table]:
    """Where the statement that starts at a line ends, and what it says; the block is known to be TOML."""
    end = start + 1
    while True:
        try:
            return end, tomllib.loads("\n".join(map(_content, lines[start:end])))
        except tomllib.TOMLDecodeError:
            end += 1


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        value = value[0]
    for key, inner in value.items():
        yield key
        yield from _names(inner)


def _opened(arrays: dict[tuple[str, ...], int], names: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    outside = {other: count for other, count in arrays.items() if other[: len(names)] != names}
    return {**outside, names: arrays.get(names, -1) + 1}


def _place(names: tuple[str, ...], arrays: Mapping[tuple[str, ...], int]) -> Path:
    place: Path = ()
    for length, name in enumerate(names, start=1):
        place = (*place, name, arrays[names[:length]]) if names[:length] in arrays else (*place, name)
    return place


def changed(block: str, new: Table) -> str:
    """A block whose `[tool.vmapviz]` says `new`: lines that say it already, comments and all other tables are kept.

    Raises ExperimentError when the table is written in a way that cannot be changed line by line.
    """
    first, *lines, last = block.split("\n")
    kept = _merged(items(lines), TABLE, settings(block) or {}, new)
    result = "\n".join([first, *(line for item in kept for line in item.lines), last])
    if (settings(result) or {}) != new:
        raise ExperimentError("`tool.vmapviz` should stand in a table of its own, `[tool.vmapviz]`, to be saved.")
    return result


def _merged(kept: list[Item], place: Path, old: Table, new: Table) -> list[Item]:
    for key in old:
        if key not in new:
            kept = [item for item in kept if not _belongs(item, place, key)]
    for key, value in new.items():
        if isinstance(value, list):
            kept = _merged_tables(kept, (*place, key), old.get(key, []), value)
        elif key not in old:
            kept = _inserted(kept, place, (key_line(key, value),))
        elif old[key] != value:
            kept = [_with_value(item, value) if (item.table, item.key) == (place, key) else item for item in kept]
    return kept


def _belongs(item: Item, place: Path, key: str) -> bool:
    return (item.table == place and item.key == key) or item.table[: len(place) + 1] == (*place, key)


def _merged_tables(kept: list[Item], place: Path, old: list[Table], new: list[Table]) -> list[Item]:
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        kept = _merged(kept, (*place, index), before, after)
    gone = {(*place, index) for index in range(len(new), len(old))}
    kept = [item for item in kept if item.table[: len(place) + 1] not in gone]
    for index in range(len(old), len(new)):
        lines = tuple(table_lines([name for name in place if isinstance(name, str)], new[index]))
        around = (*place, index - 1) if index else place[:-1]
        kept = _inserted(kept, around, lines, whole=True, table=(*place, index))
    return kept


def _inserted(
    kept: list[Item], around: Path, lines: tuple[str, ...], whole: bool = False, table: Path | None = None
) -> list[Item]:
    """The items with new lines behind the last key of a table, or behind all that is inside it (`whole`)."""
    inside = [
        index
        for index, item in enumerate(kept)
        if item.key or item.opens
        if (item.table[: len(around)] == around if whole else item.table == around)
    ]
    place = inside[-1] + 1 if inside else len(kept)
    commented = tuple(f"# {line}" for line in lines)
    return [*kept[:place], Item(table or around, "", True, commented), *kept[place:]]


def _with_value(item: Item, value: Any) -> Item:
    return item._replace(lines=(f"# {key_line(item.key, value)}{_comment(item)}",))


def _comment(item: Item) -> str:
    """The comment behind a value on one line, with the space before it."""
    line = _content(item.lines[0])
    places = [match.start() for match in re.finditer(r"\s*#", line)] if len(item.lines) == 1 else []
    return next((line[place:] for place in places if _says_the_same(line[:place], line)), "")


def _says_the_same(part: str, line: str) -> bool:
    try:
        return tomllib.loads(part) == tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return False


def fresh(new: Table) -> str:
    """A block for a file that has none."""
    return changed('# /// script\n# dependencies = ["jax"]\n#\n# [tool.vmapviz]\n# ///', new)
