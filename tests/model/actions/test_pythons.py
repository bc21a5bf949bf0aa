"""Another Python for the user's code: what is said when it cannot be started, and the way back."""

from __future__ import annotations

import pytest

from tests.model.actions.states import ready
from vmapviz.model import actions
from vmapviz.model.actions.pythons import reason


@pytest.mark.parametrize(
    ("why", "said", "title", "advice"),
    [
        ("not found", "", "There is no such Python.", "no such program"),
        (
            "exit code 1",
            "/x/python: Error while finding module specification for 'vmapviz.engine.worker' "
            "(ModuleNotFoundError: No module named 'vmapviz')",
            "vmapviz is not installed there.",
            "`/x/python -m pip install vmapviz`",
        ),
        (
            "exit code 1",
            "/x/python: No module named vmapviz",
            "vmapviz is not installed there.",
            "pip install vmapviz`",
        ),
        (
            "exit code 1",
            "  import jax\nModuleNotFoundError: No module named 'jax'\n",
            "JAX is not installed there.",
            "`/x/python -m pip install jax`",
        ),
        ("exit code 1", "No module named 'msgspec'", "JAX could not be started.", "`/x/python -m pip install msgspec`"),
        ("exit code 2", "error: unrecognized arguments: --x", "The vmapviz there is older than this one.", "--upgrade"),
        ("exit code 255", "gpu-box: Permission denied", "JAX could not be started.", "Is that a Python with JAX"),
    ],
)
def test_what_is_missing_is_said_with_what_to_try(why: str, said: str, title: str, advice: str) -> None:
    session = actions.never_started(actions.set_python(ready(), " /x/python "), "/x/python", why, said)
    problem = session.problem
    assert problem is not None
    assert problem.title == f"**{title}**"
    assert advice in problem.text
    assert "/x/python" in problem.text
    assert problem.said == (said.strip().splitlines()[-1] if said else "")
    assert session.worker.state == "stopped"


def test_the_way_back_is_to_vmapvizs_own_python() -> None:
    session = actions.set_python(ready(), "/x/python")
    session = actions.never_started(session, "/x/python", "not found")
    assert session.problem is not None
    back = session.problem.actions[-1]
    assert back.label == "Use vmapviz's own Python"
    assert actions.take(session, back).python == ""


def test_vmapvizs_own_python_can_only_be_tried_again() -> None:
    problem = actions.never_started(ready(), "/own/python", "exit code 1").problem
    assert problem is not None
    assert [one.label for one in problem.actions] == ["Run again"]


def test_a_platform_that_jax_does_not_have_is_named() -> None:
    said = "RuntimeError: Unable to initialize backend 'gpu': no such device"
    title, text = reason("/x/python", "exit code 1", said, "gpu")
    assert title == "**JAX has no GPU there.**"
    assert "choose another platform" in text
