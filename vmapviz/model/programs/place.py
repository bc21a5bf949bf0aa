"""Places the programs of a trace side by side: every original equation level with the first it became."""

from __future__ import annotations

from collections.abc import Sequence

from vmapviz.model import passes
from vmapviz.model.programs import links, sides
from vmapviz.model.programs.index import outer, ranges, top
from vmapviz.model.programs.layout import (
    GAP,
    LINE,
    PAD,
    PARAMS_LINE,
    Kind,
    Layout,
    Row,
    Rule,
    Segment,
    Visible,
    belongs,
)
from vmapviz.model.programs.operations import listed, noun, opens, origins_of, others
from vmapviz.model.programs.placed import Placed
from vmapviz.model.programs.segments import Cells, segments
from vmapviz.model.programs.shared import shared
from vmapviz.model.programs.text import body_title, counted, has_params, signature
from vmapviz.model.programs.wrapped import place_rules, place_wrappers
from vmapviz.model.trace import Equation, Program, Trace

SMALL = 6  # equations; larger bodies of calls are folded at first
USERS = 4  # of a body, named beside it
RUN = 3  # helper equations in a row that become one line
CALLS = (
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "checkpoint",
)


def layout(trace: Trace, folded: frozenset[str] = frozenset(), raw: bool = False, shown: range | None = None) -> Layout:
    """Place a trace's programs, or those that are `shown`; `folded` holds what differs from the default, `raw` shows all parameters."""
    return Placer(trace, folded, raw, shown or range(len(trace.programs))).layout()


class Placer:
    """Grows a layout downwards."""

    def __init__(self, trace: Trace, folded: frozenset[str], raw: bool, shown: range) -> None:
        self.placed = Placed(trace, shown)
        self.first = shown.start
        self.folded = folded
        self.raw = raw

    def layout(self) -> Layout:
        """Place everything."""
        y = sides.inputs(self.placed.trace, self.placed.shown, self.placed.rows)
        above, y = y + 6, y + 12
        y = self._outermost(y)
        below = y - GAP + 6
        bottom = sides.outputs(self.placed.trace, self.placed.shown, self.placed.rows, below + 6)
        return Layout(
            trace=self.placed.trace,
            index=self.placed.index,
            shown=self.placed.shown,
            rows=tuple(map(tuple, self.placed.rows)),
            tops=tuple(tuple(row.y for row in rows) for rows in self.placed.rows),
            segments=Visible(self.placed.segments),
            links=Visible(links.links(self.placed)),
            rules=Visible(self.placed.rules),
            rules_at=(above, below),
            height=bottom + 12,
        )

    def _outermost(self, y: float) -> float:
        y = place_wrappers(self.placed, y, self.raw)
        wrapped = [self.placed.wrapped[number] for number in self.placed.shown]
        order = segments([each.equations for each in wrapped], [each.prefix for each in wrapped])
        if self.placed.trace.form:
            return self._flowing(order, y)
        now = ""
        for cells in order:
            if cells[0] and not self.first:
                y, now = self._pass(cells[0][0], y, now)
            y = self._segment(cells, y) + GAP
        place_rules(self.placed, y - GAP)
        return y

    def _pass(self, equation: Equation, y: float, before: str) -> tuple[float, str]:
        """The title of the pass of a differentiation that begins with an equation, and what pass that is."""
        program = self.placed.trace.original
        if text := passes.title(program, equation, before):
            self.placed.rows[0].append(Row("pass", 0, y, LINE, text=text))
            y += LINE
        return y, passes.pass_of(program, equation)

    def _flowing(self, order: Sequence[Cells], y: float) -> float:
        """As the compiler chose the order, each column goes on by itself where nothing stands, and nothing is said, in the other."""
        left = right = y
        now = ""
        for cells in order:
            together = all(cells) or bool(links.notes(self.placed, cells, y))
            if together:
                left = right = max(left, right)
            if cells[0]:
                left, now = self._pass(cells[0][0], left, now)
            if together:
                left = right = self._segment(cells, left) + GAP
            elif cells[0]:
                left = self._segment(cells, left) + GAP
            else:
                right = self._segment(cells, right) + GAP
        return max(left, right)

    def _segment(self, cells: Cells, y: float) -> float:
        top = y
        firsts = [len(rows) for rows in self.placed.rows]
        bottom = self._group(cells, y + PAD, 0)
        column, cell = next((k, cell) for k, cell in enumerate(cells, start=self.first) if cell)
        root = self.placed.index.roots[column][cell[0].path]
        root = root if root.startswith("+") else root.partition(".")[0]
        bands = tuple(
            (top, rows[-1].y + rows[-1].height + PAD) if len(rows) > first else None
            for rows, first in zip(self.placed.rows, firsts, strict=True)
        )
        notes = links.notes(self.placed, cells, top + PAD)
        for row in notes:
            self.placed.rows[row.column].append(row)
        bottom = max([bottom, *(row.y + row.height for row in notes)]) + PAD
        self.placed.segments.append(Segment(root, bands, top, bottom))
        return bottom

    def _group(self, cells: Cells, y: float, depth: int) -> float:
        """Place equations that belong together; bodies they have in common stand side by side too."""
        mains = _mains(cells)
        if len(mains) < 2:
            stacked = ((k, cell) for k, cell in enumerate(cells, start=self.first) if cell)
            return max((self._stack(k, cell, y, depth) for k, cell in stacked), default=y)
        starts, bottoms = [], []
        for k, main in enumerate(mains):
            at = self._stack(self.first + k, cells[k][:main], y, depth, whole=False)
            starts.append(at)
            bottoms.append(self._equation(self.first + k, cells[k][main], at, depth))
        bottom = self._side_by_side([cells[k][main] for k, main in enumerate(mains)], max(bottoms), depth)
        ends = []
        for k, main in enumerate(mains):
            self._ends(self.first + k, cells[k][main], starts[k], bottom)
            ends.append(self._stack(self.first + k, cells[k][main + 1 :], bottom, depth))
        others = [self._stack(self.first + k, cells[k], y, depth) for k in range(len(mains), len(cells))]
        return max(ends + others)

    def _side_by_side(self, equations: Sequence[Equation], y: float, depth: int) -> float:
        """The bodies of the same equation in several programs."""
        for number, (name, _) in enumerate(equations[0].subprograms):
            programs = [equation.subprograms[number][1] for equation in equations]
            title_y = y
            opened = [
                self._body(k, e, name, p, title_y, depth)
                for k, (e, p) in enumerate(zip(equations, programs, strict=True), start=self.first)
            ]
            y += LINE
            if any(program.same_as for program in programs):
                y = self._apart(programs, opened, y, depth)
            elif opened[0]:
                prefixes = [f"{equation.path}.{name}." for equation in equations]
                for cells in segments([program.equations for program in programs], prefixes):
                    y = self._group(cells, y, depth + 1)
            for k in range(len(equations)):
                self._rule(self.first + k, depth, title_y, y)
        return y

    def _apart(self, programs: Sequence[Program], opened: Sequence[bool], y: float, depth: int) -> float:
        """Bodies of which some stand elsewhere: each by itself."""
        pairs = enumerate(zip(programs, opened, strict=True), start=self.first)
        return max(self._stack(k, program.equations if shown else (), y, depth + 1) for k, (program, shown) in pairs)

    def _stack(self, column: int, equations: Sequence[Equation], y: float, depth: int, whole: bool = True) -> float:
        """Place equations of one program one below the other; `whole` says that the last one ends its group."""
        i = 0
        while i < len(equations):
            run = self._helpers(column, equations[i:], whole) if column else ()
            if len(run) >= RUN:
                y = self._run(column, run, y, depth)
                i += len(run)
            else:
                y = self._whole(column, equations[i], y, depth)
                i += 1
        return y

    def _whole(self, column: int, equation: Equation, y: float, depth: int) -> float:
        top = y
        y = self._equation(column, equation, y, depth)
        for name, program in equation.subprograms:
            title_y = y
            opened = self._body(column, equation, name, program, y, depth)
            y += LINE
            if opened:
                y = self._stack(column, program.equations, y, depth + 1)
                self._rule(column, depth, title_y, y)
        self._ends(column, equation, top, y)
        return y

    def _ends(self, column: int, equation: Equation, top: float, bottom: float) -> None:
        """Note where an outermost equation with its bodies ends; nested ones are linked by their first line alone."""
        if equation.path in self.placed.outermost[column]:
            self.placed.spans[column][equation.path] = (top, bottom)

    def _equation(self, column: int, equation: Equation, y: float, depth: int) -> float:
        params = bool(equation.params) if self.raw else has_params(equation)
        height = LINE + PARAMS_LINE * params
        self._row(
            "equation", column, equation, y, height, depth, self.placed.index.labels[column].get(equation.path, "")
        )
        return y + height

    def _row(
        self, kind: Kind, column: int, equation: Equation, y: float, height: float, depth: int, label: str
    ) -> None:
        root = self.placed.index.roots[column][equation.path]
        self.placed.spans[column][equation.path] = (y, y + height)
        main = equation.path in self.placed.index.mains[column]
        depth += len(self.placed.wrapped[column].wrappers)
        also = others(equation, root)
        row = Row(kind, column, y, height, depth, equation.path, root, label, main=main, equation=equation, also=also)
        self.placed.rows[column].append(row)

    def _body(self, column: int, equation: Equation, name: str, program: Program, y: float, depth: int) -> bool:
        """The title line of a subprogram; says whether it is open."""
        path, root = f"{equation.path}.{name}", self.placed.index.roots[column][equation.path]
        fold = "" if program.same_as else self._fold(column, equation, name)
        small = equation.primitive not in CALLS or self._size(fold, program) <= SMALL
        small = small and (equation.operation is None or opens(equation))
        opened = bool(fold) and small ^ (fold in self.folded)
        title = body_title(equation, name)
        if equation.operation is not None and name == "calls" and (also := origins_of(equation)):
            title = self._fused_title(also)
        if program.same_as:
            title += f", the same as in {self.placed.index.label(column, outer(program.same_as))}"
        elif not opened or not program.equations:
            title += f", {counted(len(program.equations), noun(equation))}"
        row = Row(
            "body",
            column,
            y,
            LINE,
            depth + 1 + len(self.placed.wrapped[column].wrappers),
            path,
            root,
            text=title,
            hint=self._hint(column, path, program),
            fold=fold,
            open=opened,
            equation=equation,
            also=others(equation, root),
        )
        self.placed.spans[column][path] = (y, y + LINE)
        self.placed.rows[column].append(row)
        return opened

    def _fused_title(self, origins: Sequence[str]) -> str:
        """What a fusion computes: by number, or by name where all of it is inside one equation."""
        known = self.placed.index
        outermost = list(dict.fromkeys(map(top, origins)))
        innermost = [path for path in origins if not any(belongs(other, path) for other in origins if other != path)]
        if len(outermost) == 1 and innermost != outermost:
            return f"fuses {listed(list(dict.fromkeys(known.equations[0][path].primitive for path in innermost)))}"
        return f"fuses {listed([known.label(0, path) for path in outermost], 'equation')}"

    def _size(self, fold: str, program: Program) -> int:
        """How many equations decide whether a body is open at first: those of the original's, the same in every program."""
        origin = self.placed.index.equations[0].get(outer(fold)) if ":" not in fold else None
        body = dict(origin.subprograms).get(fold.rpartition(".")[2]) if origin is not None else None
        return len((program if body is None else self.placed.index.full(0, body)).equations)

    def _hint(self, column: int, place: str, program: Program) -> str:
        """What a body takes and gives, and who else uses it."""
        known = shared(self.placed.trace.programs[column]).get(program.same_as or place)
        if program.same_as or known is None:
            return "" if program.same_as else signature(program)
        users = [self.placed.index.label(column, path) for path in known.users[1:]]
        more = f" and {len(users) - USERS} more" if len(users) > USERS else ""
        return f"{signature(program)}, also in {', '.join(users[:USERS])}{more}"

    def _fold(self, column: int, equation: Equation, name: str) -> str:
        """What folds a body: the original's path where it has the same body, so that both fold together."""
        root = self.placed.index.roots[column][equation.path]
        origin = self.placed.index.equations[0].get(root)
        if origin is not None and any(own == name for own, _ in origin.subprograms):
            return f"{root}.{name}"
        return f"{column}:{equation.path}.{name}"

    def _rule(self, column: int, depth: int, top: float, bottom: float) -> None:
        if bottom > top + LINE:
            depth += len(self.placed.wrapped[column].wrappers)
            self.placed.rules.append(Rule(column, depth, top + LINE - 2, bottom))

    def _helpers(self, column: int, equations: Sequence[Equation], whole: bool) -> Sequence[Equation]:
        """The helper equations of one origin at the start of these; what computes the last result is not one."""
        count = 0
        origin = equations[0].origin
        while count < len(equations) and equations[count].origin == origin and not equations[count].subprograms:
            if equations[count].path in self.placed.index.mains[column] or not _is_helper(equations[count]):
                break
            count += 1
        return equations[: count - 1 if whole and count == len(equations) else count]

    def _run(self, column: int, run: Sequence[Equation], y: float, depth: int) -> float:
        """Several helper equations as one line that opens."""
        fold = f"{column}:{run[0].path}"
        opened = fold in self.folded
        labels = self.placed.index.labels[column]
        known = [labels[e.path] for e in run if e.path in labels]
        title = _run_title(run)
        names = ", ".join(dict.fromkeys(e.primitive for e in run))
        root = self.placed.index.roots[column][run[0].path]
        label = ranges(known) if known and not opened else ""
        self.placed.rows[column].append(
            Row(
                "run",
                column,
                y,
                LINE,
                depth + 1 + len(self.placed.wrapped[column].wrappers),
                run[0].path,
                root,
                label,
                title,
                names,
                fold,
                opened,
                False,
                run=tuple(run),
            )
        )
        top, y = y, y + LINE
        for equation in run:
            self.placed.spans[column][equation.path] = (top, y)
            if opened:
                y = self._equation(column, equation, y, depth + 1)
        self._rule(column, depth, top, y)
        return y


def _is_helper(equation: Equation) -> bool:
    """Whether an equation may stand in a run: it helps another one, or the compiler made it of none."""
    if equation.operation is None:
        return equation.origin is not None
    return len(equation.operation.origins) < 2 and (equation.origin is not None or not equation.operation.vmapped)


def _run_title(run: Sequence[Equation]) -> str:
    if run[0].origin is None:
        return f"{counted(len(run), 'operation')} of no equation"
    return counted(len(run), f"helper {noun(run[0])}")


def _mains(cells: Cells) -> list[int]:
    """Per column from the first on: which equation has the bodies of the first column's; ends where none or several have."""
    if len(cells[0]) != 1 or not cells[0][0].subprograms:
        return []
    names = [name for name, _ in cells[0][0].subprograms]
    mains = []
    for cell in cells:
        found = [i for i, e in enumerate(cell) if [name for name, _ in e.subprograms] == names]
        if len(found) != 1:
            break
        mains.append(found[0])
    return mains
