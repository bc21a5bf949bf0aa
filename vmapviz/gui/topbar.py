"""The bar at the top: the name, the example, the call being explained, the menus."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from vmapviz.gui import icons, theme
from vmapviz.gui.widgets.buttons import IconButton, button
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.model import actions
from vmapviz.model.call import Span, call_spans
from vmapviz.model.session import Session

HEIGHT = 48


class TopBar(Restyled, QWidget):
    """Shows where we are; its menus are filled by the window from the table of commands."""

    wants = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topbar")
        self._logo = _Logo(self)
        self._name = ElidedLabel("", "body", weight=600, parent=self)
        self._state = ElidedLabel("", "caption", "ink3", parent=self)
        self._call = CallLabel(self)
        self.menus = {title: button(title, "plain", self) for title in ("File", "View", "Export")}
        self.theme_button = IconButton("theme", "Light or dark")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._logo)
        row.addSpacing(24)
        row.addWidget(self._name)
        row.addWidget(self._state)
        row.addWidget(self._call, 1)
        for menu_button in self.menus.values():
            row.addWidget(menu_button)
        row.addWidget(self.theme_button)
        self._restyle()

    def set_menu(self, title: str, menu: QMenu) -> None:
        """Put a menu behind one of the buttons."""
        opener: QPushButton = self.menus[title]
        opener.setMenu(menu)
        opener.setProperty("opens", "menu")

    def show_session(self, old: Session, new: Session) -> None:
        """Show the experiment's name, whether it was edited, and the call; not in a lecture."""
        self.setVisible(new.lecture is None)
        if old is new or new.experiment is not old.experiment or new.saved is not old.saved:
            self._name.set_text(actions.title(new))
            self._state.set_text("edited" if actions.is_edited(new) else "")
        if old is new or new.picture is not old.picture or new.experiment is not old.experiment:
            self._call.show_session(new)

    def sizeHint(self) -> QSize:
        return QSize(800, theme.px(HEIGHT))

    def _restyle(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("line"))


class _Logo(QWidget):
    """The mark and the name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("vmapviz")

    def sizeHint(self) -> QSize:
        return QSize(theme.px(116), theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(18)
        picture = icons.pixmap("logo", side, "ink", self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - side) // 2, picture)
        painter.setFont(theme.ui_font(theme.px(15), 700))
        painter.setPen(theme.colour("ink"))
        box = self.rect().adjusted(side + theme.px(10), 0, 0, 0)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), "vmapviz")


class CallLabel(QWidget):
    """The call being explained, in the middle or at the left, its batch axes in their colours and underlined."""

    def __init__(self, parent: QWidget | None = None, role: str = "code", middle: bool = True) -> None:
        super().__init__(parent)
        self._role, self._middle = role, middle
        self._spans: tuple[Span, ...] = ()

    def show_session(self, session: Session) -> None:
        """Show the call of the session's experiment."""
        self._spans = call_spans(session.experiment)
        text = "".join(span.text for span in self._spans)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(self._role, 400))
        metrics = painter.fontMetrics()
        spans = cut(self._spans, self.width() // max(metrics.horizontalAdvance("0"), 1))
        total = sum(metrics.horizontalAdvance(span.text) for span in spans)
        x = max(0, (self.width() - total) // 2) if self._middle else 0
        baseline = (self.height() + metrics.ascent() - metrics.descent()) // 2
        for span in spans:
            level = 0 if span.level is None else span.level + 1
            x += self._paint_span(painter, span.text, level, x, baseline)

    def _paint_span(self, painter: QPainter, text: str, level: int, x: int, baseline: int) -> int:
        width = painter.fontMetrics().horizontalAdvance(text)
        role = f"b{min(level, 3)}" if level else "ink2"
        painter.setFont(theme.font(self._role, 700 if level else 400))
        painter.setPen(theme.colour(role))
        painter.drawText(x, baseline, text)
        for line in range(min(level, 3)):
            painter.fillRect(x, baseline + theme.px(3) + 3 * line, width, 2 if level == 1 else 1, theme.colour(role))
        return width


def cut(spans: tuple[Span, ...], room: int) -> tuple[Span, ...]:
    """The pieces of a call, ending in "…" where they have more than `room` letters."""
    if sum(len(span.text) for span in spans) <= room:
        return spans
    kept: list[Span] = []
    left = max(room - 1, 0)
    for span in spans:
        kept.append(Span(span.text[:left], span.level))
        left -= len(kept[-1].text)
    return (*(span for span in kept if span.text), Span("…"))
