"""An experiment read from an ordinary Python file, and written back with as little change as possible."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace

from vmapviz.model.arguments import join, rows_for
from vmapviz.model.experiment_data import AXES, WHOLE, Case, Experiment, Vmap, pick
from vmapviz.model.header import Cut, ExperimentError, changed, cut, fresh, settings
from vmapviz.model.source import find, functions
from vmapviz.model.toml import Table

__all__ = [
    "Case",
    "Experiment",
    "ExperimentError",
    "Vmap",
    "body",
    "decode",
    "has_header",
    "pick",
    "read",
    "read_bytes",
    "write",
]

Positive = Annotated[int, msgspec.Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of `[tool.vmapviz]`."""

    name: str = ""
    group: str = ""
    function: str = ""
    arguments: str | None = None
    in_axes: str | None = None
    out_axes: str | None = None
    axis_name: str | None = None
    axis_size: Positive | None = None
    spmd_axis_name: str | None = None
    map: Literal["vmap", "pmap"] = "vmap"
    devices: Positive | None = None
    reference: str | None = None
    x64: bool = False
    levels: tuple[Vmap, ...] = ()
    case: tuple[Case, ...] = ()


STRUCTS = {"levels": Vmap, "case": Case}
WORDS = {"str": "text in quotes", "int": "a whole number", "float": "a number", "bool": "true or false"}
WORDS |= {"array": "a list of tables", "object": "a table", "datetime": "a date"}


def read_bytes(data: bytes, path: str = "", function: str = "") -> Experiment:
    """The experiment in the bytes of a file; raises ExperimentError when they are not UTF-8 or the header is wrong."""
    return read(decode(data), path, function)


def decode(data: bytes) -> str:
    """The text of a file as it is on disk, line ends included; raises ExperimentError when it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
        raise ExperimentError(f"This file is not UTF-8 text: {byte} does not belong there.") from None


def read(text: str, path: str = "", function: str = "") -> Experiment:
    """The experiment in a Python file; `function`, if given, is taken instead of the one that the header names.

    Without a name it is the last function of the file; without arguments each gets what its annotation says, else
    `f32[B]`. Raises ExperimentError for a header that is not TOML, or has unknown keys or values of a wrong type.
    """
    parted = _parted(text)
    found = _settings(settings(parted.block) or {}) if parted.block else Settings()
    source = parted.body
    name = function or found.function or next((one.name for one in reversed(functions(source))), "")
    levels = found.levels or (Vmap(**{key: value for key in VMAP if (value := getattr(found, key)) is not None}),)
    return Experiment(
        source=source,
        function=name,
        arguments=_first_arguments(source, name) if found.arguments is None else found.arguments,
        levels=levels,
        name=found.name,
        group=found.group,
        path=path,
        map=found.map,
        devices=found.devices,
        reference=found.reference,
        cases=found.case,
        x64=found.x64,
    )


VMAP = (*AXES, "spmd_axis_name")


def has_header(text: str) -> bool:
    """Whether a file says itself how it is called; raises ExperimentError for a header that is not TOML."""
    return bool(_parted(text).block)


def body(text: str) -> str:
    """What the editor shows of a file: all but the header, with `\\n` as line ends."""
    return _parted(text).body


def _parted(text: str) -> Cut:
    """The file cut at its header; a script block that says nothing to vmapviz is part of the source."""
    parted = cut(_plain(text))
    if parted.block and settings(parted.block) is None:
        return Cut("", "", "", _plain(text))
    return parted


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _first_arguments(source: str, name: str) -> str:
    function = find(source, name)
    return join(rows_for(function, "", {})) if function else ""


def _settings(table: Table) -> Settings:
    try:
        found = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise ExperimentError(_sentence(str(error))) from None
    if found.levels and any(getattr(found, key) is not None for key in VMAP):
        key = next(key for key in VMAP if getattr(found, key) is not None)
        raise ExperimentError(f"The header has `levels`, so `{key}` belongs into one of them.")
    return found


def _sentence(said: str) -> str:
    """msgspec's words about the header in ours."""
    said, _, place = said.partition(" - at `$")
    where = place.rstrip("`").lstrip(".")
    inside = f"In `{where}`, " if where else ""
    if unknown := re.search(r"unknown field `(.+)`", said):
        struct = STRUCTS.get(where.partition("[")[0], Settings)
        close = difflib.get_close_matches(unknown[1], struct.__struct_fields__, 1)
        hint = f" Did you mean `{close[0]}`?" if close else ""
        return f"The header has a key `{inside and where + '.'}{unknown[1]}` that vmapviz does not know.{hint}"
    if missing := re.search(r"missing required field `(.+)`", said):
        return f"The header's `{where}` has no `{missing[1]}`."
    if types := re.fullmatch(r"Expected `([a-z]+).*?`, got `(\w+)`", said):
        wanted, got = (WORDS.get(word, word) for word in types.groups())
        return f"The header's `{where}` should be {wanted}, not {got}."
    if where == "map":
        return 'The header\'s `map` should be "vmap" or "pmap".'
    return f"The header's `{where}` should be a whole number from 1."


def write(experiment: Experiment, text_on_disk: str | None = None) -> str:
    """The text of the experiment's file, made from the one on disk with as little change as possible.

    A file without a header stays without one; None (nothing on disk yet) gives a new file with a header. Line ends, a
    byte order mark, comments and foreign keys of the header are kept. Raises ExperimentError when the header on disk
    cannot be read or changed.
    """
    if text_on_disk is None:
        return _new(experiment)
    parted = _parted(text_on_disk)
    text = experiment.source
    if parted.block:
        block = changed(parted.block, _table(experiment, settings(parted.block) or {}))
        before = parted.before if text.startswith(parted.before) else ""
        rest = text[len(before) :]
        text = before + block + (parted.gap or "\n" * bool(rest)) + rest
    if "\r\n" in text_on_disk:
        text = text.replace("\n", "\r\n")
    return "\ufeff" * text_on_disk.startswith("\ufeff") + text


def _new(experiment: Experiment) -> str:
    table = _table(experiment, SAID if len(experiment.levels) == 1 else {})
    parted = cut(experiment.source)
    if parted.block:  # a script block that was typed or pasted
        block = changed(_with_table(parted.block), table)
        return parted.before + block + parted.gap + parted.after
    first = re.match(r"#!.*\n", experiment.source)
    start = first[0] if first else ""
    gap = "\n" if start else "\n\n"
    return f"{start}{fresh(table)}{gap}{experiment.source[len(start) :]}"


def _with_table(block: str) -> str:
    return block if settings(block) is not None else block.removesuffix("# ///") + "#\n# [tool.vmapviz]\n# ///"


def _table(experiment: Experiment, disk: Table) -> Table:
    """What the header says of the experiment: what it said on disk in the same words, and all that is no default.

    With a case picked, what was changed is the case's.
    """
    cases = tuple(_now(experiment, case) if case.name == experiment.case else case for case in experiment.cases)
    plain = pick(experiment, None)
    said: Table = {key: getattr(plain, key) for key in PLAIN}
    if len(plain.levels) == 1 and "levels" not in disk:
        said |= {key: getattr(plain.levels[0], key) for key in VMAP}
    table = _own(said, disk, {**dict.fromkeys((*PLAIN, *VMAP)), **DEFAULTS})
    if len(plain.levels) > 1 or "levels" in disk:
        levels = [(level, _at(disk, "levels", index)) for index, level in enumerate(plain.levels)]
        table["levels"] = [
            _own({key: getattr(level, key) for key in VMAP}, own or SAID, DEFAULTS) for level, own in levels
        ]
    if cases:
        table["case"] = [_case(case, _at(disk, "case", index)) for index, case in enumerate(cases)]
    return table


PLAIN = ("name", "group", "function", "arguments", "map", "devices", "reference", "x64")
DEFAULTS = {"name": "", "group": "", "map": "vmap", "x64": False, "in_axes": "0", "out_axes": "0"}

SAID: Table = {"in_axes": "", "out_axes": ""}


def _own(said: Table, disk: Table, defaults: Table) -> Table:
    return {
        key: value for key, value in said.items() if value is not None and (key in disk or value != defaults.get(key))
    }


def _at(disk: Table, key: str, index: int) -> Table:
    tables = disk.get(key, [])
    return tables[index] if index < len(tables) else {}


def _case(case: Case, disk: Table) -> Table:
    """A case as a table: the one on disk where it says the same."""
    if disk and msgspec.convert(disk, Case) == case:
        return disk
    said = msgspec.to_builtins(case).items()
    return {key: list(value) if isinstance(value, tuple) else value for key, value in said if value is not None}


def _now(experiment: Experiment, case: Case) -> Case:
    """The picked case as the experiment is now: the keys it said before, and those in which it differs from the base."""
    plain = pick(experiment, None)
    own = {key: _difference(plain, experiment, case, key) for key in WHOLE}
    if case.levels is None and experiment.levels[1:] == plain.levels[1:]:
        own |= {key: _difference(plain.levels[0], experiment.levels[0], case, key) for key in AXES}
        return replace(case, **own)
    said = case.levels is not None or experiment.levels != plain.levels
    return replace(case, **own, **dict.fromkeys(AXES), levels=experiment.levels if said else None)


def _difference(plain: msgspec.Struct, now: msgspec.Struct, case: Case, key: str) -> Any:
    value = getattr(now, key)
    return value if value != getattr(plain, key) or getattr(case, key) is not None else None
