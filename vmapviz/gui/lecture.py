"""What a lecture has around its one panel: the name and the call above, the steps and the panels below, and a blank screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.clock import Clock
from vmapviz.gui.editor import CodeEditor
from vmapviz.gui.topbar import CallLabel
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.model import actions
from vmapviz.model.session import Lecture, Session

HEAD, FOOT = 36, 32
SIDE = 24
DOT, APART = 5, 16  # a step's place among others, before the zoom of a lecture
MOST_DOTS, BAR = 14, 120


class LectureHead(QWidget):
    """The name of the experiment, and the call being explained."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel("", "sentence", weight=700, parent=self)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.call = CallLabel(self, "cell", middle=False)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.name)
        self._row.addWidget(self.call, 1)
        self.setAccessibleName("Lecture")
        self.hide()

    def show_session(self, old: Session, new: Session) -> None:
        """Show name and call; be seen in a lecture."""
        self.setVisible(new.lecture is not None)
        if new.lecture is not None:
            self.name.set_text(actions.title(new))
            self.call.show_session(new)
            self.setFixedHeight(theme.px(HEAD))
            self._row.setContentsMargins(theme.px(SIDE), 0, theme.px(SIDE), 0)
            self._row.setSpacing(theme.px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))


class LectureFoot(QWidget):
    """One dot per step and which of them is shown; the panel, and which Tab goes to. It has the keyboard where no panel needs it.

    `scrolled` carries 1 for Down, -1 for Up.
    """

    scrolled = Signal(int)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._session = Session()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        clock.moved.connect(self._tell)
        self.hide()

    def show_session(self, old: Session, new: Session) -> None:
        """Show where the lecture is; be seen in one."""
        self._session = new
        self.setVisible(new.lecture is not None)
        if new.lecture is not None:
            self.setFixedHeight(theme.px(FOOT))
        self._tell()

    def _tell(self) -> None:
        if self._session.lecture is not None:
            self.setAccessibleName(f"Lecture: step {self.step_text()}; {self.panel_text()[0]}")
            self.setAccessibleDescription(f"{self.panel_text()[1]} · Page Down: go on · Page Up: back · Esc: leave")
            self.update()

    def step_text(self) -> str:
        """Where the lecture is: "2 of 4", in Shapes with the phase."""
        session = self._session
        text = f"{actions.lecture_step(session) + 1} of {len(actions.lecture_steps(session))}"
        if session.lecture is None or session.lecture.panel != "shapes":
            return text
        place = self._clock.place
        phase = self._clock.timeline.segments[place.segment].phases[place.phase].name
        return f"{text} · {phase.lower()}" if phase else text

    def panel_text(self) -> tuple[str, str]:
        """The panel that is shown, and the keys for others."""
        panels = list(actions.LECTURE_PANELS)
        here = panels.index((self._session.lecture or Lecture()).panel)
        if actions.is_failing(self._session):
            return actions.LECTURE_PANELS[panels[here]], "Tab: what to try · B: blank · Esc: leave"
        others = ", ".join(actions.LECTURE_PANELS[panel] for panel in (*panels[here + 1 :], *panels[:here]))
        return actions.LECTURE_PANELS[panels[here]], f"Tab: {others} · B: blank"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.scrolled.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, theme.px(FOOT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("line"))
        count, step = len(actions.lecture_steps(self._session)), actions.lecture_step(self._session)
        x = theme.px(SIDE) + (self._dots if count <= MOST_DOTS else self._bar)(painter, count, step)
        self._words(painter, x + theme.px(14))

    def _dots(self, painter: QPainter, count: int, step: int) -> int:
        """Paint a dot per step, full as far as the lecture has come; the width they take."""
        apart, middle = theme.px(APART), self.height() / 2
        ink, left = theme.colour("ink"), theme.px(SIDE) + theme.px(DOT)
        for n in range(count):
            radius = theme.px(DOT) * (0.9 if n == step else 0.55)
            x = left + n * apart
            painter.setPen(QPen(ink, theme.px(1)))
            painter.setBrush(ink if n <= step else theme.colour("window"))
            painter.drawEllipse(QPointF(x, middle), radius, radius)
            if n + 1 < count:
                painter.setPen(QPen(theme.colour("edge"), theme.px(1)))
                painter.drawLine(QPointF(x + apart * 0.36, middle), QPointF(x + apart * 0.64, middle))
        return (count - 1) * apart + 2 * theme.px(DOT)

    def _bar(self, painter: QPainter, count: int, step: int) -> int:
        """Paint a bar, full as far as the lecture has come; its width."""
        width, height = theme.px(BAR), theme.px(4)
        whole = QRectF(theme.px(SIDE), (self.height() - height) / 2, width, height)
        painter.fillRect(whole, theme.colour("line"))
        whole.setWidth(width * (step + 1) / count)
        painter.fillRect(whole, theme.colour("ink"))
        return width

    def _words(self, painter: QPainter, left: int) -> None:
        """Paint the step after the dots, the panel and the keys at the right; fewer of them where there is no room."""
        height, right = self.height(), self.width() - theme.px(SIDE)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("ink2"))
        step = self.step_text()
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(left, 0, right - left, height), middle, step)
        left += painter.fontMetrics().horizontalAdvance(step) + theme.px(16)
        panel, keys = self.panel_text()
        fonts = theme.font("caption", 700), theme.font("caption", 500)
        widths = [QFontMetrics(font).horizontalAdvance(text) for font, text in zip(fonts, (panel, " · "), strict=True)]
        room = right - left - sum(widths)
        said = next(
            (t for t in (keys, "Tab: next · B: blank") if QFontMetrics(fonts[1]).horizontalAdvance(t) <= room), ""
        )
        after = f" · {said}" if said else ""
        x = right - widths[0] - QFontMetrics(fonts[1]).horizontalAdvance(after)
        for font, role, text in zip(fonts, ("ink", "ink2"), (panel, after), strict=True):
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            painter.drawText(QRectF(x, 0, right - x + 1, height), middle, text)
            x += widths[0]


class CodeStage(QWidget):
    """Where the editor stands alone, as high as its text; it is lent from the function and takes no keyboard here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor: CodeEditor | None = None
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self.hide()

    def take(self, editor: CodeEditor) -> None:
        """Have the editor."""
        self._editor = editor
        self._column.insertWidget(0, editor)
        editor.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        editor.set_rows(None)
        editor.show()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        around = theme.px(12)
        self._column.setContentsMargins(around, around, around, around)
        if self._editor is not None and self._editor.parentWidget() is self:
            self._editor.set_most_height(self.height() - 2 * around)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))


class Blank(QWidget):
    """Black over all of its parent, so that nothing draws the eye."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAccessibleName("Blank screen: B or Page Down shows the lecture again")
        self.setCursor(Qt.CursorShape.BlankCursor)
        parent.installEventFilter(self)
        self.hide()

    def show_session(self, old: Session, new: Session) -> None:
        """Be there when the lecture is blank."""
        self.setVisible(new.lecture is not None and new.lecture.blank)
        self._cover()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self._over.rect())
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), Qt.GlobalColor.black)
