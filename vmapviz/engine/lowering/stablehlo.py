"""Reads StableHLO as MLIR prints it with locations: one operation a line, bodies between braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmapviz.engine.lowering.printed import Computation, Module, Printed, Typed, dtype_name

_ALIAS = re.compile(r"^(#loc\d*) = loc\((.*)\)$")
_QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"(?!:\d)')  # "name"(#loc3), not "file":8:17
_INLINE = re.compile(r" loc\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
_RESULTS = re.compile(r"^(%[\w$.-]+(?::\d+)?(?:, %[\w$.-]+(?::\d+)?)*) = ")
_OPCODE = re.compile(r'^"?([\w.]+)"?')
_VALUE = re.compile(r"%[\w$.-]+(?:#\d+)?")
_TENSOR = re.compile(r"tensor<((?:[^<>]|<[^<>]*>)*)>")
_ARGUMENT = re.compile(r"(%[\w$.-]+): (tensor<(?:[^<>]|<[^<>]*>)*>|[^\s,)]+)( loc\(.*?\)(?=[,)\s{]))?")
_FUNCTION = r'@("(?:[^"\\]|\\.)*"|[\w$.-]+)'
_CALLEE = re.compile(rf"call {_FUNCTION}\(")
_NAMED = re.compile(_FUNCTION)
_GIVEN = re.compile(r"(%[\w$.-]+) = (%[\w$.-]+(?:#\d+)?)")  # what a loop calls its values, and what it begins with
_ENDS = ("return", "stablehlo.return", "func.return", "mhlo.return")


def parse(text: str) -> Module:
    """The functions of a module printed with locations; ValueError for a text that is none."""
    lines = text.splitlines()
    aliases = {found[1]: found[2] for line in lines if (found := _ALIAS.match(line))}
    reader = _Reader([line.strip() for line in lines], aliases)
    functions = {function.name: function for function in reader.functions()}
    if "main" not in functions:
        raise ValueError("This is no StableHLO: it has no function main.")
    return Module(functions.pop("main"), functions)


class _Reader:
    """Goes through the lines once."""

    def __init__(self, lines: list[str], aliases: dict[str, str]) -> None:
        self._lines = lines
        self._aliases = aliases
        self._at = 0

    def functions(self) -> Iterator[Computation]:
        """Every function, in order."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith("func.func"):
                name = _NAMED.search(line)
                header = line.partition(" -> ")[0]
                yield self._block(name[1] if name else "", self._arguments(header))
                self._at += 1

    def _block(self, name: str, inputs: tuple[Typed, ...]) -> Computation:
        """The operations up to the line that closes the block, which is left to the caller."""
        found: list[Printed] = []
        outputs: tuple[str, ...] = ()
        while not self._lines[self._at].startswith("}"):
            line = self._lines[self._at]
            if line.startswith("^bb"):
                inputs = self._arguments(line)
                self._at += 1
                continue
            operation = self._operation()
            if operation.opcode in _ENDS:
                outputs = operation.operands
            else:
                found.append(operation)
        return Computation(name, inputs, tuple(found), outputs)

    def _operation(self) -> Printed:
        head, where = _located(self._lines[self._at])
        given = _given(head)
        self._at += 1
        bodies: list[tuple[str, Computation]] = []
        opener, tail = head, ""
        while where is None:  # the place stands behind the last body
            if not opener.endswith("{"):
                opener = self._lines[self._at]
                self._at += 1
                continue
            bodies.append(self._body(opener, len(bodies), given))
            opener, where = _located(self._lines[self._at])
            self._at += 1
            tail = "" if where is None else opener.lstrip("})")
        return self._printed(head.removesuffix("{").removesuffix("({").rstrip(" ("), tail, where, tuple(bodies))

    def _body(self, opener: str, number: int, given: tuple[Typed, ...]) -> tuple[str, Computation]:
        word = re.search(r"(cond|do|reducer)\b", opener) if "=" not in opener else None
        role = word[1] if word else f"region[{number}]"
        return role, self._block(role, self._arguments(opener) if role == "reducer" else given)

    def _printed(self, head: str, tail: str, where: str, bodies: tuple[tuple[str, Computation], ...]) -> Printed:
        text = f"{head}{' …' if bodies and tail else ''}{tail}"
        defined = _RESULTS.match(head)
        rest = head[defined.end() :] if defined else head
        opcode = _OPCODE.match(rest)
        called = _CALLEE.search(rest)
        return Printed(
            opcode[1].removeprefix("func.") if opcode else rest.partition(" ")[0],
            text,
            self.place(where),
            tuple(start for _, start in _GIVEN.findall(rest)) or tuple(_VALUE.findall(rest)),
            tuple(_results(defined[1] if defined else "", f"{head}{tail}")),
            bodies,
            ((re.sub(r'[.\s"]', "_", called[1].strip('"')), called[1]),) if called else (),
        )

    def _arguments(self, text: str) -> tuple[Typed, ...]:
        return tuple(
            Typed(name, *_type(kind), self.place(where.strip()[4:-1] if where else ""))
            for name, kind, where in _ARGUMENT.findall(text)
        )

    def place(self, where: str, depth: int = 0) -> str:
        """The name that a location carries, through aliases; "" for none. Of fused ones, all names."""
        if quoted := _QUOTED.match(where):
            return quoted[1]
        if where.startswith("#loc"):
            return self.place(self._aliases.get(where, ""), depth + 1) if depth < 9 else ""
        if where.startswith("fused"):
            names = (self.place(one, depth + 1) for one in re.findall(r"#loc\d+", where) if depth < 9)
            return ";".join(name for name in names if name)
        return ""


def _located(line: str) -> tuple[str, str | None]:
    """A line without its location, and that location; None where the line does not end an operation."""
    at = line.rfind(" loc(")
    if at < 0 or not line.endswith(")"):
        return line, None
    return _INLINE.sub("", line[:at]), line[at + 5 : -1]


def _given(head: str) -> tuple[Typed, ...]:
    """The values that the bodies of a loop share, with the types that end its line."""
    names = [name for name, _ in _GIVEN.findall(head.partition("stablehlo.while(")[2])]
    types = _TENSOR.findall(head.rpartition(" : ")[2])
    return tuple(Typed(name, *_type(f"tensor<{kind}>")) for name, kind in zip(names, types, strict=False))


def _results(names: str, text: str) -> Iterator[Typed]:
    """The values an operation gives, with the types that end its text."""
    found: list[str] = []
    for name in filter(None, names.split(", ")):
        plain, _, count = name.partition(":")
        found += [f"{plain}#{i}" for i in range(int(count))] if count else [plain]
    types = _TENSOR.findall(text.rpartition("->")[2] if "->" in text else text.rpartition(" : ")[2])
    for name, kind in zip(found, types[-len(found) :] if found else (), strict=False):
        yield Typed(name, *_type(f"tensor<{kind}>"))


def _type(text: str) -> tuple[str, tuple[int, ...]]:
    inside = _TENSOR.match(text)
    if inside is None:
        return text, ()
    *sizes, dtype = inside[1].partition(",")[0].split("x") if "complex" not in inside[1] else _complex(inside[1])
    return dtype_name(dtype), tuple(int(size) for size in sizes if size.isdecimal())


def _complex(inside: str) -> list[str]:
    sizes, _, dtype = inside.partition("complex")
    return [*filter(None, sizes.split("x")), f"complex{dtype}"]
