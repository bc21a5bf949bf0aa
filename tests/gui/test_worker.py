"""The window's end of the wire, against a stand-in that behaves badly in every way a process can."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from vmapviz.gui.worker import MODULE, WorkerProcess, command, is_there, python_of
from vmapviz.model.actions.pythons import NOT_FOUND
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Printed, Reply, Trace

# To sh a command, to Python a text: a first line of "#!" cannot name a Python whose path has a space.
HEAD = f"""#!/bin/sh
'''exec' "{sys.executable}" "$0" "$@"
' '''
import os, sys, time
from vmapviz.model import wire
from vmapviz.model.messages import *
"""
SAY = "def say(text):\n    os.write(1, wire.encode(Printed(text)))\n\n"


class Heard:
    """A worker process with everything it said and why it ended."""

    def __init__(self, program: Path) -> None:
        self.worker = WorkerProcess(str(program))
        self.replies: list[Reply] = []
        self.ends: list[str] = []
        self.worker.replied.connect(self.replies.append)
        self.worker.ended.connect(self.ends.append)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Callable[[str], Heard]]:
    """Makes a stand-in whose process does what a text says."""
    made: list[Heard] = []

    def play(text: str) -> Heard:
        program = tmp_path / "python"
        program.write_text(HEAD + SAY + text)
        program.chmod(0o755)
        made.append(Heard(program))
        return made[-1]

    yield play
    for heard in made:
        heard.worker.close()


def test_replies_arrive_whole_and_in_order_however_they_are_cut(qtbot: QtBot, played: Callable[[str], Heard]) -> None:
    heard = played(
        "data = b''.join(wire.encode(Printed(str(n) * n * 1000)) for n in range(1, 6))\n"
        "for start in range(0, len(data), 4001):\n    os.write(1, data[start:start + 4001])\nsys.stdin.read()\n"
    )
    heard.worker.start()
    qtbot.waitUntil(lambda: len(heard.replies) == 5)
    assert heard.replies == [Printed(str(n) * n * 1000) for n in range(1, 6)]
    assert heard.ends == []


def test_requests_and_options_reach_the_process(qtbot: QtBot, played: Callable[[str], Heard]) -> None:
    heard = played(
        "say(' '.join(sys.argv[1:]))\nframes = wire.Frames()\n"
        "while data := os.read(0, 65536):\n    for body in frames.feed(data):\n        say(repr(wire.decode_request(body)))\n"
    )
    heard.worker.start(["--devices", "8"])
    request = Trace(3, Experiment("def f(x): ...", "f", "f32[2]"))
    heard.worker.send(request)
    qtbot.waitUntil(lambda: len(heard.replies) == 2)
    assert heard.replies == [Printed("-m vmapviz.engine.worker --devices 8"), Printed(repr(request))]


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("os._exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 11)", "signal 11"),
        ("os.write(1, b'\\xff' * 100)\nsys.stdin.read()", ""),
    ],
    ids=["exit", "crash", "nonsense"],
)
def test_an_end_that_nobody_asked_for_is_told_once(
    qtbot: QtBot, played: Callable[[str], Heard], does: str, why: str
) -> None:
    heard = played(f"say('last words')\n{does}\n")
    heard.worker.start()
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.replies == [Printed("last words")]
    assert not heard.worker.running
    heard.worker.send(Trace(1, Experiment()))
    heard.worker.stop()
    assert len(heard.ends) == 1
    assert why in heard.ends[0]


def test_a_program_that_does_not_exist_is_told_by_its_name(qtbot: QtBot) -> None:
    heard = Heard(Path("/nowhere/python"))
    heard.worker.start()
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [NOT_FOUND]
    assert not heard.worker.running


def test_what_was_stopped_says_nothing_more(qtbot: QtBot, played: Callable[[str], Heard]) -> None:
    heard = played("while True:\n    say('again')\n")
    heard.worker.start()
    qtbot.waitUntil(lambda: bool(heard.replies))
    heard.worker.stop()
    count = len(heard.replies)
    second = played("say('the second')\nsys.stdin.read()\n")
    second.worker.start()
    qtbot.waitUntil(lambda: bool(second.replies))
    assert len(heard.replies) == count
    assert heard.ends == []


def test_a_listener_may_start_another_worker_in_the_middle(qtbot: QtBot, played: Callable[[str], Heard]) -> None:
    heard = played("os.write(1, wire.encode(Printed('one')) + wire.encode(Printed('two')))\nsys.stdin.read()\n")

    def again(reply: Reply) -> None:
        if len(heard.replies) == 1:
            heard.worker.start()

    heard.worker.replied.connect(again)
    heard.worker.start()
    qtbot.waitUntil(lambda: len(heard.replies) == 3)
    assert heard.replies == [Printed("one"), Printed("one"), Printed("two")], "the rest of the first is too late"
    assert heard.ends == []


def test_a_python_is_named_by_its_path_its_folder_or_a_command(tmp_path: Path) -> None:
    here = tmp_path / "my own" / "bin" / "python"
    here.parent.mkdir(parents=True)
    here.touch()
    worker = ["-m", MODULE]
    assert command("") == [sys.executable, *worker]
    assert command("/usr/bin/python3.12") == ["/usr/bin/python3.12", *worker]
    assert command(str(here)) == [str(here), *worker], "a blank in a path that exists"
    assert command(str(tmp_path / "my own")) == [str(here), *worker], "the folder of an environment"
    assert command("~/python") == [str(Path.home() / "python"), *worker]
    assert command("uv run python") == ["uv", "run", "python", *worker]
    assert command(f"ssh 'gpu box' python -m {MODULE}") == ["ssh", "gpu box", "python", *worker]
    assert python_of(f"ssh 'gpu box' python -m {MODULE}") == "ssh 'gpu box' python"
    assert python_of(str(here)) == f"'{here}'"
    assert command("it's not closed") == ["it's", "not", "closed", *worker]


def test_a_program_is_there_or_not(tmp_path: Path) -> None:
    assert is_there("")
    assert is_there(shlex.join([sys.executable, "-X", "dev"]))
    assert not is_there("/nowhere/python")
    assert not is_there("no-such-program -m x")


def test_what_it_complains_of_is_kept_and_passed_on(
    qtbot: QtBot, played: Callable[[str], Heard], capsys: pytest.CaptureFixture[str]
) -> None:
    heard = played("os.write(2, b'x' * 9000 + b' no luck')\nos._exit(3)\n")
    heard.worker.start()
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.worker.said.endswith("x no luck")
    assert len(heard.worker.said) == 4000
    assert len(capsys.readouterr().err) == 9008
