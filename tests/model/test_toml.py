"""What is written as TOML is read back as it was."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model.toml import key_line, table_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT | st.integers(0, 10**9) | st.booleans())
def test_a_value_stays_what_it_is_on_one_line(value: str | int | bool) -> None:
    line = key_line("k", value)
    assert "\n" not in line
    assert tomllib.loads(line) == {"k": value}


def test_python_text_needs_no_backslashes() -> None:
    assert key_line("arguments", 'x={"w": f32[2]}') == "arguments = 'x={\"w\": f32[2]}'"
    assert key_line("in_axes", "(None, 0)") == 'in_axes = "(None, 0)"'


def test_tables_inside_tables() -> None:
    table = {"name": "a", "levels": [{"in_axes": "0"}, {}]}
    text = "\n".join(table_lines(("tool", "case"), table))
    assert tomllib.loads(text) == {"tool": {"case": [table]}}
