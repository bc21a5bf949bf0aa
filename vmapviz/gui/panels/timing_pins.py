"""The pinned runs in the column beside the plot: what each is called, which way of it is drawn, and how to be rid of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.widgets.buttons import button
from vmapviz.gui.widgets.opener import Opener
from vmapviz.gui.widgets.popup import Popup
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.actions.pinning import (
    draw_pinned,
    hide_pinned,
    put_back,
    rename_pinned,
    tell_of_pins,
    unpin,
    unpin_all,
)
from vmapviz.model.actions.swept import timed_experiment
from vmapviz.model.call import timed_call
from vmapviz.model.pinned import NAME, Pinned, is_drawn, names
from vmapviz.model.session import Session
from vmapviz.model.timing_facts import by_name

_INDENT = 22


class Pins(QWidget):
    """Every pinned run of a session; `wants` carries a function from Session to Session, `rename` (n, what it is called now)."""

    wants = Signal(object)
    rename = Signal(int, str, str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        if not (session.pinned or session.unpinned or session.pins_said):
            return
        self._column.addSpacing(theme.px(20))
        self._column.addWidget(TextLabel("Pinned", "caption", "ink2", 600))
        self._column.addSpacing(theme.px(4))
        self._tell(session.pins_said)
        now, over = timed_experiment(session), _over(session)
        called = names(session.pinned, session.timings, now)
        for n, (one, name) in enumerate(zip(session.pinned, called, strict=True), 1):
            self._add(n, one, name, is_drawn(one, now), one.timings.over == over)
        self._rest(session)

    def _tell(self, said: str) -> None:
        """What is to be known of their file."""
        if said:
            self._with_icon("warn", "warn", TextLabel(said, "caption", "ink2"))
            self._indented(self._link("pins-understood", "Understood", tell_of_pins))
            self._column.addSpacing(theme.px(8))

    def _add(self, n: int, one: Pinned, name: str, drawn: bool, fits: bool) -> None:
        label = TextLabel(name if len(name) <= NAME else f"{name[: NAME - 1]}…", "body", "ink" if drawn else "ink2")
        label.setToolTip("\n".join(dict.fromkeys((name, _whole(one)))))
        self._with_icon("pin", "ink2" if drawn else "ink3", label)
        if not drawn or not fits:
            self._indented(TextLabel("not on this axis" if drawn else "not drawn", "caption", "ink3"))
        links = []
        if not drawn:
            links.append(self._link(f"pin-draw-{n}", "Draw", partial(hide_pinned, run=n, hidden=False), name))
        elif len(by_name(one.timings)) > 1:
            links.append(self._which(n, one, name))
        links.append(self._link(f"pin-unpin-{n}", "Unpin", partial(unpin, run=n), name))
        links.append(self._more(n, one, name, drawn))
        self._indented(*links)
        self._column.addSpacing(theme.px(4))

    def _which(self, n: int, one: Pinned, name: str) -> QPushButton:
        """The way of a run that is drawn, to choose another."""
        made = button(one.variant, "link")
        made.setObjectName(f"pin-way-{n}")
        made.setAccessibleName(f"{name}: the way that is drawn, {one.variant}")
        made.setToolTip("Draw another way of this run")
        made.clicked.connect(lambda: self._choose(n, one, made))
        return made

    def _choose(self, n: int, one: Pinned, beside: QWidget) -> None:
        menu = QMenu(self)
        for variant in by_name(one.timings):
            action = menu.addAction(variant, partial(self.wants.emit, partial(draw_pinned, run=n, variant=variant)))
            action.setCheckable(True)
            action.setChecked(variant == one.variant)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))

    def _more(self, n: int, one: Pinned, name: str, drawn: bool) -> QPushButton:
        made = Opener(f"More of {name}", "plain")
        made.setText("More")
        made.setObjectName(f"pin-more-{n}")

        def offer() -> None:
            menu = QMenu(self)
            menu.addAction("Rename…", lambda: self.rename.emit(n, one.name, name))
            if drawn:
                menu.addAction("Do not draw it", partial(self.wants.emit, partial(hide_pinned, run=n, hidden=True)))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(made.below())

        made.clicked.connect(offer)
        return made

    def _rest(self, session: Session) -> None:
        """What is done with all of them."""
        links = [self._link("pins-clear", "Unpin all", unpin_all)] if len(session.pinned) > 1 else []
        if gone := len(session.unpinned) - len(session.pinned):
            words = "Put it back" if gone == 1 else f"Put {gone} back"
            links += [self._link("pins-back", words, put_back, "what was unpinned")] if session.unpinned else []
        if links:
            self._indented(*links)

    def _link(self, name: str, text: str, action: object, of: str = "") -> QPushButton:
        made = button(text, "link")
        made.setObjectName(name)
        made.setAccessibleName(f"{text} {of}".strip() if not text.startswith("Put") else f"{text}: {of}")
        made.clicked.connect(lambda: self.wants.emit(action))
        return made

    def _with_icon(self, icon: str, colour: str, label: TextLabel) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(IconView(icon, colour, 14), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self._column.addLayout(row)

    def _indented(self, *widgets: QWidget) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(theme.px(_INDENT), 0, 0, 0)
        row.setSpacing(theme.px(12))
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self._column.addLayout(row)


class RenamePopup(Popup):
    """A field for what a pinned run is called; Enter takes it, Esc leaves it as it was."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Rename a pinned run", parent)
        self._run = 0
        self.edit = QLineEdit()
        self.edit.setAccessibleName("What this run is called")
        self.edit.setMaxLength(NAME)
        self.edit.setMinimumWidth(theme.px(240))
        self.edit.returnPressed.connect(self._take)
        self.column.addWidget(TextLabel("What this run is called", "caption", "ink2", 600))
        self.column.addSpacing(theme.px(4))
        self.column.addWidget(self.edit)

    def ask(self, run: int, now: str, else_: str, beside: QWidget) -> None:
        """Open for the nth run; with no name it is called `else_`."""
        self._run = run
        self.edit.setText(now)
        self.edit.setPlaceholderText(else_)
        self.edit.selectAll()
        self.open_at(beside.mapToGlobal(beside.rect().bottomLeft()))

    def first(self) -> QWidget:
        return self.edit

    def _take(self) -> None:
        self.hide()
        self.wants.emit(partial(rename_pinned, run=self._run, name=self.edit.text()))


def _over(session: Session) -> str:
    """What the axis of the plot counts."""
    if session.timings is not None:
        return session.timings.over
    return session.pinned[-1].timings.over if session.pinned else ""


def _whole(one: Pinned) -> str:
    """What a pinned run is, whole, when the pointer rests on its name."""
    timings = one.timings
    call = timed_call(one.experiment) if one.experiment is not None else timings.about
    return "\n".join(filter(None, (one.file, call, timings.machine, timings.devices, timings.where)))
