"""Everything the user can do by name: one table for menus, shortcuts, the palette and the README's key table."""

from __future__ import annotations

from functools import partial

from vmapviz.export.timings import timed
from vmapviz.gui.command import Command as Command
from vmapviz.gui.command import Run, change
from vmapviz.gui.command import traced as _traced
from vmapviz.gui.playing import MOVING, PLAYING
from vmapviz.gui.times_clipboard import COPIES, copy_times
from vmapviz.model import actions
from vmapviz.model.session import Session


def focus(panel: str) -> Run:
    """A command that gives a panel the keyboard."""
    return lambda app: app.window.focus_panel(panel)


def copying(kind: str) -> Run:
    """A command that puts the times on the clipboard."""
    return lambda app: copy_times(app.store.session, kind)


def _stepping(down: int, across: int) -> Run:
    """A command that picks the cell beside the picked one."""
    return lambda app: app.window.step_cell(down, across)


def _has_reference(session: Session) -> bool:
    return session.picture is not None and bool(session.experiment.reference)


def _has_function(session: Session) -> bool:
    return bool(session.experiment.function)


def _outermost(session: Session) -> int:
    return len(session.experiment.levels) - 1


def _nested(session: Session) -> bool:
    return _outermost(session) > 0


def _own(session: Session) -> bool:
    return not actions.is_shown(session)


def _running(session: Session) -> bool:
    return actions.running(session) or session.jobs.time is not None


def _seen(session: Session) -> bool:
    """Whether there are programs to be seen."""
    return _traced(session) and (session.lecture is None or session.lecture.panel == "programs")


def _at_desk(session: Session) -> bool:
    """Not in a lecture, whose look and keys are its own."""
    return session.lecture is None


def _traced_at_desk(session: Session) -> bool:
    return _traced(session) and _at_desk(session)


def _lecturing(session: Session) -> bool:
    return session.lecture is not None


def _turning(session: Session) -> bool:
    """Whether Tab turns to another panel: with a problem, it goes to the ways out."""
    return session.lecture is not None and not actions.is_failing(session)


COMMANDS: tuple[Command, ...] = (
    Command("new", "New experiment", "File", ("Ctrl+N",), lambda app: app.files.new()),
    Command("open", "Open…", "File", ("Ctrl+O",), lambda app: app.files.ask_open()),
    Command("save", "Save", "File", ("Ctrl+S",), lambda app: app.files.save(), enabled=_own),
    Command("save_as", "Save as…", "File", ("Ctrl+Shift+S",), lambda app: app.files.ask_save_as(), enabled=_own),
    Command("save_times", "Save the times…", "File", (), lambda app: app.files.ask_save_times(), enabled=timed),
    Command("quit", "Quit", "File", ("Ctrl+Q",), lambda app: app.window.close_window()),
    Command("undo", "Undo", "Edit", ("Ctrl+Z",), change(actions.undo), enabled=lambda s: bool(s.history.past)),
    Command(
        "redo",
        "Redo",
        "Edit",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        change(actions.redo),
        enabled=lambda s: bool(s.history.future),
    ),
    Command(
        "find",
        "Find in the programs",
        "Edit",
        ("Ctrl+F",),
        lambda app: app.window.programs.open_find(),
        enabled=_seen,
    ),
    Command(
        "copy_all",
        "Copy both programs",
        "Edit",
        ("Ctrl+Shift+C",),
        lambda app: app.window.programs.copy_all(),
        enabled=_traced,
    ),
    *(Command(f"copy_times_{one.id}", one.title, "Edit", (), copying(one.id), enabled=timed) for one in COPIES),
    Command("add_level", "Add a vmap around it", "Edit", (), change(actions.add_level), enabled=_has_function),
    Command(
        "remove_level",
        "Remove the outermost vmap",
        "Edit",
        (),
        lambda app: app.store.apply(partial(actions.remove_level, level=_outermost(app.store.session))),
        enabled=_nested,
    ),
    Command(
        "move_level",
        "Move the outermost vmap inwards",
        "Edit",
        (),
        lambda app: app.store.apply(partial(actions.move_level, level=_outermost(app.store.session), by=-1)),
        enabled=_nested,
    ),
    Command("run", "Run now", "Run", ("Ctrl+Return", "Ctrl+Enter"), lambda app: app.run_now()),
    Command("stop", "Stop", "Run", ("Ctrl+.",), lambda app: app.stop(), enabled=_running),
    Command("restart", "Restart JAX", "Run", ("Ctrl+Shift+R",), lambda app: app.restart()),
    Command("where", "Where to measure…", "Run", (), lambda app: app.window.ask_where(), enabled=_own),
    Command("python", "Python of the worker…", "Run", (), lambda app: app.window.ask_python(), enabled=_own),
    Command("measure", "Measure the times", "Run", ("Ctrl+M",), lambda app: app.window.measure(), enabled=_traced),
    Command("pin", "Keep the times to compare with", "Run", (), change(actions.pin), enabled=actions.can_pin),
    Command(
        "unpin_all",
        "Unpin all times",
        "Run",
        (),
        change(actions.unpin_all),
        enabled=lambda session: bool(session.pinned),
    ),
    Command(
        "put_back",
        "Pin again what was unpinned",
        "Run",
        (),
        change(actions.put_back),
        enabled=lambda session: bool(session.unpinned),
    ),
    Command("x64", "64-bit numbers on or off", "Run", (), change(actions.toggle_x64), enabled=_own),
    Command("function", "Function", "Go", ("Ctrl+1",), focus("function")),
    Command("programs", "Jaxprs", "Go", ("Ctrl+2", "F6"), focus("programs")),
    Command("shapes", "Shapes", "Go", ("Ctrl+3",), focus("shapes")),
    Command("values", "Values", "Go", ("Ctrl+4",), focus("values")),
    Command("result", "Result", "Go", ("Ctrl+5",), focus("result")),
    Command("timing", "Timing", "Go", ("Ctrl+6",), focus("timing")),
    Command("insights", "Insights", "Go", ("Ctrl+7",), focus("insights")),
    Command("next", "Next equation", "Go", ("PgDown",), change(actions.select_next), "picture", _traced_at_desk),
    Command(
        "previous",
        "Previous equation",
        "Go",
        ("PgUp",),
        change(actions.select_previous),
        "picture",
        _traced_at_desk,
    ),
    Command(
        "next_anywhere",
        "Next equation, also while typing",
        "Go",
        ("Alt+Right",),
        change(actions.select_next),
        enabled=_traced,
    ),
    Command(
        "previous_anywhere",
        "Previous equation, also while typing",
        "Go",
        ("Alt+Left",),
        change(actions.select_previous),
        enabled=_traced,
    ),
    *PLAYING,
    Command("follow_next", "Follow the next example", "Go", ("E",), change(actions.follow_next), "picture", _traced),
    Command(
        "follow_previous",
        "Follow the previous example",
        "Go",
        ("Shift+E",),
        change(actions.follow_previous),
        "picture",
        _traced,
    ),
    *(
        Command(
            f"cell_{way.lower()}",
            f"Pick the cell {where}",
            "Go",
            (f"Shift+{way}",),
            _stepping(down, across),
            "picture",
            _traced,
        )
        for way, where, down, across in (
            ("Left", "to the left, to see where it comes from", 0, -1),
            ("Right", "to the right", 0, 1),
            ("Up", "above", -1, 0),
            ("Down", "below", 1, 0),
        )
    ),
    Command(
        "slice",
        "Edit the index of a slice",
        "Go",
        ("I",),
        lambda app: app.window.edit_slice(),
        "picture",
        _traced,
    ),
    Command(
        "level_inwards",
        "Programs around the next vmap inwards",
        "Go",
        ("[", "Alt+Up"),
        change(actions.step_inwards),
        "picture",
        partial(actions.can_step, by=-1),
    ),
    Command(
        "level_outwards",
        "Programs around the next vmap outwards",
        "Go",
        ("]", "Alt+Down"),
        change(actions.step_outwards),
        "picture",
        partial(actions.can_step, by=1),
    ),
    Command("export", "Export…", "Export", ("Ctrl+Shift+E",), lambda app: app.window.topbar.menus["Export"].showMenu()),
    Command("export_window", "The window as a picture (PNG)", "Export", (), lambda app: app.files.ask_export_window()),
    Command("palette", "Find an example or a command", "View", ("Ctrl+K",), lambda app: app.window.open_palette()),
    Command(
        "examples",
        "Show or fold the examples",
        "View",
        ("Ctrl+B",),
        lambda app: app.window.toggle_examples(),
        enabled=_at_desk,
    ),
    Command("theme", "Light or dark", "View", ("Ctrl+D",), lambda app: app.toggle_theme(), enabled=_at_desk),
    Command(
        "projector",
        "Projector colours",
        "View",
        (),
        change(partial(actions.set_theme, theme="projector")),
        enabled=_at_desk,
    ),
    Command(
        "system",
        "Colours of the system",
        "View",
        (),
        change(partial(actions.set_theme, theme="system")),
        enabled=_at_desk,
    ),
    Command("zoom_in", "Larger", "View", ("Ctrl++", "Ctrl+="), change(actions.zoom_in), enabled=_at_desk),
    Command("zoom_out", "Smaller", "View", ("Ctrl+-",), change(actions.zoom_out), enabled=_at_desk),
    Command("zoom_reset", "Normal size", "View", ("Ctrl+0",), change(actions.zoom_reset), enabled=_at_desk),
    Command(
        "pmap",
        "Show pmap's program, or vmap's again",
        "View",
        ("Ctrl+P",),
        change(actions.toggle_pmap),
        enabled=_traced,
    ),
    Command(
        "why",
        "What the times are spent on, or the times again",
        "View",
        ("Ctrl+Shift+M",),
        change(actions.toggle_why),
        enabled=timed,
    ),
    Command(
        "stablehlo",
        "Show StableHLO, or vmap's program again",
        "View",
        ("Ctrl+L",),
        change(partial(actions.toggle_form, form="StableHLO")),
        enabled=_traced,
    ),
    Command(
        "hlo",
        "Show compiled HLO, or vmap's program again",
        "View",
        ("Ctrl+Shift+L",),
        change(partial(actions.toggle_form, form="HLO")),
        enabled=_traced,
    ),
    Command(
        "by_hand",
        "Show the version by hand, or vmap's program again",
        "View",
        ("Ctrl+Shift+H",),
        change(partial(actions.toggle_form, form="by hand")),
        enabled=_has_reference,
    ),
    Command(
        "two_levels",
        "All levels of nested vmaps, or two at a time",
        "View",
        (),
        change(actions.toggle_two_levels),
        enabled=actions.can_choose,
    ),
    Command("raw", "Types and parameters as JAX prints them", "View", ("Ctrl+Shift+J",), change(actions.toggle_raw)),
    *MOVING,
    Command(
        "lecture",
        "Lecture view: one panel at a time, large",
        "View",
        ("F5",),
        lambda app: app.window.start_lecture(),
        enabled=_at_desk,
    ),
    Command(
        "leave_lecture",
        "Leave the lecture view",
        "View",
        ("Esc",),
        lambda app: app.window.leave_lecture(),
        "lecture",
        enabled=_lecturing,
    ),
    Command(
        "lecture_next",
        "In a lecture: go on",
        "View",
        ("PgDown",),
        lambda app: app.window.step_lecture(1),
        "lecture",
        enabled=_lecturing,
    ),
    Command(
        "lecture_previous",
        "In a lecture: go back",
        "View",
        ("PgUp",),
        lambda app: app.window.step_lecture(-1),
        "lecture",
        enabled=_lecturing,
    ),
    Command(
        "next_panel",
        "In a lecture: next panel",
        "View",
        ("Tab",),
        change(actions.next_panel),
        "lecture",
        enabled=_turning,
    ),
    Command(
        "previous_panel",
        "In a lecture: previous panel",
        "View",
        ("Shift+Tab",),
        change(actions.previous_panel),
        "lecture",
        enabled=_turning,
    ),
    Command(
        "blank",
        "In a lecture: blank the screen, or show it again",
        "View",
        ("B", "."),
        change(actions.blank),
        "lecture",
        enabled=_lecturing,
    ),
    Command("full_screen", "Full screen", "View", ("F11",), lambda app: app.window.toggle_full_screen()),
    Command("keys", "Keys", "View", ("F1",), lambda app: app.window.show_keys()),
)
