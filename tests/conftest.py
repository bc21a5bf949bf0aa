"""What every test stands on: a still Qt, settings of its own, no log line and no widget left unnoticed."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

# Set before Qt and JAX load: the same pictures and numbers on every machine, whatever its screen and devices are.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
os.environ["JAX_NUM_CPU_DEVICES"] = "8"
os.environ["JAX_PLATFORMS"] = os.environ.get("JAX_PLATFORMS") or "cpu"
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["QT_FONT_DPI"] = "96"

import hypothesis
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

# No deadline: a busy machine must not fail a test. Derandomised: the same examples in every run.
hypothesis.settings.register_profile("vmapviz", deadline=None, derandomize=True)
hypothesis.settings.register_profile(
    "fuzz", parent=hypothesis.settings.get_profile("vmapviz"), derandomize=False, max_examples=2000
)
hypothesis.settings.load_profile("fuzz" if os.environ.get("VMAPVIZ_FUZZ") else "vmapviz")


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test has its own empty folder of settings; the user's are never read or written."""
    folder = tmp_path_factory.mktemp("settings")
    monkeypatch.setenv("VMAPVIZ_SETTINGS_DIR", str(folder))
    return folder


class _Records(logging.Handler):
    """Keeps what is logged at WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A log record of level WARNING or above fails the test, unless it asks for `caplog` and so judges them itself."""
    records = _Records()
    logging.getLogger().addHandler(records)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(records)
    if records.lines and "caplog" not in request.fixturenames:
        pytest.fail("unexpected log records:\n" + "\n".join(records.lines))


def _windows() -> list[QWidget]:
    return QApplication.topLevelWidgets() if QApplication.instance() else []


def _survivors(before: set[int]) -> list[QWidget]:
    """The top-level widgets that are new since `before`, after everything that can go has gone."""

    def new() -> list[QWidget]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [widget for widget in _windows() if id(widget) not in before]

    if not new():  # the usual case, spared a full collection
        return []
    gc.collect()
    return new()


@pytest.fixture(autouse=True)
def no_widget_survives(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with `qtbot` leaves no top-level widget behind: give windows to `qtbot.addWidget`, the rest a parent."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    kept = _windows()  # held, so that no new widget can take over the id of one that went
    failed_before = request.session.testsfailed
    yield
    if request.session.testsfailed > failed_before:  # its traceback holds its widgets
        return
    left = _survivors({id(widget) for widget in kept})
    assert not left, "widgets left behind: " + ", ".join(
        f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()!r}" for widget in left
    )


@pytest.fixture(scope="session")
def screens_folder() -> Path:
    """Where `make screens` puts its pictures: VMAPVIZ_SCREENS_DIR, else build/screens."""
    folder = Path(os.environ.get("VMAPVIZ_SCREENS_DIR", Path(__file__).parents[1] / "build" / "screens"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many programs of the corpus are shown exactly as plain JAX makes them, how many situations are told in plain words."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    programs = [report for report in reports if "test_corpus.py::test_program[" in report.nodeid]
    if programs:
        exact = sum(("exact program" in dict(report.user_properties)) for report in programs)
        terminalreporter.write_line(f"exact: {exact} of {len(programs)} programs")
    for report in reports:
        for line in (text for name, text in report.user_properties if name == "summary"):
            terminalreporter.write_line(line)
    told = sum(("situation" in dict(report.user_properties)) for report in reports)
    if told:
        terminalreporter.write_line(f"errors: {told} situations")
