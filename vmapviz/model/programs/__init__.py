"""The programs of a trace, placed side by side."""

from __future__ import annotations

from vmapviz.model.programs.index import Index, index
from vmapviz.model.programs.layout import Layout, Link, Row, Segment, belongs
from vmapviz.model.programs.place import layout

__all__ = ["Index", "Layout", "Link", "Row", "Segment", "belongs", "index", "layout"]
