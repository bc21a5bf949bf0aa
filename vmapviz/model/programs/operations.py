"""Operations of programs below the jaxpr: how their text is laid out, what their bodies are called, how many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, Trace, equations_of

WHOLE = 60  # characters that stand on one line; longer operations are parted
PLUMBING = ("constant", "tuple", "get-tuple-element", "bitcast", "optimization_barrier", "opt-barrier")
OPEN = ("while", "case", "if", "conditional", "call")  # what else has a body is one step to those who read
_BODIES = {
    "calls": "fused",
    "to_apply": "applied",
    "cond": "condition",
    "do": "body",
    "condition": "condition",
    "body": "body",
    "reducer": "combines two values by",
    "true_computation": "branch when true",
    "false_computation": "branch when false",
}
_STARTS = re.compile(r"^((?:ROOT )?(?:%[\w$.:#-]+(?:, %[\w$.:#-]+)*) = )?")
_OPCODE = re.compile(r'"?(?:[a-z_]+\.)*([\w-]+)"?')


class Counts(msgspec.Struct, frozen=True):
    """How many equations, at any depth, became how many fusions and other operations; those inside fusions do not count, nor do
    those that compute nothing. `gone` counts equations whose name no operation carries."""

    equations: int
    fusions: int
    others: int
    gone: int


def origins_of(equation: Equation) -> tuple[str, ...]:
    """The paths of the equations of the program before that an equation comes from; several for a fusion."""
    if equation.operation is not None:
        return equation.operation.origins
    return (equation.origin,) if equation.origin is not None else ()


def others(equation: Equation, root: str) -> tuple[str, ...]:
    """Of a fusion, the other equations of the original that it comes from."""
    return tuple(path for path in equation.operation.origins if path != root) if equation.operation else ()


def parted(text: str) -> tuple[str, str]:
    """The text of an operation in two: up to its operands, and the rest; short ones stay whole."""
    if len(text) <= WHOLE:
        return text, ""
    at = _after_operands(text)
    return text[:at].rstrip(" ,:"), text[at:].lstrip(" ,:")


def _after_operands(text: str) -> int:
    """Where the operands end: behind their parenthesis, or at the first comma or colon between words."""
    start = _STARTS.match(text)
    at = start.end() if start else 0
    depth = 0
    for here in range(at, len(text)):
        letter = text[here]
        if letter in "([{<":
            depth += 1
        elif letter in ")]}" or (letter == ">" and text[here - 1] != "-"):
            depth -= 1
            if depth == 0 and letter == ")" and here + 1 < len(text) and text[here + 1] in ", " and here > at + 1:
                if _is_type(text[at : here + 1]):
                    continue
                return here + 1
        elif depth == 0 and letter in ",:" and not text[here + 1 :].lstrip().startswith("%"):
            return here
    return len(text)


def _is_type(text: str) -> bool:
    """Whether what closes is the type of a tuple, which stands before the opcode in HLO."""
    return text.startswith("(")


def parts(text: str) -> tuple[str, str, str]:
    """An operation's text in three: up to its opcode, the opcode, the rest."""
    start = _STARTS.match(text)
    at = start.end() if start else 0
    kind = re.match(r"(?:\((?:[^()]|\([^()]*\))*\)|[\w<>]+\[[^\]]*\](?:\{[^}]*\})?) ", text[at:])
    at += kind.end() if kind else 0
    opcode = _OPCODE.match(text, at)
    end = opcode.end() if opcode else at
    return text[:at], text[at:end], text[end:]


def body_title(equation: Equation, name: str) -> str:
    """What a body of an operation is: "condition", "branch 0", the name of a called function."""
    region = re.fullmatch(r"(?:region|branch_computations)\[(\d+)\]", name)
    if region and equation.primitive in ("case", "if", "conditional"):
        return f"branch {region[1]}"
    return _BODIES.get(name, "combines two values by" if region else name.replace("_computation", ""))


def listed(words: Sequence[str], noun: str = "", most: int = 5) -> str:
    """ "a, b and c", after "equation" or "equations" when `noun` is that; of many the first ones and how many more."""
    start = f"{noun}{'' if len(words) == 1 else 's'} " if noun else ""
    if len(words) > most:
        return f"{start}{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    return start + (f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words))


def noun(equation: Equation) -> str:
    """What one of these is called: an equation, or below the jaxpr an operation."""
    return "operation" if equation.operation is not None else "equation"


def opens(equation: Equation) -> bool:
    """Whether the bodies of an operation are open at first."""
    return equation.primitive in OPEN


def is_work(equation: Equation) -> bool:
    """Whether an operation computes something."""
    return equation.primitive not in PLUMBING


def running(program: Program) -> Iterator[Equation]:
    """The operations that run one by one: those in loops, branches and calls too, those inside fusions and reductions not."""
    for equation in program.equations:
        yield equation
        if opens(equation):
            for _, inner in equation.subprograms:
                yield from running(inner)


@by_identity(4)
def counts(trace: Trace) -> Counts:
    """What the equations became."""
    found = [equation for equation in running(trace.batched) if is_work(equation)]
    steps = [e for e in found if not (opens(e) and e.subprograms and e.primitive == "call")]
    fusions = sum(equation.primitive == "fusion" for equation in steps)
    named = {path for equation in equations_of(trace.batched) for path in around(origins_of(equation))}
    originals = list(equations_of(trace.original))
    gone = sum(equation.path not in named for equation in originals)
    return Counts(len(originals), fusions, len(steps) - fusions, gone)


def made_of(trace: Trace) -> list[tuple[int, str]]:
    """What there is of a program below the jaxpr, as numbers and what they count: fusions, and other operations."""
    found = counts(trace)
    if not found.fusions:
        return [(found.others, "operation")]
    others = [(found.others, "other operation")] if found.others else []
    return [(found.fusions, "fusion"), *others]


def around(paths: Iterable[str]) -> Iterator[str]:
    """Paths of equations, and of all equations around them."""
    for path in paths:
        while path:
            yield path
            path = path.rpartition(".")[0].rpartition(".")[0]


def numbers(labels: Iterable[str]) -> str:
    """Numbers in few characters: "1–3, 5", "1…12" where there are many."""
    found = list(dict.fromkeys(labels))
    runs: list[list[str]] = []
    for label in found:
        if runs and label.isdecimal() and runs[-1][-1].isdecimal() and int(label) == int(runs[-1][-1]) + 1:
            runs[-1].append(label)
        else:
            runs.append([label])
    text = ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return text if len(text) <= 8 else f"{found[0]}…{found[-1]}"
