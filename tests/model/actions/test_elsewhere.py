"""What is said of another machine that did not measure: every way to fail has its sentence, and says what helps."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.model.actions.states import READY
from vmapviz.model.actions.elsewhere import REACHES, Reach, answer_words, lacks_there, lost, not_reached, other_version
from vmapviz.model.actions.sweeping import set_where
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Live
from vmapviz.model.problem import Action, Problem
from vmapviz.model.session import Session, Worker
from vmapviz.model.sweep_state import devices_title, login_of, place_name, planned_on
from vmapviz.model.wire import WIRE

WHERE = "ssh -p 2222 me@gpu-box python"
USAGE = "unknown option -- Z\r\nusage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]\n destination [command]"
OLD_SSH = "Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-dss"
HUNG_UP = "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 10.0.0.1 port 22"
MANY = "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.1 port 22"
OPEN = "@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\r\nPermissions 0644 for '/a key' are too open.\r\nme@x: Permission denied (publickey)."
NO_KEY = "Warning: Identity file /a/key not accessible: No such file or directory.\nme@gpu-box: Permission denied (publickey)."
REFUSED = "ssh: connect to host gpu-box port 2222: Connection refused"
JUMP = "ssh: connect to host gateway port 22: Connection refused\r\nConnection closed by UNKNOWN port 65535"
PYTHON_2 = '  File "/usr/lib/python2.7/runpy.py", line 163, in _run_module_as_main\nSyntaxError: invalid syntax'
PYTHON_310 = (
    "  File \"/usr/lib/python3.10/runpy.py\", line 196, in _run_code\nModuleNotFoundError: No module named 'msgspec'"
)
OLD = "usage: vmapviz.engine.worker [-h] [--devices DEVICES]\nvmapviz.engine.worker: error: unrecognized arguments: --nice 0"
TRACEBACK = "RuntimeError: Unable to initialize backend 'tpu': UNAVAILABLE (set JAX_PLATFORMS='' to choose another)"
ENDS: tuple[tuple[str, str, str, str], ...] = (
    ("not found", "", "There is no such program here.", "`ssh`"),
    ("exit code 255", "ssh: Could not resolve hostname gpu-box: Name or service not known", "no machine called `gpu-box`", "network"),
    ("exit code 255", "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", "another key", "in between"),
    ("exit code 255", "Host key verification failed.", "key of `gpu-box` is not known", "`ssh -p 2222 me@gpu-box`"),
    ("exit code 255", "me@gpu-box: Permission denied (publickey,password).", "did not let you in", "ssh-copy-id"),
    ("exit code 255", REFUSED, "refuses the connection", "ssh on that port"),
    ("exit code 255", JUMP, "`gateway` refuses the connection", "ssh on that port"),
    ("exit code 255", MANY, "did not let you in", "IdentitiesOnly"),
    ("exit code 255", OPEN, "did not let you in", "`chmod 600 /a key`"),
    ("exit code 255", NO_KEY, "did not let you in", "no key `/a/key`"),
    ("exit code 255", NO_KEY.replace("me@gpu-box: Permission denied (publickey).", REFUSED), "refuses the connection", ""),
    ("exit code 255", HUNG_UP, "`gpu-box` ended the connection at once", "`ssh -p 2222 me@gpu-box`"),
    ("exit code 255", OLD_SSH, "no way of talking in common", "very old"),
    ("exit code 255", "Unknown mac type 'vmapviz.engine.worker'", "names no Python", "`ssh gpu-box python`"),
    ("exit code 255", USAGE, "ssh does not understand", "which words"),
    ("exit code 255", "ssh: connect to host gpu-box port 22: Connection timed out", "cannot be reached", "switched on"),
    ("exit code 255", "ssh: connect to host gpu-box port 22: No route to host", "cannot be reached", "switched on"),
    ("Not a message of vmapviz: the stream goes on with 'Welcome!'", "", "Something else answered", "'Welcome!'"),
    ("exit code 1", PYTHON_2, "The Python on `gpu-box` is too old", "It is Python 2.7"),
    ("exit code 1", PYTHON_310, "The Python on `gpu-box` is too old", "It is Python 3.10"),
    ("exit code 1", "/usr/bin/python3.9: No module named vmapviz", "The Python on `gpu-box` is too old", "It is Python 3.9"),
    ("exit code 1", "/usr/bin/python3.12: No module named vmapviz", "vmapviz is not installed on `gpu-box`", "3.11 or later"),
    ("exit code 1", "python: No module named vmapviz", "vmapviz is not installed on `gpu-box`", f"`{WHERE} -m pip install vmapviz`"),
    ("exit code 1", "ModuleNotFoundError: No module named 'jax'", "JAX is not installed on `gpu-box`", "pip install jax"),
    ("exit code 1", "ModuleNotFoundError: No module named 'msgspec'", "could not be started", "pip install msgspec"),
    ("exit code 2", OLD, "older than this one", "--upgrade vmapviz"),
    ("exit code 1", TRACEBACK, "does not have this platform", "Choose another"),
    ("exit code 127", "bash: line 1: python: command not found", "no such Python on `gpu-box`", "--version"),
    ("exit code 1", "pyton: Command not found.", "no such Python on `gpu-box`", "--version"),
    ("exit code 126", "bash: line 1: /home/me/env: Permission denied", "`gpu-box` cannot run this as a Python", "may not be run"),
    ("exit code 3", "something else", "`gpu-box` did not answer", "exit code 3"),
)  # fmt: skip


@pytest.mark.parametrize(("why", "said", "title", "text"), ENDS)
def test_every_failure_to_reach_it_is_told(why: str, said: str, title: str, text: str) -> None:
    problem = not_reached(f"{WHERE} -m vmapviz.engine.worker", why, said)
    assert title in problem.title
    assert text in problem.text
    assert problem.said == said.partition("\nusage: ssh")[0].rpartition("\n")[2].strip()


def test_every_row_of_the_table_is_tried() -> None:
    reached = [next(words for fits, words in REACHES if fits(Reach(WHERE, why, said))) for why, said, _, _ in ENDS]
    assert {words for _fits, words in REACHES} == set(reached)


def test_versions_that_do_not_understand_each_other_say_which_one_to_update() -> None:
    assert other_version(WHERE, replace(READY, version="0.3.0", wire=WIRE), "0.4.0") is None
    older = other_version(WHERE, replace(READY, version="0.3.0", wire=WIRE - 1), "0.4.0")
    assert older is not None
    assert older.title == "**vmapviz 0.3.0 there, 0.4.0 here.**"
    assert f"Update the one there with `{WHERE} -m pip install --upgrade vmapviz`" in older.text
    newer = other_version(WHERE, replace(READY, version="0.5.0", wire=WIRE + 1), "0.4.0")
    assert newer is not None
    assert "Update the one here with `python -m pip install --upgrade vmapviz`" in newer.text
    nameless = other_version(WHERE, replace(READY, wire=0), "0.4.0")
    assert nameless is not None
    assert nameless.title == "**An older vmapviz there, 0.4.0 here.**"


def test_a_connection_is_told_from_a_jax_that_ended() -> None:
    at = "pmap, 4096 examples: in turn"
    assert lost(WHERE, at, "exit code 255", "").title == (
        "**The connection to `gpu-box` was lost while measuring pmap, 4096 examples; the points so far stay.**"
    )
    there = lost(WHERE, at, "exit code 137", "")
    assert there.title.startswith("**JAX ended on `gpu-box` while measuring pmap, 4096 examples;")
    assert "exit code 137" in there.text
    assert lost("", "", "signal 9", "", points=False).title == "**JAX ended while measuring the first one.**"


def test_what_the_code_lacks_there_is_told_of_that_machine() -> None:
    action = Action("`pip install mine`", "then run again")
    missing = Problem("import", "The module `mine` is not installed here.", "--python…", actions=(action,))
    there = lacks_there(WHERE, missing)
    assert there.title == "The module `mine` is not installed on `gpu-box`."
    assert "Only the code in the editor is sent to `gpu-box`" in there.text
    assert there.actions[0].label == f"`{WHERE} -m pip install mine`"
    file = lacks_there(WHERE, Problem("raised", "No.", "It said so.", said="FileNotFoundError: data.npy"))
    assert file.text.startswith("It said so. Only the code")
    assert lacks_there(WHERE, Problem("sizes", "No.")) == Problem("sizes", "No.")


@pytest.mark.parametrize(
    ("where", "name", "login"),
    [
        (WHERE, "gpu-box", "ssh -p 2222 me@gpu-box"),
        ("/usr/bin/ssh -4 gpu-box ~/env/bin/python", "gpu-box", "/usr/bin/ssh -4 gpu-box"),
        ("docker exec -i box python", "docker", "docker"),
        ("'/opt/my tools/python' -X dev", "python", "'/opt/my tools/python'"),
        ("ssh", "ssh", "ssh"),
        ("", "", ""),
    ],
)
def test_a_machine_is_called_by_its_host(where: str, name: str, login: str) -> None:
    assert (place_name(where), login_of(where)) == (name, login)


@pytest.mark.parametrize(
    ("where", "platform", "title"),
    [
        ("", "", "Devices"),
        ("", "gpu", "GPU devices"),
        ("ssh me@gpu-box.example.org python", "", "Devices of gpu-box"),
        ("ssh 192.168.0.17 python", "", "Devices of 192.168.0.17"),
        ("ssh a-machine-of-a-long-name python", "cpu", "CPU devices of a-machine-of-a-…"),
    ],
)
def test_the_devices_are_told_by_their_machine(where: str, platform: str, title: str) -> None:
    assert devices_title(set_where(Session(), where, platform)) == title


def test_what_is_planned_says_where() -> None:
    here = Session(worker=Worker("ready", READY))
    assert planned_on(Session()) == ()
    assert planned_on(here) == ("a machine, JAX 0.10.2", "8 CPU devices asked for")
    assert planned_on(set_where(here, WHERE, "gpu")) == ("gpu-box", f"`{WHERE}`", "GPU")
    shown = replace(here, live=Live(Experiment(), "", None), experiment=Experiment(path="live:f"))
    assert planned_on(shown)[1] == "in the process that called `vmapviz.show`, which does nothing else meanwhile"


def test_an_answer_says_who_and_what_it_is() -> None:
    ready = replace(READY, host="gpu-box", machine="AMD EPYC, 64 cores", backend="gpu", version="0.4.0")
    assert (
        answer_words(WHERE, ready)
        == "gpu-box: AMD EPYC, 64 cores · JAX 0.10.2, Python 3.11.7 · vmapviz 0.4.0 · 1 GPU device"
    )
    assert answer_words(WHERE, READY).startswith("gpu-box: a machine")
