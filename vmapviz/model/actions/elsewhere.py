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
FIRST_PYTHON = (3, 11)
OLD_PYTHON = r"(?:^|[/\\])python(\d\.\d+)(?:: |[/\\](?:runpy|pkgutil)\.py)"
"""The version in how a Python names itself, or in where its traceback starts; later ones do not tell."""


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
        return self.found(r"No module named '?(\w+)")

    @property
    def machine(self) -> str:
        """The machine that ssh complains of: of those on the way, it need not be the last one."""
        return self.found(r"connect to host (\S+) port") or self.found(r"resolve hostname (\S+?):") or self.name

    def found(self, pattern: str) -> str:
        """What a pattern's group finds in what it complained of, "" when nothing."""
        found = re.search(pattern, self.said)
        return found[1] if found else ""

    def is_old_python(self) -> bool:
        """Whether a Python complained that is too old for vmapviz."""
        version = self.found(OLD_PYTHON)
        return bool(version) and tuple(map(int, version.split("."))) < FIRST_PYTHON

    def last_words(self) -> str:
        """The line that tells most: the last one before advice how to use the command."""
        before = self.said.partition("\nusage: ssh ")[0]
        return before.rpartition("\n")[2].strip()


Words = tuple[str, str]


def _no_program(at: Reach) -> Words:
    return (
        "There is no such program here.",
        f"`{shell_words(at.python)[0]}` could not be started: it does not exist, or may not be run.",
    )


def _no_python_named(at: Reach) -> Words:
    return (
        "The command names no Python.",
        "After the machine comes the Python to start there, as in `ssh gpu-box python`.",
    )


def _usage(_at: Reach) -> Words:
    return (
        "ssh does not understand the command.",
        "Or something in its settings is wrong. It says which words it stops at.",
    )


def _no_host(at: Reach) -> Words:
    return (
        f"There is no machine called `{at.machine}`.",
        "Its address was not found. Is the name right, and are you in its network?",
    )


def _refused(at: Reach) -> Words:
    return f"`{at.machine}` refuses the connection.", "The machine is there, but nothing answers ssh on that port."


def _unreachable(at: Reach) -> Words:
    return f"`{at.machine}` cannot be reached.", "Nothing answered. Is it switched on, and are you in its network?"


def _hung_up(at: Reach) -> Words:
    return (
        f"`{at.name}` ended the connection at once.",
        f"Something answers there, but lets nobody log in: is it ssh, on that port? Try `{at.login}` in a terminal.",
    )


def _no_common_way(at: Reach) -> Words:
    return (
        f"`{at.name}` and the ssh here have no way of talking in common.",
        f"One of them is very old, or has strict settings. Try `{at.login}` in a terminal.",
    )


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


def _too_many_keys(at: Reach) -> Words:
    return (
        f"`{at.name}` did not let you in.",
        "Too many keys were tried before the right one. Name it: `ssh -o IdentitiesOnly=yes -i KEY …`.",
    )


def _open_key(at: Reach) -> Words:
    key = at.found(r"Permissions \S+ for '(.+)' are too open")
    return f"`{at.name}` did not let you in.", f"Others may read your key, so ssh does not use it: `chmod 600 {key}`."


def _no_key(at: Reach) -> Words:
    key = at.found(r"Identity file (.+) not accessible")
    return f"`{at.name}` did not let you in.", f"There is no key `{key}`."


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


def _not_run(at: Reach) -> Words:
    return (
        f"`{at.name}` cannot run this as a Python.",
        f"It is there, but is no program, or may not be run. Try `{at.python} --version` in a terminal.",
    )


def _old_python(at: Reach) -> Words:
    return (
        f"The Python on `{at.name}` is too old.",
        f"It is Python {at.found(OLD_PYTHON)}; vmapviz needs 3.11 or later. Name a newer one.",
    )


def _no_vmapviz(at: Reach) -> Words:
    return (
        f"vmapviz is not installed on `{at.name}`.",
        f"Try `{at.python} -m pip install vmapviz` (with Python 3.11 or later), or name the Python that has it.",
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


def _keys_denied(because: str) -> Callable[[Reach], bool]:
    """That ssh let nobody in; a shell there says the same words, without ways to log in, of a file that it may not run."""
    return lambda at: "Permission denied (" in at.said and because in at.said


REACHES: tuple[tuple[Callable[[Reach], bool], Callable[[Reach], Words]], ...] = (
    (lambda at: at.why == NOT_FOUND, _no_program),
    (_says("Could not resolve hostname"), _no_host),
    (_says("HOST IDENTIFICATION HAS CHANGED"), _changed_key),
    (_says("Host key verification failed", "host key is known"), _unknown_key),
    (_says("Unknown mac type"), _no_python_named),  # to ssh, the -m of `python -m` is an option of its own
    (_says("usage: ssh", "Bad configuration option", "Bad owner or permissions", "command-line line 0"), _usage),
    (_says("Too many authentication failures"), _too_many_keys),
    (_keys_denied("UNPROTECTED PRIVATE KEY FILE"), _open_key),
    (_keys_denied("not accessible: No such file"), _no_key),
    (_keys_denied(""), _denied),
    (_says("Connection refused"), _refused),
    (_says("timed out", "No route to host", "Network is unreachable"), _unreachable),
    (_says("Unable to negotiate"), _no_common_way),
    (_says("kex_exchange_identification", "Connection closed by", "Connection reset by"), _hung_up),
    (lambda at: at.why.startswith(NO_MESSAGE), _banner),
    (Reach.is_old_python, _old_python),
    (lambda at: at.missing == "vmapviz", _no_vmapviz),
    (lambda at: at.missing in ("jax", "jaxlib"), _no_jax),
    (lambda at: bool(at.missing), _lacks),
    (_says("unrecognized arguments"), _older),
    (_says("Unable to initialize backend"), _no_platform),
    (lambda at: at.why == "exit code 126", _not_run),
    (lambda at: at.why == "exit code 127" or "Command not found" in at.said, _no_python),
    (lambda _at: True, _ended),
)
"""How it may have failed, most telling first; the last one always answers."""


def not_reached(where: str, why: str, said: str) -> Problem:
    """That another machine, reached by the command `where`, did not answer; `why` it ended, `said` is the end of its complaints."""
    at = Reach(where, why, said.strip())
    title, text = next(words(at) for fits, words in REACHES if fits(at))
    return Problem("died", f"**{title}**", text, said=at.last_words(), details=at.said)


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
