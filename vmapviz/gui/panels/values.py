"""The values of the selected equation, for every example; of the arguments and results when nothing is selected."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from vmapviz.gui.panels.sheet_panel import SheetPanel
from vmapviz.model import actions
from vmapviz.model.run_state import look_words
from vmapviz.model.scenes.inside_words import lines
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.scenes.subject import subject_of
from vmapviz.model.scenes.values_sheet import sheet
from vmapviz.model.session import Session

NOTHING = "The values appear here as soon as the function has been traced and run."


def values_panel(parent: QWidget | None = None) -> SheetPanel:
    """Numbers with their arrays, as JAX computed them."""
    return SheetPanel("Values", ("values", "inside", "look_problem"), _scene, parent)


def _scene(session: Session, width: float, state: str) -> Scene:
    if session.picture is None:
        return Scene(width, 60, (Text(50, 30, state or NOTHING, "ink3", 13),), state or NOTHING)
    trace, inside = session.picture.trace, actions.seen(session)
    subject = subject_of(trace, session.values, session.example, inside)
    said = lines(trace, inside, subject.follow) if inside else (look_words(session),)
    return sheet(subject, session.selected, width, state, *said)
