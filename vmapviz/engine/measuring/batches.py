"""The same call with another number of examples: the given examples in turn, or arguments filled by their type."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vmapviz.engine.calls import Arguments, Call
from vmapviz.engine.load import Loaded
from vmapviz.engine.measuring.ways import NotPossibleError
from vmapviz.engine.previews import is_key


@dataclasses.dataclass(frozen=True)
class Batches:
    """Makes batches of any size along the outermost level of `call`; `letters` are those that stand for that size."""

    loaded: Loaded
    call: Call
    letters: tuple[str, ...]

    @property
    def given(self) -> int:
        """The number of examples of the outermost level as the user gave them."""
        return self.call.stages[-1].size

    def sized(self, size: int) -> Call:
        """The call with `size` examples in the outermost level; examples keep their order and repeat in turn."""
        filled = _evaluated(self.loaded, dict.fromkeys(self.letters, size)) if self.letters else self.call.arguments
        return self._fitted(self.call.arguments, filled, size)

    def sized_types(self, size: int) -> Call:
        """The same on types: no array is made."""
        return self.call.resized(len(self.call.levels) - 1, size)

    def lettered(self, letter: str, value: int, size: int) -> Call:
        """The same with another size for a letter of the arguments' types; raises what these sizes raise."""
        filled = _evaluated(self.loaded, self._sizes(letter, value, size))
        return self._fitted(filled, filled, size)

    def lettered_types(self, letter: str, value: int, size: int) -> Call:
        """The same on types: no array is made, unless numpy makes it."""
        filled = _types(self.loaded, self._sizes(letter, value, size))
        return self._fitted(filled, filled, size)

    def _sizes(self, letter: str, value: int, size: int) -> dict[str, int]:
        if letter not in (self.loaded.letters or {}):
            raise NotPossibleError(f"no argument has a letter {letter} in its type")
        return {**dict.fromkeys(self.letters, size), letter: value}

    def _fitted(self, given: Arguments, filled: Arguments, size: int) -> Call:
        outer = self.call.levels[-1]
        if outer.axis_size is not None:
            outer = dataclasses.replace(outer, axis_size=size)
        leaves, tree = jax.tree.flatten(given)
        rows = zip(leaves, jax.tree.leaves(filled), self.call.stages[-1].axes, strict=True)
        made = [leaf if axis is None else _fitting(leaf, other, axis, size) for leaf, other, axis in rows]
        return Call(self.call.fun, (*self.call.levels[:-1], outer), jax.tree.unflatten(tree, made))

    def words(self, *more: str) -> str:
        """How the arguments of another size are made, where `more` letters than the examples' get other sizes."""
        given = self.given
        repeated = f"the {given} given examples, repeated in turn" if given != 1 else "the one given example, repeated"
        letters = " and ".join(f"`{letter}`" for letter in (*self.letters, *more))
        if letters:
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
        other = jax.tree.leaves(_types(loaded, {letter: size + 1}))
    except Exception:  # the arguments hold together at the given size only
        return False
    axes = call.stages[-1].axes
    changed = [np.shape(a) != np.shape(b) for a, b in zip(jax.tree.leaves(call.arguments), other, strict=True)]
    longer = [axis is not None and np.shape(b)[axis] == size + 1 for b, axis in zip(other, axes, strict=True)]
    return any(changed) and all(long for change, long in zip(changed, longer, strict=True) if change)


def _evaluated(loaded: Loaded, sizes: Mapping[str, int]) -> Arguments:
    assert loaded.remake is not None
    return loaded.remake({**(loaded.letters or {}), **sizes})


def _types(loaded: Loaded, sizes: Mapping[str, int]) -> Arguments:
    assert loaded.types is not None
    return loaded.types({**(loaded.letters or {}), **sizes})


def _fitting(given: Any, filled: Any, axis: int, size: int) -> Any:
    if np.shape(filled)[axis] == size:
        return filled
    if isinstance(given, jax.ShapeDtypeStruct):
        shape = (*given.shape[:axis], size, *given.shape[axis + 1 :])
        return jax.ShapeDtypeStruct(shape, given.dtype, weak_type=getattr(given, "weak_type", False))
    return repeated(given, axis, size)


def repeated(leaf: Any, axis: int, size: int) -> Any:
    """An array with `size` entries along an axis: its own, in turn."""
    have = np.shape(leaf)[axis]
    if have == 0 and size:
        raise NotPossibleError("there are no examples to repeat")
    where = (slice(None),) * axis + (np.arange(size) % max(have, 1),)
    # numpy's indexing, because JAX's compiles a program for every size.
    return leaf[where] if is_key(leaf) else jnp.asarray(np.asarray(leaf)[where])
