"""One equation: at the left for one example, at the right what vmap made of it, for all examples in one go."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from vmapviz.model.inside import Inside
from vmapviz.model.programs.index import Index, first_use, index, top
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes.conveyor import PLAYED, during
from vmapviz.model.scenes.drawings import drawn
from vmapviz.model.scenes.layout import Figure, Style, ladder
from vmapviz.model.scenes.marks import bounds, shifted
from vmapviz.model.scenes.operation import Operand, Operation, param, unwrapped
from vmapviz.model.scenes.rows import BEFORE, HELPERS, RUN, Row, is_seen
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.story import ONE_BY_ONE, example_of
from vmapviz.model.scenes.subject import Subject, kind, level_dims, one_figure, operand_figure, subject_of
from vmapviz.model.scenes.sweep import Half
from vmapviz.model.scenes.symbols import PAIRWISE, SYMBOLS
from vmapviz.model.scenes.turned import turned
from vmapviz.model.scenes.tween import along
from vmapviz.model.trace import Equation, Program, Trace, Value, is_literal
from vmapviz.model.values import Values

HEAD, FOOT, SEAM, SIDE = 36.0, 10.0, 20.0, 16.0
FEW = 3  # entries of an axis
PHASES = (("before", 600), ("helpers", 500), ("run", 600), ("after", 600))
RUN_PHASE = 2
# What fills its result cell by cell, or goes turn by turn, stops at the first of them.
PLAYED_PHASES = (("first", 600, RUN_PHASE), ("run", 900, RUN_PHASE))


# Helpers whose result looks like what they were given: nothing would be seen to happen.
SAME_LOOK = ("broadcast_in_dim", "reshape", "squeeze", "expand_dims", "copy", "copy_p")


class Scope(NamedTuple):
    """The variables that an equation can see by name, and whether they are those of the program's top level."""

    values: dict[str, Value]
    top: bool


def frame(trace: Trace, values: Values | None, example: tuple[int, ...], path: str, t: float, size: Size) -> Scene:
    """The picture of an equation at t, counted in its four phases; `path` as in `Session.selected`."""
    phases = stills(trace, values, example, path, size)
    phase = min(max(int(t), 0), len(phases) - 1)
    return along(phases[phase], t - phase)


def phases_of(trace: Trace, path: str) -> tuple[tuple[str, int, int], ...]:
    """The phases of an equation: name, milliseconds, and the number of their stills; none for helpers it has not."""
    rows = tuple((name, ms, number) for number, (name, ms) in enumerate(PHASES))
    look = index(trace)
    found = look.equations[-1].get(path[1:]) if path.startswith("+") else look.equations[0].get(path)
    if found is not None and unwrapped(found)[0].primitive in PLAYED:
        rows = (*rows[:RUN_PHASE], *PLAYED_PHASES, *rows[RUN_PHASE + 1 :])
    return rows if _counts(trace).get(path, 1) > 1 else (rows[0], *rows[2:])


@by_identity(2)
def _counts(trace: Trace) -> Mapping[str, int]:
    """How many equations of the last program's top level each top-level equation became."""
    roots = index(trace).roots[-1]
    return Counter(_outermost(roots[equation.path]) for equation in trace.batched.equations)


def _outermost(root: str) -> str:
    return root if root.startswith("+") else top(root)


def stills(
    trace: Trace,
    values: Values | None,
    example: tuple[int, ...],
    path: str,
    size: Size,
    all_at_once: bool = True,
    inside: Inside | None = None,
) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of the four phases; the last of one phase is the first of the next. `inside`: a pass through its body."""
    return stills_of(subject_of(trace, values, example, inside), path, size, all_at_once)


def stills_of(subject: Subject, path: str, size: Size, all_at_once: bool = True) -> tuple[tuple[Scene, ...], ...]:
    """The keyframes of the four phases of an equation of what the picture speaks of."""
    trace = subject.trace
    before, made, run = _scenes(subject, path, size)
    if all_at_once or len(trace.levels) != 1:
        end = (made, *during(_halves(subject, path), made, run), run)
    else:
        end = _one_by_one(subject, path, made, run)
    start = before if _counts(trace).get(path, 1) > 1 else made
    return (start,), (start, made), end, (run,)


def became(look: Index, path: str) -> tuple[Equation, ...]:
    """The outermost equations of the last program that an equation became; itself when vmap inserted it."""
    if path.startswith("+"):
        return (look.equations[-1][path[1:]],) if path[1:] in look.equations[-1] else ()
    found = look.selected(path, -1)
    paths = {equation.path for equation in found}
    return first_use(tuple(e for e in found if not any(e.path.startswith(f"{p}.") for p in paths)))


def drawn_equations(trace: Trace, path: str) -> tuple[Equation | None, Equation | None, dict[int, Equation]]:
    """What the picture of an equation shows: the original, what does its work for all, and what turned operands of that, by number."""
    look = index(trace)
    group, one = became(look, path), look.equations[0].get(path)
    if not group:
        return one, None, {}
    main = _main(one, group)
    by_output = {value.name: helper for helper in group if helper is not main for value in helper.outputs}
    made = {n: by_output[name] for n, name in enumerate(main.inputs) if name in by_output}
    return one, main, {n: helper for n, helper in made.items() if helper.primitive == "transpose"}


def scope(program: Program, path: str) -> Scope:
    """What the equation at `path` can see."""
    parts = path.split(".")
    inner = program
    for number, name in zip(parts[:-1:2], parts[1::2], strict=False):
        inner = dict(inner.equations[int(number)].subprograms)[name]
    return Scope(_named(inner), len(parts) == 1)


@by_identity(4)
def _named(program: Program) -> dict[str, Value]:
    found = {value.name: value for value in (*program.constants, *program.inputs)}
    return found | {value.name: value for equation in program.equations for value in equation.outputs}


def _scenes(subject: Subject, path: str, size: Size) -> tuple[Scene, Scene, Scene]:
    """The picture before, with the helpers done, and with the results."""
    left, right = _fitted(subject, path, size)
    free = size[0] - 2 * SIDE
    items: list[tuple[Item, int]] = []
    split = 0.0
    if left is not None:
        width = left.box[2] - left.box[0]
        spare = max(0.0, free - width - 2 * SEAM - (right.box[2] - right.box[0]))
        split = round(SIDE + width + min(spare / 4, 60) + SEAM)
        items += _put(left, SIDE + min(spare / 8, 30), size)
        line = Path(((split, HEAD - 24), (split, size[1] - FOOT)), "line", 1.0)
        items += [(line, BEFORE), (_heading("for one example", SIDE), BEFORE)]
        if subject.inside is not None and subject.inside.one.why:
            why = Text(SIDE, 38, subject.inside.one.why, "ink3", 12, width=split - SIDE - 6, key="why")
            items.append((why, BEFORE))
    start = split + SEAM if left is not None else SIDE
    room = size[0] - SIDE - start
    items += _put(right, start + max(0.0, (room - (right.box[2] - right.box[0])) / 3), size)
    items.append((_heading(_in_one_go(subject, path), start), BEFORE))
    return _at(items, BEFORE, size), _at(items, HELPERS, size), _at(items, RUN, size)


def _in_one_go(subject: Subject, path: str) -> str:
    return "added by vmap" if path.startswith("+") else f"for all {subject.count}, in one go"


def _heading(text: str, x: float) -> Text:
    return Text(x, 20, text, "ink3", 12, key=text)


def _put(row: Row, x: float, size: Size) -> list[tuple[Item, int]]:
    """A row's items in the middle of the height, from x on."""
    dy = round(HEAD + (size[1] - HEAD - FOOT - row.box[1] - row.box[3]) / 2)
    moved = shifted([item for item, _ in row.items], round(x - row.box[0]), dy)
    return list(zip(moved, [when for _, when in row.items], strict=True))


def _at(items: list[tuple[Item, int]], moment: int, size: Size) -> Scene:
    """What is seen at a moment; what lies in wait is gone once its real place is seen."""
    return Scene(size[0], size[1], tuple(item for item, when in items if is_seen(when, moment)))


def _groups(levels: int) -> Iterator[list[tuple[Style, bool, bool]]]:
    """Styles, each group from large to small, with whether the left side and the sources of helpers are drawn."""
    clear = [style for style in ladder(levels) if style.numbers]
    if levels == 1:  # two levels are too high for more than the right side: what fits beside it stays
        yield [(style, True, True) for style in clear[:3]]
        yield [(style, True, False) for style in clear[:4]]
    yield [(style, False, True) for style in clear[:3]]


def _fitted(subject: Subject, path: str, size: Size) -> tuple[Row | None, Row]:
    """Both rows in the largest style that fits; two levels leave the left side out."""
    right = functools.cache(functools.partial(_right, subject, path))

    @functools.cache
    def fitted(style: Style, both: bool, sources: bool) -> tuple[Row | None, Row] | None:
        alone = right(style, sources)
        left = _left(subject, path, style) if both and _fits([alone], size) else None
        return (left, alone) if _fits([row for row in (left, alone) if row is not None], size) else None

    levels = len(subject.trace.levels)
    for group in _groups(levels):
        if fitted(*group[-1]):  # what does not fit small does not fit large
            return next(found for tried in group if (found := fitted(*tried)))
    ways = [(True, True), (True, False), (False, False)] if levels == 1 else [(False, False)]
    for styles in _alike(levels):
        at = bisect_left(styles, True, key=lambda style: bool(fitted(style, False, False)))
        if at < len(styles):
            return next(found for way in ways if (found := fitted(styles[at], *way)))
    return None, right(ladder(levels)[-1], False)


def _alike(levels: int) -> Iterator[list[Style]]:
    """The styles in the order in which they are tried, those that differ in size alone together, from large to small."""
    for (clear, _), group in groupby(ladder(levels), key=lambda style: (style.numbers, style.spread)):
        styles = list(group)
        if clear:  # two lines before much is left out
            yield [style for style in styles if style.limit > FEW]
            yield [replace(style, lines=2) for style in styles if style.limit >= FEW]
        yield styles


def _fits(rows: list[Row], size: Size) -> bool:
    width = sum(each.box[2] - each.box[0] for each in rows) + 2 * SEAM * (len(rows) - 1)
    height = max(each.box[3] - each.box[1] for each in rows)
    return width <= size[0] - 2 * SIDE and height <= size[1] - HEAD - FOOT


def _left(subject: Subject, path: str, style: Style) -> Row | None:
    """The equation for one example; None for one that vmap inserted."""
    look = index(subject.trace)
    equation = look.equations[0].get(path)
    if equation is None:
        return None
    seen = scope(subject.trace.original, path)
    operands = [one_figure(subject, seen.values.get(o), o, f"l{n}") for n, o in enumerate(equation.inputs)]
    results = [one_figure(subject, v, v.name, f"m{n}") for n, v in enumerate(equation.outputs)]
    if not seen.top and not subject.knows_one:
        operands = [_unknown(f, not is_literal(o)) for f, o in zip(operands, equation.inputs, strict=True)]
        results = [_unknown(f) for f in results]
    given = [_labelled(f, o) for f, o in zip(operands, equation.inputs, strict=True)]
    made = [_labelled(f, v.name) for f, v in zip(results, equation.outputs, strict=True)]
    turns = turned(subject, equation, one=True) if seen.top or subject.knows_one else None
    return drawn(Operation(equation, tuple(Operand(f) for f in given), tuple(made), style, turned=turns))


def _halves(subject: Subject, path: str) -> Iterator[Half]:
    """The equation for one example, and the one that does its work for all."""
    look = index(subject.trace)
    one, group = look.equations[0].get(path), became(look, path)
    if one is not None:
        yield _half(scope(subject.trace.original, path), one, "l", "m", ())
    if group:
        main = _main(one, group)
        axes = level_dims(main.outputs[0]) if main.outputs else ()
        batch = tuple((dim, at) for dim, at in zip(axes, subject.follow, strict=False) if dim is not None)
        yield _half(scope(subject.trace.batched, main.path), main, "o", "q", batch)


def _half(seen: Scope, equation: Equation, operands: str, result: str, batch: tuple[tuple[int, int], ...]) -> Half:
    inner, order = unwrapped(equation)
    names = [equation.inputs[n] for n in order]
    shapes = tuple(seen.values[name].shape if name in seen.values else () for name in names)
    return Half(inner, shapes, tuple(f"{operands}{n}" for n in order), result, batch)


def _unknown(figure: Figure, really: bool = True) -> Figure:
    """The values of variables inside a body are not known."""
    return replace(figure, preview=None) if really else figure


def _labelled(figure: Figure, name: str, *notes: str) -> Figure:
    return figure if is_literal(name) else replace(figure, name=name, notes=(*figure.notes, *notes))


def _main(equation: Equation | None, group: tuple[Equation, ...]) -> Equation:
    """The equation of a group that does the original's work: the last of its primitive, else the last."""
    same = [e for e in group if equation is not None and e.primitive == equation.primitive]
    return (same or list(group))[-1]


def _right(subject: Subject, path: str, style: Style, sources: bool) -> Row:
    look = index(subject.trace)
    group = became(look, path)
    if not group:
        return _already_there(subject, path, style)
    main = _main(look.equations[0].get(path), group)
    seen = scope(subject.trace.batched, main.path)
    by_output = {value.name: helper for helper in group if helper is not main for value in helper.outputs}
    results = []
    for n, value in enumerate(main.outputs):
        figure = _figure(subject, seen, value.name, f"q{n}")
        label = look.labels[-1].get(main.path, "")
        note = f"{label}  {_type_note(figure)}" if len(group) > 1 else _type_note(figure)
        results.append(_labelled(figure, value.name, note))
    operands = [
        _operand(subject, seen, operand, n, by_output.get(operand), main) for n, operand in enumerate(main.inputs)
    ]
    turns = turned(subject, main, one=False)
    return drawn(Operation(main, tuple(operands), tuple(results), style, sources, turns))


def _type_note(figure: Figure) -> str:
    return kind(Value("", None, figure.dtype, figure.shape), "")


def _figure(subject: Subject, seen: Scope, operand: str, key: str) -> Figure:
    value = seen.values.get(operand)
    figure = operand_figure(subject, value, operand, key, table=len(subject.trace.levels) > 1)
    return figure if seen.top or is_literal(operand) or subject.inside is not None else _unknown(figure)


def _operand(subject: Subject, seen: Scope, operand: str, n: int, helper: Equation | None, main: Equation) -> Operand:
    figure = _figure(subject, seen, operand, f"o{n}")
    label = index(subject.trace).labels[-1].get(helper.path, "") if helper is not None else ""
    stretched = _stretched(figure, main)
    note = f"{label} one row, reused".strip() if stretched else f"{label} {helper.primitive}" if helper else ""
    turned = helper is not None and helper.primitive == "transpose"
    notes = [_type_note(figure), *([note] if note and not turned else [])]
    figure = _labelled(replace(figure, repeats=stretched), operand, *notes)
    if helper is None:
        return Operand(figure)
    if turned:
        source = _labelled(_figure(subject, seen, helper.inputs[0], f"s{n}"), helper.inputs[0])
        source = replace(source, notes=(_type_note(source),))
        order = tuple(param(helper, "permutation") or ())
        return Operand(figure, source, label, helper.primitive, HELPERS, order)
    return Operand(figure, None, label, helper.primitive, BEFORE if helper.primitive in SAME_LOOK else HELPERS)


def _stretched(figure: Figure, main: Equation) -> tuple[int, int] | None:
    """The size-1 dimension that an operand is stretched along, and how often; one level only."""
    result = main.outputs[0].shape if main.outputs else ()
    if main.primitive not in (*SYMBOLS, *PAIRWISE) or main.primitive == "dot_general":
        return None  # only what is done cell by cell reuses one row for all
    if len(figure.levels) != 1 or len(figure.shape) != len(result) or not 1 < len(result) < 3:
        return None
    longer = [d for d, (a, b) in enumerate(zip(figure.shape, result, strict=True)) if a == 1 and b > 1]
    return (longer[0], result[longer[0]]) if len(longer) == 1 else None


def _already_there(subject: Subject, path: str, style: Style) -> Row:
    """An equation that became nothing: its results are values that exist anyway."""
    equation = index(subject.trace).equations[0][path]
    seen = scope(subject.trace.batched, "0")
    results = []
    for n, value in enumerate(equation.outputs):
        entry = value.batched[-1] if value.batched else None
        figure = _figure(subject, seen, entry.name if entry else "", f"q{n}")
        results.append(replace(figure, name=entry.name if entry else "", notes=("no equation: already there",)))
    return drawn(Operation(equation, (), tuple(results), style))


def _one_by_one(subject: Subject, path: str, made: Scene, run: Scene) -> tuple[Scene, ...]:
    """Stills in which the first examples' results come one after another, then all others."""
    group = became(index(subject.trace), path)
    outputs = _main(index(subject.trace).equations[0].get(path), group).outputs if group else ()
    dims = {f"q{n}": level_dims(value)[0] for n, value in enumerate(outputs) if any(level_dims(value))}
    dims |= {f"q{n}": 0 for n, value in enumerate(outputs) if level_dims(value) == (0,)}

    def still(count: int) -> Scene:
        waiting = [item for item in made.items if item.key.partition(":")[0] in dims]
        waiting = [item for item in waiting if (example_of(item.key, dims) or 0) >= count]
        belongs = [(item, example_of(item.key, dims)) for item in run.items]
        return replace(run, items=(*waiting, *(item for item, at in belongs if at is None or at < count)))

    count = min(ONE_BY_ONE, subject.count)
    stills = [still(n) for n in range(1, count + (subject.count > count))]
    if subject.count > count:
        box = bounds(run.items)
        text = f"… and {subject.count - count} more"
        stills[-1] = replace(stills[-1], items=(*stills[-1].items, Text(box[2], 20, text, "ink3", 12, anchor="end")))
    return made, *stills, run
