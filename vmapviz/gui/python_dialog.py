"""Asks which Python runs the user's code."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.gui.worker import command, is_there

TITLE = "Python of the worker"
HINT = (
    "Your code runs in a process of its own, in this Python: its packages are those that your imports find. It needs JAX and "
    "vmapviz. A command will do, too: `ssh gpu-box python -m vmapviz.engine.worker` runs on another machine."
)


class PythonDialog(QDialog):
    """`chosen(text)` carries the Python or the command that is to run the code; "" for vmapviz's own."""

    chosen = Signal(str)

    def __init__(self, python: str, own: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.field = QLineEdit(python, self)
        self.field.setAccessibleName(TITLE)
        self.field.setPlaceholderText(own)
        self.field.setFont(theme.font("code"))
        self.wrong = TextLabel("", "small", "error", parent=self)
        self.wrong.hide()
        self.browse = button("Browse…", "secondary", self)
        self.own = button("Use vmapviz's own", "secondary", self)
        self.use = button("Use this one", "primary", self)
        self.use.setDefault(True)
        self.own.setToolTip(own)
        self._lay_out()
        self.field.textEdited.connect(lambda: self.wrong.hide())
        self.browse.clicked.connect(self._browse)
        self.own.clicked.connect(lambda: self._choose(""))
        self.use.clicked.connect(lambda: self._choose(self.field.text().strip()))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(20)] * 4)
        column.setSpacing(theme.px(12))
        line = QHBoxLayout()
        line.addWidget(self.field, 1)
        line.addWidget(self.browse)
        row = QHBoxLayout()
        row.addWidget(self.own)
        row.addStretch(1)
        row.addWidget(self.use)
        hint = TextLabel(HINT, "small", "ink2", parent=self)
        hint.setWordWrap(True)
        self.wrong.setWordWrap(True)
        column.addWidget(hint)
        column.addLayout(line)
        column.addWidget(self.wrong)
        column.addLayout(row)
        self.setMinimumWidth(theme.px(560))
        self.field.setFocus()

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose a Python", self.field.text())
        if path:
            self.field.setText(path)
            self.wrong.hide()

    def _choose(self, text: str) -> None:
        """Take it, unless there is no such program: whether it has JAX is said when it starts."""
        if text and not is_there(text):
            self.wrong.set_text(f"There is no program `{command(text)[0]}` here.")
            self.wrong.show()
            self.field.setFocus()
            return
        self.chosen.emit(text)
        self.accept()
