"""Measuring on another machine: by a real ssh, and what is said where something is wrong with that machine."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.another_machine import HERE, OLDER, SSH, Sshd, bash, descendants, is_running, sshd
from tests.app.conftest import experiment, press, retype, wait_done, wait_for
from tests.app.test_measuring import SWEEP, ended, measuring_pid, plot, points
from tests.app.test_stopping import is_alive
from vmapviz.gui.app import App
from vmapviz.gui.where_dialog import WhereDialog
from vmapviz.model import actions
from vmapviz.model.problem import Problem

__all__ = ["plot", "sshd"]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are told as Linux does")
needs_ssh = pytest.mark.skipif(SSH is None, reason="no ssh is installed on this machine")
PASSED_ON = 'exec "$@"'


@pytest.fixture(autouse=True)
def here_again(app: App) -> object:
    """What a test measured on is not what the next one does."""
    yield
    app.store.apply(lambda session: replace(session, sweep=SWEEP))


def measure(app: App, where: str, batches: Sequence[int] = SWEEP.batches) -> None:
    """Ask for a sweep there."""
    sweep = replace(SWEEP, variants=("vmap", "jit(vmap)"), batches=tuple(batches))
    app.store.apply(lambda session: replace(session, sweep=sweep))
    app.store.apply(lambda session: actions.set_where(session, where))
    app.window.run_command("measure")


def problem(qtbot: QtBot, app: App, where: str) -> Problem:
    """What is said where it cannot be measured."""
    measure(app, where)
    session = ended(qtbot, app)
    assert session.time_problem is not None, "it was measured"
    assert session.problem is None
    assert session.worker.ready is not None, "the worker that traces and runs does not notice"
    return session.time_problem


def test_through_a_real_ssh_the_numbers_come_from_the_other_machine(qtbot: QtBot, app: App, sshd: Sshd) -> None:
    measure(app, sshd.where(), batches=(1, 2, 4))
    assert app.window.bottom.panels["timing"].caption.text() == "Waiting for 127.0.0.1"
    session = ended(qtbot, app)
    assert session.time_problem is None, session.time_problem
    assert session.timings is not None
    assert points(session) == 6
    assert session.timings.where == sshd.where()
    assert session.timings.machine.startswith(f"{platform.node()}: ")
    assert session.wheres[0] == sshd.where()


@LINUX
def test_a_connection_that_is_lost_leaves_its_points_and_nothing_running(qtbot: QtBot, app: App, sshd: Sshd) -> None:
    measure(app, sshd.where(), batches=range(1, 300))  # some minutes
    wait_for(qtbot, app, points)
    there = descendants(sshd.process.pid)
    sshd.hang_up()
    session = ended(qtbot, app)
    assert session.time_problem is not None
    assert session.time_problem.title.startswith("**The connection to `127.0.0.1` was lost while measuring ")
    assert points(session)
    qtbot.waitUntil(lambda: not any(map(is_running, there)), timeout=60_000)


@pytest.mark.parametrize(
    ("known", "key", "said"),
    [
        ("unknown", "user", "The key of `127.0.0.1` is not known here."),
        ("changed", "user", "`127.0.0.1` has another key than before."),
        ("known", "other", "`127.0.0.1` did not let you in."),
    ],
    ids=["unknown key", "another key", "not let in"],
)
def test_whom_a_real_ssh_does_not_trust_is_told(
    qtbot: QtBot, app: App, sshd: Sshd, known: str, key: str, said: str
) -> None:
    assert problem(qtbot, app, sshd.where(known=known, key=key)).title == f"**{said}**"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["/nowhere/python"], "There is no such Python on `127.0.0.1`."),
        (["no-such-python"], "There is no such Python on `127.0.0.1`."),
        ([sys.executable, "-I", "-S"], "vmapviz is not installed on `127.0.0.1`."),
        ([sys.executable, "-c", OLDER.format(strict=False)], "vmapviz 0.0.9 there, 0.1.0 here."),
        ([sys.executable, "-c", OLDER.format(strict=True)], "The vmapviz on `127.0.0.1` is older than this one."),
    ],
    ids=["no such file", "no such command", "no vmapviz", "another wire", "options it does not know"],
)
def test_what_is_missing_behind_a_real_ssh_is_told(
    qtbot: QtBot, app: App, sshd: Sshd, command: list[str], said: str
) -> None:
    assert problem(qtbot, app, sshd.where(*command)).title == f"**{said}**"


@needs_ssh
@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "`127.0.0.1` refuses the connection."),
        ("nowhere..invalid", "There is no machine called `nowhere..invalid`."),
    ],
)
def test_a_machine_that_ssh_does_not_reach_is_told(qtbot: QtBot, app: App, host: str, said: str) -> None:
    told = problem(qtbot, app, shlex.join([str(SSH), "-F", "none", "-p", "1", host, sys.executable]))
    assert told.title == f"**{said}**"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("/nowhere/ssh gpu-box python", "There is no such program here."),
        (bash('echo "Welcome to the cluster!"; exec "$@"'), "Something else answered."),
        (bash('echo "hi"; exec cat'), "Something else answered."),
        (bash('exec "$1" -I -S -m vmapviz.engine.worker'), "vmapviz is not installed on `bash`."),
        (bash('exec "$@" --platform tpu'), "JAX does not have this platform on `bash`."),
        (bash("exit 3"), "`bash` did not answer."),
    ],
    ids=["no program", "banner", "short banner", "no vmapviz", "no such platform", "ends"],
)
def test_what_is_wrong_there_is_told(qtbot: QtBot, app: App, where: str, said: str) -> None:
    assert problem(qtbot, app, where).title == f"**{said}**"


@pytest.mark.parametrize(
    ("strict", "said"),
    [(False, "**vmapviz 0.0.9 there, 0.1.0 here.**"), (True, "**The vmapviz on `{name}` is older than this one.**")],
    ids=["another wire", "options it does not know"],
)
def test_an_older_vmapviz_there_is_told(qtbot: QtBot, app: App, tmp_path: Path, strict: bool, said: str) -> None:
    (tmp_path / "older.py").write_text(OLDER.format(strict=strict))
    told = problem(qtbot, app, shlex.join([sys.executable, str(tmp_path / "older.py")]))
    assert told.title == said.format(name=Path(sys.executable).name)
    assert "-m pip install --upgrade vmapviz" in told.text


@LINUX
def test_a_jax_that_ends_there_is_not_taken_for_the_connection(qtbot: QtBot, app: App) -> None:
    measure(app, bash('"$@" <&0 & wait $!; exit 137'))
    wait_for(qtbot, app, points)
    os.kill(descendants(measuring_pid(app))[-1], 9)
    session = ended(qtbot, app)
    assert session.time_problem is not None
    assert session.time_problem.title.startswith("**JAX ended on `bash` while measuring ")
    assert points(session)


def test_a_machine_that_never_answers_is_waited_for_until_stop(qtbot: QtBot, app: App) -> None:
    measure(app, bash("exec sleep 600"))
    assert app.window.status._state.text().startswith("Waiting for bash · ")
    waiting = measuring_pid(app)
    press(app, "Ctrl+.")
    assert app.store.session.jobs.time is None
    assert app.store.session.worker.ready is not None
    qtbot.waitUntil(lambda: not is_alive(waiting))


def test_what_the_code_imports_must_be_there_too(
    qtbot: QtBot, make: Callable[..., App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_module.py").write_text("def twice(x):\n    return x * 2\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((HERE, str(tmp_path))))
    app = make(experiment("square"))
    retype(app, "import own_module\n\ndef square(x):\n    return own_module.twice(x)\n")
    assert wait_done(qtbot, app).problem is None
    told = problem(qtbot, app, shlex.join(["env", f"PYTHONPATH={HERE}", sys.executable]))
    assert told.title == "The module `own_module` is not installed on `env`."
    assert "Only the code in the editor is sent to `env`" in told.text


def test_the_dialog_tries_who_answers_and_what_it_has(qtbot: QtBot, app: App) -> None:
    app.window.bottom.panels["timing"].bar.where.click()
    dialog = app.window.findChildren(WhereDialog)[-1]
    assert not dialog.attempt.isEnabled()
    offered = [segment.text() for segment in dialog.platform.segments if not segment.isHidden()]
    assert offered == ["JAX's choice", "CPU"]
    dialog.field.setCurrentText(bash("exit 3"))
    dialog.attempt.click()
    assert dialog.answer.accessibleName() == "Waiting for bash…"
    qtbot.waitUntil(lambda: "did not answer" in dialog.answer.accessibleName(), timeout=60_000)
    dialog.field.setCurrentText(bash(PASSED_ON))
    assert dialog.answer.accessibleName() == ""
    dialog.attempt.click()
    qtbot.waitUntil(lambda: dialog.answer.accessibleName().startswith(platform.node()), timeout=60_000)
    assert "1 CPU device" in dialog.answer.accessibleName()
    dialog.platform.segments[1].click()
    dialog.use.click()
    session = app.store.session
    assert (session.sweep.where, session.sweep.platform) == (bash(PASSED_ON), "cpu")
    assert session.wheres[0] == bash(PASSED_ON)
    assert app.window.bottom.panels["timing"].bar.where.text() == "CPU devices of bash"
    assert not app.measuring.trial.running
    app.window.run_command("where")
    again = app.window.findChildren(WhereDialog)[-1]
    assert again.field.currentText() == again.field.itemText(0) == bash(PASSED_ON)
    again.own.click()
    assert (app.store.session.sweep.where, app.store.session.sweep.platform) == ("", "")
