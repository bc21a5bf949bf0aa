"""Changes of the user's source that an error offers: found in its syntax tree, written with the user's own words."""

from __future__ import annotations

import ast
import difflib
import linecache
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar, cast

from vmapviz.engine.errors.complaint import Complaint
from vmapviz.engine.sources import characters
from vmapviz.model.problem import Action
from vmapviz.model.trace import Source

Node = TypeVar("Node", bound=ast.AST)


class _Placed(Protocol):
    """Where a node stands: lines from 1, columns in bytes from 0."""

    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def _placed(node: ast.AST) -> _Placed:
    """A node of parsed text with its place, which `ast` gives to statements, expressions and their parts."""
    return cast("_Placed", node)


Swap = tuple[ast.AST, str]
JNP = ("jax.numpy", "jnp")


class Text:
    """The user's source as it was when it failed, with its syntax tree; empty when it cannot be read."""

    def __init__(self, complaint: Complaint) -> None:
        self.source = complaint.experiment.source
        self.place = complaint.source
        try:
            self.tree = ast.parse(self.source)
        except (SyntaxError, ValueError):
            self.tree = ast.Module([], [])
        self._lines = self.source.split("\n")
        if not self._is_file():
            self.place, self.tree = None, ast.Module([], [])
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _is_file(self) -> bool:
        """Whether the place is in this text: the file of a running program may hold more than its function."""
        if self.place is None:
            return True
        line = self._lines[self.place.line - 1] if self.place.line <= len(self._lines) else None
        return line == linecache.getline(self.place.file, self.place.line).rstrip("\r\n")

    def at(self, *types: type[Node]) -> Node | None:
        """The innermost node of these types that covers the place of the error."""
        if self.place is None:
            return None
        start, end = self.range()
        found = [node for node in self.all(*types) if self.start(node) <= start and end <= self.end(node)]
        return min(found, key=lambda node: self.end(node) - self.start(node), default=None)

    def exactly(self, *types: type[Node]) -> Node | None:
        """The node of these types that is the place of the error, no more and no less."""
        node = self.at(*types)
        return node if node is not None and self.holds(node) else None

    def inside(self, *types: type[Node]) -> Node | None:
        """The outermost node of these types within the place of the error."""
        if self.place is None:
            return None
        start, end = self.range()
        found = [node for node in self.all(*types) if start <= self.start(node) and self.end(node) <= end]
        return max(found, key=lambda node: self.end(node) - self.start(node), default=None)

    def all(self, *types: type[Node]) -> Iterator[Node]:
        """Every node of these types that stands somewhere."""
        for node in ast.walk(self.tree):
            if isinstance(node, types) and hasattr(node, "lineno"):
                yield node

    def of(self, node: ast.AST) -> str:
        """The words of a node as the user wrote them."""
        return self.source[self.start(node) : self.end(node)]

    def start(self, node: ast.AST) -> int:
        """Where a node begins, in characters from the beginning of the source."""
        where = _placed(node)
        return self._offset(where.lineno, where.col_offset)

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        where = _placed(node)
        return self._offset(where.end_lineno, where.end_col_offset)

    def source_of(self, node: ast.AST) -> Source | None:
        """The place of a node, in the file of the error's place."""
        file = self.place.file if self.place else ""
        line, end = _placed(node).lineno, _placed(node).end_lineno
        start = self.start(node) - self._starts[line - 1]
        return Source(file, line, start, end, self.end(node) - self._starts[end - 1])

    def holds(self, node: ast.AST) -> bool:
        """Whether the place of the error holds all of a node, so that the node says it more narrowly."""
        start, end = self.range()
        return start <= self.start(node) and self.end(node) <= end

    def function(self, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function of that name at the top level."""
        found = (node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        return next((node for node in found if node.name == name), None)

    def module(self, module: str, usual: str) -> str:
        """The name that a module has in the source, else its usual one."""
        for one in self.all(ast.Import):
            for alias in one.names:
                if alias.name == module and (alias.asname or "." not in module):
                    return alias.asname or module
        package, _, last = module.rpartition(".")
        for other in self.all(ast.ImportFrom):
            for alias in other.names:
                if other.module == package and alias.name == last:
                    return alias.asname or last
        return usual

    def knows(self, name: str) -> bool:
        """Whether an import gives this name."""
        return any((alias.asname or alias.name.partition(".")[0]) == name for alias in self.aliases())

    def aliases(self) -> list[ast.alias]:
        """Everything that is imported."""
        return list(self.all(ast.alias))

    def changed(self, *swaps: Swap) -> str:
        """The source with other words in place of some nodes; jnp is imported where the new words need it."""
        text = self.source
        for node, words in sorted(swaps, key=lambda swap: self.start(swap[0]), reverse=True):
            text = text[: self.start(node)] + words + text[self.end(node) :]
        jnp = self.module(*JNP)
        if any(f"{jnp}." in words for _, words in swaps) and not self.knows(jnp):
            text = with_import(text, f"import jax.numpy as {jnp}")
        return text

    def range(self) -> tuple[int, int]:
        """Where the place of the error begins and ends, in characters from the beginning of the source."""
        if self.place is None:
            return 0, 0
        last = len(self._starts) - 1
        start = self._starts[min(self.place.line - 1, last)] + self.place.column
        return start, self._starts[min(self.place.end_line - 1, last)] + self.place.end_column

    def _offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + characters(self._lines[line - 1], column)


def with_import(source: str, line: str) -> str:
    """The source with one more import, before the first statement that is no docstring and no `from __future__`."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return source
    first = [node for node in body if not _is_preface(node)]
    decorators = getattr(first[0], "decorator_list", []) if first else []
    at = min([first[0].lineno, *(one.lineno for one in decorators)]) if first else source.count("\n") + 2
    lines = source.split("\n")
    return "\n".join([*lines[: at - 1], line, *lines[at - 1 :]])


def _is_preface(node: ast.stmt) -> bool:
    docstring = (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    )
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def rewrite(text: Text, note: str, *swaps: Swap, label: str = "") -> Action:
    """The advice to write other words, and the edit that writes them; the label is the last of the words."""
    changed = text.changed(*swaps)
    label = label or " ".join(line.strip() for line in swaps[-1][1].split("\n"))
    try:
        ast.parse(changed)
    except (SyntaxError, ValueError):
        return Action(label, note)
    return Action(label, note, source_edit(changed))


def registered(text: Text, name: str) -> tuple[Action, ...]:
    """What makes a class of the user's a container of arrays for JAX; a dataclass needs one more decorator."""
    found = next((node for node in text.all(ast.ClassDef) if node.name == name), None)
    note = "says which arrays it holds"
    if found is None or not any("dataclass" in text.of(one) for one in found.decorator_list):
        return (Action("`jax.tree_util.register_dataclass`", f"{note}; or a dict, a tuple, a NamedTuple"),)
    jax = text.module("jax", "jax")
    first = found.decorator_list[0]
    words = f"{jax}.tree_util.register_dataclass\n{' ' * found.col_offset}@{text.of(first)}"
    return (rewrite(text, note, (first, words), label=f"@{jax}.tree_util.register_dataclass"),)


def source_edit(changed: str) -> tuple[tuple[str, int, str], ...]:
    """The edit that puts another text into the editor."""
    return (("source", 0, changed),)


def bare(text: Text, node: ast.AST) -> str:
    """The words of a node, in parentheses where a dot behind it would take only a part of it."""
    words = text.of(node)
    return words if isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript) else f"({words})"


def call_name(text: Text, node: ast.Call | None) -> str:
    """What a call calls, as the user wrote it: `jnp.sum`."""
    return text.of(node.func) if node else ""


def arguments_text(text: Text, node: ast.Call) -> str:
    """The words between the parentheses of a call."""
    words = [text.of(one) for one in node.args] + [text.of(one) for one in node.keywords]
    return ", ".join(words)


def span(first: ast.AST, last: ast.AST) -> ast.AST:
    """All from the beginning of one node to the end of another."""
    begins, ends = _placed(first), _placed(last)
    return ast.Pass(
        lineno=begins.lineno,
        col_offset=begins.col_offset,
        end_lineno=ends.end_lineno,
        end_col_offset=ends.end_col_offset,
    )


def near_to(name: str, names: Iterable[str]) -> str:
    """The name that was most likely meant; "" when none is near."""
    return next(iter(difflib.get_close_matches(name, [one for one in names if not one.startswith("_")], 1)), "")
