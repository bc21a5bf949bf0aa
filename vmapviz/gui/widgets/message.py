"""The message that stands where a picture would: what happened, why, what to try, and what JAX said."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.widgets.buttons import IconButton, button
from vmapviz.gui.widgets.progress import ProgressLine, Skeleton
from vmapviz.gui.widgets.quoted import QuotedText
from vmapviz.gui.widgets.replaced import ReplacedContent
from vmapviz.gui.widgets.text import TextLabel, spoken
from vmapviz.model.problem import Action, Problem

MessageKind = Literal["error", "warn", "wait", "stopped", "empty"]
_WIDEST = 520  # a line of more than 75 letters is hard to read
# What stands before the title: icon and its colour.
_ICONS = {"error": ("error", "error"), "warn": ("warn", "warn"), "stopped": ("stopped", "ink")}


class MessageAction(msgspec.Struct, frozen=True):
    """Something to try: a button that acts as `id`, or, with `id` empty, advice to read; `note` says what it would mean.

    With `code` the label is what the button writes into the source: it stands above a button "Use this".
    """

    label: str
    note: str = ""
    id: str = ""
    code: bool = False


class Message(msgspec.Struct, frozen=True):
    """What the view shows. Title, text, notes and labels may carry `code` and **bold**.

    `said` is quoted under "JAX said", `details` is what "Copy full trace" copies, `after` a paragraph behind the actions,
    `footer` one quiet line at the foot; `done` is the share of a "wait" that is done, None = not known.
    """

    kind: MessageKind
    title: str
    text: str = ""
    actions: tuple[MessageAction, ...] = ()
    said: str = ""
    details: str = ""
    after: str = ""
    footer: str = ""
    said_by: str = "JAX said"
    done: float | None = None


# Kinds of problems that are Python's: JAX has no part in them.
PYTHON = (
    *("syntax", "no_function", "argument", "arguments", "axes", "name", "unset", "import", "recursion", "exit", "time"),
    *("operands", "missing", "unpack", "zero", "file", "assertion", "raised"),
)


def _is_code(action: Action) -> bool:
    return any(field == "source" for field, _, _ in action.edits)


def message_of(problem: Problem) -> Message:
    """Return the message for a problem of the model; the id of an action is its index in the problem."""
    actions = tuple(
        MessageAction(action.label, action.note, str(index) if action.edits else "", _is_code(action))
        for index, action in enumerate(problem.actions)
    )
    said_by = "Python said" if problem.kind in PYTHON else "JAX said"
    return Message(
        problem.severity, problem.title, problem.text, actions, problem.said, problem.details, said_by=said_by
    )


class MessageView(ReplacedContent):
    """Shows one message; `acted` carries the id of the action that the user took, `dismissed` when Esc was pressed in it."""

    acted = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._message: Message | None = None
        self._built_at = 0

    def message(self) -> Message | None:
        """Return what is shown."""
        return self._message

    def height_for(self, width: int) -> int:
        """How high the message is, in pixels, when it is so wide."""
        page, frame = self.page, 2 * self.frameWidth()
        layout = page.layout() if page is not None else None
        return layout.totalHeightForWidth(width - frame) + frame if layout is not None else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def set_message(self, message: Message) -> None:
        """Show `message`; an equal one changes nothing, a new one is announced to screen readers."""
        if message == self._message:
            return
        self._message = message
        self.setAccessibleName(spoken(message.title))
        self.setAccessibleDescription(spoken(message.text))
        self._build(message)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken(f"{message.title}. {message.text}")))

    def _build(self, message: Message) -> None:
        self._built_at = theme.px(100)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setSpacing(0)
        side = theme.px(32)
        column.setContentsMargins(side, theme.px(24), side, theme.px(16))
        for part in (self._head, self._waiting, self._actions, self._after, self._said, self._trace):
            part(message, column)
        column.addStretch(1)
        if message.footer:
            _add(column, TextLabel(message.footer, "caption", "ink3"), 16)
        self.replace(page)

    def _head(self, message: Message, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        if message.kind in _ICONS:
            row.addWidget(IconView(*_ICONS[message.kind], beside="title"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(TextLabel(message.title, "title"), 1)
        column.addLayout(row)
        if message.text:
            _add(column, TextLabel(message.text, "sentence"), 12)

    def _waiting(self, message: Message, column: QVBoxLayout) -> None:
        if message.kind != "wait":
            return
        line = ProgressLine()
        line.set_done(message.done)
        _add(column, line, 16)
        _add(column, Skeleton(), 32)

    def _actions(self, message: Message, column: QVBoxLayout) -> None:
        if not message.actions:
            return
        _add(column, _heading("What to try"), 24)
        first = True
        row: QHBoxLayout | None = None
        for action in message.actions:
            if not action.id:
                _advise(action, column)
                continue
            if action.code:
                _add(column, TextLabel(f"`{action.label}`", "body"), 8)
            # Buttons without a note share a line.
            if row is None or action.note or action.code:
                row = _row(column)
            self._add_button(action, row, first)
            first = False

    def _add_button(self, action: MessageAction, row: QHBoxLayout, first: bool) -> None:
        made = button("Use this" if action.code else spoken(action.label), "primary" if first else "secondary")
        made.setAccessibleName(f"Use this: {action.label}" if action.code else spoken(action.label))
        made.setAccessibleDescription(spoken(action.note))
        made.clicked.connect(lambda: self.acted.emit(action.id))
        row.insertWidget(row.count() - 1, made)
        if action.note:
            note = TextLabel(action.note, "body", "ink2")
            note.setContentsMargins(
                0, 0, 0, theme.px(4)
            )  # a line is higher above its letters: level them with the button's
            row.insertWidget(row.count() - 1, note, 1)

    def _after(self, message: Message, column: QVBoxLayout) -> None:
        if message.after:
            _add(column, TextLabel(message.after, "sentence", "ink2"), 20)

    def _said(self, message: Message, column: QVBoxLayout) -> None:
        if not message.said:
            return
        column.addSpacing(theme.px(20))
        copy = IconButton("copy", f"Copy the text under {message.said_by}", size=24, icon_size=14)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(message.said))
        row = QHBoxLayout()
        row.addWidget(_heading(message.said_by), 1)
        row.addWidget(copy)
        column.addLayout(row)
        _add(column, QuotedText(message.said, message.said_by), 2)

    def _trace(self, message: Message, column: QVBoxLayout) -> None:
        if message.details:
            link = button("Copy full trace", "link")
            link.clicked.connect(lambda: QGuiApplication.clipboard().setText(message.details))
            _add(column, link, 12, _LEFT)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Only the zoom changes the spaces; colours and fonts the parts follow by themselves.
        if event.type() == QEvent.Type.StyleChange and self._message is not None and self._built_at != theme.px(100):
            self._build(self._message)


_LEFT = Qt.AlignmentFlag.AlignLeft


def _add(column: QVBoxLayout, widget: QWidget, above: int, align: Qt.AlignmentFlag | None = None) -> None:
    column.addSpacing(theme.px(above))
    widget.setMaximumWidth(theme.px(_WIDEST))
    column.addWidget(widget)
    if align is not None:
        column.setAlignment(widget, align)


def _row(column: QVBoxLayout) -> QHBoxLayout:
    column.addSpacing(theme.px(8))
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addStretch(0)
    column.addLayout(row)
    return row


def _heading(text: str) -> TextLabel:
    return TextLabel(text, "caption", "ink2", 600)


def _advise(action: MessageAction, column: QVBoxLayout) -> None:
    _add(column, TextLabel(action.label, "body"), 8)
    if action.note:
        _add(column, TextLabel(action.note, "caption", "ink3"), 2)
