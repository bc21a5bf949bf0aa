"""A way to compute the gradient of a batch: that of the sum of all float results, by the arguments that hold nothing but floats."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine.calls import Call
from vmapviz.engine.ways import Ahead, Batch, NotPossibleError, Plan, Way

ONE = "jnp.sum({out})"
TREE = "sum(jnp.sum(leaf) for leaf in jax.tree.leaves({out}))"
SOME = "sum(jnp.sum(leaf) for leaf in jax.tree.leaves({out}) if jnp.issubdtype(leaf.dtype, jnp.floating))"


def gradient(plan: Plan, batch: Batch) -> Way:
    """The way of a plan's gradient, forward and backward together; its answer holds one gradient per argument."""
    results = jax.tree.leaves(batch.call.plain(0)[1])
    if not any(map(_is_float, results)):
        raise NotPossibleError("no result is a float, so there is no gradient")
    places = tuple(place for place, value in enumerate(plan.values) if _all_floats(value))
    if not places:
        raise NotPossibleError("no argument holds floats alone, so there is no gradient")
    whole = tuple(place for place, value in enumerate(batch.values) if _all_floats(value))
    alone = len(places) == 1
    fun = jax.grad(_total(plan), argnums=places[0] if alone else places)
    run, ahead = fun, None
    values = plan.values
    if plan.jit:
        run = jax.jit(fun)
        ahead = Ahead(run, values, devices=plan.devices)
    text = ONE if jax.tree_util.treedef_is_leaf(batch.out_tree) else TREE if all(map(_is_float, results)) else SOME
    return Way(
        lambda: run(*values),
        plan.code.gradient(plan.jit, places, text),
        ahead,
        lambda found: _ordered(plan, dict(zip(places, (found,) if alone else found, strict=True)), whole),
        plan.note,
    )


def jaxpr_of(call: Call) -> Any:
    """The jaxpr of the gradient of the vmapped function, for the memory it needs; that of the function where there is no gradient."""
    whole = call.mapped(len(call.levels))
    leaves, tree = jax.tree.flatten(call.arguments)
    places = [place for place, leaf in enumerate(leaves) if _is_float(leaf)]

    def total(floats: list[Any], rest: list[Any]) -> Any:
        given = dict(zip(places, floats, strict=True))
        args, kwargs = jax.tree.unflatten(tree, [given.get(place, leaf) for place, leaf in enumerate(rest)])
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(whole(*args, **kwargs)) if _is_float(leaf))

    if not places or not any(map(_is_float, jax.tree.leaves(call.plain(len(call.levels))[1]))):
        return call.plain(len(call.levels))[0]
    return jax.make_jaxpr(jax.grad(total))([leaves[place] for place in places], leaves)


def _total(plan: Plan) -> Any:
    fun = plan.fun

    def total(*values: Any) -> Any:
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(fun(*values)) if _is_float(leaf))

    return total


def _ordered(plan: Plan, found: dict[int, Any], places: tuple[int, ...]) -> list[Any]:
    back = plan.back(found)
    if set(back) != set(places):
        raise NotPossibleError("its examples hold more than floats, so there is no gradient")
    return [back[place] for place in places]


def _is_float(leaf: Any) -> bool:
    return bool(jnp.issubdtype(jax.typeof(leaf).dtype, jnp.floating))


def _all_floats(value: Any) -> bool:
    leaves = jax.tree.leaves(value)
    return bool(leaves) and all(map(_is_float, leaves))
