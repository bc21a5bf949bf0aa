"""A way to compute a whole batch: what runs, on which values, with which Python, and what of it is compiled ahead."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from vmapviz.engine.calls import Call
from vmapviz.engine.load import Loaded
from vmapviz.engine.measuring.variant_code import Code

Values = tuple[Any, ...]


class NotPossibleError(Exception):
    """This batch cannot be computed this way; the text says why."""


@dataclasses.dataclass(frozen=True)
class Batch:
    """What is timed: a call with all its examples, and the devices that it may be spread over.

    `all_at_once`: the function needs all examples at once; `exactly`: so many devices or none, not as many as there are examples.
    `there`: so many devices there are, None = as many as this process has. Types may stand for the call's arrays while nothing is made.
    """

    call: Call
    loaded: Loaded
    devices: int
    all_at_once: bool
    exactly: bool = False
    there: int | None = None

    @property
    def size(self) -> int:
        """The number of examples of the outermost level."""
        return self.call.stages[-1].size

    @property
    def count(self) -> int:
        """The number of examples of all levels together."""
        return math.prod(stage.size for stage in self.call.stages)

    @functools.cached_property
    def results(self) -> Any:
        """The types of one example's result."""
        return self.call.plain(0)[1]

    @property
    def out_tree(self) -> Any:
        """The structure of one example's result."""
        return jax.tree.structure(self.results)

    @functools.cached_property
    def values(self) -> Values:
        """The arguments in the order of their names, those passed by keyword last."""
        return self.ordered(*self.call.arguments)

    def called(self, fun: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the call's arguments as one of `values`."""
        count, keywords = len(self.call.arguments[0]), self.loaded.names[len(self.call.arguments[0]) :]
        if not keywords:
            return fun

        def run(*values: Any) -> Any:
            return fun(*values[:count], **dict(zip(keywords, values[count:], strict=True)))

        return run

    def ordered(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Values:
        """Arguments in the order of `values`."""
        return (*args, *(kwargs[name] for name in self.loaded.names[len(args) :]))

    @functools.cached_property
    def axes(self) -> tuple[tuple[int | None, ...], ...]:
        """Of every value, the axes that the outermost vmap takes from its arrays."""
        leaves, tree = jax.tree.flatten(self.call.arguments)
        places = self.ordered(*jax.tree.unflatten(tree, range(len(leaves))))
        return tuple(tuple(self.call.stages[-1].axes[place] for place in jax.tree.leaves(value)) for value in places)


@dataclasses.dataclass(frozen=True)
class Ahead:
    """What JAX compiles before the clock starts, and how it is called; a batch runs it so many `times`, over so many `devices`."""

    jitted: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = dataclasses.field(default_factory=dict)
    times: int = 1
    devices: int = 1


@dataclasses.dataclass(frozen=True)
class Made:
    """A function of `values` that gives the batch's answer.

    `whole` brings its answer into vmap's form, `back` gradients by place among `values` into
    those of the arguments, by theirs.
    """

    fun: Callable[..., Any]
    values: Values
    ahead: Ahead | None = None
    whole: Callable[[Any], Any] = lambda out: out
    back: Callable[[dict[int, Any]], dict[int, Any]] = lambda gradients: gradients
    devices: int = 1
    run: Callable[[], Any] | None = None
    """The same without what only the gradient needs."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """How a batch would be computed, before anything is made or cut for it: `write` gives its Python, `make` what runs.

    `floats` says of every value of that Python whether it holds nothing but floats; `jit` that all is jitted as a whole. `refused` says
    why the batch cannot be computed like this, `ungraded` why its gradient cannot.
    """

    write: Callable[[], Code]
    make: Callable[[], Made]
    floats: tuple[bool, ...]
    jit: bool = False
    note: str = ""
    refused: str = ""
    ungraded: str = ""


@dataclasses.dataclass(frozen=True)
class Way:
    """What is timed: `run` gives the answer, `whole` brings it into vmap's form, `code` is the Python of `run`.

    `ahead` is None where nothing is compiled ahead.
    """

    run: Callable[[], Any]
    code: str
    ahead: Ahead | None = None
    whole: Callable[[Any], Any] = lambda out: out
    note: str = ""


def forward(plan: Plan) -> Way:
    """The way of a plan as it is."""
    code, made = plan.write().text(plan.jit), plan.make()
    values = made.values
    if not plan.jit:
        fun = made.fun
        return Way(made.run or (lambda: fun(*values)), code, made.ahead, made.whole, plan.note)
    jitted = jax.jit(made.fun)
    return Way(lambda: jitted(*values), code, Ahead(jitted, values, devices=made.devices), made.whole, plan.note)


def floats(values: Values) -> tuple[bool, ...]:
    """Of every value, whether it holds nothing but floats."""
    return tuple(map(all_floats, values))


def is_float(leaf: Any) -> bool:
    """Whether an array, or its type, can be differentiated by."""
    return bool(jnp.issubdtype(jax.typeof(leaf).dtype, jnp.floating))


def all_floats(value: Any) -> bool:
    """Whether a tree has arrays, all of floats."""
    leaves = jax.tree.leaves(value)
    return bool(leaves) and all(map(is_float, leaves))


def reason(error: Exception) -> str:
    """Why a batch could not be made or computed, in few words."""
    if isinstance(error, NotPossibleError):
        return str(error)
    lines = str(error).splitlines() or [""]
    if "RESOURCE_EXHAUSTED" in lines[0] or isinstance(error, MemoryError):
        return "not enough memory"
    return f"{type(error).__name__}: {lines[0][:120]}"


def has_mapped(batch: Batch, what: str) -> None:
    """Raises NotPossibleError where no argument has a batch axis."""
    if all(axis is None for axis in batch.call.stages[-1].axes):
        raise NotPossibleError(f"{what} needs an argument with a batch axis")
