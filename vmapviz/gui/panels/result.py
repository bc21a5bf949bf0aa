"""The result of the vmapped function, beside the loop's answers, with what the check found."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from vmapviz.gui.panels.sheet_panel import SheetPanel
from vmapviz.model.scenes.result_sheet import Shown, call_texts, sheet
from vmapviz.model.scenes.scene import Scene, Text
from vmapviz.model.session import Session

NOTHING = "The result appears here as soon as the function has been run."


def result_panel(parent: QWidget | None = None) -> SheetPanel:
    """One by one at the left, all at once at the right."""
    return SheetPanel("Result", ("result",), _scene, parent)


def _scene(session: Session, width: float, state: str) -> Scene:
    if session.picture is None or session.result is None:
        return Scene(width, 60, (Text(50, 30, state or NOTHING, "ink2", 13, width=width - 66),), state or NOTHING)
    picture = session.picture
    levels = picture.trace.levels
    call, batched = call_texts(picture.experiment.function or "f", picture.arguments, len(levels))
    sizes = tuple(level.size for level in levels)
    axes = ", ".join(level.out_axes for level in levels)
    return sheet(Shown(session.result, sizes, session.example, call, batched, axes), width, state)
