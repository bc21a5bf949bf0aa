"""The rows of the result that the Function column shows of a session, one set per vmap. No Qt in here."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vmapviz.gui.panels.argument_rows import Leaf, Size, Span, dots, plain
from vmapviz.model.axes import expand_out, level_results, set_out_axis
from vmapviz.model.messages import ResultLeaf
from vmapviz.model.problem import Problem
from vmapviz.model.session import Session
from vmapviz.model.theme import level_role
from vmapviz.model.trace import short_dtype, type_text


class ResultRow(msgspec.Struct, frozen=True):
    """One array of the result of one vmap."""

    level: int
    name: str
    leaf: Leaf
    caption: tuple[Span, ...]


def result_rows(session: Session) -> tuple[ResultRow, ...]:
    """The rows of the result of every vmap, innermost first; none before the first trace of this function."""
    picture, levels = session.picture, session.experiment.levels
    if picture is None or len(picture.experiment.levels) != len(levels):
        return ()
    if picture.experiment.function != session.experiment.function:
        return ()
    rows: list[ResultRow] = []
    moved = picture.results
    for level in range(len(levels)):
        moved = _moved(session, moved, level)
        seen = level_results(moved, level)
        text = levels[level].out_axes
        rows += [_result(leaf, seen, text, level) for leaf in seen]
    return tuple(rows)


def _moved(session: Session, results: Sequence[ResultLeaf], level: int) -> tuple[ResultLeaf, ...]:
    """The results with the batch axis of one level where the text of its out_axes puts it now."""
    seen = level_results(results, level)
    axes = expand_out(session.experiment.levels[level].out_axes, seen)
    if isinstance(axes, Problem):
        return tuple(results)
    return tuple(_with_axis(whole, leaf, axis, level) for whole, leaf, axis in zip(results, seen, axes, strict=True))


def _with_axis(whole: ResultLeaf, seen: ResultLeaf, axis: int | None, level: int) -> ResultLeaf:
    old = seen.axes[level]
    if old is None or axis is None or axis == old or axis >= len(seen.shape):
        return whole
    outer = [place for place in whole.axes[level + 1 :] if place is not None]
    inside = [place for place in range(len(whole.shape)) if place not in outer]
    order = [place for place in inside if place != inside[old]]
    order.insert(axis, inside[old])
    full = list(range(len(whole.shape)))
    for place, source in zip(inside, order, strict=True):
        full[place] = source
    shape = tuple(whole.shape[source] for source in full)
    axes = tuple(None if a is None else full.index(a) for a in whole.axes)
    return ResultLeaf(whole.path, whole.dtype, shape, axes)


def _result(leaf: ResultLeaf, seen: Sequence[ResultLeaf], text: str, level: int) -> ResultRow:
    tried = {axis: set_out_axis(text, seen, leaf.path, axis) for axis in range(len(leaf.shape))}
    reasons = tuple(
        (axis, plain(f"{said.title} {said.text}"))
        for axis, said in tried.items()
        if isinstance(said, Problem) and said.kind == "axis choice"
    )
    axis = leaf.axes[level]
    marks = tuple((place, number + 1) for number, place in enumerate(leaf.axes) if place is not None)
    shown = Leaf(
        leaf.path,
        short_dtype(leaf.dtype),
        tuple[Size, ...](leaf.shape),
        (),
        axis,
        marks,
        "chosen" if axis is None else None,
        reasons,
    )
    return ResultRow(level, f"out{leaf.path}", shown, _result_caption(leaf, level))


def _result_caption(leaf: ResultLeaf, level: int) -> tuple[Span, ...]:
    axis = leaf.axes[level]
    if axis is None:
        return ((f"not batched: {type_text(leaf.dtype, leaf.shape)} for all", "ink2", 400),)
    last = ": batch axis last" if axis == len(leaf.shape) - 1 and len(leaf.shape) > 1 else ""
    first = ": batch axis first" if axis == 0 and len(leaf.shape) > 1 else ""
    return ((f"{dots(level)} out_axes {axis}", level_role(level + 1), 600), (last or first, "ink2", 400))
