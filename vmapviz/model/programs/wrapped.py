"""Programs that stand inside equations put around them, as pmap's stand inside jit and shard_map."""

from __future__ import annotations

from vmapviz.model.programs.layout import GAP, LINE, PAD, PARAMS_LINE, Row, Rule, Segment
from vmapviz.model.programs.placed import Placed
from vmapviz.model.programs.text import body_title, counted, has_params, signature
from vmapviz.model.trace import Equation


def place_wrappers(placed: Placed, y: float, raw: bool) -> float:
    """Add the lines of what stands around the last program, each with its body's title; return where the program goes on."""
    column = len(placed.rows) - 1
    for depth, wrapper in enumerate(placed.wrapped[column].wrappers):
        top = y
        root = placed.index.roots[column][wrapper.path]
        params = bool(wrapper.params) if raw else wrapper.primitive == "shard_map" and has_params(wrapper)
        height = LINE + PARAMS_LINE * params
        line = Row("equation", column, y + PAD, height, depth, wrapper.path, root, "+", main=True, equation=wrapper)
        y += PAD + height
        name, program = wrapper.subprograms[0]
        title = Row(
            "body",
            column,
            y,
            LINE,
            depth + 1,
            f"{wrapper.path}.{name}",
            root,
            text=_title(placed, wrapper),
            hint=signature(program),
            open=True,
            equation=wrapper,
        )
        placed.rows[column] += [line, title]
        placed.rows[column - 1].append(
            Row(
                "added", column - 1, top + PAD, LINE, root=root, text="a call" if placed.trace.hand else "added by pmap"
            )
        )
        placed.spans[column][wrapper.path] = (line.y, line.y + height)
        placed.spans[column][title.path] = (y, y + LINE)
        y += LINE + PAD
        bands = tuple((top, y) if number == column else None for number in range(column + 1))
        placed.segments.append(Segment(root, bands, top, y))
    return y + GAP * bool(placed.wrapped[column].wrappers)


def place_rules(placed: Placed, bottom: float) -> None:
    """The lines beside what stands inside: from the title of each body to the end of the program."""
    column = len(placed.rows) - 1
    for depth, wrapper in enumerate(placed.wrapped[column].wrappers):
        top = placed.spans[column][f"{wrapper.path}.{wrapper.subprograms[0][0]}"][0]
        placed.rules.append(Rule(column, depth, top + LINE - 2, bottom))


def _title(placed: Placed, wrapper: Equation) -> str:
    title = body_title(wrapper, wrapper.subprograms[0][0])
    levels = placed.trace.levels
    if wrapper.primitive == "shard_map" and levels and levels[-1].devices:
        return f"{title}, on each of {counted(levels[-1].devices, 'device')}"
    return title
