"""A row of a few choices of which one holds: "one by one | all at once"."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from vmapviz.gui import icons, theme
from vmapviz.gui.widgets.row_button import RowButton

Mark = tuple[int, str]
_CHEVRON = 20


class _Segment(RowButton):
    def __init__(self, text: str, parent: QWidget, mark: Mark = (0, "ink")) -> None:
        super().__init__(parent)
        self._dots, self._role = mark
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("ring", 6)

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

    `marks` are dots before the texts, as many and in the role that each says. Where there is no room for all, only the chosen one is
    seen, and a menu has the others.
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
        self._offered = set(options)
        self._hints: dict[str, str] = {}
        self._compact = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        dots = marks or ((0, "ink"),) * len(options)
        self.segments = [_Segment(option, self, mark) for option, mark in zip(options, dots, strict=True)]
        for segment in self.segments:
            segment.clicked.connect(lambda _checked=False, s=segment: self._clicked(s))
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
        if self._compact:
            self._place()
        self.update()

    def set_possible(self, option: str, why_not: str = "") -> None:
        """Let `option` be chosen, or say why it cannot be."""
        segment = next(one for one in self.segments if one.text() == option)
        segment.setEnabled(not why_not)
        segment.setToolTip(why_not or self._hints.get(option, ""))

    def explain(self, hints: dict[str, str]) -> None:
        """Say of options what they mean, to who rests the pointer on them or listens."""
        self._hints = hints
        for segment in self.segments:
            segment.setToolTip(hints.get(segment.text(), ""))
            segment.setAccessibleDescription(hints.get(segment.text(), ""))

    def offer(self, option: str, offered: bool) -> None:
        """Show `option` among the choices, or leave it out."""
        if (option in self._offered) != offered:
            self._offered ^= {option}
            self._place()

    def set_room(self, room: int) -> None:
        """Be no wider than `room` pixels, if need be with a menu."""
        compact = room < sum(s.sizeHint().width() for s in self.segments if s.text() in self._offered)
        if compact != self._compact:
            self._compact = compact
            self._place()

    def menu(self) -> QMenu:
        """The choices as a menu, the one that holds checked."""
        made = QMenu(self)
        made.setToolTipsVisible(True)
        made.setAccessibleName(self.accessibleName())
        for segment in (s for s in self.segments if s.text() in self._offered):
            action = made.addAction(segment.text(), partial(self._choose, segment))
            action.setCheckable(True)
            action.setChecked(segment.isChecked())
            action.setEnabled(segment.isEnabled())
            action.setToolTip(segment.toolTip() or segment.text())
        made.aboutToHide.connect(made.deleteLater)
        return made

    def _clicked(self, segment: _Segment) -> None:
        if self._compact:
            self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            self._choose(segment)

    def _choose(self, segment: _Segment) -> None:
        if segment.isEnabled() and not segment.isChecked():
            self.set_chosen(segment.text())
            self.chosen.emit(segment.text())

    def _walk(self, segment: _Segment, step: int) -> None:
        at = self.segments.index(segment)
        onwards = self.segments[at + 1 :] if step > 0 else self.segments[:at][::-1]
        possible = (one for one in onwards if one.isEnabled() and one.text() in self._offered)
        there = next(possible, segment)
        self._choose(there)
        there.setFocus(Qt.FocusReason.TabFocusReason)

    def _place(self) -> None:
        x = 0
        for segment in self.segments:
            seen = segment.text() in self._offered and (segment.isChecked() or not self._compact)
            segment.setVisible(seen)
            if seen:
                size = segment.sizeHint()
                segment.setGeometry(x, 0, size.width(), size.height())
                x += size.width()
        self.setFixedSize(x + theme.px(_CHEVRON) * self._compact, theme.px(28))

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
            if segment.isChecked() and not self._compact:
                painter.fillRect(segment.geometry(), theme.colour("select"))
        painter.setClipping(False)
        if self._compact:
            side = theme.px(12)
            place = QRectF(self.width() - theme.px(_CHEVRON), (self.height() - side) / 2, side, side)
            icons.paint(painter, "chevron-down", place, "ink2")
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.drawPath(outline)
