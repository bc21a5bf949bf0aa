"""The values inside bodies: one pass through the body of a loop, a branch or a call, for one example and for all at once.

Nothing is kept of a run for this: a body is evaluated when somebody looks into it, from the top down along the equations around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import jax
import numpy as np
from msgspec.structs import replace

from vmapviz.engine import compat, examples, memory
from vmapviz.engine.bodies import NotRunError, branch_number, check_called, reached, subprogram
from vmapviz.engine.evaluate import Clock, is_array, needs_all_at_once, steps
from vmapviz.engine.lanes import OnDevices
from vmapviz.engine.loops import NO_TURN, Loop
from vmapviz.engine.pmapped import cut
from vmapviz.engine.previews import preview
from vmapviz.engine.trace import Traced
from vmapviz.engine.turning import by_name, is_shown, turning
from vmapviz.model.inside import LOOPS, Inside, Pass, holders, loops, places
from vmapviz.model.lanes import Exchange
from vmapviz.model.programs.index import index
from vmapviz.model.talk import place_on_device
from vmapviz.model.trace import is_literal
from vmapviz.model.values import Preview, Turning

BUDGET_S = 3.0
MOST_LOOPS = 8

Arrays = list[Any]


class Memory:
    """Loops that were looked into, the newest last: their states need not be computed again when another turn is looked at."""

    def __init__(self) -> None:
        self._loops: dict[tuple[Any, ...], Loop] = {}
        self._on_devices: tuple[int, OnDevices] | None = None

    def loop(self, key: tuple[Any, ...], equation: Any, operands: Arrays) -> Loop:
        """The loop of that key, or a new one."""
        found = self._loops.pop(key, None)
        if found is None or found.equation is not equation:
            found = Loop(equation, operands)
        self._loops[key] = found
        while len(self._loops) > MOST_LOOPS:
            del self._loops[next(iter(self._loops))]
        return found

    def on_devices(self, traced: Traced, devices: int) -> OnDevices:
        """The call with its arguments on so many devices."""
        if self._on_devices is None or self._on_devices[0] != devices:
            self._on_devices = devices, OnDevices(cut(traced.call, devices), traced)
        return self._on_devices[1]


class Way(NamedTuple):
    """How a walk chooses its turns: `turn` per loop, outermost first, of the loops `known` by path: paths of its `own` program, else of
    the original. A loop with fewer turns is looked at in its last one where `clamped`; one that vmap made over the examples in
    `example`'s."""

    turn: tuple[int, ...]
    known: tuple[str, ...]
    example: int
    own: bool
    clamped: bool


class Walk:
    """One program on its way to a body."""

    def __init__(self, traced: Traced, number: int, operands: Arrays, way: Way, remembered: Memory) -> None:
        self._traced, self._number = traced, number
        self._way, self._remembered = way, remembered
        self._clock = Clock(BUDGET_S)
        self._jaxpr, self._operands = traced.jaxprs[number], operands
        self._roots = index(traced.trace).roots[number]
        self._gone: tuple[int, ...] = ()
        self.turn, self.counts = list(way.turn), [0] * len(way.turn)
        self.ended = True
        self.masks: list[examples.Mask] = []
        self.met: dict[str, Any] = {}
        self.turning: dict[str, Turning] = {}

    def to(self, place: str, wanted: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
        """The named values of the body at a place, as they are computed; those `wanted` by name are kept in `met`.

        Raises NotRunError where the body is not run.
        """
        for path, name in holders(place):
            self._enter(path, name, wanted)

        def met(number: int, equation: Any, read: Arrays, took: float) -> None:
            if is_shown(equation):
                path, left = f"{place}.{number}", self._clock.left
                written = index(self._traced.trace).equations[self._number][path]
                self.turning[path] = turning(self._traced, self._number, equation, written, read, took, left)

        for variable, value in steps(self._jaxpr, self._operands, met=met):
            called = self._named(variable)
            if called and is_array(value):
                if called in wanted:
                    self.met[called] = value
                yield called, value
            if self._clock.over():
                raise NotRunError(f"it took longer than {BUDGET_S:g} s")

    def _named(self, variable: Any) -> str:
        return "" if compat.is_dropped(variable) else self._traced.names[self._number].get(variable, "")

    def _enter(self, path: str, name: str, wanted: frozenset[str]) -> None:
        """Go into a subprogram of an equation of the body reached so far."""

        def seen(variable: Any, value: Any) -> None:
            if self._named(variable) in wanted:
                self.met[self._named(variable)] = value

        equation, operands = reached(self._jaxpr, self._operands, path, seen)
        jaxpr, primitive = subprogram(equation, name), str(equation.primitive)
        if primitive in LOOPS:
            operands = self._loop(path, name, equation, operands)
        elif primitive == "cond":
            operands = _branch(equation, name, operands)
        else:
            check_called(equation, jaxpr, operands)
        self._jaxpr, self._operands = jaxpr, operands

    def _loop(self, path: str, name: str, equation: Any, operands: Arrays) -> Arrays:
        alone = self._way.example if self._number == 0 else -1
        loop = self._remembered.loop((alone, path, self._gone), equation, operands)
        count = loop.count(self._clock)
        self.ended = self.ended and loop.ended
        checks = name == "cond_jaxpr"
        turn = self._choose(path, count + checks)
        self._gone = (*self._gone, turn)
        if self._number and str(equation.primitive) == "while":
            self._mask(equation, loop.on(max(0, turn - checks)) if not checks or turn else None)
        return loop.condition(turn) if checks else loop.body(turn)

    def _choose(self, path: str, count: int) -> int:
        """The turn of a loop that is looked at."""
        called = path if self._way.own else self._roots[path]
        if count == 0:
            raise NotRunError(NO_TURN)
        if called not in self._way.known:
            return min(self._way.example, count - 1)
        at = self._way.known.index(called)
        self.counts[at] = count
        if self.turn[at] >= count and not self._way.clamped:
            raise NotRunError(f"done after {count} iteration{'' if count == 1 else 's'}")
        self.turn[at] = min(self.turn[at], count - 1)
        return self.turn[at]

    def _mask(self, equation: Any, on: Any) -> None:
        """Note which examples still run, where the condition of a loop has an answer for each."""
        if on is None or not np.ndim(on):
            return
        (answer,) = compat.opened(equation.params["cond_jaxpr"]).outvars
        known = None if compat.is_literal(answer) else by_name(self._traced.trace.batched).get(self._named(answer))
        axes = tuple(dims[0] if dims else None for dims in known.axes) if known else ()
        mask = examples.by_level(np.asarray(on), axes, self._traced.call)
        if mask is not None:
            self.masks.append(mask)


def look(
    traced: Traced, path: str, example: int, turn: tuple[int, ...], remembered: Memory, devices: int = 0
) -> Inside:
    """One pass through the body that an equation stands in, for one example and for all; turns that are not made give the last.

    With `devices` pmap makes that pass, too, for what so many exchange in it. Raises memory.NeedsMemoryError before anything runs,
    and whatever running the equations raises.
    """
    memory.guard(traced.jaxprs[-1])
    found = _look(traced, path, example, turn, remembered)
    return _with_devices(found, traced, devices, remembered) if devices else found


def _with_devices(found: Inside, traced: Traced, devices: int, remembered: Memory) -> Inside:
    """The pass with what devices exchanged in it, or why that is not known."""
    exchanges: tuple[Exchange, ...] = ()
    why = ""
    try:
        on_devices = remembered.on_devices(traced, devices)
        place = place_on_device(traced.trace, places(traced.trace, found.path)[0] or "")
        exchanges = on_devices.exchanges(place, found.turn) if place else ()
    except NotRunError as reason:
        why = f"On devices {reason}."
    except Exception as error:  # whatever the user's function raises on a device; the pass is there without it
        why = f"pmap could not run this: {(str(error).strip() or type(error).__name__).splitlines()[0]}"
    return replace(found, devices=devices, exchanges=exchanges, not_exchanged=why)


def _look(traced: Traced, path: str, example: int, turn: tuple[int, ...], remembered: Memory) -> Inside:
    known = loops(traced.trace, path)
    turn = tuple(turn[k] if k < len(turn) else 0 for k in range(len(known)))
    one_place, place = places(traced.trace, path)
    alone = one_place is not None and not needs_all_at_once(traced.call)
    call = traced.call
    whole = Walk(
        traced, -1, jax.tree.leaves(call.arguments), Way(turn, known, example, one_place is None, True), remembered
    )
    batched, live = _batched(traced, whole, place, _choices(traced, one_place))
    if not alone:
        why = "" if one_place is None else "The function needs all examples at once: one alone cannot be evaluated."
        return Inside(
            path, example, turn, tuple(whole.turn), batched.counts, Pass({}, (), why), batched, live, whole.ended
        )
    way = Way(tuple(whole.turn), known, example, True, place is None or bool(batched.why))
    single = Walk(traced, 0, jax.tree.leaves(examples.arguments_of(call, example)), way, remembered)
    one = _pass(single, one_place or "", frozenset())
    counts = tuple(map(max, whole.counts, single.counts))
    ended = whole.ended and single.ended
    return Inside(path, example, turn, tuple(single.turn), counts, one, batched, live, ended)


def _batched(traced: Traced, walk: Walk, place: str | None, choices: list[Choice]) -> tuple[Pass, Preview | None]:
    if place is None:
        return Pass({}, (), "no equation: vmap made none of it"), None
    found = _pass(walk, place, frozenset(choice.batched for choice in choices))
    masks = [*walk.masks, *_chosen(walk, traced, choices)]
    if not masks or all(mask.all() for mask in masks):
        return found, None
    return found, preview(np.logical_and.reduce(masks))


def _pass(walk: Walk, place: str, wanted: frozenset[str]) -> Pass:
    try:
        values = {name: preview(value) for name, value in walk.to(place, wanted)}
    except NotRunError as reason:
        return Pass({}, tuple(walk.counts), str(reason))
    return Pass(values, tuple(walk.counts), turning=walk.turning)


# --- branches ---------------------------------------------------------------------------------------------------------


class Choice(NamedTuple):
    """A branch of the original that vmap inlined: the batched value that chooses, its batch axes, the number of the branch."""

    batched: str
    axes: tuple[int | None, ...]
    number: int


def _branch(equation: Any, name: str, operands: Arrays) -> Arrays:
    """The operands of a branch that is taken."""
    last = len(equation.params["branches"]) - 1
    taken = min(max(int(operands[0]), 0), last)
    if taken != branch_number(name):
        raise NotRunError(f"branch {taken} is taken instead")
    return operands[1:]


def _choices(traced: Traced, place: str | None) -> list[Choice]:
    """The choices among inlined branches on the way to a body of the original."""
    look = index(traced.trace)
    found = []
    for path, name in holders(place or ""):
        cond = look.equations[0][path]
        stayed = any(e.primitive == "cond" for e in look.selected(path, -1) if look.roots[-1][e.path] == path)
        if cond.primitive != "cond" or stayed or is_literal(cond.inputs[0]):
            continue
        value = by_name(traced.trace.original).get(cond.inputs[0])
        entry = value.batched[-1] if value and value.batched else None
        if entry is not None:
            found.append(Choice(entry.name, entry.axes, branch_number(name)))
    return found


def _chosen(walk: Walk, traced: Traced, choices: list[Choice]) -> Iterator[examples.Mask]:
    """For each choice that a walk met, which examples take the branch."""
    for choice in choices:
        if choice.batched in walk.met:
            mask = examples.by_level(np.asarray(walk.met[choice.batched]) == choice.number, choice.axes, traced.call)
            if mask is not None:
                yield mask
