"""The README says what is true: its Python runs, and its key table is the table of commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vmapviz.gui.commands import COMMANDS
from vmapviz.gui.keys import key_table

README = Path(__file__).parents[1] / "README.md"


def keys_section() -> str:
    rows = "\n".join(f"| {keys} | {what} |" for keys, what in key_table(COMMANDS))
    return f"| keys | do |\n|---|---|\n{rows}"


def test_the_key_table_is_that_of_the_commands() -> None:
    between = re.search(r"<!-- keys:[^>]*-->\n(.*)<!-- /keys -->", README.read_text(encoding="utf-8"), re.DOTALL)
    assert between is not None
    assert between[1].strip() == keys_section()


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.splitlines()[1] == "transpose (5, 2) from 1"


def test_the_picture_of_the_readme_is_there() -> None:
    for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / path).is_file()
