"""The same pictures painted by Qt and as SVG: nothing is missing, moved or of another colour in either."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from tests.export.test_svg import painted, pixels, rendered
from tests.truth.geometry import texts
from tests.truth.subjects import PANELS, made
from vmapviz.gui.theme import load_fonts
from vmapviz.model.scenes.film import Film
from vmapviz.model.scenes.scene import Path, Rect, Scene, Text
from vmapviz.model.scenes.timeline import timeline
from vmapviz.model.theme import THEMES

# Of each example keyframes of the call by their numbers, and the last ones of equations by their paths: arrays and brackets, frames and
# opacity, hatch and strokes, sheets, tables, arrows, lanes.
SHOWN: dict[str, tuple[int | str, ...]] = {
    "matvec": (0, 2, 3, 5, "0"),
    "neural_net_layer": (3, "0", "1"),
    "guarded_root": (2, "2"),
    "create_matrix": (4, "5"),
    "pairwise_distances": (3, "0", "3"),
    "lotka_volterra": (3, "+3"),
    "table_look_up": (1, "dynamic_slice"),
    "newton_steps": ("0",),
}
DIFFERENT, MOST = 60, 6  # of 255 in one colour; pixels of a picture that may have nothing like them
# Pixels: what anti-aliasing moves; how far QtSvg may set a letter of a sentence from where Qt sets it.
NEAR, WORDS = 1, 5


def keyframe(name: str, which: int | str) -> Scene:
    subject = made(name)[1]
    frames = list(Film(subject, PANELS["1440"]).keyframes(timeline(subject.trace, subject.name)))
    if isinstance(which, int):
        return frames[which][1]
    primitives = {each.path: each.primitive for each in subject.trace.original.equations}  # JAX 0.8 needs fewer of them
    return [scene for path, scene in frames if which in (path, primitives.get(path or ""))][-1]


def apart(scene: Scene, other: Scene, theme: str) -> int:
    """How many pixels of the one picture, by Qt, or the other, as SVG, have nothing like them nearby in the other one."""
    one, two = pixels(painted(scene, THEMES[theme])), pixels(rendered(other, THEMES[theme]))
    reach = np.full(one.shape[:2], NEAR)
    for text, (left, top, right, bottom) in texts(scene):
        if not text.mono:
            reach[max(int(top) - 4, 0) : int(bottom) + 5, max(int(left) - 6, 0) : int(right) + 7] = WORDS
    places = np.argwhere(np.abs(one - two).max(-1) > DIFFERENT)
    return sum(
        _alone(first, second, y, x, reach[y, x]) for y, x in places for first, second in ((one, two), (two, one))
    )


def _alone(one: np.ndarray, two: np.ndarray, y: int, x: int, reach: int) -> bool:
    near = two[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1]
    return bool(np.abs(near - one[y, x]).max(-1).min() > DIFFERENT)


@pytest.mark.parametrize(
    ("name", "which", "theme"),
    [(name, n, "light") for name, numbers in SHOWN.items() for n in numbers]
    + [(name, SHOWN[name][-1], theme) for name, theme in product(SHOWN, ("dark", "projector"))],
)
def test_both_painters_show_the_same(qapp: QApplication, name: str, which: int | str, theme: str) -> None:
    load_fonts()
    scene = keyframe(name, which)
    assert apart(scene, scene, theme) <= MOST


@pytest.mark.parametrize("what", ["a number", "a cell", "a line", "a hatch", "a stroke", "opacity"])
def test_what_only_one_of_them_shows_is_seen(qapp: QApplication, what: str) -> None:
    load_fonts()
    scene = Scene(
        200,
        60,
        (
            Rect(10, 10, 30, 24, "b1_fill", "cell", hatch="cell", key="cell"),
            Text(75, 26, "17", "ink", 11.5, 500, True, "middle", strike=True, key="number"),
            Path(((100, 30), (150, 30)), "ink2", 1.25, key="line"),
            Rect(160, 10, 30, 24, "b1_strong", opacity=0.4, key="pale"),
        ),
    )
    cell, text, line, pale = scene.items
    assert isinstance(cell, Rect)
    assert isinstance(text, Text)
    changed = {
        "a number": (cell, replace(text, text="18"), line, pale),
        "a cell": (replace(cell, x=cell.x + 3), text, line, pale),
        "a line": (cell, text, pale),
        "a hatch": (replace(cell, hatch=""), text, line, pale),
        "a stroke": (cell, replace(text, strike=False), line, pale),
        "opacity": (cell, text, line, replace(pale, opacity=1.0)),
    }
    assert apart(scene, scene, "light") <= MOST
    assert apart(scene, Scene(200, 60, changed[what]), "light") > MOST
