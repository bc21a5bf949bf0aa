"""A scene as a plain SVG file: text stays text, colours are those of the theme, lengths are pixels."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from vmapviz.model.scenes import measure
from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.theme import Theme

UI_FAMILY = "Inter, 'Helvetica Neue', Arial, sans-serif"
MONO_FAMILY = "'JetBrains Mono', 'DejaVu Sans Mono', Consolas, monospace"


def svg(scene: Scene, theme: Theme, background: str = "surface") -> str:
    """The scene as one SVG text on a ground in the role `background` ("" = none); its caption is the description."""
    size = f'width="{number(scene.width)}" height="{number(scene.height)}" viewBox="0 0 {number(scene.width)} {number(scene.height)}"'
    ground = [Rect(0, 0, scene.width, scene.height, fill=background)] if background else []
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
            *([f"<title>{escape(scene.title)}</title>"] if scene.title else []),
            *([f"<desc>{escape(scene.caption)}</desc>"] if scene.caption else []),
            *patterns(scene.items, theme),
            *(item_svg(item, theme) for item in (*ground, *scene.items) if item.opacity > 0),
            "</svg>\n",
        ]
    )


def patterns(items: Iterable[Item], theme: Theme) -> list[str]:
    """The definitions of the hatches that items have."""
    hatches = sorted({item.hatch for item in items if isinstance(item, Rect) and item.hatch})
    return [_pattern(role, theme) for role in hatches]


def _pattern(role: str, theme: Theme) -> str:
    lines = f'<path d="M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6" stroke="{theme.colour(role)}" stroke-width="1"/>'
    return (
        f'<defs><pattern id="hatch-{role}" patternUnits="userSpaceOnUse" width="8" height="8">{lines}</pattern></defs>'
    )


def item_svg(item: Item, theme: Theme) -> str:
    """One item as SVG elements."""
    if isinstance(item, Rect):
        return _rect(item, theme)
    return _path(item, theme) if isinstance(item, Path) else _text(item, theme)


def number(value: float) -> str:
    """A length as SVG writes it: no more than two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _attributes(**values: str | float | None) -> str:
    """Attributes of an element; empty ones are left out."""
    shown = {name: number(value) if isinstance(value, float) else value for name, value in values.items()}
    return " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in shown.items() if value)


def _line(item: Rect | Path, theme: Theme) -> str:
    return _attributes(
        fill="none",
        stroke=theme.colour(item.line),
        stroke_width=float(item.thickness),
        stroke_dasharray=" ".join(number(length) for length in item.dash) if item.dash else None,
    )


def _opacity(item: Item) -> str:
    return f' opacity="{number(item.opacity)}"' if item.opacity < 1 else ""


def _box(place: tuple[float, float, float, float], radius: float) -> str:
    x, y, width, height = (number(value) for value in place)
    rounded = f' rx="{number(radius)}"' if radius else ""
    return f'x="{x}" y="{y}" width="{width}" height="{height}"{rounded}'


def _rect(item: Rect, theme: Theme) -> str:
    fills = [theme.colour(item.fill)] if item.fill else []
    fills += [f"url(#hatch-{item.hatch})"] if item.hatch else []
    parts = [f'<rect {_box(measure.area(item), item.radius)} fill="{fill}"{_opacity(item)}/>' for fill in fills]
    if item.line:
        parts.append(f"<rect {_box(measure.outline(item), item.radius)} {_line(item, theme)}{_opacity(item)}/>")
    return "".join(parts)


def _points(points: tuple[measure.Point, ...], curved: bool = False) -> str:
    texts = [f"{number(x)},{number(y)}" for x, y in points]
    return f"M{texts[0]} {'C' if curved else 'L'}{' '.join(texts[1:])}"


def _path(item: Path, theme: Theme) -> str:
    data = _points(measure.placed(item), item.curved)
    parts = [f'<path d="{data} Z" fill="{theme.colour(item.fill)}"{_opacity(item)}/>'] if item.fill else []
    if item.line:
        closed = " Z" if item.fill else ""
        parts.append(f'<path d="{data}{closed}" {_line(item, theme)}{_opacity(item)}/>')
    if item.line and item.arrow:
        solid = _attributes(fill="none", stroke=theme.colour(item.line), stroke_width=float(item.thickness))
        parts.append(f'<path d="{_points(measure.arrow_head(item))}" {solid}{_opacity(item)}/>')
    return "".join(parts)


def _text(item: Text, theme: Theme) -> str:
    text = item.text
    if item.width > 0:
        text = measure.elided(text, item.width, item.size, item.mono, item.weight)
    look = _attributes(
        x=number(item.x),
        y=number(item.y),
        fill=theme.colour(item.colour),
        font_family=MONO_FAMILY if item.mono else UI_FAMILY,
        font_size=number(int(item.size + 0.5)),
        font_weight=str(item.weight),
        text_anchor=item.anchor,
        textLength=number(measure.text_width(text, item.size, item.mono, item.weight)) if text else None,
        lengthAdjust="spacingAndGlyphs" if text else None,  # as wide as planned, also where another font stands in
    )
    element = f'<text {look} xml:space="preserve"{_opacity(item)}>{escape(text)}</text>'
    return element + (_path(measure.stroke(item), theme) if item.strike else "")
