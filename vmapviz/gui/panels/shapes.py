"""The shapes: the picture of the moment that the clock shows, for the whole call or the selected equation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.clock import Clock
from vmapviz.gui.panels.slice_editor import SliceEditor
from vmapviz.gui.panels.transport import step_by_key
from vmapviz.gui.widgets.focus import ring_by_keys
from vmapviz.model import actions
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import bars
from vmapviz.model.scenes.film import Film, filmed
from vmapviz.model.scenes.marks import number_at
from vmapviz.model.scenes.scene import Rect, Scene, Text
from vmapviz.model.scenes.timeline import EMPTY, Place, Timeline
from vmapviz.model.session import Session
from vmapviz.model.slices import Named

NOTHING = "The shapes appear here as soon as the function has been traced."
USUAL, LARGEST = (760.0, 300.0), 2.0  # a panel of this size shows a picture in the guide's pixels
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
OLD = 0.4  # the last good picture behind a problem


class ShapesPanel(QWidget):
    """Paints `frame(t)`. A click on an example follows it, on a cell of it marks where that comes from; Esc forgets the cell. A pointer
    that rests on a cell shows its number with all digits.

    On the bar of an axis it shows another slice, on the index of a slice that is edited.
    """

    wants = Signal(object)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._session = Session()
        self._made: Film | None = None
        self._made_of: tuple[object, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Shapes")
        self._scene: tuple[tuple[object, ...], Scene] | None = None  # what it was made of
        self._painted: Scene | None = None
        self.slices = SliceEditor(self)
        clock.moved.connect(self._moved)

    def focusInEvent(self, event: QFocusEvent) -> None:
        ring_by_keys(self, event)
        super().focusInEvent(event)

    def show_session(self, old: Session, new: Session) -> None:
        """Show another picture; it is drawn when it is seen."""
        self._session = new
        self.slices.show_session(new)
        self.update()

    def _moved(self) -> None:
        """Paint the moment, unless it looks like the one before."""
        if not self.isVisible() or self.scene() is not self._painted:
            self.update()
        elif self._clock.playing:
            self._look_ahead()

    def _look_ahead(self) -> None:
        """While nothing moves, make the picture that is played next: nothing has to wait for it then."""
        film, clock = self._film(), self._clock
        following = clock.timeline.segments[clock.place.segment + 1 :][:1] if clock.loop != "equation" else ()
        if film is not None and following:
            film.stills(following[0].path)

    def scene(self) -> Scene:
        """The picture of this moment, in the size of the panel."""
        film = self._film()
        if film is None or self._clock.timeline is EMPTY:
            size = self._size()
            text = Text(size[0] / 2, size[1] / 2, NOTHING, "ink3", 13, anchor="middle")
            return Scene(*size, (text,), NOTHING)
        about = film, self._moment(), self._session.cell
        if self._scene is None or self._scene[0] != about:
            self._scene = about, film.scene(*self._moment(), cell=self._session.cell)
        return self._scene[1]

    def _moment(self) -> tuple[Timeline, Place, str | None, bool, bool]:
        """What of the film is seen now."""
        clock = self._clock
        return clock.timeline, clock.place, self._path(), actions.is_still(self._session), clock.loop != "equation"

    def _point(self, point: QPointF) -> tuple[float, float]:
        """A point of the panel in the picture."""
        return point.x() / self.zoom(), point.y() / self.zoom()

    def zoom(self) -> float:
        """Pixels per pixel of the picture: the user's zoom, and more where the panel is large."""
        fitting = min(self.width() / USUAL[0], self.height() / USUAL[1])
        return min(max(theme.least_scale(), fitting), LARGEST * theme.px(1000) / 1000)

    def _size(self) -> tuple[float, float]:
        zoom = self.zoom()
        return self.width() / zoom, self.height() / zoom

    def _path(self) -> str | None:
        """The equation to draw: the selected one where the clock stands on it or around it."""
        timeline, selected = self._clock.timeline, self._session.selected
        segment = self._clock.place.segment
        return selected if segment and timeline.segment_of(selected) == segment else timeline.segments[segment].path

    def _film(self) -> Film | None:
        """The pictures, made anew only when what they are made of has changed."""
        session, path = self._session, self._path()
        picture = session.picture
        if picture is None:
            return None
        made_of = picture.trace.programs, picture.experiment, picture.results
        is_selected = path is not None and path == session.selected
        inside = actions.seen(session) if is_selected else None
        talk = actions.seen_on_devices(session) if is_selected else None
        parts: tuple[object, ...] = (*made_of, session.values, inside, talk, session.result, session.example)
        parts = (*parts, session.slices)
        settings = (self._size(), session.view.all_at_once, actions.lanes(session))
        same = len(self._made_of) == len(parts) + 1 and self._made_of[-1] == settings
        if self._made is None or not same or any(a is not b for a, b in zip(parts, self._made_of, strict=False)):
            self._made = Film(filmed(session, inside, talk), self._size(), session.view.all_at_once)
            self._made_of = (*parts, settings)
        return self._made

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        zoom = self.zoom()
        painter.scale(zoom, zoom)
        self._painted = scene = self.scene()
        if self._session.problem is not None or actions.is_stale(self._session):
            painter.setOpacity(OLD)
        paint.draw(painter, scene.items, theme.current())
        if self.accessibleDescription() != scene.caption:
            self.setAccessibleDescription(scene.caption)

    def example_at(self, point: QPointF) -> tuple[int, ...] | None:
        """The example under a point of the panel, one index per level; None where there is none."""
        x, y = self._point(point)
        for item in reversed(self.scene().items):
            if not isinstance(item, Rect) or not (0 <= x - item.x <= item.width and 0 <= y - item.y <= item.height):
                continue
            found = _example(item.key, self._session.example)
            if found is not None:
                return found
        return None

    def cell_at(self, point: QPointF) -> tuple[Picked, tuple[int, ...]] | None:
        """The cell under a point of the panel with its example; None where there is none."""
        film = self._film()
        if film is None or self._clock.timeline is EMPTY:
            return None
        x, y = self._point(point)
        for item in reversed(self.scene().items):
            if isinstance(item, Rect) and 0 <= x - item.x <= item.width and 0 <= y - item.y <= item.height:
                pictures = film.pictures(item.key, *self._moment())
                found = next((found for each in pictures if (found := film.picked_at(*each))), None)
                if found is not None:
                    return found
        return None

    def number_at(self, point: QPointF) -> str:
        """The number of the cell under a point of the panel, with all of its digits; "" where none is known."""
        return number_at(self.scene(), *self._point(point))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.number_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot = bars.spot_at(self.scene(), *self._point(event.position()))
        if spot is not None:
            self.slices.press(spot)
            return
        cell, example = self.cell_at(event.position()) or (None, self.example_at(event.position()))
        if cell is not None or example is not None or self._session.cell is not None:
            self.wants.emit(partial(actions.pick, cell=cell, example=example))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._clock.playing:
            return
        spot = bars.spot_at(self.scene(), *self._point(event.position()))
        if spot is not None and spot.dim is None:
            self.setCursor(Qt.CursorShape.IBeamCursor)
            return
        over = spot is not None or self.example_at(event.position()) is not None
        over = over or self.cell_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def edit_slice(self) -> None:
        """Edit the index of the first slice of the picture, where it has one."""
        self.slices.edit(0)

    def named(self, spot: bars.Spot) -> Named | None:
        """The variable whose slice a place of the picture belongs to."""
        film = self._film()
        pictures = film.pictures(spot.figure, *self._moment()) if film is not None else ()
        return next((found for each in pictures if film and (found := film.named(*each, spot.rank))), None)

    def step_cell(self, down: int, across: int) -> None:
        """Pick the cell beside the picked one; where the picture shows nothing of that, the first cell of its result."""
        film, cell = self._film(), self._session.cell
        marked = any(isinstance(item, Rect) and item.key.endswith("=") for item in self.scene().items)
        found = film.first(self.scene(), *self._moment()) if film is not None and not marked else None
        if film is not None and marked and cell is not None and cell.turn is not None:
            found = film.beside(self._path(), cell, down, across) or (cell, self._session.example)
        change = partial(actions.step_cell, down=down, across=across)
        self.wants.emit(partial(actions.pick, cell=found[0], example=found[1]) if found is not None else change)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_E:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.wants.emit(actions.follow_previous if back else actions.follow_next)
        elif event.key() == Qt.Key.Key_I:
            self.edit_slice()
        elif event.key() == Qt.Key.Key_Escape and self._session.cell is not None:
            self.wants.emit(partial(actions.pick, cell=None))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and event.key() in STEPS:
            down, across = STEPS[Qt.Key(event.key())]
            self.step_cell(down, across)
        elif not step_by_key(self._clock, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(910, theme.px(280))


def _example(key: str, followed: tuple[int, ...]) -> tuple[int, ...] | None:
    """The example that a frame belongs to, from its key such as `a0@-,2`; levels it has not stay as they are."""
    _, mark, rest = key.partition("@")
    parts = rest.split(",")
    if not mark or len(parts) != len(followed) or not all(part.isdigit() or part == "-" for part in parts):
        return None
    return tuple(old if part == "-" else int(part) for part, old in zip(parts, followed, strict=True))
