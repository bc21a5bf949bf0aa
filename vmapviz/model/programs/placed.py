"""What a layout knows while it grows."""

from __future__ import annotations

from vmapviz.model.programs.index import Index, Wrapped, index, top, unwrapped
from vmapviz.model.programs.layout import Row, Rule, Segment
from vmapviz.model.trace import Trace

Span = tuple[float, float]


class Placed:
    """Rows, bands and places so far.

    `spans` says, per program, where each equation that can be seen stands (an outermost one with its bodies, a nested one its own line),
    and each body's title line, by path. `continued` holds the outermost equations that became something. `wrapped` says what stands
    around each program; `outermost` are the paths of its own equations. `shown` are the programs that are placed.
    """

    def __init__(self, trace: Trace, shown: range) -> None:
        self.trace = trace
        self.shown = shown
        self.index: Index = index(trace)
        self.rows: list[list[Row]] = [[] for _ in trace.programs]
        self.rules: list[Rule] = []
        self.segments: list[Segment] = []
        self.wrapped: list[Wrapped] = [Wrapped((), trace.original.equations, ""), *map(unwrapped, trace.programs[1:])]
        self.outermost = [frozenset(equation.path for equation in wrapped.equations) for wrapped in self.wrapped]
        self.continued = [{top(origin) for origin in children} for children in self.index.children]
        self.spans: list[dict[str, Span]] = [{} for _ in trace.programs]

    def edges(self, column: int) -> tuple[frozenset[float], frozenset[float]]:
        """The tops and the bottoms of a column's bands."""
        bands = [band for segment in self.segments if (band := segment.bands[column]) is not None]
        return frozenset(top for top, _ in bands), frozenset(bottom for _, bottom in bands)
