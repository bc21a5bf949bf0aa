"""The programs side by side as one picture: the call as title, the sentence as caption, the versions as footer."""

from __future__ import annotations

from vmapviz.export.marked import marked_lines, plain
from vmapviz.export.svg import svg
from vmapviz.model.call import call_text
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.explain import sentence
from vmapviz.model.explanations import by_hand, lowered
from vmapviz.model.programs import Layout, layout
from vmapviz.model.programs.columns import CHAR, GUTTER, INDENT, LABELS, MARGIN, TRACK
from vmapviz.model.programs.index import unwrapped
from vmapviz.model.programs.text import counted
from vmapviz.model.programs.words import line_text
from vmapviz.model.scenes.programs.picture import picture
from vmapviz.model.scenes.programs.shift import shifted
from vmapviz.model.scenes.scene import Item, Path, Scene, Text
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES, TYPE
from vmapviz.model.trace import Trace

NARROW, WIDE = 880.0, 1800.0
TITLE, FOOTER = 44.0, 36.0


def programs_svg(trace: Trace, function: str, selected: str | None = None, theme: str = "light") -> str:
    """Both programs of what `vmapviz.trace` gives, as the text of an SVG file, under the call and over a sentence.

    `function` names what was traced. `selected`, the path of an equation of the original, is highlighted and explained.
    `theme` is "light", "dark" or "projector"; KeyError for another one.
    """
    levels = tuple(Vmap(level.in_axes, level.out_axes, level.name) for level in trace.levels)
    snapshot = Snapshot({}, Experiment(function=function, levels=levels), trace)
    return svg(programs_scene(snapshot, selected), THEMES[theme])


def programs_scene(
    snapshot: Snapshot, selected: str | None = None, width: float | None = None, shown: range | None = None
) -> Scene:
    """The programs, or those that are `shown`, as one scene, as wide as they need unless `width` says so.

    `selected` is highlighted and explained.
    """
    placed = layout(snapshot.trace, shown=shown)
    width = width or wide_enough(placed)
    body = picture(placed, snapshot.experiment.function, width, selected)
    title = call_text(snapshot.experiment)
    items: list[Item] = [Text(MARGIN, 28, title, "ink", 15, 600, mono=True, width=width - 2 * MARGIN)]
    items += shifted(body.items, 0, TITLE)
    y = TITLE + body.height
    items.append(Path(((MARGIN, y), (width - MARGIN, y)), "line"))
    words = sentence(snapshot.trace, selected, shown) if selected else summary(snapshot.trace, shown)
    kind = TYPE["sentence"]
    texts, y = marked_lines(words, MARGIN, y + 28, width - 2 * MARGIN, kind.size, kind.line)
    items += texts
    items.append(Text(MARGIN, y + FOOTER - 8, footer(snapshot), "ink3", 11))
    return Scene(width, y + FOOTER, tuple(items), caption=plain(words), title=title)


def wide_enough(placed: Layout) -> float:
    """The width in pixels in which no equation is cut, within limits."""
    columns = [
        max((CHAR * len(line_text(row)) + INDENT * row.depth for row in rows if row.kind != "body"), default=0.0)
        for rows in map(placed.rows.__getitem__, placed.shown)
    ]
    edges = 2 * MARGIN + GUTTER * (len(columns) - 1) + len(columns) * (LABELS + 2 * INDENT) + TRACK * (len(columns) - 1)
    return min(max(round(sum(columns) + edges), NARROW), WIDE)


def summary(trace: Trace, shown: range | None = None) -> str:
    """What vmap did to the whole function between the first and the last program shown, in one sentence."""
    if trace.hand:
        return by_hand.summary(trace)
    if trace.form:
        return lowered.summary(trace)
    seen = shown or range(len(trace.programs))
    one, many = trace.programs[seen[0]].equations, trace.programs[seen[-1]].equations
    if trace.levels[-1].devices:
        return _pmap_summary(trace)
    before, after = (_examples(trace, seen[k]) for k in (0, -1))
    words = f"{counted(len(one), 'equation')} for {before} became {counted(len(many), 'equation')} for {after}"
    added = sum(equation.origin is None for equation in many)
    if added and added < len(many):
        words += f", {added} of them added by vmap"
    return f"{words[0].upper()}{words[1:]}."


def _pmap_summary(trace: Trace) -> str:
    whole, level = unwrapped(trace.batched), trace.levels[-1]
    added = len(whole.wrappers) + sum(equation.origin is None for equation in whole.equations)
    words = f"{counted(len(trace.original.equations), 'equation')} for one example became {counted(len(whole.equations), 'equation')}"
    where = "one device" if level.devices == 1 else f"each of {level.devices} devices"
    words += f" on {where}, for {counted(level.each, 'example')}; "
    return f"{words[0].upper()}{words[1:]}pmap added {counted(added, 'equation')}."


def _examples(trace: Trace, program: int) -> str:
    sizes = " × ".join(str(level.size) for level in reversed(trace.levels[:program]))
    return f"all {sizes} examples" if sizes else "one example"


def footer(snapshot: Snapshot) -> str:
    """What made the picture: "vmapviz, JAX 0.10.2"."""
    jax = snapshot.made_with.get("jax")
    return f"vmapviz, JAX {jax}" if jax else "vmapviz"
