"""The rows above and below the equations: constants, inputs, and the outputs at the end."""

from __future__ import annotations

from typing import Literal

from vmapviz.model.programs.layout import LINE, Row
from vmapviz.model.programs.text import outputs_text
from vmapviz.model.trace import Form, Level, Program, Trace, Value


def inputs(trace: Trace, shown: range, rows: list[list[Row]]) -> float:
    """Add the rows of constants, then of inputs, level with each other in all programs; return where they end."""
    constants = _block(trace, shown, rows, "constant", 2.0)
    return _block(trace, shown, rows, "input", constants)


def _block(trace: Trace, shown: range, rows: list[list[Row]], kind: Literal["constant", "input"], y: float) -> float:
    most = 0
    for column in shown:
        program = trace.programs[column]
        values = program.constants if kind == "constant" else program.inputs
        most = max(most, len(values))
        for i, value in enumerate(values):
            text = value.label or "" if kind == "input" else "constant"
            hint = examples(trace, value) if column and not trace.below else ""
            rows[column].append(Row(kind, column, y + i * LINE, LINE, text=text, hint=hint, values=(value,)))
    return y + most * LINE


def examples(trace: Trace, value: Value) -> str:
    """How a value of a batched program is batched, in words: "shared by all", "5 examples", "3 × 4 examples"."""
    if trace.levels and trace.levels[-1].devices:
        return _on_devices(trace.levels[-1], value)
    sizes = [level.size for level, axes in zip(trace.levels, value.axes, strict=False) if axes]
    if not sizes:
        return "shared by all"
    words = " × ".join(map(str, reversed(sizes)))
    return f"{words} example{'' if sizes == [1] else 's'}"


def _on_devices(level: Level, value: Value) -> str:
    if not any(value.axes):
        return "copied to every device"
    whole = f"{level.size} example{'' if level.size == 1 else 's'}"
    return whole if level.size == level.devices else f"{whole}, {level.each} for each device"


def outputs(trace: Trace, shown: range, rows: list[list[Row]], y: float) -> float:
    """Add the last row of each program, `in (f,)`; return where it ends."""
    for column in shown:
        program = trace.programs[column]
        below = trace.form if column and trace.below else ""
        hint = f"out_axes = {trace.levels[column - 1].out_axes}" if column and not trace.form else ""
        text = f"in {outputs_text(program)}" if not below else _ending(program, below)
        rows[column].append(Row("output", column, y, LINE, text=text, hint=hint, values=output_values(program)))
    return y + LINE


def _ending(program: Program, form: Form) -> str:
    names = ", ".join(program.outputs)
    return f"ROOT {names}" if form == "HLO" else f"return {names}"


def output_values(program: Program) -> tuple[Value, ...]:
    """The values a program gives back, without literals."""
    wanted = set(program.outputs)
    found = {v.name: v for v in (*program.constants, *program.inputs) if v.name in wanted}
    found |= {v.name: v for e in program.equations for v in e.outputs if v.name in wanted}
    return tuple(found[name] for name in program.outputs if name in found)
