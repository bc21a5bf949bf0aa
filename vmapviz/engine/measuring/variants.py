"""The ways to compute a whole batch that are timed against each other, each named by what it runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping

from vmapviz.engine.measuring import by_devices, by_loop, gradients, variant_code
from vmapviz.engine.measuring.ways import Batch, Made, NotPossibleError, Plan, Way, floats, forward


def vmap(batch: Batch) -> Plan:
    """vmap without jit."""
    call = batch.call
    return Plan(
        lambda: variant_code.called(variant_code.nested(call, batch.loaded), batch.loaded),
        lambda: Made(batch.called(call.mapped(len(call.levels))), batch.values),
        floats(batch.values),
    )


def jit_vmap(batch: Batch) -> Plan:
    """vmap inside jit."""
    return dataclasses.replace(vmap(batch), jit=True)


def by_hand(batch: Batch) -> Plan:
    """The reference: the function that takes the whole batch."""
    reference = batch.loaded.reference
    if reference is None:
        raise NotPossibleError("there is no reference function")
    return Plan(
        lambda: variant_code.called(getattr(reference, "__name__", "reference"), batch.loaded),
        lambda: Made(batch.called(reference), batch.values),
        floats(batch.values),
    )


PLANS: Mapping[str, Callable[[Batch], Plan]] = {
    "loop": by_loop.loop,
    "loop jit": by_loop.loop_jit,
    "loop jit split": by_loop.loop_jit_split,
    "jit(loop)": by_loop.jit_loop,
    "vmap": vmap,
    "jit(vmap)": jit_vmap,
    "pmap": by_devices.pmap,
    "shard_map": by_devices.shard_map,
    "by hand": by_hand,
    "lax.map": by_loop.lax_map,
}
LOOPS = ("loop", "loop jit", "loop jit split", "jit(loop)")
CHUNKED = "lax.map "


def is_variant(name: str) -> bool:
    """Whether there is a way of this name; "lax.map 8" is lax.map with a batch_size of 8, any number will do."""
    return _planner(name) is not None


def way(name: str, batch: Batch, grad: bool = False) -> Way:
    """How a variant computes this batch, or the gradient of the sum of its results; raises NotPossibleError where it cannot."""
    plan = planned(name, batch)
    why = refused(plan, batch, grad)
    if why:
        raise NotPossibleError(why)
    return gradients.gradient(plan, batch) if grad else forward(plan)


def planned(name: str, batch: Batch) -> Plan:
    """How a variant would compute this batch; raises NotPossibleError where there is not even Python for it."""
    planner = _planner(name)
    if planner is None:
        raise NotPossibleError(f"there is no way called {name}")
    return planner(batch)


def refused(plan: Plan, batch: Batch, grad: bool = False) -> str:
    """Why a batch, or its gradient, cannot be computed as planned; "" where it can."""
    return plan.refused or (gradients.refused(plan, batch) if grad else "")


def python(plan: Plan, batch: Batch, grad: bool = False) -> str:
    """The Python that a plan runs, or would run: that of `way`, before anything is made for it."""
    return gradients.python(plan, batch) if grad else plan.write().text(plan.jit)


def _planner(name: str) -> Callable[[Batch], Plan] | None:
    size = name.removeprefix(CHUNKED)
    if name.startswith(CHUNKED) and size.isdecimal() and int(size) > 0:
        return functools.partial(by_loop.lax_map, batch_size=int(size))
    return PLANS.get(name)
