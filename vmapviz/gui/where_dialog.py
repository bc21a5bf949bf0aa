"""Asks where a sweep is measured: on this machine or another one, and on which of JAX's platforms."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.measuring import here, options
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.segmented import Segmented
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.gui.worker import WorkerProcess, command, is_there
from vmapviz.model.actions.elsewhere import answer_words, not_reached, other_version
from vmapviz.model.messages import Ready, Reply
from vmapviz.model.problem import Problem
from vmapviz.model.session import Setup
from vmapviz.model.sweep_state import place_name

TITLE = "Where to measure"
MACHINE = "Command that runs a Python on another machine"
HINT = (
    "A sweep runs in a process of its own. On another machine it is started by any command that runs a Python there and passes on "
    "what it reads and says: `ssh gpu-box python`. JAX and vmapviz must be installed there; only the code in the editor is sent."
)
PLATFORMS = {"": "JAX's choice", "cpu": "CPU", "gpu": "GPU", "tpu": "TPU"}


class WhereDialog(QDialog):
    """`chosen(where, platform)`: the command, "" for this machine, and one of JAX's platforms, "" for its own choice.

    `known` are the platforms by the command of their machine, `trial` is a worker process that the dialog may start to see who answers.
    """

    chosen = Signal(str, str)

    def __init__(
        self,
        now: Setup,
        known: dict[str, tuple[str, ...]],
        wheres: tuple[str, ...],
        trial: WorkerProcess,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self._known, self._trial = known, trial
        self._on = now.platform if now.platform in PLATFORMS else ""
        self.field = QComboBox(self)
        self.field.setEditable(True)
        self.field.addItems(list(wheres))
        self.field.setCurrentText(now.where)
        self.answer = TextLabel("", "small", "ink2", parent=self)
        self.attempt = button("Try it", "secondary", self)
        self.platform = Segmented(tuple(PLATFORMS.values()), PLATFORMS[self._on], "Platform", parent=self)
        self.own = button("This machine", "secondary", self)
        self.use = button("Use it", "primary", self)
        self.use.setDefault(True)
        self._set_up()
        self._lay_out()
        self._connect()
        self._show_possible()

    def _set_up(self) -> None:
        line = self.field.lineEdit()
        assert line is not None
        line.setPlaceholderText("this machine")
        line.setAccessibleName(MACHINE)
        line.setFont(theme.font("code"))
        self.field.setAccessibleName(MACHINE)
        self.field.setFont(theme.font("code"))
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.answer.setWordWrap(True)
        self.answer.setMinimumHeight(theme.px(40))
        self.answer.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(20)] * 4)
        column.setSpacing(theme.px(12))
        hint = TextLabel(HINT, "small", "ink2", parent=self)
        hint.setWordWrap(True)
        column.addWidget(hint)
        line = QHBoxLayout()
        line.addWidget(self.field, 1)
        line.addWidget(self.attempt)
        column.addLayout(line)
        column.addWidget(self.answer)
        on = QHBoxLayout()
        name = TextLabel("Platform", "small", "ink2", parent=self)
        name.setWordWrap(False)
        on.addWidget(name)
        on.addWidget(self.platform)
        on.addStretch(1)
        column.addLayout(on)
        row = QHBoxLayout()
        row.addWidget(self.own)
        row.addStretch(1)
        row.addWidget(self.use)
        column.addLayout(row)
        self.setMinimumWidth(theme.px(620))
        self.field.setFocus()

    def _connect(self) -> None:
        self.field.editTextChanged.connect(self._typed)
        self.platform.chosen.connect(self._pick)
        self.attempt.clicked.connect(self._try)
        self.own.clicked.connect(lambda: self._choose(""))
        self.use.clicked.connect(lambda: self._choose(self.where()))
        self._trial.replied.connect(self._answered)
        self._trial.ended.connect(self._failed)
        self.finished.connect(self._trial.stop)

    def where(self) -> str:
        """The command as it is typed now."""
        return self.field.currentText().strip()

    def _typed(self) -> None:
        self._trial.stop()
        self._say("", "ink2")
        self._show_possible()

    def _show_possible(self) -> None:
        """Offer the platforms that are known there; which those of another machine are is known when it has answered."""
        self.attempt.setEnabled(bool(self.where()))
        known = self._known.get(self.where())
        for platform, words in PLATFORMS.items():
            self.platform.offer(words, not platform or known is None or platform in known)
        if known is not None and self._on not in ("", *known):
            self._pick(PLATFORMS[""])

    def _pick(self, words: str) -> None:
        self._on = next(platform for platform, title in PLATFORMS.items() if title == words)
        self.platform.set_chosen(words)

    # --- who answers ----------------------------------------------------------------------------------------------------

    def _try(self) -> None:
        self._trial.python = self.where()
        self._say(f"Waiting for {place_name(self.where())}…", "ink2")
        self.attempt.setEnabled(False)
        self._trial.start(options(Setup(self.where())), alone=True)

    def _answered(self, reply: Reply) -> None:
        if not isinstance(reply, Ready):
            return
        self._trial.stop()
        problem = other_version(self.where(), reply, here())
        if problem is not None:
            self._complain(problem)
            return
        self._known[self.where()] = reply.platforms
        self._say(answer_words(self.where(), reply), "ok")
        self._show_possible()

    def _failed(self, why: str) -> None:
        self._complain(not_reached(self.where(), why, self._trial.said))

    def _complain(self, problem: Problem) -> None:
        self.attempt.setEnabled(True)
        said = f"\n`{problem.said}`" if problem.said else ""
        self._say(f"{problem.title} {problem.text}{said}", "error")

    def _say(self, text: str, colour: str) -> None:
        self.answer.set_words(text, colour)

    def _choose(self, where: str) -> None:
        """Take it, unless there is no such program here: whether the machine answers is said when it is asked to measure."""
        if where and not is_there(where):
            self._say(f"There is no program `{command(where)[0]}` here.", "error")
            self.field.setFocus()
            return
        self.chosen.emit(where, self._on if where == self.where() else "")
        self.accept()
