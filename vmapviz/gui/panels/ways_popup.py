"""What opens below the number of ways: a box for each, and beside them the Python of the one that is pointed at."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.popup import Popup
from vmapviz.gui.widgets.quoted import QuotedText
from vmapviz.gui.widgets.restyled import Restyled
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.text import TextLabel, spoken
from vmapviz.model.actions.sweeping import set_grad, set_variant
from vmapviz.model.actions.writing import ways_now
from vmapviz.model.session import Session
from vmapviz.model.timing import VARIANTS, WayText
from vmapviz.model.timing_text import variant_words
from vmapviz.model.way_words import mark_words, python_words, refused_words

FORWARD, GRAD = "forward", "with grad"
NO_REFERENCE = "This experiment names no reference function."
_WIDTH = 520


class WaysPopup(Popup):
    """A box for each variant, and whether the gradient is timed; the one that has the pointer or the keyboard is told in full."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Ways to measure", parent)
        self._session = Session()
        self.boxes: dict[str, QCheckBox] = {}
        self.marks: dict[str, TextLabel] = {}
        self._told: dict[str, WayText] = {}
        self.grad = Segmented((FORWARD, GRAD), FORWARD, "What is timed")
        self.grad.explain({GRAD: "jax.grad of the sum of all results, by the arguments that can be differentiated."})
        self.grad.chosen.connect(lambda chosen: self.wants.emit(partial(set_grad, grad=chosen == GRAD)))
        self.about = _About()
        self._list = QGridLayout()
        self._list.setHorizontalSpacing(theme.px(12))
        self._list.setVerticalSpacing(theme.px(6))
        for name in VARIANTS:
            self._add(name)
        left = QVBoxLayout()
        left.addLayout(self._list)
        left.addSpacing(theme.px(12))
        left.addWidget(self.grad)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.px(20))
        row.addLayout(left)
        row.addWidget(self.about)
        self.column.addLayout(row)

    def _add(self, name: str) -> None:
        box = self.boxes[name] = QCheckBox(name)
        box.setProperty("ring", 4)
        box.clicked.connect(lambda on, name=name: self._tick(name, on))
        box.installEventFilter(self)
        mark = self.marks[name] = TextLabel("", "caption", "ink3")
        mark.setWordWrap(False)
        line = self._list.rowCount()
        self._list.addWidget(box, line, 0)
        self._list.addWidget(mark, line, 1)

    def _tick(self, name: str, on: bool) -> None:
        """Measure a way, or leave it out; the last one stays."""
        if not on and self._session.sweep.variants == (name,):
            self.boxes[name].setChecked(True)
            return
        self.wants.emit(partial(set_variant, variant=name, wanted=on))

    def first(self) -> QWidget:
        return next((box for box in self.boxes.values() if box.isEnabled()), self.grad)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self._tell(next(name for name, box in self.boxes.items() if box is watched))
        return super().eventFilter(watched, event)

    def show_session(self, session: Session) -> None:
        """Tick what is measured; without a reference function nothing is "by hand"; the last tick stays."""
        self._session = session
        variants, reference = session.sweep.variants, bool(session.experiment.reference)
        self._told = _told(session)
        for name, box in self.boxes.items():
            ticked = name in variants
            box.setChecked(ticked)
            possible = name != "by hand" or reference or ticked
            box.setEnabled(possible)
            way = self._told.get(name)
            self.marks[name].set_text("no reference" if not possible else mark_words(way) if way else "")
            self.about.describe(box, name, way, "" if possible else NO_REFERENCE)
        self.grad.set_chosen(GRAD if session.sweep.grad else FORWARD)
        self._tell(self.about.name or next(iter(variants)))

    def _tell(self, name: str) -> None:
        self.about.tell(name, self._told.get(name), "" if self.boxes[name].isEnabled() else NO_REFERENCE)


def _told(session: Session) -> dict[str, WayText]:
    """Every variant with the Python that would run now; before that is known, those measured with what ran."""
    known = ways_now(session)
    measured = session.timings.series if session.timings is not None and not known else ()
    ran = {series.variant: WayText(series.variant, series.code, "what was measured") for series in measured}
    return known or {name: way for name, way in ran.items() if way.code}


class _About(Restyled, QWidget):
    """One way: what it does, its Python, and where that cannot run."""

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.title = TextLabel("", "body", weight=600)
        self.words = TextLabel("", "caption", "ink2")
        self.where = TextLabel("", "caption", "ink2", 600)
        self.code = QuotedText("", "Python")
        self.why = TextLabel("", "caption", "ink2")
        self._restyle()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        for part in (self.title, self.words):
            column.addWidget(part)
        column.addSpacing(theme.px(8))
        below: tuple[QWidget, ...] = (self.where, self.code, self.why)
        for each in below:
            column.addWidget(each)
        column.addStretch(1)

    def _restyle(self) -> None:
        self.setFixedWidth(theme.px(_WIDTH))

    def tell(self, name: str, way: WayText | None, instead: str) -> None:
        """Show a way; `instead` says why there is none."""
        self.name = name
        self.title.set_text(name)
        self.words.set_text(variant_words(name))
        self.where.set_text(python_words(way) if way else "")
        self.code.set_text(way.code if way else "")
        self.code.edit.setAccessibleName(f"The Python of {name}")
        self.code.setVisible(bool(way and way.code))
        self.why.set_text(instead or (refused_words(way) if way else "Its Python is told once the function is traced."))

    @staticmethod
    def describe(box: QCheckBox, name: str, way: WayText | None, instead: str) -> None:
        """Say the same of a box for who does not see it."""
        parts = [variant_words(name), instead]
        parts += [python_words(way), way.code, refused_words(way)] if way and not instead else []
        box.setAccessibleDescription(spoken(" ".join(filter(None, parts))))
