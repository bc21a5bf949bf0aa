"""Why another machine did not measure, in words: it was not reached, lacks something, is of another version, or was lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.actions.pythons import NOT_FOUND
from vmapviz.model.messages import Ready
from vmapviz.model.problem import Action, Problem
from vmapviz.model.shell_words import shell_words
from vmapviz.model.sweep_state import login_of, place_name
from vmapviz.model.wire import NO_MESSAGE, WIRE

WORKER = " -m vmapviz.engine.worker"
LOST = "exit code 255"
"""What ssh ends with when the connection does, and no program there."""


class Reach(NamedTuple):
    """An attempt to reach another machine: the command, how it ended, what it complained of; and what they are told by."""

    where: str
    why: str
    said: str

    @property
    def name(self) -> str:
        """The machine."""
        return place_name(self.where)

    @property
    def login(self) -> str:
        """The command that leads to a shell there."""
        return login_of(self.where)

    @property
    def python(self) -> str:
        """The command that runs Python there."""
        return self.where.replace(WORKER, "").strip()

    @property
    def missing(self) -> str:
        """The package that was not found there, "" when none is missing."""
        found = re.search(r"No module named '?(\w+)", self.said)
        return found[1] if found else ""


Words = tuple[str, str]


def _no_program(at: Reach) -> Words:
    return (
        "There is no such program here.",
        f"`{shell_words(at.python)[0]}` could not be started: it does not exist, or may not be run.",
    )


def _no_host(at: Reach) -> Words:
    return (
        f"There is no machine called `{at.name}`.",
        "Its address was not found. Is the name right, and are you in its network?",
    )


def _refused(at: Reach) -> Words:
    return f"`{at.name}` refuses the connection.", "The machine is there, but nothing answers ssh on that port."


def _unreachable(at: Reach) -> Words:
    return f"`{at.name}` cannot be reached.", "Nothing answered. Is it switched on, and are you in its network?"


def _changed_key(at: Reach) -> Words:
    return (
        f"`{at.name}` has another key than before.",
        f"This may be a new machine of that name, or somebody in between. If it is right, try `{at.login}` in a terminal.",
    )


def _unknown_key(at: Reach) -> Words:
    return (
        f"The key of `{at.name}` is not known here.",
        f"Connect once in a terminal, `{at.login}`, and accept it: nobody can be asked from here (as with ssh's `-o BatchMode=yes`).",
    )


def _denied(at: Reach) -> Words:
    return (
        f"`{at.name}` did not let you in.",
        f"No password can be typed from here: let a key do, with `ssh-copy-id {at.name}`, or unlock it in your ssh agent.",
    )


def _banner(at: Reach) -> Words:
    came = at.why.partition("goes on with ")[2]
    return (
        "Something else answered.",
        f"In place of vmapviz's answer came {came}. If a start-up file of the shell there prints this, let it do so only in a terminal.",
    )


def _no_python(at: Reach) -> Words:
    return (
        f"There is no such Python on `{at.name}`.",
        f"Try `{at.python} --version` in a terminal; give its whole path.",
    )


def _no_vmapviz(at: Reach) -> Words:
    return (
        f"vmapviz is not installed on `{at.name}`.",
        f"Try `{at.python} -m pip install vmapviz`, or name the Python that has it.",
    )


def _no_jax(at: Reach) -> Words:
    return (
        f"JAX is not installed on `{at.name}`.",
        f"Try `{at.python} -m pip install jax`, or name the Python that has it.",
    )


def _lacks(at: Reach) -> Words:
    return (
        f"JAX could not be started on `{at.name}`.",
        f"It needs `{at.missing}`. Try `{at.python} -m pip install {at.missing}`.",
    )


def _older(at: Reach) -> Words:
    return (
        f"The vmapviz on `{at.name}` is older than this one.",
        f"It does not understand what is asked. Update it with `{at.python} -m pip install --upgrade vmapviz`.",
    )


def _no_platform(at: Reach) -> Words:
    return f"JAX does not have this platform on `{at.name}`.", "Choose another one, or JAX's own choice."


def _ended(at: Reach) -> Words:
    return f"`{at.name}` did not answer.", f"The command ended ({at.why}) before JAX was ready there: `{at.python}`."


def _says(*parts: str) -> Callable[[Reach], bool]:
    return lambda at: any(part in at.said for part in parts)


REACHES: tuple[tuple[Callable[[Reach], bool], Callable[[Reach], Words]], ...] = (
    (lambda at: at.why == NOT_FOUND, _no_program),
    (_says("Could not resolve hostname"), _no_host),
    (_says("HOST IDENTIFICATION HAS CHANGED"), _changed_key),
    (_says("Host key verification failed", "host key is known"), _unknown_key),
    (_says("Permission denied"), _denied),
    (_says("Connection refused"), _refused),
    (_says("timed out", "No route to host", "Network is unreachable"), _unreachable),
    (lambda at: at.why.startswith(NO_MESSAGE), _banner),
    (lambda at: at.missing == "vmapviz", _no_vmapviz),
    (lambda at: at.missing in ("jax", "jaxlib"), _no_jax),
    (lambda at: bool(at.missing), _lacks),
    (_says("unrecognized arguments"), _older),
    (_says("Unable to initialize backend"), _no_platform),
    (lambda at: at.why in ("exit code 127", "exit code 126"), _no_python),
    (lambda _at: True, _ended),
)
"""How it may have failed, most telling first; the last one always answers."""


def not_reached(where: str, why: str, said: str) -> Problem:
    """That another machine, reached by the command `where`, did not answer; `why` it ended, `said` is the end of its complaints."""
    at = Reach(where, why, said.strip())
    title, text = next(words(at) for fits, words in REACHES if fits(at))
    last = at.said.rpartition("\n")[2].strip()
    return Problem("died", f"**{title}**", text, said=last, details=at.said)


def other_version(command: str, ready: Ready, here: str) -> Problem | None:
    """That the vmapviz there speaks otherwise than this one, of version `here`; None where they understand each other."""
    if ready.wire == WIRE:
        return None
    there = f"vmapviz {ready.version}" if ready.version else "An older vmapviz"
    older = ready.wire < WIRE
    python = command.replace(WORKER, "").strip() if older and command else "python"
    update = f"Update the one {'there' if older else 'here'} with `{python} -m pip install --upgrade vmapviz`."
    return Problem(
        "died", f"**{there} there, {here or 'another one'} here.**", f"They do not understand each other. {update}"
    )


def lost(where: str, doing: str, why: str, said: str, points: bool = True) -> Problem:
    """That the worker ended in the middle of a sweep, at what it was `doing`; with `points`, some were measured."""
    at, name = doing.partition(":")[0] or "the first one", place_name(where)
    rest, details = "; the points so far stay" if points else "", said.strip()
    if where and why == LOST:
        title = f"**The connection to `{name}` was lost while measuring {at}{rest}.**"
        return Problem("died", title, said=details.rpartition("\n")[2], details=details)
    title = f"**JAX ended{f' on `{name}`' if where else ''} while measuring {at}{rest}.**"
    return Problem("died", title, f"It ended with {why}. If this was memory, try smaller batches.", details=details)


def lacks_there(where: str, problem: Problem) -> Problem:
    """A problem of the user's code on another machine, with what that machine needs."""
    name = place_name(where)
    needs = (
        f"Only the code in the editor is sent to `{name}`: what it imports, and the files it reads, must be there, too."
    )
    if problem.kind == "import":
        title = problem.title.replace("is not installed here", f"is not installed on `{name}`")
        python = where.replace(WORKER, "").strip()
        advice = tuple(_there(action, python) for action in problem.actions)
        return replace(problem, title=title, text=needs, actions=advice)
    if "FileNotFoundError" in problem.said:
        return replace(problem, text=f"{problem.text} {needs}".strip())
    return problem


def _there(action: Action, python: str) -> Action:
    return replace(action, label=action.label.replace("`pip install", f"`{python} -m pip install"))


def answer_words(where: str, ready: Ready) -> str:
    """What another machine answered, in one line: "gpu-box: AMD EPYC, 64 cores · JAX 0.10.2 · GPU"."""
    count = len(ready.devices)
    devices = f"{count} {ready.backend.upper()} device{'s' if count != 1 else ''}"
    name = ready.host or place_name(where)
    version = f" · vmapviz {ready.version}" if ready.version else ""
    return f"{name}: {ready.machine} · JAX {ready.jax}, Python {ready.python}{version} · {devices}"
