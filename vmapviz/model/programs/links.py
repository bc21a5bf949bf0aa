"""The links of a layout: ribbons between equations and what they became, and words where there is nothing to link."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from vmapviz.model.by_hand import CALLS
from vmapviz.model.programs.index import linked, outer, top
from vmapviz.model.programs.layout import LINE, PAD, Link, LinkKind, Row
from vmapviz.model.programs.operations import origins_of
from vmapviz.model.programs.placed import Placed, Span
from vmapviz.model.programs.segments import Cells
from vmapviz.model.trace import ByHand, Equation, Form, Trace

Edges = tuple[frozenset[float], frozenset[float]]


_PMAP_ADDS = ("squeeze", "broadcast_in_dim", "reshard", "pvary")


def links(placed: Placed) -> list[Link]:
    """Every link between neighbouring programs: ribbons first, then the lines between nested equations."""
    columns = placed.shown[:-1]
    ribbons = [link for column in columns for link in (*_ribbons(placed, column), *_nothings(placed, column))]
    return ribbons + [link for column in columns for link in _inner(placed, column)]


def _ribbons(placed: Placed, column: int) -> Iterator[Link]:
    before, after = placed.spans[column], placed.spans[column + 1]
    roots = placed.index.roots
    edges, edges_after = placed.edges(column), placed.edges(column + 1)
    for wrapper in placed.wrapped[column + 1].wrappers:
        line = (after[wrapper.path][0] - PAD, after[wrapper.path][1] + PAD)
        yield Link("inserted", column, roots[column + 1][wrapper.path], (line[0], line[0]), line)
    if placed.trace.form:
        yield from _from_operations(placed, column)
        return
    for parent, group in groupby(placed.wrapped[column + 1].equations, key=lambda e: _parent(e, before)):
        run = list(group)
        right = _padded(edges_after, (after[run[0].path][0], after[run[-1].path][1]))
        if parent is None:
            yield Link("inserted", column, roots[column + 1][run[0].path], (right[0], right[0]), right)
        else:
            yield Link("ribbon", column, roots[column][parent], _padded(edges, before[parent]), right)


def _from_operations(placed: Placed, column: int) -> Iterator[Link]:
    """Ribbons to operations; what a fusion swallowed shares its edge, in order."""
    before, after, roots = placed.spans[column], placed.spans[column + 1], placed.index.roots
    edges, edges_after = placed.edges(column), placed.edges(column + 1)
    for parents, group in groupby(placed.wrapped[column + 1].equations, key=lambda e: _parents(e, before)):
        run = list(group)
        first, last = _padded(edges_after, (after[run[0].path][0], after[run[-1].path][1]))
        if not parents:
            yield Link("inserted", column, roots[column + 1][run[0].path], (first, first), (first, last))
        share = (last - first) / max(len(parents), 1)
        for number, parent in enumerate(parents):
            slice_ = (first + number * share, first + (number + 1) * share)
            yield Link("ribbon", column, roots[column][parent], _padded(edges, before[parent]), slice_)


def _parents(equation: Equation, before: dict[str, Span]) -> tuple[str, ...]:
    """The outermost equations that an operation comes from, in order."""
    return tuple(dict.fromkeys(path for origin in origins_of(equation) if (path := top(origin)) in before))


def _parent(equation: Equation, before: dict[str, Span]) -> str | None:
    parent = None if equation.origin is None else top(equation.origin)
    return parent if parent in before else None


def _padded(edges: Edges, span: Span) -> Span:
    """A span, grown to the edge of the band when it is the band's first or last."""
    tops, bottoms = edges
    first, last = span
    return (first - PAD if first - PAD in tops else first, last + PAD if last + PAD in bottoms else last)


def _nothings(placed: Placed, column: int) -> Iterator[Link]:
    edges = placed.edges(column)
    for equation in placed.wrapped[column].equations:
        if equation.path not in placed.continued[column]:
            span = _padded(edges, placed.spans[column][equation.path])
            middle = placed.spans[column][equation.path][0] + LINE / 2
            yield Link("nothing", column, placed.index.roots[column][equation.path], span, (middle - 9, middle + 9))


def _inner(placed: Placed, column: int) -> Iterator[Link]:
    """Lines to every visible equation that comes from inside a body."""
    before = placed.spans[column]
    for row in placed.rows[column + 1]:
        equation = row.run[0] if row.kind == "run" and not row.open else row.equation
        if row.kind in ("equation", "run") and equation is not None and equation.origin and "." in equation.origin:
            seen = equation.origin
            while seen and seen not in before:
                seen = outer(seen)
            if seen:
                left = before[seen][0]
                kind: LinkKind = "far" if _far(placed, column + 1, equation.path, row.root) else "inner"
                yield Link(kind, column, row.root, (left, left + LINE), (row.y, row.y + LINE))


def _far(placed: Placed, column: int, path: str, root: str) -> bool:
    """Whether an equation stands in another use of a body than the one where its original is shown."""
    holder = outer(outer(path))
    return bool(holder) and not root.startswith(f"{placed.index.roots[column][holder]}.")


def notes(placed: Placed, cells: Cells, y: float) -> list[Row]:
    """Words beside equations that have nothing beside them."""
    rows = []
    for column, (cell, after) in enumerate(pairwise(cells), start=placed.shown.start):
        if cell and not after and not any(e.path in placed.continued[column] for e in cell):
            root = placed.index.roots[column][cell[0].path]
            words = _gone_words(placed.trace.form) if placed.trace.form else _nothing_words(cell[-1], column)
            rows.append(Row("note", column + 1, y, LINE, root=root, text=words))
        if after and not cell and after[0].origin is None:
            root = placed.index.roots[column + 1][after[0].path]
            why, code = _why_added(placed.trace, column + 1, after)
            rows.append(Row("added", column, y, LINE, root=root, text=why, hint=code))
    return rows


def _made_by(form: Form, equations: list[Equation]) -> str:
    """Who made operations that come from no equation of the original."""
    by_vmap = all(e.operation is not None and e.operation.vmapped for e in equations)
    if by_vmap:
        return "from what vmap added"
    return "no equation: made by XLA" if form == "HLO" else "no equation: made in lowering"


def _by_hand_alone(hand: ByHand, equation: Equation) -> str:
    """Why an equation by hand leads to none of the original."""
    if equation.path in hand.own:
        return "in your version alone"
    if equation.path in dict(hand.alike):
        return "the same, to other values"
    return "a call" if equation.primitive in CALLS else "added by vmap, too"


def _nothing_words(equation: Equation, column: int) -> str:
    batched = equation.outputs[0].batched if column == 0 and equation.outputs else ()
    there = batched[0] if batched else None
    return f"no equation: the value is already there, as {there.name}" if there is not None else "no equation"


def _gone_words(form: Form) -> str:
    """Of an equation whose tag no operation carries, or that no equation by hand leads to, what may be said."""
    if form == "by hand":
        return "not in your version"
    return "no operation has its name: XLA removed or merged it" if form == "HLO" else "no operation"


def _why_added(trace: Trace, program: int, equations: list[Equation]) -> tuple[str, str]:
    """Why inserted equations are there: out_axes asked for them when no other equation uses what they give."""
    if trace.hand:
        return _by_hand_alone(trace.hand, equations[0]), ""
    if not linked(trace):
        return "origin not known", ""
    if trace.form:
        return _made_by(trace.form, equations), ""
    if trace.levels[program - 1].devices:
        pmaps = all(equation.primitive in _PMAP_ADDS for equation in equations)
        return "added by pmap" if pmaps else "added by vmap and pmap", ""
    names = {value.name for equation in equations for value in equation.outputs}
    used = {name for e in trace.programs[program].equations if e.origin is not None for name in e.inputs}
    out_axes = trace.levels[program - 1].out_axes
    return ("added by vmap", "") if names & used else ("added by", f"out_axes={out_axes}")
