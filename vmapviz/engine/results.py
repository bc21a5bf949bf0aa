"""The result of the vmapped function, checked against the loop over examples and against the hand-written reference."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import jax
import msgspec
import numpy as np

from vmapviz.engine import examples, memory
from vmapviz.engine.agreement import Agreement, agree
from vmapviz.engine.evaluate import Clock, needs_all_at_once
from vmapviz.engine.lanes import OnDevices
from vmapviz.engine.load import Loaded
from vmapviz.engine.pmapped import NoPmapError, cut
from vmapviz.engine.previews import histogram, preview
from vmapviz.engine.quiet import quiet
from vmapviz.engine.trace import Traced
from vmapviz.model.lanes import Lanes
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.values import Check, Leaf, Result

MOST_COMPARED = 64
LOOP_BUDGET_S = 2.0


def result(traced: Traced, loaded: Loaded) -> Result:
    """The answer of the whole batch with its checks: against the loop (or jit(vmap)), and against the reference.

    Raises memory.NeedsMemoryError before anything runs, and whatever the function raises.
    """
    memory.guard(traced.jaxprs[-1])
    on_devices, note = _devices(traced, loaded)
    lanes = Lanes(why=note) if note else None
    if on_devices is not None:
        out, seconds, lanes, note = _run_by_pmap(on_devices)
    else:
        run = traced.call.mapped(len(traced.call.levels))
        start = time.perf_counter()
        out = jax.block_until_ready(run(*loaded.args, **loaded.kwargs))
        seconds = time.perf_counter() - start
    with quiet():
        checks, loops, note = _checks(traced, loaded, out, note)
    leaves = tuple(
        _leaf(leaf, info, [jax.tree.leaves(one)[index] for one in loops.values()])
        for index, (leaf, info) in enumerate(zip(jax.tree.leaves(out), traced.results, strict=True))
    )
    return Result(leaves, tuple(checks), seconds, note, lanes)


def _checks(traced: Traced, loaded: Loaded, out: Any, note: str) -> tuple[list[Check], dict[int, Any], str]:
    """The checks, the answers for single examples where there is a loop, and the note with what is to be said of it."""
    checks: list[Check] = []
    loops: dict[int, Any] = {}
    if needs_all_at_once(traced.call):
        note = f"{note} The function needs all examples at once, so there is no loop to compare with.".strip()
        checks.append(_against_jit(traced, loaded, out))
    else:
        loops = _loop(traced)
        checks.append(_check("loop", traced, out, loops))
    if loaded.reference is not None:
        checks.append(_against_reference(traced, loaded, out, loops))
    return checks, loops, note


def _devices(traced: Traced, loaded: Loaded) -> tuple[OnDevices | None, str]:
    """An experiment with pmap, its arguments on its devices; else why vmap computes it."""
    if loaded.map != "pmap":
        return None, ""
    try:
        shared = cut(traced.call, loaded.devices or jax.local_device_count())
    except NoPmapError as error:
        return None, f"{error.title} {error.text} So vmap ran instead."
    return OnDevices(shared, traced), ""


def _run_by_pmap(on_devices: OnDevices) -> tuple[Any, float, Lanes, str]:
    """The result of pmap, how long it took, what was where, and in words how many devices ran it."""
    start = time.perf_counter()
    out = on_devices.run()
    seconds = time.perf_counter() - start
    with quiet():
        lanes = on_devices.lanes()
    each = "one example" if lanes.each == 1 else f"{lanes.each} examples"
    return out, seconds, lanes, f"Run by pmap, {each} on each of {len(lanes.devices)} devices."


def _leaf(array: Any, info: ResultLeaf, loop: list[Any]) -> Leaf:
    return Leaf(info.path, preview(array), info.axes, tuple(map(preview, loop)), histogram(array))


def _loop(traced: Traced) -> dict[int, Any]:
    """The function's own answers for at most 64 evenly spaced examples, as many as 2 s allow, at least one."""
    call, clock = traced.call, Clock(LOOP_BUDGET_S)
    answers: dict[int, Any] = {}
    for example in _in_spreading_order(examples.spread(examples.count(call), MOST_COMPARED)):
        if answers and clock.over():
            break
        args, kwargs = examples.arguments_of(call, example)
        answers[example] = jax.block_until_ready(call.fun(*args, **kwargs))
    return dict(sorted(answers.items()))


def _in_spreading_order(chosen: tuple[int, ...]) -> tuple[int, ...]:
    """The same examples so that any first few of them are spread over all; in order when all are likely to run."""
    step = max(1, len(chosen) // 8)
    return tuple(chosen[k] for start in range(step) for k in range(start, len(chosen), step))


def _check(against: str, traced: Traced, out: Any, answers: dict[int, Any]) -> Check:
    """The batched result against answers for single examples."""
    found = [agree(_example(traced, out, example), answer) for example, answer in answers.items()]
    return _as_check(against, traced, tuple(answers), found)


def _against_jit(traced: Traced, loaded: Loaded, out: Any) -> Check:
    call = traced.call
    other = jax.jit(call.mapped(len(call.levels)))(*loaded.args, **loaded.kwargs)
    return _whole("jit(vmap)", traced, out, other)


def _against_reference(traced: Traced, loaded: Loaded, out: Any, loops: dict[int, Any]) -> Check:
    assert loaded.reference is not None
    name = getattr(loaded.reference, "__name__", "reference")
    args, kwargs = jax.tree.map(_own, (loaded.args, loaded.kwargs))
    other = jax.block_until_ready(loaded.reference(*args, **kwargs))
    return _whole(name, traced, out, other, loops or None)


def _own(leaf: Any) -> Any:
    """A copy of what can be written to: the reference may work in place, and the arguments are used again."""
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def _whole(against: str, traced: Traced, out: Any, other: Any, chosen: Iterable[int] | None = None) -> Check:
    """Two results for the whole batch, compared example by example; every leaf must have the same shape."""
    picked = tuple(chosen or examples.spread(examples.count(traced.call), MOST_COMPARED))
    shapes, others = (tuple(leaf.shape for leaf in map(jax.typeof, jax.tree.leaves(tree))) for tree in (out, other))
    if shapes != others:
        different = Agreement(False, float("inf"), 0.0, False)
        check = _as_check(against, traced, picked, [different] * len(picked))
        return msgspec.structs.replace(check, note=f"The shapes differ: {_shapes(shapes)} and {_shapes(others)}.")
    found = [agree(_example(traced, out, example), _example(traced, other, example)) for example in picked]
    return _as_check(against, traced, picked, found)


def _shapes(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(f"[{','.join(map(str, shape))}]" for shape in shapes) or "nothing"


def _as_check(against: str, traced: Traced, picked: tuple[int, ...], found: list[Agreement]) -> Check:
    return Check(
        against=against,
        of=examples.count(traced.call),
        examples=picked,
        same=tuple(one.same for one in found),
        differences=tuple(one.difference for one in found),
        tolerance=max((one.tolerance for one in found), default=0.0),
        note="NaN counts as equal to NaN." if any(one.nans for one in found) else "",
    )


def _example(traced: Traced, out: Any, example: int) -> list[Any]:
    leaves = jax.tree.leaves(out)
    return [
        examples.result_of(leaf, info.axes, traced.call, example)
        for leaf, info in zip(leaves, traced.results, strict=True)
    ]
