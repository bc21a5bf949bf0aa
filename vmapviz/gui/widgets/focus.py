"""The ring around the control that has the keyboard: 2 px of ink, 2 px away, painted over whatever is beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from vmapviz.gui import theme

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


class FocusRing(QObject):
    """One per app: puts a ring around the control that got the keyboard focus, and takes it away again.

    Other widgets ask for a ring by the property `ring`, its radius in pixels. Where the mouse gave the focus there is none:
    the pointer is already there.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: _Ring | None = None
        app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def target(self) -> QWidget | None:
        """Return the control that a ring is around, None where there is none."""
        ring = self._ring
        return ring.target if ring is not None and isValid(ring) and isValid(ring.target) else None

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        # A ring dies with the window it lies in, so each focus gets a new one.
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        by_mouse = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        self._ring = _Ring(new) if new is not None and not by_mouse and wants_ring(new) else None


class _Ring(QWidget):
    def __init__(self, target: QWidget) -> None:
        # The canvas is not kept: as the last to hold a dialog, the ring would end it while being ended by it.
        super().__init__(_canvas(target))
        self.target = target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        place: QWidget | None = target
        while place is not None and place is not self.parentWidget():  # what is around the control may move, too
            place.installEventFilter(self)
            place = place.parentWidget()
        self._place()

    def _place(self) -> None:
        out = theme.px(4)
        corner = self.target.mapTo(_canvas(self.target), self.target.rect().topLeft())
        self.setGeometry(self.target.rect().translated(corner).adjusted(-out, -out, out, out))
        self.setVisible(self.target.isVisible())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide and watched is self.target:
            # Touch nothing else: when the app ends, the window around both is already gone.
            self.hide()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show) and isValid(self.target):
            self._place()
        return False

    def _is_covered(self) -> bool:
        """Whether something lies over the control, as a message does that came since."""
        window, middle = self.target.window(), self.target.rect().center()
        seen = window.childAt(self.target.mapTo(window, middle))
        return seen is not None and seen is not self.target and not self.target.isAncestorOf(seen)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._is_covered():
            return
        width = theme.px(2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("ink"), width))
        asked = self.target.property("ring")
        radius = theme.px(8 if asked is None else int(asked)) if asked != 0 else 0
        box = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(box, radius, radius)


KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


def ring_by_keys(widget: QWidget, event: QFocusEvent) -> None:
    """For large views, from their `focusInEvent`: a ring when keys gave the focus, none when it came by itself."""
    widget.setProperty("ring", 0 if event.reason() in KEYS else -1)


def wants_ring(widget: QWidget) -> bool:
    """Say whether `widget` is a control that shows the keyboard focus by a ring; the property `ring` holds its radius, -1 = never."""
    asked = widget.property("ring")
    return int(asked) >= 0 if asked is not None else isinstance(widget, CONTROLS)


def _canvas(widget: QWidget) -> QWidget:
    """Return the widget that the ring lies on: what scrolls with `widget`, else its window."""
    canvas = widget.parentWidget() or widget
    while not canvas.isWindow():
        parent = canvas.parentWidget()
        if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
            break
        canvas = parent
    return canvas
