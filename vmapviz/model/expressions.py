"""Python text that the user types: read without running it, and changed without touching the rest of it."""

from __future__ import annotations

import ast
import functools
import io
import keyword
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import NamedTuple

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
UNKNOWN = {"$", "?", "!", "`"}  # since Python 3.12 these are operators to tokenize
SILENT = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


class Token(NamedTuple):
    """One token of an expression with its place in the text, in characters from 0."""

    text: str
    start: int
    end: int
    is_name: bool


@functools.lru_cache(32)
def parse(source: str) -> ast.Module:
    """The syntax tree of a source, to be read only, without Python's warnings; raises one of `UNREADABLE`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def compiled(source: str) -> CodeType:
    """The source compiled and not run, without Python's warnings; raises one of `UNREADABLE`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(source, "<source>", "exec", dont_inherit=True)


@functools.lru_cache(1024)
def tokens(text: str) -> tuple[Token, ...] | None:
    """The tokens of what stands between two parentheses, comments left out; None when brackets or quotes stay open."""
    wrapped = f"({text}\n)"
    starts = [0, *(match.end() for match in re.finditer("\n", wrapped))]
    try:
        found = [token for token in tokenize.generate_tokens(io.StringIO(wrapped).readline) if token.type not in SILENT]
    except (tokenize.TokenError, SyntaxError):
        return None
    if any(token.type == tokenize.ERRORTOKEN or token.string in UNKNOWN for token in found) or not _enclosed(found):
        return None
    return tuple(
        Token(
            token.string,
            starts[token.start[0] - 1] + token.start[1] - 1,
            starts[token.end[0] - 1] + token.end[1] - 1,
            token.type == tokenize.NAME and not keyword.iskeyword(token.string),
        )
        for token in found[1:-1]
    )


def _enclosed(found: list[tokenize.TokenInfo]) -> bool:
    depths = list(_depths(token.string for token in found))
    return depths[-1] == 0 and min(depths[:-1]) > 0


def _depths(strings: Iterator[str]) -> Iterator[int]:
    depth = 0
    for string in strings:
        depth += (string in ("(", "[", "{")) - (string in (")", "]", "}"))
        yield depth


def parts(text: str) -> tuple[tuple[Token, ...], ...] | None:
    """The tokens between commas that are in no bracket and in no lambda's parameters; a last comma is allowed.

    None when the text cannot be cut: open brackets or quotes, or nothing between two commas.
    """
    found = tokens(text)
    if found is None:
        return None
    groups: list[list[Token]] = [[]]
    lambdas = 0
    for token, depth in zip(found, _depths(token.text for token in found), strict=True):
        if depth == 0 and token.text == "," and not lambdas:
            groups.append([])
            continue
        groups[-1].append(token)
        lambdas += (depth == 0) * ((token.text == "lambda") - (token.text == ":" and lambdas > 0))
    if not groups[-1]:
        groups.pop()
    return tuple(map(tuple, groups)) if all(groups) else None


def _empties(text: str) -> tuple[int, ...]:
    found = tokens(text) or ()
    triples = zip(found, found[1:], found[2:], strict=False)
    return tuple(b.end for a, b, c in triples if a.is_name and b.text == "[" and c.text == "]")


def rewrite_empty(text: str) -> str:
    """The text with every `name[]`, which is not Python, written `name[()]`; strings and comments are kept."""
    for place in reversed(_empties(text)):
        text = f"{text[:place]}(){text[place:]}"
    return text


@dataclass(frozen=True)
class Expression:
    """One expression: the user's `text`, and its syntax tree, whose places `span` gives in that text."""

    text: str
    tree: ast.expr
    empties: tuple[int, ...]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a node starts and ends in the text, in characters from 0, end exclusive."""
        wrapped = _wrapped(self.text)
        start = _offset(wrapped, node.lineno, node.col_offset)
        end = _offset(wrapped, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
        return max(0, self._own(start - 1)), min(len(self.text), self._own(end - 1))

    def _own(self, place: int) -> int:
        return place - 2 * sum(empty + 2 * index < place for index, empty in enumerate(self.empties))

    def of(self, node: ast.expr) -> str:
        """The user's text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def replace(self, node: ast.expr, text: str) -> str:
        """The text with another text in the place of a node."""
        start, end = self.span(node)
        return self.text[:start] + text + self.text[end:]


def _wrapped(text: str) -> str:
    return f"({rewrite_empty(text)}\n)"


def _offset(text: str, line: int, column: int) -> int:
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    start = starts[line - 1]
    return start + len(text[start:].encode()[:column].decode())


@functools.lru_cache(256)
def expression(text: str) -> Expression | None:
    """The text as one Python expression, a tuple without parentheses included; None when it is none."""
    if not tokens(text):
        return None
    try:
        statement = parse(_wrapped(text)).body[0]
    except UNREADABLE:
        return None
    return Expression(text, statement.value, _empties(text)) if isinstance(statement, ast.Expr) else None


def why_unreadable(text: str) -> str:
    """Python's own words on why the text is no expression; "" when it is one."""
    try:
        parse(rewrite_empty(text).strip())
        parse(_wrapped(text))
    except SyntaxError as error:
        return f"{type(error).__name__}: {error.msg}"
    except UNREADABLE as error:
        return f"{type(error).__name__}: {error}"
    return ""
