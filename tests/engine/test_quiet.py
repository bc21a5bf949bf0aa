"""What the user's code prints is shown once for the trace and once for the run, not for every check behind them."""

from __future__ import annotations

import threading

import pytest

from vmapviz.engine.handlers import answer
from vmapviz.engine.quiet import quiet
from vmapviz.model import messages
from vmapviz.model.experiment import Experiment

SAYS = Experiment(
    "import jax\n\ndef f(x):\n    print('traced')\n    jax.debug.print('ran {}', x)\n    return x\n", "f", "f32[3]"
)


def test_verifying_checking_and_timing_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    replies: list[messages.Reply] = []
    answer(messages.Trace(1, SAYS), replies.append)
    assert capfd.readouterr().out == "traced\n"
    answer(messages.Run(2, SAYS), replies.append)
    assert [line.split()[0] for line in sorted(capfd.readouterr().out.splitlines())] == ["ran", "ran", "ran", "traced"]
    answer(messages.Time(3, SAYS, ("loop", "vmap"), (1, 2), 1, 0.05), replies.append)
    assert capfd.readouterr().out == ""
    assert not any(isinstance(reply, messages.Failed) for reply in replies)


def test_on_a_thread_only_its_own_prints_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    quietens, printed = threading.Event(), threading.Event()

    def work() -> None:
        with quiet():
            print("dropped")
            quietens.set()
            printed.wait()

    thread = threading.Thread(target=work)
    thread.start()
    quietens.wait()
    print("the prompt's own")
    printed.set()
    thread.join()
    print("after")
    assert capsys.readouterr().out == "the prompt's own\nafter\n"
