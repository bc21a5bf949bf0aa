"""The exports that Qt paints: PDF and PNG of the programs, and a picture of a widget as it is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from vmapviz.export import table
from vmapviz.export.programs import programs_scene
from vmapviz.export.table import Export
from vmapviz.gui import theme
from vmapviz.gui.paint import draw
from vmapviz.model.scenes.scene import Rect, Scene
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES, Theme

DPI = 96  # one pixel of a scene is 1/96 inch, as in CSS
SHARP = 2.0


def pdf(scene: Scene, look: Theme) -> bytes:
    """The scene as a PDF of one page of its own size, its texts as text."""
    return pages([scene], look)


def pages(scenes: Iterable[Scene], look: Theme) -> bytes:
    """The scenes as the pages of a PDF, each of its own size."""
    theme.load_fonts()

    def write(buffer: QBuffer) -> None:
        writer = QPdfWriter(buffer)
        writer.setResolution(DPI)
        writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        writer.setCreator("vmapviz")
        painter: QPainter | None = None
        for scene in scenes:
            writer.setPageSize(QPageSize(QSizeF(scene.width, scene.height) * (72 / DPI), QPageSize.Unit.Point))
            if painter is None:
                writer.setTitle(scene.title)
                painter = QPainter(writer)
            else:
                writer.newPage()
            _fill(painter, scene, look)
        if painter is not None:
            painter.end()

    return _written(write)


def png(scene: Scene, look: Theme, scale: float = SHARP) -> bytes:
    """The scene as a PNG of `scale` times its size."""
    image = QImage(round(scene.width * scale), round(scene.height * scale), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(painter, scene, look)
    return _written(lambda buffer: QImageWriter(buffer, QByteArray(b"png")).write(image))


def widget_png(widget: QWidget) -> bytes:
    """A widget, or the whole window, as it is seen now."""
    image = widget.grab().toImage()
    return _written(lambda buffer: QImageWriter(buffer, QByteArray(b"png")).write(image))


def paint(painter: QPainter, scene: Scene, look: Theme) -> None:
    """Paint a scene on its ground, and end the painter."""
    _fill(painter, scene, look)
    painter.end()


def _fill(painter: QPainter, scene: Scene, look: Theme) -> None:
    ground = Rect(0, 0, scene.width, scene.height, fill="surface")
    draw(painter, (ground, *scene.items), look)


def _written(write: Callable[[QBuffer], object]) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())


def _pdf(snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
    return pdf(programs_scene(snapshot, selected, shown=shown), THEMES["light"])


def _png(snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
    return png(programs_scene(snapshot, selected, shown=shown), THEMES["light"])


EXPORTS: tuple[Export, ...] = (
    *table.EXPORTS,
    Export("pdf", "Both programs as a picture (PDF)", "pdf", _pdf),
    Export("png", "Both programs as a picture (PNG)", "png", _png),
)
