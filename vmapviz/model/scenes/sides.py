"""The two sides of an equation's picture: what it does for one example, and what vmap made of it for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from vmapviz.model.depends import Look, look_at
from vmapviz.model.programs.index import index
from vmapviz.model.remember import by_identity
from vmapviz.model.scenes import exchange
from vmapviz.model.scenes.collectives import by_examples
from vmapviz.model.scenes.drawings import drawn
from vmapviz.model.scenes.equations import SAME_LOOK, Scope, became, given_to, main_of, scope
from vmapviz.model.scenes.layout import Figure, Style, plan
from vmapviz.model.scenes.operation import Operand, Operation, param
from vmapviz.model.scenes.rows import BEFORE, HELPERS, Row
from vmapviz.model.scenes.subject import Subject, kind, one_figure, operand_figure, own_dims
from vmapviz.model.scenes.sweep import Half
from vmapviz.model.scenes.symbols import PAIRWISE, SYMBOLS
from vmapviz.model.scenes.turned import turned
from vmapviz.model.talk import unwrapped
from vmapviz.model.trace import Equation, Value, is_literal, places_of

Side = Callable[[Style], Row]
places = by_identity(2)(places_of)

ROOM = 1e6
MOST_STRETCHED = 4  # axes of an array whose size-1 axes are drawn again and again


def left(subject: Subject, path: str, height: float = ROOM) -> Side | None:
    """The equation for one example; None for one that vmap inserted. By a collective the examples exchange what they hold: so many of them
    as there is `height` for."""
    found = by_examples(subject, path)
    if found is not None:
        return lambda style: exchange.drawn(found, style, height)
    equation = index(subject.trace).equations[0].get(path)
    return None if equation is None else in_any_style(_for_one(subject, path, equation))


def _for_one(subject: Subject, path: str, equation: Equation) -> Operation:
    seen = scope(subject.trace.original, path)
    operands = [one_figure(subject, seen.values.get(o), o, f"l{n}") for n, o in enumerate(equation.inputs)]
    results = [one_figure(subject, v, v.name, f"m{n}") for n, v in enumerate(equation.outputs)]
    operands = [_stretched(figure, equation, results) for figure in operands]
    if not seen.top and not subject.knows_one:
        operands = [_unknown(f, not is_literal(o)) for f, o in zip(operands, equation.inputs, strict=True)]
        results = [_unknown(f) for f in results]
    pairs = zip(operands, equation.inputs, strict=True)
    given = [_labelled(f, o, *([_reused(f)] if f.repeats else [])) for f, o in pairs]
    made = [_labelled(f, v.name) for f, v in zip(results, equation.outputs, strict=True)]
    turns = turned(subject, equation, one=True) if seen.top or subject.knows_one else None
    return Operation(equation, tuple(Operand(f) for f in given), tuple(made), turned=turns)


def in_any_style(operation: Operation) -> Side:
    """How an equation is drawn in a style."""
    return lambda style: drawn(operation._replace(style=style))


def halves(subject: Subject, path: str) -> Iterator[Half]:
    """The equation for one example, and the one that does its work for all."""
    look = index(subject.trace)
    one, group = look.equations[0].get(path), became(look, path)
    if one is not None:
        seen = scope(subject.trace.original, path)
        looks = {name: look_at(subject.one_preview(name, seen.values.get(name))) for name in one.inputs}
        yield _half(seen, one, ("l", "m"), (), looks)._replace(places=places(subject.trace.original))
    if group:
        main = main_of(one, group)
        axes = own_dims(subject.trace, main.outputs[0]) if main.outputs else ()
        batch = tuple((dim, at) for dim, at in zip(axes, subject.follow, strict=False) if dim is not None)
        looks = {name: look_at(subject.batched_preview(name)) for name in main.inputs}
        seen = scope(subject.trace.batched, main.path)
        yield _half(seen, main, ("o", "q"), batch, looks)._replace(places=places(subject.trace.batched))


def _half(
    seen: Scope,
    equation: Equation,
    keys: tuple[str, str],
    batch: tuple[tuple[int, int], ...],
    looks: Mapping[str, Look],
) -> Half:
    inner, order = unwrapped(equation)
    names = [equation.inputs[n] for n in order]
    shapes = tuple(seen.values[name].shape if name in seen.values else () for name in names)
    known = tuple(looks[name] for name in names)
    return Half(inner, shapes, tuple(f"{keys[0]}{n}" for n in order), keys[1], batch, known)


def right(subject: Subject, path: str) -> Operation:
    """What vmap made of the equation."""
    look = index(subject.trace)
    group = became(look, path)
    if not group:
        return _already_there(subject, path)
    main = main_of(look.equations[0].get(path), group)
    seen = scope(subject.trace.batched, main.path)
    by_output = {value.name: helper for helper in group if helper is not main for value in helper.outputs}
    results = []
    for n, value in enumerate(main.outputs):
        figure = _figure(subject, seen, value.name, f"q{n}", value)
        label = look.labels[-1].get(main.path, "")
        note = f"{label}  {_type_note(figure)}" if len(group) > 1 else _type_note(figure)
        results.append(_labelled(figure, value.name, note))
    operands = [
        _operand(subject, seen, operand, n, by_output.get(operand), main, results)
        for n, operand in enumerate(main.inputs)
    ]
    turns = turned(subject, main, one=False)
    one = look.equations[0].get(path)
    given = tuple(
        _labelled(_figure(subject, seen, name, key), name) for key, name in given_to(subject.trace, path).items()
    )
    origin = one.primitive if one is not None else ""
    return Operation(
        main, tuple(operands), tuple(results), turned=turns, origin=origin, given=given, examples=subject.count
    )


def step(subject: Subject, made: Equation, key: str) -> Operation:
    """One equation of those that an original became; the keys of its figures begin with `key`."""
    seen = scope(subject.trace.batched, made.path)
    figures = [_figure(subject, seen, name, f"{key}o{n}") for n, name in enumerate(made.inputs)]
    operands = [_labelled(f, name, _type_note(f)) for f, name in zip(figures, made.inputs, strict=True)]
    results = [_figure(subject, seen, value.name, f"{key}q{n}", value) for n, value in enumerate(made.outputs)]
    given = [_labelled(f, value.name, _type_note(f)) for f, value in zip(results, made.outputs, strict=True)]
    turns = turned(subject, made, one=False, prefix=key)
    return Operation(made, tuple(map(Operand, operands)), tuple(given), turned=turns, examples=subject.count)


def _already_there(subject: Subject, path: str) -> Operation:
    """An equation that became nothing: its results are values that exist anyway."""
    equation = index(subject.trace).equations[0][path]
    seen = scope(subject.trace.batched, "0")
    results = []
    for n, value in enumerate(equation.outputs):
        entry = value.batched[-1] if value.batched else None
        figure = _figure(subject, seen, entry.name if entry else "", f"q{n}")
        results.append(replace(figure, name=entry.name if entry else "", notes=("no equation: already there",)))
    return Operation(equation, (), tuple(results))


def _operand(
    subject: Subject,
    seen: Scope,
    operand: str,
    n: int,
    helper: Equation | None,
    main: Equation,
    results: Sequence[Figure],
) -> Operand:
    figure = _stretched(_figure(subject, seen, operand, f"o{n}"), main, results)
    label = index(subject.trace).labels[-1].get(helper.path, "") if helper is not None else ""
    reused = f"{label} {_reused(figure)}".strip() if figure.repeats else ""
    note = reused or (f"{label} {helper.primitive}" if helper else "")
    turned = helper is not None and helper.primitive == "transpose"
    notes = [_type_note(figure), *([note] if note and not turned else [])]
    figure = _labelled(figure, operand, *notes)
    if helper is None:
        return Operand(figure)
    if turned:
        source = _labelled(_figure(subject, seen, helper.inputs[0], f"s{n}"), helper.inputs[0])
        source = replace(source, notes=(_type_note(source),))
        order = tuple(param(helper, "permutation") or ())
        return Operand(figure, source, label, helper.primitive, HELPERS, order)
    return Operand(figure, None, label, helper.primitive, BEFORE if helper.primitive in SAME_LOOK else HELPERS)


def _stretched(figure: Figure, made: Equation, results: Sequence[Figure]) -> Figure:
    """An operand that is drawn as often as its size-1 dimensions are stretched to those of the result; of one level only."""
    rank = len(figure.shape)
    if made.primitive not in (*SYMBOLS, *PAIRWISE) or made.primitive == "dot_general" or len(figure.levels) > 1:
        return figure  # only what is done cell by cell reuses one row for all
    if not results or rank != len(results[0].shape) or not 1 <= rank <= MOST_STRETCHED:
        return figure
    result = results[0]
    longer = [dim for dim, (a, b) in enumerate(zip(figure.shape, result.shape, strict=True)) if a == 1 and b > 1]
    stretched = replace(figure, repeats=tuple((dim, result.shape[dim]) for dim in longer))
    return replace(stretched, slice=figure.slice or result.seen, deep=plan(result).depth) if longer else figure


def _reused(figure: Figure) -> str:
    """What of an operand is used several times."""
    dims = sorted(dim for dim, _ in figure.repeats)
    if len(dims) == len(figure.shape):
        return "one number, reused"
    if len(figure.shape) == 2:
        return "one row, reused" if dims == [0] else "one column, reused"
    return f"reused along {'axis' if len(dims) == 1 else 'axes'} {', '.join(map(str, dims))}"


def _figure(subject: Subject, seen: Scope, operand: str, key: str, value: Value | None = None) -> Figure:
    """A variable or literal; a result with its `value`, as JAX 0.8 calls all that nobody reads `_`."""
    value = value or seen.values.get(operand)
    figure = operand_figure(subject, value, operand, key, table=len(subject.trace.levels) > 1)
    return figure if seen.top or is_literal(operand) or subject.inside is not None else _unknown(figure)


def _unknown(figure: Figure, really: bool = True) -> Figure:
    """The values of variables inside a body are not known."""
    return replace(figure, preview=None) if really else figure


def _labelled(figure: Figure, name: str, *notes: str) -> Figure:
    return figure if is_literal(name) else replace(figure, name=name, notes=(*figure.notes, *notes))


def _type_note(figure: Figure) -> str:
    return kind(Value("", None, figure.dtype, figure.shape), "")
