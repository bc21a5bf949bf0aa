"""The programs as text: for the clipboard, for finding, for tooltips and for those who listen."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.passes import pass_of
from vmapviz.model.programs.index import index, outer
from vmapviz.model.programs.layout import Layout, Row
from vmapviz.model.programs.operations import parted
from vmapviz.model.programs.shared import needed, shared
from vmapviz.model.programs.text import counted, equation_text, lets_text, operand_text, params_text, program_text
from vmapviz.model.trace import Equation, Program, Trace, type_text

_TOOLTIP_LINES = 24


def group(trace: Trace, root: str, program: int) -> tuple[Equation, ...]:
    """The outermost equations of a program that come from `root`, in order."""
    found = index(trace).selected(root, program)
    paths = {equation.path for equation in found}
    return tuple(equation for equation in found if not _inside(equation.path, paths))


def _inside(path: str, paths: set[str]) -> bool:
    path = outer(outer(path))
    while path and path not in paths:
        path = outer(outer(path))
    return bool(path)


def selection_text(trace: Trace, root: str, shown: range | None = None) -> str:
    """The selected equation as JAX prints it, and below it what it became, program by program; of `shown` ones alone."""
    seen = shown or range(len(trace.programs))
    groups = [(trace.programs[number], group(trace, root, number)) for number in seen]
    return "\n\n".join(_group_text(program, found) for program, found in groups if found)


def _group_text(program: Program, found: tuple[Equation, ...]) -> str:
    known = shared(program)
    equations = (equation_text(equation, known) for equation in found)
    return "\n".join((*lets_text(needed(found, known), known), *equations))


def all_text(trace: Trace, shown: range | None = None) -> str:
    """Every program as JAX prints it, or those that are `shown`."""
    return "\n\n".join(program_text(trace.programs[number]) for number in shown or range(len(trace.programs)))


def line_text(row: Row, raw: bool = False) -> str:
    """The first line of a row, whole."""
    equation = row.equation if row.kind == "equation" else None
    if equation is not None and equation.operation is not None:
        return parted(equation.operation.text)[0]
    if equation is not None:
        outputs = " ".join(f"{v.name}:{type_text(v.dtype, v.shape)}" for v in equation.outputs)
        operands = "".join(" " + operand_text(name, raw) for name in equation.inputs)
        return f"{outputs}{' = ' if outputs else ''}{equation.primitive}{operands}"
    if row.kind in ("input", "constant"):
        value = row.values[0]
        return f"{value.name}:{type_text(value.dtype, value.shape)}"
    return row.text


def second_text(row: Row, raw: bool = False) -> str:
    """What stands below or beside the first line: parameters, labels, the primitives of a run."""
    if row.kind == "equation" and row.equation is not None:
        return params_text(row.equation, raw)
    return f"{row.text} {row.hint}" if row.kind in ("input", "constant") else row.hint


def tooltip(trace: Trace, row: Row) -> str:
    """The full text of a row as JAX prints it, cut after some lines; of a run, all its equations."""
    equations = (row.equation,) if row.kind == "equation" and row.equation is not None else row.run
    known = shared(trace.programs[row.column])
    text = "\n".join(equation_text(e, known) for e in equations) or f"{line_text(row)}  {second_text(row)}".rstrip()
    lines = text.splitlines()
    return "\n".join([*lines[:_TOOLTIP_LINES], *(["…"] if len(lines) > _TOOLTIP_LINES else [])])


def spoken(layout: Layout, root: str | None) -> str:
    """A selection in words: "equation 2, add, became 3 equations: 2a transpose, 2b broadcast_in_dim, 2c add".

    Where the original is not shown, with what it is in the first program that is: "equation 2, add, now 2a sin, 2b add, became …".
    """
    if not root:
        return "nothing selected"
    first, last = layout.shown[0], layout.shown[-1]
    found = group(layout.trace, root, last)
    names = _names(layout, found, last)
    if root.startswith("+") and layout.trace.form:
        return f"by hand alone: {names}" if layout.trace.hand else f"no equation: {names}"
    if root.startswith("+"):
        if not names:
            return "added by a vmap that is not shown"
        devices = layout.trace.levels[-1].devices
        return f"added by {'pmap' if devices else 'vmap'}: {names}"
    original = layout.index.equations[0].get(root)
    if original is None:
        return "nothing selected"
    label = layout.index.labels[0].get(root)
    start = (
        f"equation {label}, {original.primitive}"
        if label
        else f"{original.primitive} inside equation {_outermost(layout, root)}"
    )
    if made := pass_of(layout.trace.original, original):
        start += f", {made}"
    if first:
        start += f", now {_names(layout, group(layout.trace, root, first), first) or 'no equation'}"
    noun = "operation" if layout.trace.below else "equation"
    return f"{start}, became {counted(len(found), noun)}{': ' if names else ''}{names}"


def _names(layout: Layout, equations: tuple[Equation, ...], program: int) -> str:
    """Equations of a program by label and primitive: "2a transpose, 2b add"."""
    labels = layout.index.labels[program]
    return ", ".join(f"{labels.get(e.path, '')} {e.primitive}".strip() for e in equations)


def _outermost(layout: Layout, root: str) -> str:
    return layout.index.labels[0].get(root.partition(".")[0], "")


def selectable(layout: Layout) -> tuple[str, ...]:
    """What can be selected, downwards: the equations of the first program that can be seen, and those that were added."""
    return tuple(dict.fromkeys(row.root for _, row in sorted(_selectable(layout), key=lambda pair: pair[0])))


def _selectable(layout: Layout) -> Iterator[tuple[float, Row]]:
    for rows in layout.rows:
        for row in rows:
            if row.root and (row.kind == "added" or (row.column == layout.shown[0] and row.kind == "equation")):
                yield row.y, row
