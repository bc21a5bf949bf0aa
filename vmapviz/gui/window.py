"""The window: lays out the panels and shows every change to each of them."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QLayout, QMainWindow, QWidget
from shiboken6 import isValid

from vmapviz.gallery import entries
from vmapviz.gui import icons, menus
from vmapviz.gui.body import Body, column, lay_out_upwards
from vmapviz.gui.bottom import Bottom
from vmapviz.gui.commands import COMMANDS, Command
from vmapviz.gui.examples import ExamplesPanel
from vmapviz.gui.keys import KeysDialog
from vmapviz.gui.lecture import Blank, LectureFoot, LectureHead
from vmapviz.gui.overlay import ProgramsWithMessage
from vmapviz.gui.palette import CommandPalette, Entry
from vmapviz.gui.panels.function import FunctionPanel
from vmapviz.gui.panels.programs import Programs
from vmapviz.gui.panels.transport import Clock, Transport
from vmapviz.gui.python_dialog import PythonDialog
from vmapviz.gui.sentence import SentenceStrip
from vmapviz.gui.status import StatusLine
from vmapviz.gui.topbar import TopBar
from vmapviz.gui.where_dialog import WhereDialog
from vmapviz.model import actions
from vmapviz.model.session import LecturePanel, Session
from vmapviz.model.session import Tab as TabName
from vmapviz.model.sweep_state import setup_of
from vmapviz.model.theme import lecture_scale
from vmapviz.model.what import GALLERY

if TYPE_CHECKING:
    from vmapviz.gui.app import App


class Window(QMainWindow):
    """Panels in their places. It knows the app only to hand it commands."""

    clock: Clock
    topbar: TopBar
    programs: Programs

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app
        self.setWindowTitle("vmapviz")
        self.setWindowIcon(icons.app_icon())
        self.setAcceptDrops(True)
        self.clock = Clock(self)
        self.topbar = TopBar(self)
        self.examples = ExamplesPanel(_gallery_groups(), self)
        self.function = FunctionPanel(self)
        self.programs_area = ProgramsWithMessage(self)
        self.programs = self.programs_area.programs
        self.sentence = SentenceStrip(self)
        self.bottom = Bottom(self.clock, self)
        self.transport = Transport(self.clock, self)
        self.status = StatusLine(self)
        self.lecture_head, self.lecture_foot = LectureHead(self), LectureFoot(self.clock, self)
        self._focused: QWidget | None = None  # what had the keyboard before a lecture
        self.palette_box: CommandPalette
        self.panels: tuple[Any, ...] = (
            self.topbar,
            self.examples,
            self.function,
            self.programs_area,
            self.sentence,
            self.bottom,
            self.transport,
            self.status,
        )
        self._lay_out()
        self._connect()
        self.actions_by_id = self._make_actions()
        menus.add(self.topbar, self, self._app, self.actions_by_id)

    def _lay_out(self) -> None:
        whole = QWidget(self)
        self.body = Body(
            self.examples,
            self.function,
            self.programs_area,
            self.sentence,
            self.bottom,
            self.transport,
            whole,
        )
        outer = column(whole)
        for widget in (self.topbar, self.lecture_head, self.body, self.lecture_foot, self.status):
            outer.addWidget(widget, 1 if widget is self.body else 0)
        self.setCentralWidget(whole)
        self.palette_box = CommandPalette(whole)
        self.panels = (*self.panels, self.body, self.lecture_head, self.lecture_foot, Blank(whole))

    def _connect(self) -> None:
        for panel in self.panels:
            if hasattr(panel, "wants"):
                panel.wants.connect(lambda change: self._app.store.apply(change))
        for area in (self.programs_area, self.bottom):
            area.acted.connect(lambda action: self._app.act(action))
        self.bottom.asked.connect(self.run_command)
        self.examples.opened.connect(lambda path: self._app.files.open_example(path))
        self.examples.folded.connect(lambda: self.run_command("examples"))
        self.examples.searched.connect(self.open_palette)
        self.topbar.theme_button.clicked.connect(lambda: self.run_command("theme"))
        self.status.stopped.connect(lambda: self.run_command("stop"))
        self.status.output_asked.connect(self.bottom.show_output)
        self.lecture_foot.scrolled.connect(self._scroll_alone)

    # --- commands -----------------------------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        made: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(command.title, self)
            action.setShortcuts([QKeySequence(keys) for keys in command.keys])
            action.setCheckable(command.chosen is not None)
            action.triggered.connect(lambda _=False, command=command: self._triggered(command))
            if command.scope == "picture":
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                for widget in (self.programs, self.bottom.picture, self.transport, self.lecture_foot):
                    widget.addAction(action)
            else:
                self.addAction(action)
            made[command.id] = action
        return made

    def _triggered(self, command: Command) -> None:
        command.run(self._app)
        if command.chosen is not None:  # Qt turned it, also where nothing changed
            self.actions_by_id[command.id].setChecked(command.chosen(self._app.store.session))

    def run_command(self, identifier: str) -> None:
        """Run a command of the table by its id, if it can be used now."""
        command = next(c for c in COMMANDS if c.id == identifier)
        if command.enabled(self._app.store.session):
            command.run(self._app)

    def open_palette(self) -> None:
        """Offer every example, recent file and usable command."""
        session = self._app.store.session
        commands = [_entry(c, self, session) for c in COMMANDS if c.enabled(session) and c.id != "palette"]
        examples = [
            Entry(e.name, e.group, partial(self._app.files.open_example, f"{GALLERY}{e.stem}")) for e in entries()
        ]
        recent = [
            Entry(PurePath(path).name, "recent file", partial(self._app.files.open_path, path))
            for path in session.recent
        ]
        self.palette_box.open([*examples, *recent, *commands])

    def focus_panel(self, name: str) -> None:
        """Give a panel the keyboard; the bottom ones come to the front. In a lecture, show it."""
        if self._app.store.session.lecture is not None:
            shown = cast(LecturePanel, "code" if name == "function" else name)
            self._app.store.apply(partial(actions.show_panel, panel=shown))
            return
        if name == "function" and not self.body.draw_out():
            name = "programs"
        if name == "programs":
            self.body.show_programs()
        beside: dict[str, QWidget] = {"function": self.function, "programs": self.programs}
        widget = beside.get(name) or self.bottom.open(cast(TabName, name))
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_slice(self) -> None:
        """Edit the index of the first slice of the shapes."""
        self.focus_panel("shapes")
        self.bottom.picture.edit_slice()

    def step_cell(self, down: int, across: int) -> None:
        """Pick the cell beside the picked one of the shapes."""
        self.focus_panel("shapes")
        self.bottom.picture.step_cell(down, across)

    def measure(self) -> None:
        """Show the timing panel and measure."""
        self.focus_panel("timing")
        self._app.store.apply(actions.measure)

    def show_keys(self) -> None:
        """All keys in one list."""
        KeysDialog(COMMANDS, self).open()

    def ask_python(self) -> None:
        """Ask which Python runs the code."""
        dialog = PythonDialog(self._app.store.session.python, sys.executable, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda python: self._app.store.apply(partial(actions.set_python, python=python)))
        dialog.open()

    def ask_where(self) -> None:
        """Ask on which machine and platform sweeps are measured."""
        session = self._app.store.session
        timer, ready = session.timer, session.worker.ready
        known = {timer.setup.where: timer.platforms} if timer.platforms else {}
        known |= {"": ready.platforms} if ready is not None else {}
        dialog = WhereDialog(setup_of(session), known, session.wheres, self._app.measuring.trial, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(
            lambda where, platform: self._app.store.apply(partial(actions.set_where, where=where, platform=platform))
        )
        dialog.open()

    def toggle_examples(self) -> None:
        """Show or fold the examples; what a narrow window does is not remembered."""
        if not self.examples.toggle():
            self._app.store.apply(actions.toggle_examples)

    def start_lecture(self) -> None:
        """One panel at a time, as large as the window allows."""
        self._app.store.apply(partial(actions.start_lecture, scale=self._lecture_scale()))

    def leave_lecture(self) -> None:
        """Close what lies over the lecture or let go of the picked cell, else leave it."""
        session = self._app.store.session
        if self.palette_box.isVisible():
            self.palette_box.close_palette()
        elif self.programs.bar.isVisible():
            self.programs.close_find()
        elif session.cell is not None and session.lecture is not None and session.lecture.panel == "shapes":
            self._app.store.apply(partial(actions.pick, cell=None))
        else:
            self._app.store.apply(actions.leave_lecture)

    def step_lecture(self, by: int) -> None:
        """Go on (1) or back (-1): in Shapes from phase to phase, else from equation to equation."""
        lecture = self._app.store.session.lecture
        if lecture is not None and lecture.panel == "shapes" and not lecture.blank:
            self.clock.forward() if by > 0 else self.clock.back()
        else:
            self._app.store.apply(actions.next_step if by > 0 else actions.previous_step)

    def _scroll_alone(self, by: int) -> None:
        """Scroll the panel of a lecture by two lines, down (1) or up (-1)."""
        lecture = self._app.store.session.lecture
        code = lecture is not None and lecture.panel == "code"
        if (area := self.function.editor if code else self.bottom.scrolling()) is not None:
            bar = area.verticalScrollBar()
            bar.setValue(bar.value() + 2 * by * bar.singleStep())

    def _lecture_scale(self) -> float:
        return lecture_scale(self.width(), self.height())

    def go_to_end(self, by: int) -> None:
        """To the start (-1) or the end (1) of what has the keyboard: the film, else the equations."""
        if any(one.hasFocus() or one.isAncestorOf(self.focusWidget()) for one in (self.bottom.picture, self.transport)):
            self.clock.home() if by < 0 else self.clock.end()
        else:
            self._app.store.apply(actions.select_first if by < 0 else actions.select_last)

    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def close_window(self) -> None:
        """Close the window, which ends the app."""
        self.close()

    # --- showing ------------------------------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show the session in every panel, once, at the start."""
        session = self._app.store.session
        for panel in self.panels:
            panel.show_session(Session(), session)
        self._show_frame(session)
        self.programs.setFocus()

    def show_session(self, old: Session, new: Session) -> None:
        """Show what differs; in a lecture with its own theme, zoom and tab."""
        before, now = old.lecture, new.lecture
        if before is None and now is not None:
            self._focused = self.focusWidget()
            self.body.keep()
            self.palette_box.close_palette()
        old, new = actions.as_seen(old), actions.as_seen(new)
        layout = cast(QLayout, self.layout())
        if new.view.theme != old.view.theme or new.view.zoom != old.view.zoom or (before is None) != (now is None):
            layout.setEnabled(False)  # else the window grows to what has no room on the way
            self._app.look()
        for panel in self.panels:
            panel.show_session(old, new)
        if not layout.isEnabled():
            lay_out_upwards(self)
            layout.setEnabled(True)
            layout.activate()
        self._show_frame(new)
        mended = actions.is_failing(old) and not actions.is_failing(new)  # the ways out had the keyboard
        if now is not None and (before is None or now.panel != before.panel or mended):
            self._focus_alone(now.panel)
        elif now is None and before is not None:
            self._return_from_lecture()

    def _focus_alone(self, panel: LecturePanel) -> None:
        """Give the keyboard to the panel that is shown alone, if it has keys of its own."""
        having: dict[LecturePanel, QWidget] = {"programs": self.programs, "shapes": self.bottom.picture}
        having.get(panel, self.lecture_foot).setFocus(Qt.FocusReason.OtherFocusReason)

    def _return_from_lecture(self) -> None:
        """Put lines and keyboard where they were before it."""
        self.body.put_back()
        kept = self._focused if self._focused is not None and isValid(self._focused) else self.programs
        kept.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_frame(self, session: Session) -> None:
        """The title, and which commands can be used: a key whose command cannot goes to the widget that has the keyboard."""
        name = session.experiment.name or session.experiment.function or "untitled"
        self.setWindowTitle(f"{name} - vmapviz")
        for command in COMMANDS:
            action = self.actions_by_id[command.id]
            action.setEnabled(command.enabled(session))
            if command.chosen is not None:
                action.setText(command.shown(session))
                action.setChecked(command.chosen(session))

    def layout_state(self) -> dict[str, QByteArray]:
        """Geometry and splitters, to be remembered."""
        return {
            "geometry": self.saveGeometry(),
            "across": self.body.split_across.saveState(),
            "down": self.body.split_down.saveState(),
        }

    def restore_layout(self, state: dict[str, QByteArray]) -> None:
        """Put the window where it was."""
        if not state["geometry"].isEmpty():
            self.restoreGeometry(state["geometry"])
        if not state["across"].isEmpty():
            self.body.split_across.restoreState(state["across"])
            self.body.note_width()
        if not state["down"].isEmpty():
            self.body.split_down.restoreState(state["down"])

    # --- Qt's own -----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._app.store.apply(partial(actions.scale_lecture, scale=self._lecture_scale()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if urls and urls[0].toLocalFile().endswith((".py", ".json")):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._app.files.open_path(event.mimeData().urls()[0].toLocalFile())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._app.close()
        event.accept()
        QApplication.quit()


def _entry(command: Command, window: Window, session: Session) -> Entry:
    keys = " or ".join(command.keys)
    return Entry(command.shown(session), keys, lambda: window.run_command(command.id))


def _gallery_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in entries():
        groups.setdefault(entry.group, []).append((entry.name, f"{GALLERY}{entry.stem}"))
    return list(groups.items())
