"""Traces a function and its vmaps into the data contract: show first, verify afterwards."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator
from typing import Any

import jax
import msgspec

from vmapviz.engine import annotate, compat, params
from vmapviz.engine.calls import Call, Function, Vmap, argument_labels, files_of, spread
from vmapviz.engine.links import Landing, Linked, link
from vmapviz.engine.programs import Names, dtype_name, literal_text, program_of, shape_of
from vmapviz.engine.sharing import Places
from vmapviz.engine.sources import Sources
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.trace import Batched, Level, Program, Trace, Value


@dataclasses.dataclass(frozen=True)
class Traced:
    """A trace with what it was made of.

    `jaxprs[k]` and `names[k]` (variable → name) belong to `trace.programs[k]`; `out_trees[k]` is the structure of its result.
    `note` says in words why links are not available; "" when they are. `files` are those whose lines are shown as source.
    """

    trace: Trace
    call: Call
    jaxprs: tuple[Any, ...]
    names: tuple[Names, ...]
    out_trees: tuple[Any, ...]
    results: tuple[ResultLeaf, ...]
    note: str = ""
    files: frozenset[str] = frozenset()


def trace(fun: Function, levels: tuple[Vmap, ...], *args: Any, **kwargs: Any) -> Traced:
    """Trace `fun` and its vmaps, innermost first, on whole-batch arguments; `trace.exact` is still None.

    Raises what JAX raises for the function, the axes or the arguments.
    """
    return trace_call(Call(fun, levels, (args, kwargs)), files_of(fun))


def trace_call(call: Call, files: frozenset[str]) -> Traced:
    """Trace a call whose source stands in `files`; as `trace`."""
    original, shapes = call.plain(0)
    _refuse_leaks(original)
    out_tree = jax.tree.structure(shapes)
    labels = argument_labels(call.fun, call.arguments)
    write = functools.partial(program_of, labels=labels, sources=Sources(files))
    try:
        linked, note = list(chain(call, original, out_tree)), ""
        pairs = [write(original), *(write(one.jaxpr, tag_prefix=one.prefix) for one in linked)]
        programs = annotated([program for program, _ in pairs], linked, tuple(names for _, names in pairs))
    except (
        Exception
    ) as problem:  # JAX's internals may differ in a version nobody has seen: show both programs all the same
        linked, note = _plain(call), _no_links(problem)
        pairs = [write(original), *(write(one.jaxpr) for one in linked)]
        programs = [program for program, _ in pairs]
    return Traced(
        trace=Trace(None, _levels(call), tuple(programs)),
        call=call,
        jaxprs=(original, *(one.jaxpr for one in linked)),
        names=tuple(names for _, names in pairs),
        out_trees=(out_tree, *(one.out_tree for one in linked)),
        results=_results(call.levels, linked),
        note=note,
        files=files,
    )


def _refuse_leaks(jaxpr: Any) -> None:
    """Raises JAX's error for a value that left its trace: JAX itself says so only when the program is compiled."""
    try:
        errors = [compat.escaped(value) for value in compat.constant_values(jaxpr)]
    except Exception:  # a JAX whose ways are unknown: what is left out is said with the links
        return
    for error in errors:
        if error is not None:
            raise error


def chain(call: Call, jaxpr: Any, out_tree: Any, first: int = 0) -> Iterator[Linked]:
    """The linked jaxpr after each level from `first` on, starting from the jaxpr of the program inside it."""
    for k in range(first, len(call.levels)):
        linked = link(jaxpr, out_tree, call.levels[k], call.arguments_of(k + 1), call.axis_env(k + 1))
        yield linked
        jaxpr, out_tree = linked.jaxpr, linked.out_tree


def _plain(call: Call) -> list[Linked]:
    """What plain JAX makes after each level, without links."""
    pairs = [call.plain(depth) for depth in range(1, len(call.levels) + 1)]
    return [Linked(jaxpr, "", {}, jax.tree.structure(shapes), shapes) for jaxpr, shapes in pairs]


def _no_links(problem: Exception) -> str:
    return f"Links are not available with JAX {jax.__version__} here ({type(problem).__name__}: {problem})."


def _levels(call: Call) -> tuple[Level, ...]:
    return tuple(
        Level(stage.size, level.axis_name, repr(level.in_axes), repr(level.out_axes))
        for level, stage in zip(call.levels, call.stages, strict=True)
    )


def _results(levels: tuple[Vmap, ...], linked: list[Linked]) -> tuple[ResultLeaf, ...]:
    flat = jax.tree_util.tree_flatten_with_path(linked[-1].shapes)[0]
    axes: list[tuple[int | None, ...]] = [()] * len(flat)
    for level, one in zip(levels, linked, strict=True):
        wanted = spread(level.out_axes, one.shapes)
        ranks = [len(leaf.shape) for leaf in jax.tree.leaves(one.shapes)]
        places = [None if a is None else a % rank for a, rank in zip(wanted, ranks, strict=True)]
        axes = [annotate.inserted_axes(before, place) for before, place in zip(axes, places, strict=True)]
    return tuple(
        ResultLeaf(jax.tree_util.keystr(path), dtype_name(leaf), tuple(leaf.shape), places)
        for (path, leaf), places in zip(flat, axes, strict=True)
    )


# --- batched counterparts and batch axes ------------------------------------------------------------------------------


def annotated(programs: list[Program], linked: list[Linked], names: tuple[Names, ...]) -> list[Program]:
    """The programs with `batched` on the original's values and the axes of linked values on the later ones."""
    later = [_by_variable(one.jaxpr, after.landings) for one, after in itertools.pairwise(linked)]
    axes: list[dict[str, annotate.Axes]] = [{} for _ in linked]

    def change(path: str, i: int, value: Value) -> Value:
        landings = linked[0].landings.get(path, [])
        landing = landings[i] if i < len(landings) else None
        batched: list[Batched | None] = []
        so_far: tuple[int | None, ...] = ()
        for k in range(len(linked)):
            so_far = annotate.inserted_axes(so_far, landing.axis if landing else None)
            batched.append(_batched(landing, names[k + 1], so_far, value) if landing else None)
            if one := batched[-1]:
                axes[k].setdefault(one.name, tuple(None if a is None else (a,) for a in so_far))
            landing = _next(landing, later[k]) if landing and k < len(later) else None
        return msgspec.structs.replace(value, batched=tuple(batched))

    first = annotate.map_values(programs[0], change)
    return [first, *(_with_known_axes(p, k + 1, axes[k]) for k, p in enumerate(programs[1:]))]


def _batched(landing: Landing, names: Names, axes: tuple[int | None, ...], value: Value) -> Batched:
    if landing.atom is None:
        name = value.name
    elif compat.is_literal(landing.atom):
        name = literal_text(landing.atom.val, landing.aval)
    else:
        name = names.get(landing.atom, "_")
    return Batched(name, dtype_name(landing.aval), shape_of(landing.aval), axes)


def _next(landing: Landing, later: dict[Any, Landing]) -> Landing | None:
    if landing.atom is None or compat.is_literal(landing.atom):
        return Landing(landing.atom, None, landing.aval)
    return later.get(landing.atom)


def _by_variable(jaxpr: Any, landings: dict[str, list[Landing]]) -> dict[Any, Landing]:
    """Where each variable of a jaxpr landed in the next one."""
    return dict(_landed(jaxpr, landings, "", Places()))


def _landed(jaxpr: Any, landings: dict[str, list[Landing]], path: str, places: Places) -> Iterator[tuple[Any, Landing]]:
    inner = compat.opened(jaxpr)
    yield from zip([*inner.constvars, *inner.invars], landings.get(path, []), strict=False)
    for i, equation in enumerate(inner.eqns):
        here = f"{path}.{i}" if path else str(i)
        yield from zip(equation.outvars, landings.get(here, []), strict=False)
        for name, subjaxpr in params.split_jaxprs(equation.params)[1]:
            if places.earlier(equation, subjaxpr, f"{here}.{name}") is None:
                yield from _landed(subjaxpr, landings, f"{here}.{name}", places)


def _with_known_axes(program: Program, levels: int, known: dict[str, annotate.Axes]) -> Program:
    none: annotate.Axes = (None,) * levels
    return annotate.map_values(
        program, lambda path, i, value: msgspec.structs.replace(value, axes=known.get(value.name, none))
    )
