"""Waiting, drawn: a thin line that fills or wanders, and the grey bars of a program that is not there yet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from vmapviz.gui import theme

_TICK_MS, _STEP, _SHARE = 50, 0.012, 0.37


class ProgressLine(QWidget):
    """A line of 3 px: filled to a share from 0 to 1, or, when nobody knows how far it is, a part of it that wanders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._done: float | None = None
        self._at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._wander)
        self.set_done(None)

    def set_done(self, done: float | None) -> None:
        """Show that the share `done` is done, or None = not known."""
        self._done = done
        self.setAccessibleName("working" if done is None else f"{done:.0%} done")
        self._run_timer()
        self.update()

    def moves(self) -> bool:
        """Say whether something moves now."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(3))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _run_timer(self) -> None:
        moves = bool(self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self))
        if self._done is None and self.isVisible() and moves:
            self._timer.start()
        else:
            self._timer.stop()

    def _wander(self) -> None:
        self._at = (self._at + _STEP) % 1.0
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_timer()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run_timer()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, theme.colour("line"))
        for start, end in self._parts():
            part = QRectF(box.width() * start, 0, box.width() * (end - start), box.height())
            painter.fillRect(part, theme.colour("ink"))

    def _parts(self) -> list[tuple[float, float]]:
        if self._done is not None:
            return [(0.0, min(max(self._done, 0.0), 1.0))]
        end = self._at + _SHARE
        return [(self._at, min(end, 1.0)), (0.0, max(end - 1.0, 0.0))]


# Rows of the jaxpr to come: (share of the width, height above it in rows), as wide as real equations are.
_ROWS = ((0.38, 0.0), (0.475, 0.0), (0.285, 0.0), (0.76, 1.0), (0.60, 0.4), (0.665, 0.4))


class Skeleton(QWidget):
    """Grey bars in the places where equations will stand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        rows = sum(1 + gap for _, gap in _ROWS)
        return QSize(theme.px(200), int(rows * theme.px(24)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        row, y = theme.px(24), 0.0
        for share, gap in _ROWS:
            y += gap * row
            painter.fillRect(QRectF(0, y + row * 0.25, self.width() * share, row * 0.5), theme.colour("sunken"))
            y += row
