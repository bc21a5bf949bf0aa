"""The window as a whole: named for screen readers, in one piece, photographed without anybody there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QWindow
from PySide6.QtWidgets import QApplication, QLabel, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from tests.app.conftest import activate, experiment, named, retype, wait_done
from vmapviz.gui import theme
from vmapviz.gui.app import App
from vmapviz.gui.bottom import PANELS
from vmapviz.model import actions
from vmapviz.model.what import GALLERY

ROOT = Path(__file__).parents[2]


def reached_by_tab(window: QWidget) -> Iterator[QWidget]:
    """Everything that the keyboard can be on."""
    for widget in window.findChildren(QWidget):
        focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        if focusable and widget.isVisible() and widget.isEnabled() and not isinstance(widget, QScrollBar | QLabel):
            yield widget


def test_everything_the_keyboard_can_be_on_has_a_name(qtbot: QtBot, app: App) -> None:
    nameless = set()
    for tab in PANELS:
        app.window.bottom.open(tab.id)
        nameless |= {type(widget).__name__ for widget in reached_by_tab(app.window) if not named(widget).strip()}
    assert nameless == set()


def test_two_levels_and_a_pytree_have_names_too(qtbot: QtBot, app: App) -> None:
    for stem in ("neural_net_forward", "pairwise_distances", "inconsistent_sizes"):
        app.files.open_example(f"{GALLERY}{stem}")
        wait_done(qtbot, app)
        assert [type(widget).__name__ for widget in reached_by_tab(app.window) if not named(widget).strip()] == []


def test_there_is_one_window_whatever_is_opened(qtbot: QtBot, qapp: QApplication, make: Callable[..., App]) -> None:
    app = make()
    wait_done(qtbot, app)
    activate(qtbot, app)
    # Not by an event filter over everything: that gives Python half-deleted widgets. A window that shows up takes the focus.
    others: list[QWindow] = []
    qapp.focusWindowChanged.connect(others.append)
    for tab in PANELS:
        app.window.bottom.open(tab.id)
    app.files.open_example(f"{GALLERY}neural_net_forward")
    wait_done(qtbot, app)
    retype(app, "def f(x:\n")
    wait_done(qtbot, app)
    for command in ("find", "palette", "theme", "zoom_in", "examples", "measure", "stop"):
        app.window.run_command(command)
    wait_done(qtbot, app)
    qapp.focusWindowChanged.disconnect(others.append)
    assert others == []


def test_it_looks_as_the_system_does_until_the_user_chooses(
    qapp: QApplication, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def system_becomes(name: str, scheme: Qt.ColorScheme) -> None:
        # Qt's platform without a screen has no colours that could change.
        monkeypatch.setattr(theme, "system_theme", lambda: name)
        qapp.styleHints().colorSchemeChanged.emit(scheme)

    app.store.apply(partial(actions.set_theme, theme="system"))
    system_becomes("dark", Qt.ColorScheme.Dark)
    assert theme.current().name == "dark"
    app.store.apply(partial(actions.set_theme, theme="light"))
    system_becomes("dark", Qt.ColorScheme.Dark)
    assert theme.current().name == "light"
    app.store.apply(partial(actions.set_theme, theme="system"))
    assert theme.current().name == "dark"
    system_becomes("light", Qt.ColorScheme.Light)
    assert theme.current().name == "light"


def test_what_is_hard_to_run_ends_in_a_result_or_a_sentence(qtbot: QtBot, app: App) -> None:
    for stem in ("python_if", "out_axes_none", "normalise_by_psum", "noise", "guarded_root"):
        app.files.open_example(f"{GALLERY}{stem}")
        session = wait_done(qtbot, app)
        assert session.problem is not None or session.result is not None or session.run_problem is not None, stem
        assert session.worker.restarts == 0


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-m", "vmapviz", *arguments],
        cwd=ROOT,
        env={**environment, "VMAPVIZ_SETTINGS_DIR": str(tmp_path / "settings")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_picture_of_the_window_without_a_display(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    picture, data = tmp_path / "window.png", tmp_path / "window.json"
    done = run(tmp_path, "matvec", "--screenshot", str(picture), "--snapshot", str(data))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1440, 900)
    assert len({image.pixel(x, y) for x in range(0, 1440, 7) for y in range(0, 900, 7)}) > 20, "something is drawn"
    assert json.loads(data.read_text())["trace"]["exact"] is True
    assert list((tmp_path / "settings").iterdir()) == [], "what the user's window remembers is left alone"


def test_a_picture_of_a_problem_says_it_and_fails(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def f(x):\n    return y\n")
    done = run(tmp_path, str(tmp_path / "broken.py"), "--screenshot", str(tmp_path / "broken.png"))
    assert done.returncode == 1
    assert "`y`" in done.stderr
    assert (tmp_path / "broken.png").exists()


def test_a_picture_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "square", "--screenshot", str(tmp_path / "no" / "folder.png"))
    assert done.returncode == 1
    assert "folder.png could not be written" in done.stderr


def test_a_python_without_jax_is_told_on_the_command_line(tmp_path: Path) -> None:
    done = run(tmp_path, "square", "--python", "/nowhere/python", "--screenshot", str(tmp_path / "window.png"))
    assert done.returncode == 1
    assert "There is no such Python." in done.stderr


def test_the_last_example_is_the_one_that_is_shown(qtbot: QtBot, app: App) -> None:
    for stem in ("square", "dot_product", "ten_sines", "matvec"):
        app.files.open_example(f"{GALLERY}{stem}")
    session = wait_done(qtbot, app)
    assert session.picture is not None
    assert session.picture.experiment == experiment("matvec")
    assert session.worker.restarts == 0
