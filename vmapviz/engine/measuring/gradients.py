"""A way to compute the gradient of a batch: that of the sum of all float results, by the arguments that hold nothing but floats."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine.calls import Call
from vmapviz.engine.measuring.ways import Ahead, Batch, Made, Plan, Way, all_floats, is_float

ONE = "jnp.sum({out})"
TREE = "sum(jnp.sum(leaf) for leaf in jax.tree.leaves({out}))"
SOME = "sum(jnp.sum(leaf) for leaf in jax.tree.leaves({out}) if jnp.issubdtype(leaf.dtype, jnp.floating))"


def gradient(plan: Plan, batch: Batch) -> Way:
    """The way of a plan's gradient, forward and backward together; its answer holds one gradient per argument."""
    code, made, places = python(plan, batch), plan.make(), _places(plan)
    whole = tuple(place for place, value in enumerate(batch.values) if all_floats(value))
    alone = len(places) == 1
    fun = jax.grad(_total(made), argnums=places[0] if alone else places)
    run, ahead = fun, None
    values = made.values
    if plan.jit:
        run = jax.jit(fun)
        ahead = Ahead(run, values, devices=made.devices)
    return Way(
        lambda: run(*values),
        code,
        ahead,
        lambda found: _ordered(made, dict(zip(places, (found,) if alone else found, strict=True)), whole),
        plan.note,
    )


def python(plan: Plan, batch: Batch) -> str:
    """The Python of a plan's gradient."""
    results = jax.tree.leaves(batch.results)
    text = ONE if jax.tree_util.treedef_is_leaf(batch.out_tree) else TREE if all(map(is_float, results)) else SOME
    return plan.write().gradient(plan.jit, _places(plan), text)


def refused(plan: Plan, batch: Batch) -> str:
    """Why a batch has no gradient, "" where it has one."""
    if not any(map(is_float, jax.tree.leaves(batch.results))):
        return "no result is a float, so there is no gradient"
    if not any(plan.floats):
        return "no argument holds floats alone, so there is no gradient"
    return plan.ungraded


def _places(plan: Plan) -> tuple[int, ...]:
    """The values that the gradient is taken by."""
    return tuple(place for place, floats in enumerate(plan.floats) if floats)


def jaxpr_of(call: Call) -> Any:
    """The jaxpr of the gradient of the vmapped function, for the memory it needs; that of the function where there is no gradient."""
    whole = call.mapped(len(call.levels))
    leaves, tree = jax.tree.flatten(call.arguments)
    places = [place for place, leaf in enumerate(leaves) if is_float(leaf)]

    def total(floats: list[Any], rest: list[Any]) -> Any:
        given = dict(zip(places, floats, strict=True))
        args, kwargs = jax.tree.unflatten(tree, [given.get(place, leaf) for place, leaf in enumerate(rest)])
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(whole(*args, **kwargs)) if is_float(leaf))

    if not places or not any(map(is_float, jax.tree.leaves(call.plain(len(call.levels))[1]))):
        return call.plain(len(call.levels))[0]
    return jax.make_jaxpr(jax.grad(total))([leaves[place] for place in places], leaves)


def _total(made: Made) -> Any:
    fun = made.fun

    def total(*values: Any) -> Any:
        return sum(jnp.sum(leaf) for leaf in jax.tree.leaves(fun(*values)) if is_float(leaf))

    return total


def _ordered(made: Made, found: dict[int, Any], places: tuple[int, ...]) -> list[Any]:
    back = made.back(found)
    return [back[place] for place in places]
