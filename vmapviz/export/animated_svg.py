"""A film as one SVG file that plays by itself: every frame as it is painted elsewhere, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from vmapviz.export.svg import item_svg, number, patterns
from vmapviz.model.scenes.scene import Item, Rect, Scene
from vmapviz.model.theme import Theme


def animated_svg(
    scenes: Sequence[Scene],
    times: Sequence[int],
    theme: Theme,
    scale: float = 1.0,
    told: Callable[[float], None] = lambda share: None,
) -> str:
    """The scenes, each for its milliseconds of `times`, again and again; what does not play animations shows the last one.

    What several frames have in common is written once.
    """
    last = scenes[-1]
    size = f'width="{number(last.width * scale)}" height="{number(last.height * scale)}"'
    names: dict[Item, str] = {}
    ground = Rect(0, 0, last.width, last.height, fill="surface")
    frames: list[str] = []
    starts = [sum(times[:k]) for k in range(len(times) + 1)]
    for k, scene in enumerate(scenes):
        shown = [item for item in scene.items if item.opacity > 0]
        uses = "".join(f'<use href="#{names.setdefault(item, f"i{len(names)}")}"/>' for item in shown)
        hidden = ' visibility="hidden"' if scene is not last else ""
        frames.append(f"<g{hidden}>{_turns(starts[k], starts[k + 1], starts[-1])}{uses}</g>")
        told((k + 1) / len(scenes))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(last.width)} {number(last.height)}" role="img">',
            f"<title>{escape(last.title)}</title>",
            f"<desc>{escape(last.caption)}</desc>",
            *patterns([item for scene in scenes for item in scene.items], theme),
            "<defs>",
            *(f'<g id="{name}">{item_svg(item, theme)}</g>' for item, name in names.items()),
            "</defs>",
            item_svg(ground, theme),
            *frames,
            "</svg>\n",
        ]
    )


def _turns(start: int, end: int, total: int) -> str:
    """Visible from start to end of every turn."""
    steps = [("visible" if start == 0 else "hidden", 0.0)]
    steps += [("visible", start / total)] if start else []
    steps += [("hidden", end / total)] if end < total else []
    values, keys = ";".join(value for value, _ in steps), ";".join(f"{key:.6g}" for _, key in steps)
    how = f'dur="{total}ms" repeatCount="indefinite" calcMode="discrete"'
    return f'<animate attributeName="visibility" {how} values="{values}" keyTimes="{keys}"/>'
