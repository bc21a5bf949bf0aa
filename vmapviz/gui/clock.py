"""The moment that the pictures show: one number, one timer, and nothing else."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from vmapviz.model.scenes.timeline import EMPTY, Place, Timeline
from vmapviz.model.session import Loop

FRAME_MS = 16  # at most 60 pictures a second


class Clock(QObject):
    """The moment `t` in milliseconds of a timeline; `moved` when it changes, `toggled` when it starts or stops.

    `arrived` says that it came into another segment by playing, stepping or scrubbing. While it is `held`, nothing plays: a moving picture
    makes what is measured slower.
    """

    moved = Signal()
    toggled = Signal(bool)
    arrived = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline: Timeline = EMPTY
        self.t = 0.0
        self.speed = 1.0
        self.reduced = False
        self.loop: Loop = "once"
        self.held = False
        self._until: float | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._elapsed = QElapsedTimer()
        self._timer.timeout.connect(lambda: self.advance(self._elapsed.restart()))

    @property
    def playing(self) -> bool:
        """Whether the moment moves by itself."""
        return self._timer.isActive()

    @property
    def place(self) -> Place:
        """Segment, phase, and the share of the phase that has passed."""
        return self.timeline.locate(self.t)

    def set_timeline(self, timeline: Timeline, segment: int = 0, finished: bool = False) -> None:
        """Take another timeline and stand at the start of a segment, or where its picture is complete."""
        self.pause()
        self.timeline = timeline
        self.show_segment(segment, finished)

    def show_segment(self, segment: int, finished: bool = True) -> None:
        """Stand at a segment: at its start, or in its last phase, where its picture is complete. Tells nobody `arrived`."""
        segment = min(segment, len(self.timeline.segments) - 1)
        phase = len(self.timeline.segments[segment].phases) - 1 if finished else 0
        self.t = self.timeline.moment(Place(segment, phase, 0.0))
        self.moved.emit()

    def seek(self, t: float) -> None:
        """Go to a moment; tells who listens when it lies in another segment."""
        before = self.place.segment
        self.t = min(max(t, 0.0), float(self.timeline.total))
        self.moved.emit()
        if self.place.segment != before:
            self.arrived.emit(self.place.segment)

    def advance(self, milliseconds: float) -> None:
        """Let time pass; at the end it stops or begins again, at the end of a step it stops."""
        begin, end = self._stretch() if self._until is None else (self.t, self._until)
        t = self.t + milliseconds * self.speed
        if t >= end and self.loop != "once" and self._until is None:
            t = begin + (t - end) % max(end - begin, 1.0)
        elif t >= end:
            self.pause()
        self.seek(min(t, end))

    def _stretch(self) -> tuple[float, float]:
        """What plays: the picture where that goes round, else all."""
        if self.loop != "equation":
            return 0.0, float(self.timeline.total)
        starts, segment = self.timeline.starts, self.place.segment
        return float(starts[segment]), float(starts[segment + 1])

    def toggle(self) -> None:
        """Play or pause; at the end of a picture, play it from its start; at the end of all, from the start of all."""
        if self.held or (self.playing and self._until is None):
            self.pause()
            return
        self.pause()
        place = self.place
        if self.t >= self.timeline.total:
            self.seek(0.0)
        elif place.phase == len(self.timeline.segments[place.segment].phases) - 1 and place.share == 0 and place.phase:
            self.t = float(self.timeline.starts[place.segment])
        self._start()

    def pause(self) -> None:
        """Stop where it is."""
        self._until = None
        if self._timer.isActive():
            self._timer.stop()
            self.toggled.emit(False)

    def forward(self) -> None:
        """Play to the end of the phase; while that plays, or with reduced motion, jump there."""
        ends = self.timeline.boundaries()
        end = self._until if self._until is not None else ends[min(bisect_right(ends, self.t), len(ends) - 1)]
        jump = self._until is not None or self.reduced or self.held
        self.pause()
        if jump:
            self.seek(float(end))
        elif end > self.t:
            self._until = float(end)
            self._start()

    def back(self) -> None:
        """Jump to the start of the phase, or of the one before."""
        ends = self.timeline.boundaries()
        self.pause()
        self.seek(float(ends[max(bisect_left(ends, self.t) - 1, 0)]))

    def step_segment(self, by: int) -> None:
        """Stand at the next picture (1) or the one before (-1); stays at the last and at the first."""
        self.pause()
        before = self.place.segment
        segment = min(max(before + by, 0), len(self.timeline.segments) - 1)
        if segment != before:
            self.show_segment(segment, finished=segment > 0)
            self.arrived.emit(segment)

    def home(self) -> None:
        """Jump to the start of all."""
        self.pause()
        self.seek(0.0)

    def end(self) -> None:
        """Jump to the end of all."""
        self.pause()
        self.seek(float(self.timeline.total))

    def _start(self) -> None:
        self._elapsed.start()
        self._timer.start()
        self.toggled.emit(True)
