"""The rows of arguments that the Function column shows of a session, one set per vmap. No Qt in here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from vmapviz.model.actions.arguments import arguments_now
from vmapviz.model.arguments import leaf_types
from vmapviz.model.array_types import ArrayType
from vmapviz.model.axes import expand_each, level_arguments, set_axis
from vmapviz.model.messages import Argument, ArgumentLeaf
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session
from vmapviz.model.theme import level_role
from vmapviz.model.trace import short_dtype

Size = int | str
Pill = Literal["shown", "chosen"] | None
Span = tuple[str, str, int]
"""A piece of a caption: text, colour role, weight."""


class Leaf(msgspec.Struct, frozen=True):
    """The chips of one array as one vmap sees it: `sizes` per axis, `marks` axis -> level, `whole` the axes of the whole array.

    `none` says whether and how the None pill stands there, `reasons` why an axis cannot be chosen.
    """

    path: str
    dtype: str
    sizes: tuple[Size, ...]
    whole: tuple[int, ...] = ()
    axis: int | None = None
    marks: tuple[tuple[int, int], ...] = ()
    none: Pill = None
    reasons: tuple[tuple[int, str], ...] = ()


class ArgumentRow(msgspec.Struct, frozen=True):
    """One argument under one vmap; `control` are the chips of the whole argument, `leaves` those of its parts.

    `control` is None while its arrays are not known. `index` counts the arguments as they are passed.
    """

    index: int
    level: int
    name: str
    text: str
    control: Leaf | None
    leaves: tuple[Leaf, ...]
    caption: tuple[Span, ...]
    wrong: bool = False
    asked: bool = False


class LevelRows(msgspec.Struct, frozen=True):
    """The arguments under one vmap, and its settings as text."""

    level: int
    title: str
    in_axes: str
    rows: tuple[ArgumentRow, ...]


class Known(msgspec.Struct, frozen=True):
    """An argument as far as it is known: its sizes per array, and itself with axis numbers in place of sizes."""

    argument: Argument
    dtypes: tuple[str, ...]
    sizes: tuple[tuple[Size, ...], ...]


def known_arguments(session: Session) -> tuple[Known, ...]:
    """The arguments in the order of in_axes, those by keyword last; a letter stands for a size that is not known yet."""
    return tuple(map(_known, arguments_now(session)))


def _known(argument: Argument) -> Known:
    types = dict(leaf_types(argument.text) or ())
    numbered = tuple(ArgumentLeaf(a.path, a.dtype, tuple(range(len(a.shape))), ()) for a in argument.leaves)
    sizes = tuple(_sizes(leaf, types.get(leaf.path)) for leaf in argument.leaves)
    return Known(replace(argument, leaves=numbered), tuple(short_dtype(leaf.dtype) for leaf in argument.leaves), sizes)


def _sizes(leaf: ArgumentLeaf, typed: ArrayType | None) -> tuple[Size, ...]:
    dims = typed.dims if typed and len(typed.dims) == len(leaf.shape) else leaf.shape
    return tuple(
        dim if size == 0 and isinstance(dim, str) else size for size, dim in zip(leaf.shape, dims, strict=True)
    )


def level_rows(session: Session) -> tuple[LevelRows, ...]:
    """The argument rows of every vmap, innermost first."""
    known = known_arguments(session)
    return tuple(_level(session, known, level) for level in range(len(session.experiment.levels)))


def _level(session: Session, known: tuple[Known, ...], level: int) -> LevelRows:
    levels = session.experiment.levels
    arguments = tuple(one.argument for one in known)
    seen = level_arguments(arguments, levels, level)
    if isinstance(seen, Problem):
        seen = arguments
    axes = expand_each(levels[level].in_axes, seen)
    rows = tuple(
        _row(session, one, seen, level, index, () if isinstance(own, Problem) else own)
        for index, (one, own) in enumerate(zip(known, axes, strict=True))
    )
    return LevelRows(level, level_title(level, len(levels)), levels[level].in_axes, rows)


def level_title(level: int, count: int) -> str:
    """What a vmap is called among `count`; "" where it is the only one."""
    if count == 1:
        return ""
    if count == 2:
        return ("inner vmap", "outer vmap")[level]
    return f"vmap {level + 1}{ {0: ', innermost', count - 1: ', outermost'}.get(level, '') }"


def _row(
    session: Session, one: Known, seen: Sequence[Argument], level: int, index: int, axes: tuple[int | None, ...]
) -> ArgumentRow:
    argument = seen[index]
    text = session.experiment.levels[level].in_axes
    leaves = tuple(
        _leaf(one, number, argument, level, axes[number] if axes else ..., _reasons(text, seen, index, leaf.path))
        for number, leaf in enumerate(argument.leaves)
    )
    control = _control(leaves, level, argument, bool(axes), _reasons(text, seen, index, None)) if leaves else None
    problem = session.problem
    wrong = problem is not None and index in problem.arguments
    caption = _wrong_caption(leaves) if wrong else _caption(argument, control, leaves, level)
    asked = problem is not None and problem.wants_type == index and level == 0
    return ArgumentRow(
        index, level, argument.name, argument.text, control, leaves[1:] and leaves, caption, wrong or asked, asked
    )


def _reasons(text: str, seen: Sequence[Argument], index: int, path: str | None) -> dict[int, str]:
    """Why an axis of an argument, or of one array in it, cannot be chosen, in plain words."""
    argument = seen[index]
    ranks = [len(leaf.shape) for leaf in argument.leaves if path in (None, leaf.path)]
    tried = {axis: set_axis(text, seen, index, path, axis) for axis in range(max(ranks, default=0))}
    # Axes that cannot be read are written anew by the next choice's message, not by a chip.
    return {
        axis: plain(f"{said.title} {said.text}")
        for axis, said in tried.items()
        if isinstance(said, Problem) and said.kind != "in_axes structure"
    }


def plain(text: str) -> str:
    """A sentence without its marks."""
    return text.replace("**", "").replace("`", "").strip()


def _leaf(one: Known, number: int, seen: Argument, level: int, axis: object, reasons: dict[int, str]) -> Leaf:
    whole = seen.leaves[number].shape
    chosen = axis if isinstance(axis, int) else None
    return Leaf(
        seen.leaves[number].path,
        one.dtypes[number],
        tuple(one.sizes[number][place] for place in whole),
        whole,
        chosen,
        () if chosen is None else ((chosen, level + 1),),
        _pill(seen, axis),
        tuple(reasons.items()),
    )


def _pill(argument: Argument, axis: object) -> Pill:
    if argument.keyword:
        return None
    return "chosen" if axis is None else "shown"


def _control(leaves: tuple[Leaf, ...], level: int, seen: Argument, fits: bool, reasons: dict[int, str]) -> Leaf:
    """The chips of a whole argument: those of its array, or one per axis of its arrays together."""
    if len(leaves) == 1:
        return leaves[0]
    axes = {leaf.axis for leaf in leaves}
    axis = axes.pop() if len(axes) == 1 else ...
    most = max(leaf.sizes.__len__() for leaf in leaves)
    sizes = tuple(_common([leaf.sizes[i] for leaf in leaves if i < len(leaf.sizes)]) for i in range(most))
    marks = ((axis, level + 1),) if isinstance(axis, int) else ()
    dtypes = {leaf.dtype for leaf in leaves}
    pill = _pill(seen, axis if fits else ...)
    return Leaf(
        "",
        dtypes.pop() if len(dtypes) == 1 else "",
        sizes,
        (),
        axis if isinstance(axis, int) else None,
        marks,
        pill,
        tuple(reasons.items()),
    )


def _common(sizes: list[Size]) -> Size:
    return sizes[0] if all(size == sizes[0] for size in sizes) else "…"


def dots(level: int) -> str:
    """The second mark of a level's colour: as many dots as its number, at most three."""
    return "●" * min(level + 1, 3)


def _caption(argument: Argument, control: Leaf | None, leaves: tuple[Leaf, ...], level: int) -> tuple[Span, ...]:
    if control is None:
        return (("shown once JAX has evaluated it", "ink3", 400),)
    if control.axis is not None:
        count = control.sizes[control.axis]
        kind = f" of {_one_example(control)}" if len(leaves) == 1 else f" of {len(leaves)} arrays"
        kind = ", by keyword" if argument.keyword else kind
        return (
            (f"{dots(level)} batch axis {control.axis}", level_role(level + 1), 600),
            (f": {_examples(count)}{kind}", "ink2", 400),
        )
    if all(leaf.none == "chosen" for leaf in leaves):
        return ((f"in_axes None: one {argument.name}, shared by all", "ink2", 400),)
    if control.none == "chosen" or any(leaf.axis is not None for leaf in leaves):
        return (("its arrays have axes of their own", "ink2", 400),)
    return (("in_axes does not fit this argument", "ink2", 400),)


def _examples(count: Size) -> str:
    return "1 example" if count == 1 else f"{count} examples"


def _one_example(leaf: Leaf) -> str:
    sizes = [str(size) for axis, size in enumerate(leaf.sizes) if axis != leaf.axis]
    return f"{leaf.dtype}[{','.join(sizes)}]"


def _wrong_caption(leaves: tuple[Leaf, ...]) -> tuple[Span, ...]:
    """What is wrong with an argument: which size its batch axis has, or its type where it has none."""
    counted = [(leaf.axis, leaf.sizes[leaf.axis]) for leaf in leaves if leaf.axis is not None]
    if counted:
        axis, size = counted[0]
        return (
            (f"axis {axis} counts ", "error", 400),
            (str(size), "error", 600),
            (" example" if size == 1 else " examples", "error", 400),
        )
    return (("see what JAX said", "error", 400),)
