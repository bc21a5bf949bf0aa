"""What we rely on from Qt itself."""

from __future__ import annotations

import sys

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication


def test_none_keeps_its_references(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost one at every such call on Python 3.10 and 3.11, until the interpreter died."""
    picture, pen = QPixmap(4, 4), QColor("black")
    painter = QPainter(picture)
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.setPen(pen)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost <= 100
