"""What a frame of the shapes costs against a bare QPainter that draws as many rectangles and texts, and what a film costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.bench.test_ratios import row
from tests.pictures import made
from vmapviz.engine.calls import Vmap
from vmapviz.engine.evaluate import values
from vmapviz.engine.snapshot import made_with
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify
from vmapviz.export.reel import Reel
from vmapviz.gui import animate, paint, theme
from vmapviz.gui.clock import Clock
from vmapviz.gui.panels.shapes import ShapesPanel
from vmapviz.gui.panels.transport import Transport
from vmapviz.gui.theme import mono_font
from vmapviz.model.experiment import Experiment
from vmapviz.model.scenes.film import Film, Subject
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.stage import Size
from vmapviz.model.scenes.timeline import timeline
from vmapviz.model.session import Session
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES

pytestmark = pytest.mark.bench
FRAMES = 60
SIDE = 1200


def _cells(count: int) -> Scene:
    """A scene of so many cells with numbers, as arrays draw them."""
    across = max(1, round(count**0.5))
    width, height = SIDE / across, SIDE / (count // across + 1)
    items: list[Rect | Text] = []
    for k in range(count):
        x, y = k % across * width, k // across * height
        items.append(Rect(x, y, width, height, fill="b1_fill", line="cell"))
        items.append(Text(x + width / 2, y + height / 2, str(k), "ink", 11.5, 500, mono=True, anchor="middle"))
    return Scene(SIDE, SIDE, tuple(items), "", "")


def _frame(image: QImage, draw: Callable[[QPainter], None]) -> float:
    """The milliseconds of one frame."""
    painter = QPainter(image)
    start = time.perf_counter()
    draw(painter)
    took = time.perf_counter() - start
    painter.end()
    return took * 1000


def _bare(scene: Scene, painter: QPainter) -> None:
    """The same rectangles and texts, straight to Qt."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(mono_font(11.5, 500))
    fill, pen = QColor("#fce4d1"), QColor("#b4b4ae")
    for item in scene.items:
        if isinstance(item, Rect):
            place = QRectF(item.x, item.y, item.width, item.height)
            painter.fillRect(place, fill)
            painter.setPen(pen)
            painter.drawRect(place)
        elif isinstance(item, Text):
            painter.drawText(round(item.x), round(item.y), item.text)


@pytest.mark.parametrize("count", [10, 100, 1_000, 5_000])
def test_a_frame_against_a_bare_painter(qapp: QApplication, count: int) -> None:
    theme.load_fonts()
    scene, image = _cells(count), QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    ours = partial(paint.draw, items=scene.items, theme=THEMES["light"])
    pairs = [(_frame(image, ours), _frame(image, partial(_bare, scene))) for _ in range(FRAMES)]
    for share in (50, 95):
        vmapviz, bare = (sorted(times)[FRAMES * share // 100] for times in zip(*pairs, strict=True))
        row(f"a frame of {count:,} cells ÷ a bare QPainter's, p{share}", vmapviz / bare, vmapviz, bare)


def test_a_frame_while_it_plays_against_a_sixtieth_of_a_second(qtbot: QtBot) -> None:
    """From one moment to the next in a window: the scene of it, both widgets painted, and given to the screen."""
    clock, holder = Clock(), QWidget()
    shapes, transport = ShapesPanel(clock), Transport(clock)
    column = QVBoxLayout(holder)
    for widget in (shapes, transport):
        column.addWidget(widget)
        widget.show_session(Session(), made("affine").session)
    qtbot.addWidget(holder)
    holder.resize(980, 330)
    with qtbot.waitExposed(holder):
        holder.show()
    times = []
    for number in range(clock.timeline.total // 16):  # as often as it ticks
        before, start = shapes.scene(), time.perf_counter()
        clock.seek(number * 16.0)
        if shapes.scene() is not before:
            holder.repaint()
            times.append((time.perf_counter() - start) * 1000)
    for share in (50, 95):
        took = sorted(times)[len(times) * share // 100]
        row(f"a moving frame of a film in the window ÷ 1/60 s, p{share}", took * 60 / 1000, took, 1000 / 60)


def large(m: jax.Array, v: jax.Array) -> jax.Array:
    h = jnp.tanh(m @ v)
    return (h - h.mean()) / jnp.sqrt(h.var() + 1e-5)


def test_a_picture_of_large_arrays_against_a_sixtieth_of_a_second() -> None:
    """What is made anew when the panel has another size, and when an equation is scrubbed to that was not seen yet."""
    traced = trace(large, (Vmap((None, 0)),), jnp.ones((1000, 1000)), jnp.ones((1000, 1000)))
    subject = Subject(verify(traced)[0], values(traced), (0,), None, "large")
    equations = [segment.path for segment in timeline(subject.trace, subject.name).segments][1:]
    for what, paths in (("another size", [None]), ("an equation not seen yet", equations)):
        times = []
        for number in range(FRAMES):
            film, path = Film(subject, (760.0 + 7 * number, 200.0 + 3 * number)), paths[number % len(paths)]
            start = time.perf_counter()
            film.stills(path)
            times.append((time.perf_counter() - start) * 1000)
        for share in (50, 95):
            took = sorted(times)[FRAMES * share // 100]
            row(f"{what}, arrays of 1,000 × 1,000 ÷ 1/60 s, p{share}", took * 60 / 1000, took, 1000 / 60)


def test_a_film_against_its_length(qapp: QApplication) -> None:
    theme.load_fonts()
    size: Size = (960.0, 540.0)
    traced = trace(lambda m, v: m @ v, (Vmap((None, 0)),), jnp.ones((2, 3)), jnp.ones((5, 3)))
    found = verify(traced)[0]
    snapshot = Snapshot(made_with(), Experiment(function="matvec"), found)
    take = animate.Take(Reel(snapshot, Subject(found, None, (0,), None, "matvec"), size), THEMES["light"])
    start = time.perf_counter()
    animate.gif(take)
    took, long = (time.perf_counter() - start) * 1000, take.reel.timeline.total
    row("time to write a film as GIF ÷ its length", took / long, took, long)
