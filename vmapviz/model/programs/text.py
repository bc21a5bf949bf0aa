"""What stands in a line of a program: spans of text with their colours, parameters, literals, titles of bodies."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from vmapviz.model.programs import operations
from vmapviz.model.programs.shared import Shared, shared
from vmapviz.model.trace import Equation, Operation, Program, Value, is_literal, short_dtype, type_text


class Span(msgspec.Struct, frozen=True, gc=False):
    """Monospaced text in one style; `levels` are the vmaps (from 1) whose examples it counts, underlined."""

    text: str
    colour: str = "ink"
    weight: int = 400
    levels: tuple[int, ...] = ()


# What says nothing new: primitive ("*": any) -> parameter -> texts not shown; None: never shown, it stands elsewhere in the line.
_QUIET = ("None", "False")
HIDDEN_PARAMS: dict[str, dict[str, tuple[str, ...] | None]] = {
    "*": {
        "sharding": _QUIET,
        "out_sharding": _QUIET,
        "accuracy": _QUIET,
        "precision": _QUIET,
        "weak_type": None,
        "fill_value": _QUIET,
        "out_dtype": _QUIET,
        "effects": None,
        "axis_index_groups": _QUIET,
    },
    "broadcast_in_dim": {"shape": None, "broadcast_dimensions": ("()",)},
    "iota": {"shape": None, "dtype": None},
    "reshape": {"new_sizes": None, "dimensions": _QUIET},
    "convert_element_type": {"new_dtype": None},
    "cumsum": {"reverse": _QUIET},
    "cumprod": {"reverse": _QUIET},
    "cummax": {"reverse": _QUIET},
    "scan": {"linear": None, "num_consts": ("0",), "reverse": _QUIET, "unroll": ("1",), "_split_transpose": _QUIET},
    "while": {"cond_nconsts": ("0",), "body_nconsts": ("0",)},
    "jit": dict.fromkeys(
        (
            "in_shardings",
            "out_shardings",
            "in_layouts",
            "out_layouts",
            "donated_invars",
            "ctx_mesh",
            "keep_unused",
            "inline",
            "compiler_options_kvs",
        )
    ),
    "custom_jvp_call": {"jvp": None, "jvp_jaxpr_fun": None, "num_consts": ("0",), "symbolic_zeros": _QUIET},
    "custom_vjp_call": {
        "fwd": None,
        "bwd": None,
        "fwd_jaxpr_thunk": None,
        "out_trees": None,
        "num_consts": ("0",),
        "symbolic_zeros": _QUIET,
    },
    "checkpoint": {"prevent_cse": None, "policy": _QUIET, "differentiated": _QUIET},
    "gather": {"indices_are_sorted": None, "unique_indices": None},
    "slice": {"strides": _QUIET},
    "sort": {"is_stable": ("True",)},
    "shard_map": dict.fromkeys(("mesh", "check_vma", "manual_axes", "newly_manual_axes")),
}
HIDDEN_PARAMS["pjit"] = HIDDEN_PARAMS["jit"]

_NUMPY = re.compile(r"\bnp\.\w+\((-?[\w.+-]+)\)")

_UNNAMED = "_internal_pmap_axis_name"  # up to JAX 0.8: "<axis>" with an address

_SPEC = re.compile(r"\bP(?:artitionSpec)?\(([^()]*?),?\)")

_BETWEEN = re.compile(r"([\])]), ([\[(])")

BODIES = {"cond_jaxpr": "condition", "body_jaxpr": "body", "call_jaxpr": "body", "fun_jaxpr": "body", "jaxpr": "body"}


def shown_params(equation: Equation) -> tuple[tuple[str, str], ...]:
    """The parameters worth a reader's time, as (name, text); the others stand in HIDDEN_PARAMS."""
    return tuple((name, _tightened(text)) for name, text, _ in equation.params if not _hidden(equation, name, text))


def has_params(equation: Equation) -> bool:
    """Whether there are parameters worth showing; of an operation, whether its text takes a second line."""
    if equation.operation is not None:
        return bool(operations.parted(equation.operation.text)[1])
    return any(not _hidden(equation, name, text) for name, text, _ in equation.params)


def _tightened(text: str) -> str:
    text = _BETWEEN.sub(r"\1,\2", _NUMPY.sub(r"\1", text)).replace(_UNNAMED, "<axis>")
    return _SPEC.sub(r"P(\1)", text)


def _hidden(equation: Equation, name: str, text: str) -> bool:
    if name == "preferred_element_type":
        return text == "None" or any(text == value.dtype for value in equation.outputs)
    return _always_hidden(equation.primitive, name, text)


@lru_cache(maxsize=4096)  # long programs have the same few parameters again and again
def _always_hidden(primitive: str, name: str, text: str) -> bool:
    for table in (HIDDEN_PARAMS["*"], HIDDEN_PARAMS.get(primitive, {})):
        if name in table:
            texts = table[name]
            return texts is None or text in texts
    return False


def params_text(equation: Equation, raw: bool = False) -> str:
    """The parameters in one line: `axes=(1,)`; `raw` keeps all of them as JAX wrote them."""
    if equation.operation is not None:
        return operations.parted(equation.operation.text)[1]
    pairs = tuple((name, text) for name, text, _ in equation.params) if raw else shown_params(equation)
    return " ".join(f"{name}={' '.join(text.split())}" for name, text in pairs)


def operand_text(operand: str, raw: bool = False) -> str:
    """An operand as shown: a literal without its type, `0.0` for `0.0:f32[]`."""
    if raw or not is_literal(operand):
        return operand
    text, _, kind = operand.rpartition(":")
    return _single(text) if kind == "f32[]" and len(text) > 9 else text


def _single(text: str) -> str:
    """The shortest text of a 32-bit number: JAX prints its 64-bit neighbour, `1.4142135381698608` for `1.4142135`."""
    try:
        bits = struct.pack("f", float(text))
    except (ValueError, OverflowError):
        return text
    return next(
        (short for digits in (6, 7, 8, 9) if struct.pack("f", float(short := f"{float(text):.{digits}g}")) == bits),
        text,
    )


def levels_of(value: Value, dimension: int) -> tuple[int, ...]:
    """The vmaps, from 1, whose examples lie along a dimension of a value."""
    return tuple(level for level, axes in enumerate(value.axes, start=1) if axes is not None and dimension in axes)


def value_spans(value: Value) -> tuple[Span, ...]:
    """A value with its type, the batch axes marked: `b:f32[5,3]`."""
    spans = [Span(value.name), Span(f":{short_dtype(value.dtype)}[", "ink2")]
    for dimension, size in enumerate(value.shape):
        if dimension:
            spans.append(Span(",", "ink2"))
        levels = levels_of(value, dimension)
        role = f"b{min(levels[0], 3)}" if levels else "ink2"
        spans.append(Span(str(size), role, 700 if levels else 400, levels))
    return (*spans, Span("]", "ink2"))


def equation_spans(equation: Equation, weight: int, room: int, raw: bool = False) -> tuple[Span, ...]:
    """An equation's line in at most `room` characters; when outputs must go, the primitive and its operands stay."""
    if equation.operation is not None:
        before, opcode, after = operations.parts(operations.parted(equation.operation.text)[0])
        return cut((Span(before, "ink2"), Span(opcode, "ink", weight), Span(after)), room)
    operands = "".join(" " + operand_text(name, raw) for name in equation.inputs)
    tail = (Span(equation.primitive, "ink", weight), Span(operands))
    values = [value_spans(value) for value in equation.outputs]
    if not values:
        return cut(tail, room)
    equals = Span(" = ", "ink2")
    whole = (*_joined(values), equals, *tail)
    if length(whole) <= room:
        return whole
    for kept in range(len(values) - 1, 0, -1):
        shorter = (*_joined(values[:kept]), Span(" …", "ink2"), equals, *tail)
        if length(shorter) <= room or kept == 1:
            return cut(shorter, room)
    return cut(whole, room)


def _joined(values: list[tuple[Span, ...]]) -> tuple[Span, ...]:
    first, *others = values
    return (*first, *(span for value in others for span in (Span(" "), *value)))


def length(spans: Iterable[Span]) -> int:
    """Characters in spans."""
    return sum(len(span.text) for span in spans)


def cut(spans: Iterable[Span], room: int) -> tuple[Span, ...]:
    """The first `room` characters, the last of them `…` when something is missing."""
    spans = tuple(spans)
    if length(spans) <= room:
        return spans
    kept: list[Span] = []
    left = max(room - 1, 0)
    for span in spans:
        text = span.text[:left]
        if text:
            kept.append(msgspec.structs.replace(span, text=text))
        left -= len(text)
    return (*kept, Span("…", "ink2"))


def plain(spans: Iterable[Span]) -> str:
    """The text of spans."""
    return "".join(span.text for span in spans)


def body_title(equation: Equation, name: str) -> str:
    """What a subprogram of an equation is: "branch 0, when c is 0", "condition", "body"."""
    if equation.operation is not None:
        return operations.body_title(equation, name)
    branch = re.fullmatch(r"branches\[(\d+)\]", name)
    if branch and equation.primitive == "cond" and equation.inputs:
        which = equation.inputs[0]
        return f"branch {branch[1]}" + ("" if is_literal(which) else f", when {which} is {branch[1]}")
    if branch:
        return f"branch {branch[1]}"
    return BODIES.get(name, name.replace("_jaxpr", "").replace("_", " "))


def counted(number: int, noun: str) -> str:
    """ "1 equation", "3 equations", "no equations"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def outputs_text(program: Program, raw: bool = False) -> str:
    """The outputs of a program as JAX ends it: `(f,)`."""
    names = [operand_text(name, raw) for name in program.outputs]
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def signature(program: Program) -> str:
    """What a body takes and gives: `d, e → h, i`."""
    takes = ", ".join(value.name for value in program.inputs)
    return f"{takes} → {', '.join(map(operand_text, program.outputs))}"


# What JAX itself leaves out when it prints (0.10.2): parameters with these texts, or of these primitives.
_UNPRINTED = {("accuracy", "None"), ("sharding", "None"), ("out_dtype", "None"), ("precision", "None")}
_UNPRINTED_OF = {
    "broadcast_in_dim": {"shape"},
    "iota": {"sharding"},
    "jit": set(HIDDEN_PARAMS["jit"]),
    "pjit": set(HIDDEN_PARAMS["jit"]),
    "custom_jvp_call": {"num_consts"},
}


def _unprinted(primitive: str, name: str, text: str) -> bool:
    if (name, text) in _UNPRINTED or name in _UNPRINTED_OF.get(primitive, ()):
        return True
    return (primitive, name, text) in {
        ("dot_general", "out_sharding", "None"),
        ("broadcast_in_dim", "broadcast_dimensions", "()"),
    }


def equation_text(equation: Equation, known: dict[str, Shared]) -> str:
    """An equation as JAX prints it, with all its parameters and bodies, in as many lines as it takes; of the subprograms that are
    `known` only the names."""
    if equation.operation is not None:
        return _operation_text(equation, equation.operation)
    outputs = " ".join(f"{v.name}:{type_text(v.dtype, v.shape)}" for v in equation.outputs)
    head = f"{outputs} = {equation.primitive}" if outputs else equation.primitive
    operands = "".join(" " + name for name in equation.inputs)
    params = [(n, f"{n}={text}") for n, text, _ in equation.params if not _unprinted(equation.primitive, n, text)]
    short = f"{head}[{' '.join(text for _, text in params)}]{operands}" if params else head + operands
    if not equation.subprograms and len(short) <= 100:
        return short
    texts = [text for _, text in sorted((*params, *_bodies(equation, known)), key=lambda pair: pair[0])]
    inside = "\n".join("  " + line for text in texts for line in text.splitlines())
    return f"{head}[\n{inside}\n]{operands}"


def _operation_text(equation: Equation, operation: Operation) -> str:
    """An operation as it is printed, and below it the bodies that stand here, each under its name."""
    lines = [operation.text]
    for name, program in equation.subprograms:
        if program.equations:
            lines.append(f"  {body_title(equation, name)}:")
            lines += [f"    {line}" for inner in program.equations for line in equation_text(inner, {}).splitlines()]
    return "\n".join(lines)


def _bodies(equation: Equation, known: dict[str, Shared]) -> list[tuple[str, str]]:
    """The jaxprs of an equation by parameter; several in one parameter stand in parentheses."""
    several: dict[str, list[str]] = {}
    bodies = []
    for name, program in equation.subprograms:
        place = program.same_as or f"{equation.path}.{name}"
        text = known[place].name if place in known else _lambda_text(program, known)
        if name.endswith("]"):
            several.setdefault(name.partition("[")[0], []).append(text)
        else:
            bodies.append((name, f"{name}={text}"))
    for name, texts in several.items():
        inside = "\n".join("  " + line for text in texts for line in text.splitlines())
        bodies.append((name, f"{name}=(\n{inside}\n)"))
    return bodies


def program_text(program: Program) -> str:
    """A program as JAX prints it: what is used several times stands once, before it."""
    if program.text:
        return program.text
    known = shared(program)
    return "\n".join((*lets_text(known.values(), known), _lambda_text(program, known)))


def lets_text(wanted: Iterable[Shared], known: dict[str, Shared]) -> Iterator[str]:
    """Shared subprograms as JAX prints them: `let g = { … } in`."""
    return (f"let {one.name} = {_lambda_text(one.program, known)} in" for one in wanted)


def _lambda_text(program: Program, known: dict[str, Shared]) -> str:
    def binders(values: tuple[Value, ...]) -> str:
        return "".join(f" {v.name}:{type_text(v.dtype, v.shape)}" for v in values)

    head = f"{{ lambda{binders(program.constants)} ;{binders(program.inputs)}. let"
    lines = [f"    {line}" for e in program.equations for line in equation_text(e, known).splitlines()]
    return "\n".join((head, *lines, f"  in {outputs_text(program, raw=True)} }}"))
