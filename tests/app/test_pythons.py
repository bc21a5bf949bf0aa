"""Another Python for the user's code: its packages are found, it needs no Qt, and what is wrong with it is said."""

from __future__ import annotations

import platform
import shlex
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import vmapviz
from tests.app.another_machine import OLDER
from tests.app.conftest import experiment, message, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.gui.python_dialog import PythonDialog
from vmapviz.gui.settings import Settings
from vmapviz.model import actions

NEEDED = ("jax", "jaxlib", "numpy", "numpy.libs", "msgspec", "ml_dtypes", "scipy", "scipy.libs", "opt_einsum")
USES_OWN = "import mine\n\ndef f(x):\n    return mine.twice(x)\n"


class Environment:
    """An environment of the user's own: a package `mine`, and of ours only those that are named."""

    def __init__(self, folder: Path, packages: tuple[str, ...]) -> None:
        venv.create(folder, with_pip=False, symlinks=sys.platform != "win32")
        self.folder, self.python = folder, str(folder / "bin" / "python")
        places = {"base": str(folder), "platbase": str(folder)}
        here = Path(sysconfig.get_path("purelib", vars=places))
        there = Path(sysconfig.get_path("purelib"))
        for name in packages:
            if (there / name).exists():
                (here / name).symlink_to(there / name)
        if "vmapviz" in packages:
            (here / "vmapviz").symlink_to(Path(vmapviz.__file__).parent)
        (here / "mine.py").write_text("def twice(x):\n    return x * 2\n")


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Environment]:
    """Makes environments with these packages, each once."""
    made: dict[tuple[str, ...], Environment] = {}

    def make(*packages: str) -> Environment:
        if packages not in made:
            made[packages] = Environment(tmp_path_factory.mktemp("environments") / "an environment", packages)
        return made[packages]

    return make


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without this checkout on the path of every Python; it may be the one of vmapviz's own, which then has another."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)


pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="links need rights there"),
    pytest.mark.usefixtures("alone"),
]


def test_its_packages_are_found_and_it_needs_no_qt(
    qtbot: QtBot, make: Callable[..., App], environments: Callable[..., Environment]
) -> None:
    there = environments("vmapviz", *NEEDED)
    qt = subprocess.run([there.python, "-c", "import PySide6"], capture_output=True)
    assert qt.returncode != 0, "the environment has no PySide6"
    own = replace(experiment("square"), source=USES_OWN, function="f", arguments="f32[3]", path="")
    app = make(own, python=str(there.folder))
    session = wait_done(qtbot, app)
    assert session.problem is None, session.problem
    assert session.picture is not None
    assert session.picture.trace.exact
    app.store.apply(lambda session: actions.set_python(session, ""))
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert "mine" in session.problem.title, "vmapviz's own Python does not have it"


@pytest.mark.parametrize(
    ("packages", "title"),
    [
        (("msgspec",), "vmapviz is not installed there."),
        (("vmapviz", "msgspec"), "JAX is not installed there."),
        (("vmapviz",), "JAX could not be started."),
    ],
    ids=["no vmapviz", "no JAX", "no msgspec"],
)
def test_what_it_lacks_is_said(
    qtbot: QtBot,
    make: Callable[..., App],
    environments: Callable[..., Environment],
    packages: tuple[str, ...],
    title: str,
) -> None:
    app = make(python=environments(*packages).python)
    wait_for(qtbot, app, lambda s: s.problem)
    assert title in message(app)
    assert "-m pip install" in message(app)


def test_a_python_that_is_not_there_is_named_and_one_click_leads_back(qtbot: QtBot, make: Callable[..., App]) -> None:
    app = make(python="/nowhere/python")
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.title == "**There is no such Python.**"
    assert "/nowhere/python" in session.problem.text
    assert session.experiment.source == app.window.function.editor.text()
    app.act(session.problem.actions[-1])
    assert wait_done(qtbot, app).problem is None
    assert app.store.session.python == ""


def test_an_older_vmapviz_there_is_told_with_its_version(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path
) -> None:
    (tmp_path / "older.py").write_text(OLDER.format(strict=False))
    app = make(python=shlex.join([sys.executable, str(tmp_path / "older.py")]))
    session = wait_for(qtbot, app, lambda s: s.problem)
    assert session.problem is not None
    assert session.problem.title.startswith("**vmapviz 0.0.9 there, ")
    assert session.worker.state == "stopped"
    assert not app.worker.running


def test_it_is_remembered_when_chosen_here_and_not_when_named_on_the_command_line(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "settings")
    app = make(settings=settings, python="/nowhere/python")
    app.close()
    assert settings.remembered().python == ""
    app.store.apply(lambda session: actions.set_python(session, "/elsewhere/python"))
    app.close()
    assert settings.remembered().python == "/elsewhere/python"
    again = make(settings=settings)
    wait_for(qtbot, again, lambda s: s.problem)
    assert "/elsewhere/python" in message(again)


def test_the_dialog_refuses_what_is_not_there_and_takes_what_is(qtbot: QtBot, app: App) -> None:
    app.window.run_command("python")
    dialog = app.window.findChild(PythonDialog)
    assert dialog is not None
    assert dialog.field.placeholderText() == sys.executable
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    dialog.field.setText("/nowhere/python")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.wrong.isVisible()
    assert "/nowhere/python" in dialog.wrong.text()
    assert chosen == []
    restarts = app.store.session.worker.restarts
    dialog.field.setText(sys.executable)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert chosen == [sys.executable]
    assert app.store.session.worker.restarts == restarts + 1
    assert wait_done(qtbot, app).problem is None
    environment = Path(sys.executable).parents[1].name
    assert f"Python {platform.python_version()} in {environment} ·" in app.window.status._jax.text()
    app.window.run_command("python")
    again = app.window.findChildren(PythonDialog)[-1]
    again.own.click()
    assert app.store.session.python == ""
    wait_done(qtbot, app)
    assert QApplication.activeModalWidget() is None
