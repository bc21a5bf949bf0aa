"""`vmapviz.show` as users call it: from a script, at a prompt, in a notebook; the window is the real one, without a screen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax.numpy as jnp
import pytest
from msgspec.structs import replace

import vmapviz
from vmapviz.engine import show
from vmapviz.engine.calls import Vmap
from vmapviz.engine.live import Live
from vmapviz.model import messages, wire

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
PATIENCE_S = 120

# The window asks for the programs: the function is traced in this process, with what is around it.
CALL = """
import threading, jax.numpy as jnp, vmapviz
traced = threading.Event()
factor = 3.0

def scaled(x):
    traced.set()
    return x * factor
"""


def environment(**changes: str) -> dict[str, str]:
    """The environment of a user with an empty folder of settings."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu", **changes}


def script(text: str, tmp_path: Path, *options: str, **changes: str) -> subprocess.Popen[str]:
    """A script that runs in a process of its own."""
    file = tmp_path / "script.py"
    file.write_text(CALL + text)
    return subprocess.Popen(
        [sys.executable, "-W", "error", *options, str(file)],
        cwd=tmp_path,
        env=environment(**changes),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str], typed: str = "") -> tuple[str, str]:
    """What a process has printed when it ends, and what it has complained about."""
    try:
        return process.communicate(typed, timeout=PATIENCE_S)
    finally:
        process.kill()


def test_a_script_goes_on_where_it_does_not_wait_and_its_function_is_traced(tmp_path: Path) -> None:
    process = script(
        "window = vmapviz.show(scaled, jnp.ones(3), block=False)\n"
        "print(window, window.is_open, window.wait(0.01))\n"
        "print(traced.wait(60))\nwindow.close()\nprint(window, window.is_open, window.wait())\n",
        tmp_path,
    )
    out, err = said(process)
    assert out.splitlines() == [
        "<vmapviz window of scaled: open> True False",
        "True",
        "<vmapviz window of scaled: closed> False True",
    ], err
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_a_script_waits_and_ctrl_c_ends_it_with_its_window(tmp_path: Path) -> None:
    process = script(
        "import os, signal, subprocess\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which tests run in the background do not have
        "threading.Thread(target=lambda: (traced.wait(), os.write(1, b'open\\n')), daemon=True).start()\n"
        "started = []\nbefore = subprocess.Popen.__init__\n"
        "def noted(self, *args, **options):\n    started.append(self)\n    before(self, *args, **options)\n"
        "subprocess.Popen.__init__ = noted\n"
        "try:\n    vmapviz.show(scaled, jnp.ones(3))\nfinally:\n    print('ended', started[-1].poll() is not None)\n",
        tmp_path,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    process.send_signal(signal.SIGINT)
    out, err = said(process)
    assert out == "ended True\n"
    assert "KeyboardInterrupt" in err


def test_at_a_prompt_it_does_not_wait(tmp_path: Path) -> None:
    process = script("window = vmapviz.show(lambda x: x + 1, jnp.ones(3))\n", tmp_path, "-i")
    out, err = said(process, "print('goes on', window.is_open)\nwindow.close()\n")
    assert out == "goes on True\n", err


def test_without_a_display_it_says_so_and_does_not_hang(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere there is always a display")
    none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    process = script("vmapviz.show(scaled, jnp.ones(3))\n", tmp_path, **none)
    out, err = said(process)
    assert (process.returncode, out) == (1, "")
    assert err.splitlines()[-1] == (
        "RuntimeError: vmapviz.show could not open its window: "
        "there is no display here (DISPLAY and WAYLAND_DISPLAY are empty)."
    )


def test_a_window_that_qt_cannot_open_is_told_in_qts_words(tmp_path: Path) -> None:
    process = script("vmapviz.show(scaled, jnp.ones(3))\n", tmp_path, QT_QPA_PLATFORM="nowhere")
    _, err = said(process)
    assert process.returncode == 1
    assert "RuntimeError: vmapviz.show could not open its window" in err
    assert "nowhere" in err


def test_what_was_asked_before_a_hello_is_not_done_any_more() -> None:
    started, goes_on = threading.Event(), threading.Event()
    shapes: list[tuple[int, ...]] = []

    def fun(x: Any) -> Any:
        shapes.append(x.shape)
        started.set()
        goes_on.wait()
        return x

    live = Live(fun, (jnp.ones((2, 1)),), {}, (Vmap(),))
    one = live.shown.experiment
    two = replace(one, arguments="x=f32[2,7]")
    requests, asks = os.pipe()
    sent: list[bytes] = []
    server = show.Server(live, lambda: os.read(requests, 65536), sent.append)
    server.start()
    os.write(asks, wire.encode(messages.Trace(1, one)))
    started.wait()
    for request in (messages.Trace(2, two), messages.Hello()):
        os.write(asks, wire.encode(request))
    while server._greeted == 0:
        server.asked.wait()
    goes_on.set()
    while len(sent) < 2:
        server.ended.wait(0.01)
    os.close(asks)
    server.join()
    os.close(requests)
    said = [type(wire.decode_reply(body)) for data in sent for body in wire.Frames().feed(data)]
    assert said == [messages.Live, messages.Ready]
    assert (7,) not in shapes


def test_what_cannot_be_called_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match=r"takes a function and its arguments; 3 cannot be called"):
        vmapviz.show(3)  # type: ignore[arg-type]


def test_prompts_and_notebooks_do_not_wait_and_scripts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys, "ps1", raising=False)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not show.interactive()
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert show.interactive()
    monkeypatch.delattr(sys, "ps1")
    # IPython that a library imported is no prompt; one that runs is.
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    assert not show.interactive()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: "a kernel"))
    assert show.interactive()
