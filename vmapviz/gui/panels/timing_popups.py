"""What opens below the timing bar to say what the sweep is over, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from vmapviz.gui import theme
from vmapviz.gui.widgets.popup import Popup
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.sweeping import set_budget, set_examples, set_over, set_total
from vmapviz.model.actions.swept import sweep_of, sweepable
from vmapviz.model.batch_sizes import LARGEST, parse_batches, parse_seconds, seconds_typed
from vmapviz.model.session import Session
from vmapviz.model.timing import BATCH, DEVICES

OVER_WORDS = {
    BATCH: "How many examples: where does the batch begin to pay?",
    DEVICES: "How many devices pmap and shard_map use.",
}


class SweepPopup(Popup):
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
