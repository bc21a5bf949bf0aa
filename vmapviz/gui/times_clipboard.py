"""The times on the clipboard: as a picture, as SVG, as a table for a spreadsheet or for Markdown."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from vmapviz.export.timings import TIMES_EXPORTS, TimesExport, picture, timed
from vmapviz.gui.export import png
from vmapviz.model.session import Session
from vmapviz.model.theme import THEMES

EXPORTS: tuple[TimesExport, ...] = (
    *TIMES_EXPORTS,
    TimesExport("png", "The plot of the times (PNG)", "png", lambda session: png(picture(session), THEMES["light"])),
)


class Copy(msgspec.Struct, frozen=True):
    """A way to copy: what it is called, the export that it takes, and how its bytes are put on the clipboard."""

    id: str
    title: str
    put: Callable[[QMimeData, bytes], object]


def _image(mime: QMimeData, data: bytes) -> None:
    mime.setImageData(QImage.fromData(data))


def _text(mime: QMimeData, data: bytes) -> None:
    mime.setText(data.decode())


def _svg(mime: QMimeData, data: bytes) -> None:
    mime.setData("image/svg+xml", data)
    mime.setText(data.decode())


COPIES: tuple[Copy, ...] = (
    Copy("png", "Copy the plot as a picture (PNG)", _image),
    Copy("svg", "Copy the plot as SVG", _svg),
    Copy("csv", "Copy the times as a table (CSV)", _text),
    Copy("md", "Copy the times as a table (Markdown)", _text),
)


def copy_times(session: Session, kind: str) -> None:
    """Put the times on the clipboard; without any, nothing happens."""
    if timed(session):
        mime = QMimeData()
        data = next(export for export in EXPORTS if export.id == kind).of(session)
        next(one for one in COPIES if one.id == kind).put(mime, data)
        QGuiApplication.clipboard().setMimeData(mime)
