"""What opens below the timing bar: the ways with what each runs, and what the sweep is over with its budgets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from vmapviz.gui import theme
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.sweeping import set_budget, set_examples, set_grad, set_over, set_total, set_variant
from vmapviz.model.actions.swept import sweep_of, sweepable
from vmapviz.model.batch_sizes import LARGEST, parse_batches, parse_seconds, seconds_typed
from vmapviz.model.session import Session
from vmapviz.model.timing import BATCH, DEVICES, VARIANTS
from vmapviz.model.timing_text import variant_words

FORWARD, GRAD = "forward", "with grad"
OVER_WORDS = {
    BATCH: "How many examples: where does the batch begin to pay?",
    DEVICES: "How many devices pmap and shard_map use.",
}


class _Popup(QFrame):
    wants = Signal(object)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("ways")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self.column.setSpacing(theme.px(2))

    def open_at(self, place: QPoint) -> None:
        """Open with the keyboard on the first control, on the screen as a whole."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(place.x(), screen.right() - self.width())
        self.move(max(screen.left(), left), max(screen.top(), min(place.y(), screen.bottom() - self.height())))
        self.show()
        self.first().setFocus(Qt.FocusReason.PopupFocusReason)

    def first(self) -> QWidget:
        """The control that has the keyboard when it opens."""
        return self


class WaysPopup(_Popup):
    """A box for each variant with what it runs, and whether the gradient is timed; `wants` carries what is chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Ways to measure", parent)
        self.boxes: dict[str, QCheckBox] = {}
        self._words: dict[str, TextLabel] = {}
        self.grad = Segmented((FORWARD, GRAD), FORWARD, "What is timed")
        self.grad.explain({GRAD: "jax.grad of the sum of all results, by the arguments that can be differentiated."})
        self.grad.chosen.connect(lambda chosen: self.wants.emit(partial(set_grad, grad=chosen == GRAD)))
        for name in VARIANTS:
            self._add(name)
        self.column.addSpacing(theme.px(4))
        self.column.addWidget(self.grad)

    def _add(self, name: str) -> None:
        box = self.boxes[name] = QCheckBox(name)
        box.setProperty("ring", 4)
        box.clicked.connect(lambda on, name=name: self.wants.emit(partial(set_variant, variant=name, wanted=on)))
        self.column.addWidget(box)
        words = self._words[name] = TextLabel("", "caption", "ink3")
        words.setContentsMargins(theme.px(22), 0, 0, theme.px(4))
        words.setWordWrap(False)
        self.column.addWidget(words)

    def first(self) -> QWidget:
        return next(iter(self.boxes.values()))

    def show_session(self, session: Session) -> None:
        """Tick what is measured; without a reference function nothing is "by hand"; the last tick stays. The Python of each is told,
        where it is known.
        """
        variants, reference = session.sweep.variants, bool(session.experiment.reference)
        codes = _codes(session)
        for name, box in self.boxes.items():
            ticked = name in variants
            box.setChecked(ticked)
            possible = name != "by hand" or reference or ticked
            box.setEnabled(possible and not (ticked and len(variants) == 1))
            words, code = variant_words(name), codes.get(name, "")
            self._words[name].set_text(words)
            said = code if possible else "This experiment names no reference function."
            box.setToolTip(said)
            self._words[name].setToolTip(said)
            box.setAccessibleDescription(f"{words} {code}".strip())
        self.grad.set_chosen(GRAD if session.sweep.grad else FORWARD)


def _codes(session: Session) -> dict[str, str]:
    """The Python of every variant for which it is known: of those measured the one that ran, else the one that would run now."""
    planned = dict(session.facts.ways) if session.facts is not None and not session.sweep.grad else {}
    measured = session.timings.series if session.timings is not None else ()
    return planned | {series.variant: series.code for series in measured if series.code}


class SweepPopup(_Popup):
    """Over what the sweep is, how many examples are fixed then, and how long points and the whole may take."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("What the sweep is over", parent)
        self._session = Session()
        self.group = QButtonGroup(self)
        self.choices: dict[str, QRadioButton] = {}
        self._radios = QVBoxLayout()
        self._radios.setSpacing(theme.px(8))
        self.column.addWidget(TextLabel("Sweep over", "caption", "ink2", 600))
        self.column.addSpacing(theme.px(6))
        self.column.addLayout(self._radios)
        self.column.addSpacing(theme.px(12))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(6))
        self.examples = self._field(grid, "Number of examples", self._set_examples)
        self.examples.setPlaceholderText("as many as given")
        self.budget = self._field(grid, "Time for a point", lambda text: self._set_time(text, set_budget))
        self.total = self._field(grid, "Time for the whole", lambda text: self._set_time(text, set_total))
        self.column.addLayout(grid)
        self.said = TextLabel("", "caption", "error")
        self.said.setMinimumWidth(theme.px(320))
        self.column.addWidget(self.said)

    def _field(self, grid: QGridLayout, name: str, take: Callable[[str], str]) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.textEdited.connect(lambda: self.said.set_text(""))
        field.editingFinished.connect(lambda: self._taken(take(field.text())))
        row = grid.rowCount()
        grid.addWidget(TextLabel(name, "body", "ink2"), row, 0)
        grid.addWidget(field, row, 1)
        return field

    def first(self) -> QWidget:
        return next((one for one in self.choices.values() if one.isChecked()), self.budget)

    def show_session(self, session: Session) -> None:
        """Show what can be swept over and what is chosen; what is being typed stays."""
        before, self._session = sweep_of(self._session), session
        sweep, possible = sweep_of(session), sweepable(session)
        if possible != tuple(self.choices):
            self._offer(possible)
        self.choices[sweep.over].setChecked(True)
        self.examples.setEnabled(sweep.over != BATCH)
        fields = (
            (self.examples, str(sweep.examples or ""), sweep.examples != before.examples),
            (self.budget, seconds_typed(sweep.budget_s), sweep.budget_s != before.budget_s),
            (self.total, seconds_typed(sweep.total_s), sweep.total_s != before.total_s),
        )
        for field, text, changed in fields:
            if changed or not (field.isModified() or field.text()):
                field.setText(text)

    def _offer(self, possible: tuple[str, ...]) -> None:
        for old in self.choices.values():
            self.group.removeButton(old)
            self._radios.removeWidget(old)
            old.deleteLater()
        self.choices = {}
        for over in possible:
            made = self.choices[over] = QRadioButton({BATCH: "batch size", DEVICES: "devices"}.get(over, over))
            made.setProperty("ring", 4)
            words = OVER_WORDS.get(over, f"The size {over} in the types of the arguments.")
            made.setToolTip(words)
            made.setAccessibleDescription(words)
            made.clicked.connect(lambda _=False, over=over: self.wants.emit(partial(set_over, over=over)))
            self.group.addButton(made)
            self._radios.addWidget(made)

    def _taken(self, wrong: str) -> None:
        self.said.set_text(wrong)
        self.adjustSize()

    def _set_examples(self, text: str) -> str:
        found = parse_batches(text, "number of examples", LARGEST) if text.strip() else (None,)
        if isinstance(found, str):
            return found
        if len(found) != 1:
            return "Type one number of examples, or none for as many as given."
        if found[0] != self._session.sweep.examples:
            self.wants.emit(partial(set_examples, examples=found[0]))
        return ""

    def _set_time(self, text: str, action: Callable[..., Session]) -> str:
        found = parse_seconds(text)
        if isinstance(found, str):
            return found
        self.wants.emit(partial(action, seconds=found))
        return ""
