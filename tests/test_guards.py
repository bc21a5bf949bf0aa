"""The guards of conftest.py and pyproject.toml catch what they are there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CARELESS = """
import logging, os, warnings
from PySide6.QtCore import QSettings, qWarning
from PySide6.QtWidgets import QMenu, QWidget

kept = []

def test_widget_left(qtbot):
    kept.append(QWidget())

def test_log_line():
    logging.getLogger("somewhere").warning("unnoticed")

def test_qt_message(qtbot):
    qWarning("unnoticed")

def test_warning():
    warnings.warn("unnoticed")
"""
CAREFUL = """
import logging, os
from PySide6.QtWidgets import QMenu, QWidget

def test_widget_given_to_qtbot(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    QMenu(window).addAction("one")

def test_widget_in_a_cycle(qtbot):
    window = QWidget()
    window.itself = window

def test_log_line_asked_for(caplog):
    logging.getLogger("somewhere").warning("expected")
    assert "expected" in caplog.text

def test_settings_of_its_own():
    assert not os.listdir(os.environ["VMAPVIZ_SETTINGS_DIR"])

def test_no_screen():
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
"""


def outcomes(folder: Path, source: str) -> dict[str, str]:
    """What pytest says of each test in `source` under our own conftest.py and settings."""
    shutil.copy(ROOT / "tests/conftest.py", folder)
    (folder / "test_it.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-rA", "-c", ROOT / "pyproject.toml", "--rootdir", folder, folder]
    lines = subprocess.run(command, capture_output=True, text=True, cwd=folder).stdout.splitlines()
    said = [line.split() for line in lines if line.startswith(("PASSED ", "FAILED ", "ERROR "))]
    # A guard that speaks after the test makes it PASSED and ERROR; the later word counts.
    return {words[1].rpartition("::")[2]: words[0] for words in sorted(said, key=lambda words: words[0], reverse=True)}


@pytest.mark.slow
def test_careless_tests_fail(tmp_path: Path) -> None:
    assert outcomes(tmp_path, CARELESS) == {
        "test_widget_left": "ERROR",
        "test_log_line": "ERROR",
        "test_qt_message": "FAILED",
        "test_warning": "FAILED",
    }


@pytest.mark.slow
def test_careful_tests_pass(tmp_path: Path) -> None:
    assert set(outcomes(tmp_path, CAREFUL).items()) == {
        ("test_widget_given_to_qtbot", "PASSED"),
        ("test_widget_in_a_cycle", "PASSED"),
        ("test_log_line_asked_for", "PASSED"),
        ("test_settings_of_its_own", "PASSED"),
        ("test_no_screen", "PASSED"),
    }
