"""The shapes and their transport as the app holds them together, and the mouse over the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from vmapviz.gui.clock import Clock
from vmapviz.gui.panels.shapes import ShapesPanel
from vmapviz.gui.panels.transport import Transport
from vmapviz.model.scenes.scene import Rect
from vmapviz.model.session import Session

Change = Callable[[Session], Session]


class Pair:
    """Shapes and transport on one clock, with what they want applied as the app would."""

    def __init__(self, qtbot: QtBot, session: Session) -> None:
        self.clock = Clock()
        self.shapes, self.transport = ShapesPanel(self.clock), Transport(self.clock)
        self.session = Session()
        self.changes: list[Change] = []
        for widget in (self.shapes, self.transport):
            qtbot.addWidget(widget)
            widget.wants.connect(self.want)
        self.shapes.resize(910, 280)
        self.transport.resize(910, 52)
        self.show(session)

    def want(self, change: Change) -> None:
        self.changes.append(change)
        self.show(change(self.session))

    def show(self, session: Session) -> None:
        old, self.session = self.session, session
        for widget in (self.shapes, self.transport):
            widget.show_session(old, session)


def click(qtbot: QtBot, pair: Pair, key: str) -> None:
    """Press the mouse in the middle of what has this key in the picture of this moment."""
    zoom = pair.shapes.zoom()
    cell = next(i for i in pair.shapes.scene().items if isinstance(i, Rect) and i.key == key)
    point = QPointF((cell.x + cell.width / 2) * zoom, (cell.y + cell.height / 2) * zoom)
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=point.toPoint())
