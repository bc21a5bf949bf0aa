"""What the rows of the error table are given, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from vmapviz.engine.calls import Vmap
from vmapviz.engine.load import Loaded, Stage
from vmapviz.engine.source import file_name
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Action
from vmapviz.model.trace import Source


@dataclass(frozen=True)
class Complaint:
    """An exception and where it happened. `stage` is None once the experiment was loaded.

    `index` is the argument or level at fault while loading; `source` the innermost place in the user's source.
    """

    error: BaseException
    text: str
    experiment: Experiment
    loaded: Loaded | None
    stage: Stage | None
    index: int | None
    arguments: tuple[Argument, ...]
    source: Source | None

    def levels(self) -> tuple[Vmap, ...]:
        """The axes as Python values; none when they could not be read."""
        return self.loaded.levels if self.loaded else ()

    def says(self, *fragments: str) -> bool:
        """Whether the exception's text holds one of the fragments."""
        return any(fragment in self.text for fragment in fragments)

    def source_file(self) -> str:
        """The file name that the user's code runs under."""
        return self.loaded.filename if self.loaded else file_name(self.experiment.path)

    def here(self) -> str:
        """ "line 3", within a sentence."""
        return f"line {self.source.line}" if self.source else "JAX"

    def line(self) -> str:
        """ "Line 3", or what ran when no line of the user's is known."""
        if self.source is None:
            return "JAX"
        return f"Line {self.source.line}"


class Words(NamedTuple):
    """The words of a problem: see `vmapviz.model.problem.Problem`."""

    title: str
    text: str = ""
    arguments: tuple[int, ...] = ()
    wants_type: int | None = None
    actions: tuple[Action, ...] = ()
    severity: Literal["error", "warn", "stopped"] = "error"
    source: Source | None = None


def listed(words: list[str], last: str = "and") -> str:
    """Words as a list in a sentence: "W, x and b"."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def a_kind(name: str) -> str:
    """The name of a type with its article: "an int"."""
    known = {"NoneType": "None", "PjitFunction": "a function", "builtin_function_or_method": "a function"}
    if name in known or name.startswith("_"):
        return known.get(name, "an object")
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def counted(count: int, word: str) -> str:
    """A number with its noun: "1 axis" is left to the caller, "2 examples" is not."""
    return f"{count} {word}{'' if count == 1 else 's'}"
