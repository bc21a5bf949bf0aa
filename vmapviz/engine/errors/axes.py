"""The rows of the error table that speak of axes and batch sizes; they look at the arguments, not at JAX's wording."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

import jax
import numpy as np

from vmapviz.engine.errors.complaint import Complaint, Words, counted, listed
from vmapviz.engine.errors.rewrites import Text, source_edit, span
from vmapviz.engine.errors.tries import traces
from vmapviz.engine.load import level_axes
from vmapviz.model.problem import Action
from vmapviz.model.trace import type_text


class Mapped(NamedTuple):
    """One leaf of an argument as one level sees it: `axis` is that level's, None = shared."""

    argument: int
    label: str
    dtype: str
    shape: tuple[int, ...]
    axis: Any

    def size(self) -> int | None:
        """The number of examples it would give; None when it is shared or has no such axis."""
        if not isinstance(self.axis, int) or not -len(self.shape) <= self.axis < len(self.shape):
            return None
        return self.shape[self.axis]

    def missing(self) -> bool:
        """Whether the axis is not there."""
        return isinstance(self.axis, int) and self.size() is None

    def inside(self) -> Mapped:
        """The leaf as the next level further in sees it: without this level's axis."""
        if self.size() is None:
            return self
        axis = self.axis % len(self.shape)
        return self._replace(shape=self.shape[:axis] + self.shape[axis + 1 :])


def levels_seen(complaint: Complaint) -> list[tuple[int, list[Mapped]]]:
    """What each level maps, outermost first, as (level, leaves); ends where the axes no longer fit."""
    loaded = complaint.loaded
    if loaded is None:
        return []
    positional = len(jax.tree.leaves(loaded.args))
    leaves = [
        Mapped(index, argument.name + leaf.path, leaf.dtype, leaf.shape, None)
        for index, argument in enumerate(complaint.arguments)
        for leaf in argument.leaves
    ]
    seen: list[tuple[int, list[Mapped]]] = []
    for number in reversed(range(len(loaded.levels))):
        try:
            axes = level_axes(loaded.levels[number].in_axes, loaded.args) + [0] * (len(leaves) - positional)
        except (ValueError, TypeError):
            return seen
        leaves = [leaf._replace(axis=axis) for leaf, axis in zip(leaves, axes, strict=True)]
        seen.append((number, leaves))
        leaves = [leaf.inside() for leaf in leaves]
    return seen


def axes_text(axes: Any) -> str:
    """Axes as the user types them; a single entry stands without its tuple."""
    if isinstance(axes, tuple) and len(axes) == 1:
        return repr(axes[0])
    return repr(axes)


def with_axis(complaint: Complaint, level: int, argument: int, axis: int | None) -> tuple[tuple[str, int, str], ...]:
    """The edit that gives a positional argument another axis; none for a keyword argument."""
    loaded = complaint.loaded
    if loaded is None or argument >= len(loaded.args):
        return ()
    axes = loaded.levels[level].in_axes
    entries = list(axes) if isinstance(axes, tuple) else [axes] * len(loaded.args)
    entries[argument] = axis
    return (("in_axes", level, axes_text(tuple(entries))),)


# --- inconsistent sizes -----------------------------------------------------------------------------------------------


def disagreeing(complaint: Complaint) -> tuple[int, list[Mapped]] | None:
    """The outermost level whose leaves (or axis_size) give several batch sizes, and its mapped leaves."""
    for number, leaves in levels_seen(complaint):
        mapped = [leaf for leaf in leaves if leaf.size() is not None]
        sizes = {leaf.size() for leaf in mapped} | {complaint.levels()[number].axis_size} - {None}
        if len(sizes) > 1:
            return number, mapped
    return None


def disagree(complaint: Complaint) -> Words:
    """W and x disagree on the batch size."""
    found = disagreeing(complaint)
    if found is None:
        return Words("The arguments disagree on the batch size.")
    level, mapped = found
    fixed = complaint.levels()[level].axis_size
    usual = fixed or _usual(complaint, mapped)
    odd = [leaf for leaf in mapped if leaf.size() != usual]
    right = next((leaf for leaf in mapped if leaf.size() == usual), None)
    if any(complaint.arguments[leaf.argument].keyword for leaf in odd):
        return keyword(complaint)
    shown = sorted([odd[0], *([right] if right else [])], key=lambda leaf: leaf.argument)
    would = [f"{leaf.label} would give {leaf.size()}" for leaf in shown]
    would[0] += " example" if shown[0].size() == 1 else " examples"
    would += [] if right else [f"axis_size asks for {fixed}"]
    who = listed([leaf.label for leaf in shown]) if right else f"{odd[0].label} and axis_size={fixed}"
    return Words(
        f"{who} disagree on the batch size.",
        f"{', '.join(would)}. Every argument that has a batch axis must have the same number of examples along it.",
        tuple(sorted({leaf.argument for leaf in shown})),
        actions=_for_odd(complaint, level, odd[0], usual),
    )


def _usual(complaint: Complaint, mapped: list[Mapped]) -> int:
    """The size most leaves have; the later argument's when several do, and never a keyword's alone."""
    positional = [leaf for leaf in mapped if not complaint.arguments[leaf.argument].keyword]
    counts = Counter(leaf.size() or 0 for leaf in positional or mapped)
    last = {leaf.size(): index for index, leaf in enumerate(mapped)}
    return max(counts, key=lambda size: (counts[size], last[size]))


def _for_odd(complaint: Complaint, level: int, leaf: Mapped, usual: Any) -> tuple[Action, ...]:
    name = complaint.arguments[leaf.argument].name
    share = with_axis(complaint, level, leaf.argument, None)
    actions = [Action(f"Set {name} to None", f"one {name} for all {usual}", share)] if share else []
    if len(complaint.arguments[leaf.argument].leaves) == 1 and len(complaint.levels()) == 1:
        wanted = type_text(leaf.dtype, _grown(complaint, leaf, usual))
        actions.append(
            Action(f"Make {name} {wanted}", f"{usual} different {name}", (("argument", leaf.argument, wanted),))
        )
    return tuple(actions)


def _grown(complaint: Complaint, leaf: Mapped, size: int) -> tuple[int, ...]:
    """The shape with an axis more for the examples; with a longer or shorter one where only that traces."""
    axis = leaf.axis % len(leaf.shape)
    more = (*leaf.shape[:axis], size, *leaf.shape[axis:])
    other = (*leaf.shape[:axis], size, *leaf.shape[axis + 1 :])
    loaded = complaint.loaded
    if loaded and not traces(loaded, leaf.argument, shape=more) and traces(loaded, leaf.argument, shape=other):
        return other
    return more


# --- keywords, nothing batched, missing axes --------------------------------------------------------------------------


def bad_keyword(complaint: Complaint) -> bool:
    """Whether a keyword argument has no axis 0 to be mapped along."""
    return any(
        leaf.missing() and complaint.arguments[leaf.argument].keyword
        for _, leaves in levels_seen(complaint)
        for leaf in leaves
    )


def keyword(complaint: Complaint) -> Words:
    """A keyword argument is mapped along axis 0, wanted or not."""
    leaves = levels_seen(complaint)[0][1]
    sizes = Counter(leaf.size() for leaf in leaves if leaf.size() and not complaint.arguments[leaf.argument].keyword)
    usual = next(iter(sizes), 0)
    odd = next(leaf for leaf in leaves if complaint.arguments[leaf.argument].keyword and leaf.size() != usual)
    name = complaint.arguments[odd.argument].name
    has = "it has no axis" if odd.size() is None else f"its axis 0 has {odd.size()} entries"
    fun = complaint.experiment.function or "fun"
    return Words(
        f"`{name}` is passed by keyword, so vmap splits it along axis 0.",
        f"in_axes speaks of positional arguments only. `{name}` should give {usual} examples, but {has}.",
        (odd.argument,),
        actions=(
            Action(
                f"`lambda *args: {fun}(*args, {name}=...)`", f"one {name} for all: give it to the function beforehand"
            ),
            _by_place(complaint, name),
        ),
    )


def _by_place(complaint: Complaint, name: str) -> Action:
    """The function without the `*` that makes its last parameters keywords."""
    label, note = f"Take the `*` before `{name}` away", "then in_axes can say None for it"
    text = Text(complaint)
    function = text.function(complaint.experiment.function)
    if function is None or not function.args.kwonlyargs or function.args.vararg:
        return Action(label, note)
    signature = span(function, function.body[0])
    words = re.sub(r"\*\s*,\s*", "", text.of(signature), count=1)
    changed = text.changed((signature, words))
    return Action(label, note, source_edit(changed))


def nothing_batched(complaint: Complaint) -> Words:
    """Every in_axes is None."""
    options = [leaf for _, leaves in levels_seen(complaint)[:1] for leaf in leaves if leaf.shape]
    level = len(complaint.levels()) - 1
    actions = tuple(
        Action(
            f"Use axis 0 of {leaf.label}",
            counted(leaf.shape[0], "example"),
            with_axis(complaint, level, leaf.argument, 0),
        )
        for leaf in options[-2:]
        if len(complaint.arguments[leaf.argument].leaves) == 1
    )
    return Words(
        "Nothing is batched yet.",
        "Click the axis of an argument that counts examples.",
        actions=actions,
        severity="warn",
    )


def missing(complaint: Complaint) -> tuple[int, Mapped] | None:
    """The outermost level with a leaf that has no such axis, and that leaf."""
    return next(
        ((number, leaf) for number, leaves in levels_seen(complaint) for leaf in leaves if leaf.missing()), None
    )


def no_axis(complaint: Complaint) -> Words:
    """x has no axis 2."""
    found = missing(complaint)
    if found is None:
        return Words("An argument does not have the axis that in_axes names.")
    level, leaf = found
    rank = len(leaf.shape)
    name = complaint.arguments[leaf.argument].name
    if rank:
        action = Action("Use axis 0", counted(leaf.shape[0], "example"), with_axis(complaint, level, leaf.argument, 0))
    else:
        action = Action(f"Set {name} to None", f"one {name} for all", with_axis(complaint, level, leaf.argument, None))
    actions = (*_as_array(complaint, leaf.argument), action)
    return Words(f"{leaf.label} has no axis {leaf.axis}.", _has(rank), (leaf.argument,), actions=actions)


def _as_array(complaint: Complaint, index: int) -> tuple[Action, ...]:
    """An argument that is a list of numbers, as one array: JAX takes every number for an argument of its own."""
    argument, loaded = complaint.arguments[index], complaint.loaded
    if loaded is None or not argument.text.startswith("[") or index >= len(loaded.args):
        return ()
    try:
        shape = np.asarray(loaded.args[index]).shape
    except ValueError:
        return ()
    words = f"jnp.array({argument.text})"
    return (Action(f"Make {argument.name} one array", f"of shape {shape}", (("argument", index, words),)),)


def _has(rank: int) -> str:
    if rank == 0:
        return "It has no axes: it is one number."
    if rank == 1:
        return "It has 1 axis: 0."
    return f"It has {rank} axes: {listed([str(axis) for axis in range(rank)])}."


# --- in_axes of the wrong form ----------------------------------------------------------------------------------------


def misfit(complaint: Complaint) -> int | None:
    """The outermost level whose in_axes do not fit the positional arguments; None when all do."""
    loaded = complaint.loaded
    for number in reversed(range(len(complaint.levels()))):
        try:
            axes = level_axes(complaint.levels()[number].in_axes, loaded.args if loaded else ())
        except (ValueError, TypeError):
            return number
        if not all(axis is None or isinstance(axis, int | np.integer) for axis in axes):
            return number
    return None


def wrong_in_axes(complaint: Complaint) -> Words:
    """in_axes has too many or too few entries, or another tree than its argument."""
    level, loaded = misfit(complaint), complaint.loaded
    if level is None or loaded is None:
        return Words("in_axes does not fit the arguments.")
    axes, count = loaded.levels[level].in_axes, len(loaded.args)
    if not isinstance(axes, tuple):
        return Words(
            "in_axes must be a number, None or a tuple.",
            f"It needs one entry for each of {_names(complaint)}.",
            actions=(Action("Use in_axes 0", "every argument along its axis 0", (("in_axes", level, "0"),)),),
        )
    if len(axes) != count:
        entries = axes_text((*axes, *(None,) * count)[:count])
        return Words(
            f"in_axes has {counted(len(axes), 'entry').replace('entrys', 'entries')} for {counted(count, 'argument')}.",
            f"It needs one entry for each of {_names(complaint)}.",
            actions=(Action(f"Use {entries}", edits=(("in_axes", level, entries),)),),
        )
    return _wrong_tree(complaint, level, axes)


def _wrong_tree(complaint: Complaint, level: int, axes: tuple[Any, ...]) -> Words:
    loaded = complaint.loaded
    assert loaded is not None
    index = next(i for i in range(len(axes)) if not _fits(axes[i], loaded.args[i]))
    name = complaint.arguments[index].name
    edits = with_axis(complaint, level, index, 0)
    paths = [f"{name}{leaf.path}" for leaf in complaint.arguments[index].leaves]
    made = f"`{name}` holds {listed(paths)}" if paths != [name] else f"`{name}` is one array"
    return Words(
        f"in_axes does not fit `{name}`.",
        f"{made}; its entry `{axes[index]!r}` must be one number, None, or have the same form.",
        (index,),
        actions=(
            Action(f"Use 0 for all of {name}", edits=edits),
            Action(f"Set {name} to None", f"one {name} for all", with_axis(complaint, level, index, None)),
        ),
    )


def _fits(axis: Any, argument: Any) -> bool:
    try:
        return all(entry is None or isinstance(entry, int | np.integer) for entry in level_axes((axis,), (argument,)))
    except (ValueError, TypeError):
        return False


def _names(complaint: Complaint) -> str:
    return listed([argument.name for argument in complaint.arguments if not argument.keyword])


# --- out_axes ---------------------------------------------------------------------------------------------------------


def none_out(complaint: Complaint) -> Words:
    """out_axes=None on a batched result."""
    level = _level_with(complaint, lambda axes: None in axes)
    return Words(
        "out_axes=None wants one result for all.",
        "But the result is batched: every example has its own. They need an axis to lie along.",
        actions=(Action("Use out_axes 0", "the examples along axis 0", (("out_axes", level, "0"),)),),
    )


def no_out_axis(complaint: Complaint) -> Words:
    """out_axes names an axis that the result does not have."""
    level = _level_with(complaint, lambda axes: any(axis not in (None, 0) for axis in axes))
    axes = complaint.levels()[level].out_axes if complaint.levels() else "?"
    return Words(
        f"The result has no axis {axes_text(axes)}.",
        "With the batch axis it has one axis more than for one example; out_axes counts from 0.",
        actions=(Action("Use out_axes 0", "the examples along axis 0", (("out_axes", level, "0"),)),),
    )


def wrong_out_axes(complaint: Complaint) -> Words:
    """out_axes has another tree than the result, or is no number at all."""
    level = _level_with(complaint, lambda axes: len(axes) != 1 or not isinstance(axes[0], int))
    return Words(
        "out_axes does not fit the result.",
        "It must be one number for the whole result, or have the same form as the result.",
        actions=(Action("Use out_axes 0", "the examples along axis 0", (("out_axes", level, "0"),)),),
    )


def _level_with(complaint: Complaint, test: Any) -> int:
    for number, level in enumerate(complaint.levels()):
        if test(jax.tree.leaves(level.out_axes, is_leaf=lambda axis: axis is None)):
            return number
    return 0
