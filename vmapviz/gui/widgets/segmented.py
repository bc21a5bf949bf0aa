"""A row of two or three choices of which one holds: "one by one | all at once"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmapviz.gui import theme

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class _Segment(QAbstractButton):
    stepped = Signal(int)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("ring", 6)

    def nextCheckState(self) -> None:
        """Stay as told: only `set_chosen` says what is chosen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        bold = QFontMetrics(theme.font("body", 600))
        return QSize(bold.horizontalAdvance(self.text()) + theme.px(20), theme.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("body", 600 if self.isChecked() else 400))
        painter.setPen(theme.colour("ink" if self.isChecked() or self.underMouse() else "ink2"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segmented(QWidget):
    """Click, or the arrow keys, choose; `chosen` carries the text of what the user chose."""

    chosen = Signal(str)

    def __init__(self, options: tuple[str, ...], chosen: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments: list[_Segment] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.segments = [_Segment(option, self) for option in options]
        for segment in self.segments:
            segment.clicked.connect(lambda _checked=False, s=segment: self._choose(s))
            segment.stepped.connect(lambda step, s=segment: self._walk(s, step))
        self.set_chosen(chosen)
        self._place()

    def set_chosen(self, option: str) -> None:
        """Show `option` as the one that holds, without reporting it; one that is not among them is a ValueError."""
        options = [s.text() for s in self.segments]
        at = options.index(option)
        for index, segment in enumerate(self.segments):
            segment.setChecked(index == at)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if index == at else Qt.FocusPolicy.ClickFocus)
        self.update()

    def _choose(self, segment: _Segment) -> None:
        if not segment.isChecked():
            self.set_chosen(segment.text())
            self.chosen.emit(segment.text())

    def _walk(self, segment: _Segment, step: int) -> None:
        at = min(max(self.segments.index(segment) + step, 0), len(self.segments) - 1)
        self.segments[at].setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(self.segments[at])

    def _place(self) -> None:
        x = 0
        for segment in self.segments:
            size = segment.sizeHint()
            segment.setGeometry(x, 0, size.width(), size.height())
            x += size.width()
        self.setFixedSize(x, theme.px(28))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.segments:
            self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(6), theme.px(6))
        painter.fillPath(outline, theme.colour("surface"))
        painter.setClipPath(outline)
        for segment in self.segments:
            if segment.isChecked():
                painter.fillRect(segment.geometry(), theme.colour("select"))
        painter.setClipping(False)
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.drawPath(outline)
