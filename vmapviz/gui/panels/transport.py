"""The transport: start, back, play, forward, the track to scrub on, and where we are in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from vmapviz.gui import paint, theme
from vmapviz.gui.clock import Clock as Clock
from vmapviz.gui.widgets.buttons import IconButton, RoundButton
from vmapviz.gui.widgets.elided import ElidedLabel
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.model import actions
from vmapviz.model.actions.watching import LOOPS, SPEEDS, nearest_speed
from vmapviz.model.scenes import track
from vmapviz.model.scenes.timeline import EMPTY, Timeline, timeline
from vmapviz.model.session import Loop, Session
from vmapviz.model.sweep_state import on_timer

HEIGHT, WORDY = 52, 560
PAD = 18.0  # room at both ends of the track for the playhead, and for what says that there is more


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
        self.words = ElidedLabel("", "body", "ink2", parent=self)
        self.speed = Segmented(tuple(map(_times, SPEEDS)), _times(1.0), "Speed", self)
        self.speed.set_room(0)
        self.speed.explain({_times(speed): "How fast it plays (+ and -)" for speed in SPEEDS})
        self.loop = IconButton("loop", "", self)
        self.loop.setCheckable(True)
        self.speed.chosen.connect(lambda text: self.wants.emit(partial(actions.set_speed, speed=float(text[:-1]))))
        self.loop.clicked.connect(lambda: self.wants.emit(actions.next_loop))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        for widget in (self.start, self.back, self.play, self.forward):
            row.addWidget(widget)
        row.addSpacing(12)
        row.addWidget(self.track, 1)
        row.addSpacing(8)
        for beside in (self.words, self.speed, self.loop):
            row.addWidget(beside)
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
        view = new.view
        clock.speed, clock.reduced, clock.loop = nearest_speed(view.speed), actions.is_still(new), view.loop
        self.speed.set_chosen(_times(clock.speed))
        self._show_loop(view.loop)
        # A moving picture makes what is measured slower; of what another worker measures it makes the sweep wait.
        clock.held = new.jobs.time is not None and not on_timer(new)
        if clock.held or (new.jobs.time is not None and new.jobs.time != old.jobs.time):
            clock.pause()
        self._say_held(clock.held)
        if _differs(old, new) or clock.timeline is EMPTY:
            made = timeline_of(new)
            segment = made.segment_of(new.selected)
            clock.set_timeline(made, segment, finished=segment > 0)
            self._fit_words()
        elif clock.timeline.segment_of(new.selected) != clock.place.segment:
            clock.pause()
            segment = clock.timeline.segment_of(new.selected)
            clock.show_segment(segment, finished=segment > 0)
        self.setEnabled(new.picture is not None)
        self._moved()

    def _say_held(self, held: bool) -> None:
        why = "Times are being measured: a moving picture would make them longer" if held else ""
        self.play.setEnabled(not held)
        self.play.setAccessibleDescription(why)
        self.play.setToolTip(why or self.play.accessibleName())

    def _show_loop(self, loop: Loop) -> None:
        self.loop.set_icon("loop-one" if loop == "equation" else "loop", f"{LOOPS[loop].capitalize()} (L)")
        self.loop.setChecked(loop != "once")

    def _arrived(self, segment: int) -> None:
        path = self._clock.timeline.segments[segment].path
        self.wants.emit(partial(actions.arrive, path=path))

    def _toggled(self, playing: bool) -> None:
        self.play.set_icon(*(("pause", "Pause") if playing else ("play", "Play")))

    def _moved(self) -> None:
        text = self.place_text()
        if text != self.words.text():
            self.words.set_text(text)
        self.track.update()

    def place_text(self) -> str:
        """Where we are: "2 of 4 · run", or the phase of the whole call."""
        place = self._clock.place
        return self._text_at(place.segment, self._clock.timeline.segments[place.segment].phases[place.phase].name)

    def _text_at(self, segment: int, phase: str) -> str:
        return f"{segment} of {len(self._clock.timeline.segments) - 1} · {phase}" if segment else phase.lower()

    def _fit_words(self) -> None:
        """Room for the words of every phase, so that the track keeps its width while it plays."""
        metrics, last = QFontMetrics(theme.font("body")), len(self._clock.timeline.segments) - 1
        phases = {
            (min(n, 1) * last, p.name) for n, each in enumerate(self._clock.timeline.segments) for p in each.phases
        }
        self.words.setFixedWidth(max(metrics.horizontalAdvance(self._text_at(*each)) for each in phases) + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not step_by_key(self._clock, event):
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._fit_words()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.words.setVisible(self.width() >= theme.px(WORDY))

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
    steps: dict[Qt.Key, Callable[[], None]] = {
        Qt.Key.Key_Right: clock.forward,
        Qt.Key.Key_Left: clock.back,
        Qt.Key.Key_Space: clock.toggle,
        Qt.Key.Key_Home: clock.home,
        Qt.Key.Key_End: clock.end,
        Qt.Key.Key_Up: partial(clock.step_segment, -1),
        Qt.Key.Key_Down: partial(clock.step_segment, 1),
    }
    step = steps.get(Qt.Key(event.key()))
    if step is not None:
        step()
    return step is not None


def _times(speed: float) -> str:
    return f"{speed:g}×"


def _differs(old: Session, new: Session) -> bool:
    """Whether another timeline is needed."""
    if old.picture is new.picture and old.view == new.view and old.system_still is new.system_still:
        return _on_devices(old) != _on_devices(new)
    return _timeline_of(old) != _timeline_of(new)


def _timeline_of(session: Session) -> tuple[object, ...]:
    """What a timeline is made of; a verified trace has the equations of the one before."""
    if session.picture is None:
        return (None,)
    programs = session.picture.trace.programs
    names = tuple(e.primitive for program in (programs[0], programs[-1]) for e in program.equations)
    levels = session.picture.trace.levels
    name, still = session.picture.experiment.function, actions.is_still(session)
    return name, names, levels, session.view.all_at_once, still, _on_devices(session)


def timeline_of(session: Session) -> Timeline:
    """The timeline of a session's picture; an empty one where there is none."""
    if session.picture is None:
        return EMPTY
    name = session.picture.experiment.function or "f"
    still = actions.is_still(session)
    return timeline(session.picture.trace, name, session.view.all_at_once, still, _on_devices(session))


def _on_devices(session: Session) -> bool:
    """Whether lanes of devices are to be seen."""
    found = actions.lanes(session)
    return found is not None and bool(found.devices)


class Track(QWidget):
    """The segments; pressing and dragging scrubs."""

    def __init__(self, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._held: int | None = None
        self.setAccessibleName("Timeline")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumSize(120, theme.px(HEIGHT))

    def _width(self) -> float:
        return self.width() / _zoom() - 2 * PAD

    def _around(self) -> int:
        """The segment that those in view are chosen for: while the pointer drags, that where it began."""
        return self._clock.place.segment if self._held is None else self._held

    def _scrub(self, event: QMouseEvent) -> None:
        clock = self._clock
        clock.pause()
        x, width = event.position().x() / _zoom() - PAD, self._width()
        if self._held is not None and not 0 <= x <= width:  # on to what is not in view
            self._held = track.turned(clock.timeline, self._held, width, 1 if x > width else -1)
        clock.seek(clock.timeline.moment(track.place_at(clock.timeline, self._around(), width, x)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._clock.place.segment
            self._scrub(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._clock.timeline is EMPTY:
            return
        painter = QPainter(self)
        painter.scale(_zoom(), _zoom())
        painter.translate(PAD, 0)
        items = track.items(self._clock.timeline, self._clock.place, self._width(), self._around())
        paint.draw(painter, items, theme.current())


def _zoom() -> float:
    return theme.px(1000) / 1000
