"""Values written as TOML: texts, whole numbers, switches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Table = dict[str, Any]


def key_line(key: str, value: str | int | bool) -> str:
    """One line that gives a key its value."""
    return f"{key} = {_value(value)}"


def table_lines(path: Sequence[str], table: Mapping[str, Any]) -> list[str]:
    """One entry of an array of tables; tables inside it follow as arrays of tables of their own."""
    own = [key_line(key, value) for key, value in table.items() if not isinstance(value, list)]
    inner = [(key, value) for key, value in table.items() if isinstance(value, list)]
    nested = [line for key, tables in inner for one in tables for line in table_lines((*path, key), one)]
    return [f"[[{'.'.join(path)}]]", *own, *nested]


def _value(value: str | int | bool) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    if value.isprintable() and ('"' in value or "\\" in value) and "'" not in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
