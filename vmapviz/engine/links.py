"""The exact links: one vmap of a jaxpr, with the origin of every equation and the batch axis of every value.

How: the jaxpr is evaluated equation by equation inside `vmap` inside `make_jaxpr`, each under a tag of its own in the name stack. JAX
carries the tag through every batching rule, so every batched equation says which equation it came from. At the top level the
traced values themselves say where their batch axis lies. At the end of nested jaxprs, which JAX batches on its own, stands a
*watcher* of all their values: it has no outputs, so it changes nothing, and its batching rule notes the axes. Watchers are taken
out at the end.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax

from vmapviz.engine import compat, params
from vmapviz.engine.calls import Arguments, AxisEnv
from vmapviz.engine.sharing import Places

# JAX matches these update functions by pattern, or never batches them as programs: tag them, do not watch them.
UNWATCHED = ("reduce", "scatter", "select_and_", "pallas_call", "sort")

# Rebinding an equation loses how many of its operands are constants. Plain JAX rebinds those inside jit, scan and the like as well, but
# not these at the top level, nor one inside the other: there the number stays what it was.
COUNTED = ("custom_jvp_call", "custom_vjp_call")

_pass = itertools.count()


class Landing(NamedTuple):
    """What a value became: its atom in the batched jaxpr (None = a concrete array), its batch axis, its batched type."""

    atom: Any
    axis: int | None
    aval: Any


class Linked(NamedTuple):
    """A batched jaxpr; `prefix` begins the tags of its equations; `landings` are by path of the original's equation, or of a
    subprogram for its inputs ("" for the whole program's), constants first."""

    jaxpr: Any
    prefix: str
    landings: dict[str, list[Landing]]
    out_tree: Any
    shapes: Any


def link(jaxpr: Any, out_tree: Any, vmap: Callable[[Any], Any], arguments: Arguments, axis_env: AxisEnv) -> Linked:
    """Batch a closed jaxpr with `vmap` (a function that applies `jax.vmap`); `axis_env` names the axes around it."""
    return link_inside(lambda *args, **kwargs: (jaxpr, out_tree), vmap, arguments, axis_env)[0]


def link_inside(
    make: Callable[..., tuple[Any, Any]], vmap: Callable[[Any], Any], arguments: Arguments, axis_env: AxisEnv
) -> tuple[Linked, Any]:
    """As `link`, of a jaxpr that is made inside `vmap`: `make` is called there, as the function of one example, and gives the jaxpr and
    the structure of its result. Also returns that jaxpr."""
    prefix = f"vmapviz{next(_pass)}:"
    made: list[tuple[Any, _Tagged]] = []

    def one_example(*args: Any, **kwargs: Any) -> Any:
        jaxpr, out_tree = make(*args, **kwargs)
        made.append((jaxpr, _Tagged(jaxpr, prefix)))
        return jax.tree.unflatten(out_tree, made[-1][1].evaluate(jax.tree.leaves((args, kwargs))))

    args, kwargs = arguments
    batched, shapes = jax.make_jaxpr(vmap(one_example), return_shape=True, axis_env=axis_env)(*args, **kwargs)
    jaxpr, tagged = made[-1]
    landings = _with_dropped(batched, prefix, tagged.landings)
    _collect(batched, landings, {})
    cleaned = _Cleaner(prefix, dict(_constant_counts(jaxpr, "", Places()))).jaxpr(batched)
    return Linked(cleaned, prefix, landings, jax.tree.structure(shapes), shapes), jaxpr


def tagged(jaxpr: Any) -> tuple[Any, str]:
    """A jaxpr whose equations, those inside too, carry their path as a tag and nothing else, and how the tags begin.

    XLA cuts names at "@", which a scope of the user's may have.
    """
    prefix = f"vmapviz{next(_pass)}:"
    return _Rewriter(prefix, alone=True).whole(jaxpr), prefix


class _Tagged:
    """Evaluates the top level of a jaxpr, each equation under its tag, and notes where every value lands."""

    def __init__(self, jaxpr: Any, prefix: str) -> None:
        self.landings: dict[str, list[Landing]] = {}
        self._jaxpr = compat.opened(jaxpr)
        self._constants = compat.constant_values(jaxpr)
        self._prefix = prefix
        rewriter = _Rewriter(prefix)
        self._params = [rewriter.params(e, str(i), watched=True) for i, e in enumerate(self._jaxpr.eqns)]

    def evaluate(self, inputs: list[Any]) -> list[Any]:
        env: dict[Any, Any] = {}
        jaxpr = self._jaxpr
        self._write(env, "", [*jaxpr.constvars, *jaxpr.invars], [*self._constants, *inputs])
        for i, (equation, rewritten) in enumerate(zip(jaxpr.eqns, self._params, strict=True)):
            with compat.binding_under(equation, f"{self._prefix}{i}"):
                outputs = compat.bind(equation, rewritten, self._operands(env, equation))
            # Up to JAX 0.10 the batching rule of dce_sink gives outputs, though the primitive has none.
            self._write(env, str(i), equation.outvars, outputs[: len(equation.outvars)])
        return [_read(env, atom) for atom in jaxpr.outvars]

    def _operands(self, env: dict[Any, Any], equation: Any) -> list[Any]:
        operands = [_read(env, atom) for atom in equation.invars]
        # The batching rule of psum multiplies by the size with `*`, which numpy would do at once: plain JAX has an equation there.
        return list(map(compat.as_traced, operands)) if "axes" in equation.params else operands

    def _write(self, env: dict[Any, Any], path: str, variables: list[Any], values: list[Any]) -> None:
        env.update(zip(variables, values, strict=True))
        self.landings[path] = [Landing(*compat.staged(value)) for value in values]


def _read(env: dict[Any, Any], atom: Any) -> Any:
    return atom.val if compat.is_literal(atom) else env[atom]


class _Rewriter:
    """Tags the equations of inner jaxprs, and puts a watcher behind them where JAX allows it; a shared jaxpr is rewritten once, so
    that JAX batches it once, too."""

    def __init__(self, prefix: str, alone: bool = False) -> None:
        self._prefix = prefix
        self._alone = alone
        self._places = Places()
        self._made: dict[tuple[str, bool], Any] = {}

    def params(self, equation: Any, path: str, watched: bool) -> dict[str, Any]:
        """The parameters of an equation with its jaxprs rewritten."""
        _, jaxprs = params.split_jaxprs(equation.params)
        if not jaxprs:
            return dict(equation.params)
        watched = watched and not str(equation.primitive).startswith(UNWATCHED)
        rewritten = iter([self._inner(equation, jaxpr, f"{path}.{name}", watched) for name, jaxpr in jaxprs])
        return {name: params.replace_jaxprs(value, rewritten) for name, value in sorted(equation.params.items())}

    def whole(self, jaxpr: Any) -> Any:
        """A whole program with tags, without watchers."""
        return self._jaxpr(jaxpr, "", watched=False)

    def _inner(self, equation: Any, jaxpr: Any, place: str, watched: bool) -> Any:
        place = self._places.earlier(equation, jaxpr, place) or place
        if (place, watched) not in self._made:
            self._made[place, watched] = self._jaxpr(jaxpr, place, watched)
        return self._made[place, watched]

    def _jaxpr(self, jaxpr: Any, place: str, watched: bool) -> Any:
        inner = compat.opened(jaxpr)
        values, paths = [*inner.constvars, *inner.invars], [place] * (len(inner.constvars) + len(inner.invars))
        equations = []
        for i, equation in enumerate(inner.eqns):
            here = f"{place}.{i}" if place else str(i)
            outputs = [compat.new_variable(v) if watched and compat.is_dropped(v) else v for v in equation.outvars]
            inside = self.params(equation, here, watched)
            equations.append(compat.tagged(equation, self._prefix + here, inside, outputs, self._alone))
            values += outputs
            paths += [here] * len(outputs)
        if watched and values:
            equations.append(compat.watcher(values, tuple(paths)))
        return compat.with_equations(jaxpr, equations)


def _collect(jaxpr: Any, landings: dict[str, list[Landing]], seen: dict[int, Any]) -> None:
    """What the watchers of a batched jaxpr noted; the first of several for one path counts. `seen` holds the jaxprs looked at."""
    seen[id(jaxpr)] = jaxpr
    for equation in compat.opened(jaxpr).eqns:
        if compat.is_watcher(equation):
            for path, noted in _noted(equation).items():
                landings.setdefault(path, noted)
        for inner in itertools.chain.from_iterable(map(params.jaxprs_in, equation.params.values())):
            if id(inner) not in seen:
                _collect(inner, landings, seen)


def _noted(watcher: Any) -> dict[str, list[Landing]]:
    axes = watcher.params["axes"] or (None,) * len(watcher.invars)
    landings: dict[str, list[Landing]] = {}
    for path, atom, axis in zip(watcher.params["paths"], watcher.invars, axes, strict=True):
        landings.setdefault(path, []).append(Landing(atom, axis, atom.aval))
    return landings


def _with_dropped(jaxpr: Any, prefix: str, landings: dict[str, list[Landing]]) -> dict[str, list[Landing]]:
    """Up to JAX 0.8 unused outputs are other variables in the finished jaxpr: the only one of an equation's own of that type."""
    dropped: dict[str, list[Any]] = {}
    for equation in compat.opened(jaxpr).eqns:
        unused = [variable for variable in equation.outvars if compat.is_dropped(variable)]
        if unused:
            dropped.setdefault(compat.tag_of(equation, prefix) or "", []).extend(unused)
    if not dropped:
        return dict(landings)
    defined = {v for equation in compat.opened(jaxpr).eqns for v in equation.outvars}

    def found(path: str, landing: Landing) -> Landing:
        if landing.atom is None or compat.is_literal(landing.atom) or landing.atom in defined:
            return landing
        candidates = [variable for variable in dropped.get(path, []) if variable.aval == landing.aval]
        return landing._replace(atom=candidates[0]) if len(candidates) == 1 else landing

    return {
        path: [found(path, landing) for landing in row] if path in dropped else row for path, row in landings.items()
    }


def _constant_counts(jaxpr: Any, path: str, places: Places) -> Iterator[tuple[str, int]]:
    """By path how many operands of an equation are constants, where rebinding loses it and plain JAX does not."""
    for i, equation in enumerate(compat.opened(jaxpr).eqns):
        if str(equation.primitive) not in COUNTED or "num_consts" not in equation.params:
            continue
        yield f"{path}{i}", equation.params["num_consts"]
        for name, inner in params.split_jaxprs(equation.params)[1]:
            if places.earlier(equation, inner, f"{path}{i}.{name}") is None:
                yield from _constant_counts(inner, f"{path}{i}.{name}.", places)


class _Cleaner:
    """Takes the watchers out and puts the counts back; jaxprs that need no change stay the same object, shared ones stay shared."""

    def __init__(self, prefix: str, counts: dict[str, int]) -> None:
        self._prefix = prefix
        self._counts = counts
        self._made: dict[int, tuple[Any, Any]] = {}

    def jaxpr(self, jaxpr: Any) -> Any:
        """The jaxpr cleaned."""
        if id(jaxpr) not in self._made:
            self._made[id(jaxpr)] = (jaxpr, self._cleaned(jaxpr))
        return self._made[id(jaxpr)][1]

    def _cleaned(self, jaxpr: Any) -> Any:
        before = compat.opened(jaxpr).eqns
        after = [self._equation(equation) for equation in before if not compat.is_watcher(equation)]
        unchanged = len(after) == len(before) and all(a is b for a, b in zip(after, before, strict=True))
        return jaxpr if unchanged else compat.with_equations(jaxpr, after)

    def _equation(self, equation: Any) -> Any:
        before = [jaxpr for _, value in sorted(equation.params.items()) for jaxpr in params.jaxprs_in(value)]
        after = [self.jaxpr(jaxpr) for jaxpr in before]
        replaced = dict(equation.params)
        if not all(a is b for a, b in zip(after, before, strict=True)):
            cleaned = iter(after)
            replaced = {name: params.replace_jaxprs(value, cleaned) for name, value in sorted(replaced.items())}
        if str(equation.primitive) in COUNTED and "num_consts" in replaced:
            tag = compat.tag_of(equation, self._prefix) or ""
            replaced["num_consts"] = self._counts.get(tag, equation.params["num_consts"])
        same = all(replaced[name] is value for name, value in equation.params.items())
        return equation if same else equation.replace(params=replaced)
