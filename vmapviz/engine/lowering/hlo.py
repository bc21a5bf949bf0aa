"""Reads HLO as XLA prints it: computations of one instruction a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmapviz.engine.lowering.printed import Computation, Module, Printed, Typed, dtype_name

_METADATA = re.compile(r',? metadata=\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\}')
_PLACE = re.compile(r'op_name="((?:[^"\\]|\\.)*)"')
_HEADER = re.compile(r"^(ENTRY )?%?([\w.$-]+) \(.*\) -> .* \{")
_INSTRUCTION = re.compile(r"^\s+(ROOT )?(%?[\w.$-]+) = ")
_OPCODE = re.compile(r" ?([\w-]+)\(")
_TYPE = re.compile(r"^(\w+)\[([\d,<=]*)\]")
_OPERAND = re.compile(r"%[\w.$-]+")
_CALLED = re.compile(r"(\w+)=(%[\w.$-]+|\{%[^{}]*\})")


def parse(text: str) -> Module:
    """The computations of a module; ValueError for a text that is none."""
    found: dict[str, Computation] = {}
    entry = ""
    lines = iter(text.splitlines())
    for line in lines:
        if header := _HEADER.match(line):
            name = f"%{header[2]}"
            entry = name if header[1] else entry
            found[name] = _computation(name, lines)
    if not entry:
        raise ValueError("This is no HLO: it has no entry.")
    return Module(found.pop(entry), found)


def without_metadata(text: str) -> str:
    """The computations of a printed module as XLA prints them, without the places where operations come from."""
    kept = [line for line in text.splitlines() if not line[:1].isdecimal() and line not in _TABLES]
    return re.sub(r"\n{3,}", "\n\n", _METADATA.sub("", "\n".join(kept))).strip()


_TABLES = ("FileNames", "FunctionNames", "FileLocations", "StackFrames")


def _computation(name: str, lines: Iterator[str]) -> Computation:
    """The instructions up to the closing brace."""
    inputs: list[tuple[int, Typed]] = []
    operations: list[Printed] = []
    root = ""
    for line in lines:
        if line.startswith("}"):
            break
        if not (start := _INSTRUCTION.match(line)):
            continue
        operation = _instruction(line, start)
        root = start[2] if start[1] else root
        if operation.opcode == "parameter":
            number = line.partition(" parameter(")[2].partition(")")[0]
            given = operation.results[0]._replace(place=operation.place)
            inputs.append((int(number) if number.isdecimal() else len(inputs), given))
        else:
            operations.append(operation)
    return Computation(name, tuple(given for _, given in sorted(inputs)), tuple(operations), (root,) if root else ())


def _instruction(line: str, start: re.Match[str]) -> Printed:
    place = _PLACE.search(line)
    text = _METADATA.sub("", line).strip()
    rest = text.partition(" = ")[2]
    kind = rest[: _closing(rest)] if rest.startswith("(") else rest.partition(" ")[0]
    after = rest[len(kind) :]
    opcode = _OPCODE.match(after)
    arguments = after[opcode.end() - 1 :] if opcode else ""
    given, more = arguments[: _closing(arguments)], arguments[_closing(arguments) :]
    name = opcode[1] if opcode else ""
    return Printed(
        opcode=name,
        text=text,
        place=place[1] if place else "",
        operands=tuple(_OPERAND.findall(given)) if name != "constant" else (),
        results=(Typed(start[2], *_type(kind)),),
        callees=tuple(_callees(more)),
    )


def _callees(text: str) -> Iterator[tuple[str, str]]:
    """Names after `calls=` and the like; those of instructions, as after `control-predecessors=`, are sorted out by who knows them."""
    for role, names in _CALLED.findall(text):
        several = _OPERAND.findall(names)
        for number, name in enumerate(several):
            yield (f"{role}[{number}]" if names.startswith("{") else role), name


def _closing(text: str) -> int:
    """Where the parenthesis that opens a text is closed."""
    depth = 0
    quoted = False
    for at, letter in enumerate(text):
        if letter == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
            if depth == 0:
                return at + 1
    return len(text)


def _type(text: str) -> tuple[str, tuple[int, ...]]:
    """The dtype and the shape of an array; of a tuple its text."""
    found = _TYPE.match(text)
    if found is None:
        return "tuple" if text.startswith("(") else text, ()
    return dtype_name(found[1]), tuple(int(size) for size in found[2].split(",") if size.isdecimal())
