"""A row of a few choices of which one holds: "one by one | all at once"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vmapviz.gui import theme

Mark = tuple[int, str]
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class _Segment(QAbstractButton):
    stepped = Signal(int)

    def __init__(self, text: str, parent: QWidget, mark: Mark = (0, "ink")) -> None:
        super().__init__(parent)
        self._dots, self._role = mark
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
        return QSize(self._marks_width() + bold.horizontalAdvance(self.text()) + theme.px(20), theme.px(28))

    def _marks_width(self) -> int:
        return theme.px(9 * self._dots + 4) if self._dots else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("body", 600 if self.isChecked() else 400))
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        lively = self.isEnabled() and (self.isChecked() or self.underMouse())
        painter.setPen(theme.colour("ink" if lively else "ink2"))
        painter.drawText(self.rect().adjusted(self._marks_width(), 0, 0, 0), Qt.AlignmentFlag.AlignCenter, self.text())
        self._paint_marks(painter)

    def _paint_marks(self, painter: QPainter) -> None:
        """The dots of a level before the text."""
        text = painter.fontMetrics().horizontalAdvance(self.text())
        x, size = (self.width() - text - self._marks_width()) / 2, theme.px(8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._role))
        for dot in range(self._dots):
            painter.drawEllipse(QRectF(x + dot * theme.px(9), (self.height() - size) / 2, size, size))


class Segmented(QWidget):
    """Click, or the arrow keys, choose; `chosen` carries the text of what the user chose.

    `marks` are dots before the texts, as many and in the role that each says.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: tuple[str, ...],
        chosen: str,
        name: str = "",
        parent: QWidget | None = None,
        marks: tuple[Mark, ...] = (),
    ) -> None:
        super().__init__(parent)
        self.segments: list[_Segment] = []
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        dots = marks or ((0, "ink"),) * len(options)
        self.segments = [_Segment(option, self, mark) for option, mark in zip(options, dots, strict=True)]
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

    def set_possible(self, option: str, why_not: str = "") -> None:
        """Let `option` be chosen, or say why it cannot be."""
        segment = next(one for one in self.segments if one.text() == option)
        segment.setEnabled(not why_not)
        segment.setToolTip(why_not)

    def offer(self, option: str, offered: bool) -> None:
        """Show `option` among the choices, or leave it out."""
        segment = next(one for one in self.segments if one.text() == option)
        if segment.isHidden() == offered:
            segment.setVisible(offered)
            segment.setEnabled(offered)
            self._place()

    def _choose(self, segment: _Segment) -> None:
        if segment.isEnabled() and not segment.isChecked():
            self.set_chosen(segment.text())
            self.chosen.emit(segment.text())

    def _walk(self, segment: _Segment, step: int) -> None:
        at = self.segments.index(segment)
        onwards = self.segments[at + 1 :] if step > 0 else self.segments[:at][::-1]
        there = next((one for one in onwards if one.isEnabled()), segment)
        there.setFocus(Qt.FocusReason.TabFocusReason)
        self._choose(there)

    def _place(self) -> None:
        x = 0
        for segment in self.segments:
            if segment.isHidden() and not segment.isEnabled():
                continue
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
