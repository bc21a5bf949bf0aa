"""Is what a sentence names the equation's? Its names, axes, sizes and primitives, read back out of the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmapviz.model.explain import sentence
from vmapviz.model.explanations.case import Case, case
from vmapviz.model.explanations.words import axes
from vmapviz.model.programs.text import operand_text
from vmapviz.model.trace import Equation, Trace, equations_of

_NUMBERS = r"((?:\d+|, | and )+)"


def check_sentence(trace: Trace, root: str) -> None:
    """Fails with the sentence where it says what is not so of the equation `root` and of what it became."""
    told, found = sentence(trace, root), case(trace, root)
    assert found is not None
    wrong = [
        *_names(found, told),
        *_axes(found, told),
        *_sizes(found, told),
        *_primitives(found, told),
        *_shapes(found, told),
    ]
    assert not wrong, f"{wrong} in: {told}"


def _equations(found: Case) -> tuple[Equation, ...]:
    return (*([found.original] if found.original is not None else []), *found.became)


def _names(found: Case, told: str) -> Iterator[str]:
    """`x` is an operand, a result, a label, an axes setting, or the name of a called function."""
    known = {name for e in _equations(found) for name in (*e.inputs, *(v.name for v in e.outputs))}
    known |= {operand_text(name) for e in _equations(found) for name in e.inputs}
    known |= {name.partition(":")[0] for e in _equations(found) for name in e.inputs}
    known |= {found.label(e) for e in found.became}
    known |= {str(text) for e in _equations(found) for name, text, _ in e.params if name == "name"}
    known |= {b.name for v in _values(found) if (b := found.became_value(v)) is not None}
    known |= {f"{name}={text}" for level in trace_levels(found) for name, text in (("out_axes", level.out_axes),)}
    for name in re.findall(r"`([^`]+)`", told):
        parts = set(re.split(r"[–, ]+", name))  # "1a–d" stands for labels in a row
        if name not in known and not any(part in known for part in parts):
            yield f"name {name}"


def trace_levels(found: Case) -> tuple[object, ...]:
    return found.trace.levels


def _values(found: Case) -> tuple[object, ...]:
    return (*found.taken, *(found.original.outputs if found.original is not None else ()))


def _axes(found: Case, told: str) -> Iterator[str]:
    """ "axis 1 of `x`" is where the examples of x lie."""
    names = r"((?:`\w+`(?:, | and )?)+)"
    stays = [(w, a + b) for w, a, b in re.findall(rf"stays? ax[ei]s {_NUMBERS} from {names} to {names}", told)]
    for where, named in [*re.findall(rf"ax[ei]s {_NUMBERS} of {names}", told), *stays]:
        said = tuple(sorted(map(int, re.findall(r"\d+", where))))
        for name in re.findall(r"`(\w+)`", named):
            if axes(found.values[name]) != said:
                yield f"axes {said} of {name}, which has {axes(found.values[name])}"


def _sizes(found: Case, told: str) -> Iterator[str]:
    """ "all 3 × 4 examples" are the sizes of vmaps, outermost first."""
    sizes = [level.each for level in reversed(found.levels)]
    for said in re.findall(r"all ([\d ×]+) examples", told):
        rest = iter(sizes)
        if not all(any(size == int(one) for size in rest) for one in said.split(" × ")):
            yield f"sizes {said}, which are {sizes}"
    if "the one example" in told and 1 not in sizes:
        yield "one example"


def _primitives(found: Case, told: str) -> Iterator[str]:
    """A **bold** word is a primitive of the original, of what it became, or of a body of these."""
    known = {inner.primitive for e in _equations(found) for inner in (e, *_inside(e))}
    yield from (f"primitive {name}" for name in re.findall(r"\*\*([^*]+)\*\*", told) if name not in known)


def _inside(equation: Equation) -> Iterator[Equation]:
    for _, program in equation.subprograms:
        yield from equations_of(program)


def _shapes(found: Case, told: str) -> Iterator[str]:
    """ "the shape (2, 3)" is that of a result."""
    known = {v.shape for e in _equations(found) for v in e.outputs}
    for said in re.findall(r"shape \(([\d, ]*)\)", told):
        shape = tuple(int(size) for size in re.findall(r"\d+", said))
        if shape not in known:
            yield f"shape {shape}"
