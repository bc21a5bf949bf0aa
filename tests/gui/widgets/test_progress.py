"""Waiting is drawn: a share that is done, or a part of the line that wanders while it is seen."""

from __future__ import annotations

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.progress import ProgressLine


def inked(line: ProgressLine) -> list[bool]:
    picture = line.grab().toImage()
    return [picture.pixelColor(x, 1) == QColor("#1A1B1D") for x in range(picture.width())]


def test_the_line_is_filled_as_far_as_it_is_done(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(100, 3)
    for done, pixels in ((0.25, 25), (1.0, 100), (7.0, 100), (-1.0, 0)):
        line.set_done(done)
        assert inked(line) == [True] * pixels + [False] * (100 - pixels)
    line.set_done(0.25)
    assert line.accessibleName() == "25% done"


def test_it_wanders_only_while_it_is_seen_and_nobody_knows(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(100, 3)
    still = inked(line)
    line.show()
    qtbot.waitUntil(lambda: inked(line) != still)
    line.set_done(0.5)
    assert not line.moves()
    line.set_done(None)
    assert line.moves()
    line.hide()
    assert not line.moves()
