"""Both programs as text: as JAX prints them, every equation with its label, its origin and its batch axes."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.call import call_text
from vmapviz.model.passes import pass_of
from vmapviz.model.programs import Index, Row, index, layout
from vmapviz.model.programs.shared import Shared, shared
from vmapviz.model.programs.text import equation_text, outputs_text
from vmapviz.model.scenes.programs.picture import headings
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Equation, Program, Trace, Value, type_text

LABELS = 6  # characters for the labels at the left
Line = tuple[str, str, str]  # label, text, remark


def text(snapshot: Snapshot, shown: range | None = None) -> str:
    """A snapshot as readable text: the call, the levels, and every program, or those that are `shown`."""
    trace = snapshot.trace
    parts = [
        call_text(snapshot.experiment),
        levels_text(trace),
        *programs(snapshot, shown),
    ]
    parts.append(_exactness(trace))
    versions = ", ".join(f"{'JAX' if name == 'jax' else name} {v}" for name, v in snapshot.made_with.items())
    return "\n\n".join([*parts, *([versions] if versions else [])]) + "\n"


def levels_text(trace: Trace) -> str:
    """The table of the vmaps, innermost first."""
    rows = [("level", "examples", "in_axes", "out_axes", "axis name")]
    for number, level in enumerate(trace.levels, start=1):
        rows.append((str(number), str(level.size), level.in_axes, level.out_axes, level.name or "-"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def programs(snapshot: Snapshot, shown: range | None = None) -> Iterator[str]:
    """Every program, or those that are `shown`, under its title."""
    trace = snapshot.trace
    titles = headings(trace, snapshot.experiment.function)
    for number in shown or range(len(titles)):
        parts, name = titles[number]
        title = f"{''.join(part for part, _ in parts)}: {name}"
        if trace.programs[number].text:
            yield f"{title}\n\n{trace.programs[number].text}"
            continue
        lines = list(_Writer(trace, number).program(trace.programs[number]))
        width = max(len(line) for _, line, _ in lines)
        body = (_line(label, line, remark, min(width, 88)) for label, line, remark in lines)
        yield "\n".join([title, "", *body])


def _line(label: str, line: str, remark: str, width: int) -> str:
    return f"{label.rjust(LABELS)}  {f'{line.ljust(width)}  # {remark}' if remark else line}".rstrip()


def _exactness(trace: Trace) -> str:
    if trace.exact is None:
        return "It is not verified yet that plain JAX makes the same program."
    return "exact: " + ("plain JAX makes the same program." if trace.exact else "no, plain JAX makes another program.")


class _Writer:
    """Writes one program of a trace."""

    def __init__(self, trace: Trace, number: int) -> None:
        self.trace, self.number = trace, number
        self.index: Index = index(trace)
        self.shared = shared(trace.programs[number])
        self.added = {row.root: f"{row.text} {row.hint}".strip() for row in _added(trace, number)}

    def program(self, program: Program) -> Iterator[Line]:
        for one in self.shared.values():
            yield from self._let(one)
        yield "", f"{{ lambda{_binders(program.constants)} ;{_binders(program.inputs)}. let", ""
        for value in program.inputs:
            yield "", f"    # {value.name}: {self._input_words(value)}", ""
        for equation in program.equations:
            yield from self._equation(equation, "    ", self.index.labels[self.number].get(equation.path, ""))
        yield "", f"  in {outputs_text(program, raw=True)} }}", ""

    def _let(self, one: Shared) -> Iterator[Line]:
        """A subprogram that is used several times, once, with its uses."""
        users = ", ".join(self.index.label(self.number, path) for path in one.users)
        yield from self._lambda(one.program, f"let {one.name} = ", "", " in", f"used by {users}")

    def _input_words(self, value: Value) -> str:
        label = value.label or "not an argument"
        words = axes_words(value) if any(value.axes) else "shared by all"
        return f"{label}, {words}" if self.number else label

    def _equation(self, equation: Equation, indent: str, label: str) -> Iterator[Line]:
        remark = self._remark(equation)
        if not equation.subprograms:
            *lines, last = equation_text(equation, self.shared).splitlines()
            for line in lines:
                yield label, indent + line, ""
                label = ""
            yield label, indent + last, remark
            return
        outputs = " ".join(f"{v.name}:{type_text(v.dtype, v.shape)}" for v in equation.outputs)
        yield label, f"{indent}{outputs}{' = ' if outputs else ''}{equation.primitive}[", remark
        for name, written, _ in equation.params:
            yield from (("", f"{indent}  {line}", "") for line in f"{name}={written}".splitlines())
        for name, program in equation.subprograms:
            yield from self._body(f"{equation.path}.{name}", program, indent + "  ")
        yield "", f"{indent}]{''.join(' ' + operand for operand in equation.inputs)}", ""

    def _body(self, place: str, program: Program, indent: str) -> Iterator[Line]:
        name = place.rpartition(".")[2]
        known = self.shared.get(program.same_as or place)
        if known is not None:
            yield "", f"{indent}{name}={known.name}", ""
        else:
            yield from self._lambda(program, f"{name}=", indent)

    def _lambda(self, program: Program, start: str, indent: str, end: str = "", remark: str = "") -> Iterator[Line]:
        binders = f"{_binders(program.constants)} ;{_binders(program.inputs)}"
        yield "", f"{indent}{start}{{ lambda{binders}. let", remark
        for equation in program.equations:
            yield from self._equation(equation, indent + "    ", "")
        yield "", f"{indent}  in {outputs_text(program, raw=True)} }}{end}", ""

    def _remark(self, equation: Equation) -> str:
        """Where an equation comes from and where the examples lie in what it gives."""
        if not self.number:
            return pass_of(self.trace.original, equation)
        root = self.index.roots[self.number].get(equation.path, "")
        origin = f"from {self.index.label(self.number - 1, equation.origin)}" if equation.origin is not None else ""
        words = [axes_words(value) for value in equation.outputs]
        if len(set(words)) > 1:
            words = [f"{v.name} {word}" for v, word in zip(equation.outputs, words, strict=True)]
        return "; ".join(
            filter(None, (origin or self.added.get(root, "added by this vmap"), ", ".join(dict.fromkeys(words))))
        )


def axes_words(value: Value) -> str:
    """Where the examples lie in a value: "batch axis 0", "level 1 axis 0, level 2 axis 1", "not batched"."""
    known = [(level, axes) for level, axes in enumerate(value.axes, start=1) if axes]
    if not known:
        return "not batched"
    if len(value.axes) == 1:
        return f"batch {'axis' if len(known[0][1]) == 1 else 'axes'} {_numbers(known[0][1])}"
    return ", ".join(f"level {level} axis {_numbers(axes)}" for level, axes in known)


def _numbers(axes: tuple[int, ...]) -> str:
    return " and ".join(map(str, axes))


def _binders(values: tuple[Value, ...]) -> str:
    return "".join(f" {v.name}:{type_text(v.dtype, v.shape)}" for v in values)


def _added(trace: Trace, number: int) -> list[Row]:
    """The rows that say why equations of a program were added."""
    rows = layout(trace).rows[number - 1] if number else ()
    return [row for row in rows if row.kind == "added"]
