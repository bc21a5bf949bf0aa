"""What a picture is made of: rectangles, paths and texts with colour roles, in pixels, y down."""

from __future__ import annotations

from typing import Literal

import msgspec

from vmapviz.model.preview import Cell

Anchor = Literal["start", "middle", "end"]


class Rect(msgspec.Struct, frozen=True):
    """A rectangle; `fill` and `line` are colour roles ("" = none); `dash` = on and off lengths; `hatch` = diagonal lines in that role.

    `cell` is the value that stands in a cell, with its dtype.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    line: str = ""
    thickness: float = 1.0
    dash: tuple[float, float] | None = None
    hatch: str = ""
    radius: float = 0.0
    opacity: float = 1.0
    key: str = ""
    cell: tuple[Cell, str] | None = None


class Path(msgspec.Struct, frozen=True):
    """Points joined by lines, or by cubic Béziers when `curved` (1 + 3n points); closed when filled."""

    points: tuple[tuple[float, float], ...]
    line: str = ""
    thickness: float = 1.0
    fill: str = ""
    curved: bool = False
    dash: tuple[float, float] | None = None
    arrow: bool = False
    opacity: float = 1.0
    key: str = ""


class Text(msgspec.Struct, frozen=True):
    """One line of text; (x, y) is the anchor on the baseline; `size` in pixels; `width` > 0 elides at the end."""

    x: float
    y: float
    text: str
    colour: str = "ink"
    size: float = 13.0
    weight: int = 400
    mono: bool = False
    anchor: Anchor = "start"
    width: float = 0.0
    strike: bool = False
    opacity: float = 1.0
    key: str = ""


Item = Rect | Path | Text


class Scene(msgspec.Struct, frozen=True):
    """A picture of `width` × `height` pixels; items are painted in order. `caption` is its sentence."""

    width: float
    height: float
    items: tuple[Item, ...]
    caption: str = ""
    title: str = ""
