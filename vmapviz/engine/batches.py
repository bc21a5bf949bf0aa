"""The same call with another number of examples: the given examples in turn, or arguments filled by their type."""

from __future__ import annotations

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.engine.calls import Arguments, Call
from vmapviz.engine.load import Loaded


@dataclasses.dataclass(frozen=True)
class Batches:
    """Makes batches of any size along the outermost level of `call`; `letters` are those that stand for that size."""

    loaded: Loaded
    call: Call
    letters: tuple[str, ...]

    def sized(self, size: int) -> Call:
        """The call with `size` examples in the outermost level; examples keep their order and repeat in turn."""
        outer = self.call.levels[-1]
        if outer.axis_size is not None:
            outer = dataclasses.replace(outer, axis_size=size)
        filled = _evaluated(self.loaded, self.letters, size) if self.letters else self.call.arguments
        axes = self.call.stages[-1].axes
        given, tree = jax.tree.flatten(self.call.arguments)
        leaves = [
            leaf if axis is None else _fitting(leaf, other, axis, size)
            for leaf, other, axis in zip(given, jax.tree.leaves(filled), axes, strict=True)
        ]
        return Call(self.call.fun, (*self.call.levels[:-1], outer), jax.tree.unflatten(tree, leaves))

    def words(self) -> str:
        """How the arguments of another size are made."""
        given = self.call.stages[-1].size
        repeated = f"the {given} given examples, repeated in turn" if given != 1 else "the one given example, repeated"
        if self.letters:
            letters = " and ".join(f"`{letter}`" for letter in self.letters)
            repeated = f"arguments with {letters} filled by type; others repeat in turn"
        return repeated if len(self.call.levels) == 1 else f"examples of the outermost vmap; {repeated}"


def batches(loaded: Loaded) -> Batches:
    """The batches of an experiment; raises what JAX raises for its axes."""
    call = Call(loaded.fun, loaded.levels, (loaded.args, loaded.kwargs))
    size = call.stages[-1].size
    letters = tuple(letter for letter, value in (loaded.letters or {}).items() if value == size)
    return Batches(loaded, call, tuple(letter for letter in letters if _grows(loaded, call, letter, size)))


def _grows(loaded: Loaded, call: Call, letter: str, size: int) -> bool:
    """Whether the letter stands for the number of examples: one more, and every array of that letter has one more."""
    try:
        other = jax.tree.leaves(_evaluated(loaded, (letter,), size + 1))
    except Exception:  # the arguments hold together at the given size only
        return False
    axes = call.stages[-1].axes
    changed = [np.shape(a) != np.shape(b) for a, b in zip(jax.tree.leaves(call.arguments), other, strict=True)]
    longer = [axis is not None and np.shape(b)[axis] == size + 1 for b, axis in zip(other, axes, strict=True)]
    return any(changed) and all(long for change, long in zip(changed, longer, strict=True) if change)


def _evaluated(loaded: Loaded, letters: tuple[str, ...], size: int) -> Arguments:
    assert loaded.remake is not None
    return loaded.remake({**(loaded.letters or {}), **dict.fromkeys(letters, size)})


def _fitting(given: Any, filled: Any, axis: int, size: int) -> Any:
    if np.shape(filled)[axis] == size:
        return filled
    return repeated(given, axis, size)


def repeated(leaf: Any, axis: int, size: int) -> Any:
    """An array with `size` entries along an axis: its own, in turn."""
    have = np.shape(leaf)[axis]
    where = (slice(None),) * axis + (np.arange(size) % max(have, 1),)
    return jnp.asarray(leaf)[where]
