"""The transport: start, back, play, forward, the track to scrub on, and where we are in words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.clock import Clock as Clock
from vmapviz.gui.widgets.buttons import IconButton, RoundButton, button
from vmapviz.model import actions
from vmapviz.model.actions import watching
from vmapviz.model.scenes import track
from vmapviz.model.scenes.timeline import EMPTY, Timeline, timeline
from vmapviz.model.session import Session
from vmapviz.model.sweep_state import on_timer

HEIGHT = 52
PAD = 12.0  # room at both ends of the track for the playhead


class Transport(QWidget):
    """Moves the clock; where the clock comes into another equation, that one is selected."""

    wants = Signal(object)

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Transport: Space plays, Left and Right step")
        self.start = IconButton("first", "To the start", self)
        self.back = IconButton("previous", "Previous phase", self)
        self.play = RoundButton("play", "Play", self)
        self.forward = IconButton("next", "Next phase", self)
        self.track = Track(clock, self)
        self.words = button("", "plain", self)
        self.words.setToolTip("Change the speed")
        self.words.clicked.connect(lambda: self.wants.emit(watching.cycle_speed))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        for widget in (self.start, self.back, self.play, self.forward):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.track, 1)
        row.addSpacing(8)
        row.addWidget(self.words)
        self.start.clicked.connect(clock.home)
        self.back.clicked.connect(clock.back)
        self.play.clicked.connect(clock.toggle)
        self.forward.clicked.connect(clock.forward)
        clock.toggled.connect(self._toggled)
        clock.moved.connect(self._moved)
        clock.arrived.connect(self._arrived)
        self._moved()

    def show_session(self, old: Session, new: Session) -> None:
        """Take the timeline of the picture, stand at the selected equation, go at the chosen speed."""
        old, new = actions.as_vmap(old), actions.as_vmap(new)
        clock = self._clock
        clock.speed, clock.reduced = new.view.speed, new.view.reduced_motion
        if new.jobs.time is not None and (new.jobs.time != old.jobs.time or not on_timer(new)):
            clock.pause()  # a moving picture makes what is measured slower; one that is played later makes the sweep wait
        if _differs(old, new) or clock.timeline is EMPTY:
            made = _made(new)
            segment = made.segment_of(new.selected)
            clock.set_timeline(made, segment, finished=segment > 0)
        elif clock.timeline.segment_of(new.selected) != clock.place.segment:
            clock.pause()
            segment = clock.timeline.segment_of(new.selected)
            clock.show_segment(segment, finished=segment > 0)
        self.setEnabled(new.picture is not None)
        self._moved()

    def _arrived(self, segment: int) -> None:
        path = self._clock.timeline.segments[segment].path
        self.wants.emit(partial(actions.select_in_vmap, path=path))

    def _toggled(self, playing: bool) -> None:
        self.play.set_icon(*(("pause", "Pause") if playing else ("play", "Play")))

    def _moved(self) -> None:
        text = self.place_text()
        if text != self.words.text():
            self.words.setText(text)
            self.words.setAccessibleName(text)
        self.track.update()

    def place_text(self) -> str:
        """Where we are: "2 of 4 · run · 1×"."""
        place = self._clock.place
        segments = self._clock.timeline.segments
        phase = segments[place.segment].phases[place.phase].name
        where = f"{place.segment} of {len(segments) - 1}" if place.segment else "whole call"
        return f"{where} · {phase.lower()} · {self._clock.speed:g}×" if phase else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not step_by_key(self._clock, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(600, theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(360, theme.px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("window"))
        painter.fillRect(QRect(0, 0, self.width(), 1), theme.colour("line"))


def step_by_key(clock: Clock, event: QKeyEvent) -> bool:
    """Do what a plain key does to the clock; whether it did anything."""
    actions = {
        Qt.Key.Key_Right: clock.forward,
        Qt.Key.Key_Left: clock.back,
        Qt.Key.Key_Space: clock.toggle,
        Qt.Key.Key_Home: clock.home,
        Qt.Key.Key_End: clock.end,
    }
    action = actions.get(Qt.Key(event.key()))
    if action is not None:
        action()
    return action is not None


def _differs(old: Session, new: Session) -> bool:
    """Whether another timeline is needed."""
    if old.picture is new.picture and old.view == new.view:
        return False
    return _timeline_of(old) != _timeline_of(new)


def _timeline_of(session: Session) -> tuple[object, ...]:
    """What a timeline is made of; a verified trace has the equations of the one before."""
    if session.picture is None:
        return (None,)
    programs = session.picture.trace.programs
    view = session.view
    names = tuple(e.primitive for program in (programs[0], programs[-1]) for e in program.equations)
    levels = session.picture.trace.levels
    return session.picture.experiment.function, names, levels, view.all_at_once, view.reduced_motion


def _made(session: Session) -> Timeline:
    if session.picture is None:
        return EMPTY
    name = session.picture.experiment.function or "f"
    return timeline(session.picture.trace, name, session.view.all_at_once, session.view.reduced_motion)


class Track(QWidget):
    """The segments; pressing and dragging scrubs."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.setAccessibleName("Timeline")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumSize(120, theme.px(HEIGHT))

    def _width(self) -> float:
        return self.width() / _zoom() - 2 * PAD

    def _scrub(self, event: QMouseEvent) -> None:
        clock = self._clock
        clock.pause()
        x = event.position().x() / _zoom() - PAD
        clock.seek(clock.timeline.moment(track.place_at(clock.timeline, clock.place.segment, self._width(), x)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._clock.timeline is EMPTY:
            return
        painter = QPainter(self)
        painter.scale(_zoom(), _zoom())
        painter.translate(PAD, 0)
        paint.draw(painter, track.items(self._clock.timeline, self._clock.place, self._width()), theme.current())


def _zoom() -> float:
    return theme.px(1000) / 1000
