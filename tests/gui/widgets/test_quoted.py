"""The quoted text of an error is shown whole, however narrow it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.quoted import QuotedText

LONG = (
    "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[], which is not allowed."
)


def lines_of(quoted: QuotedText) -> int:
    return int(quoted.edit.document().size().height())


@pytest.mark.parametrize("width", [300, 420, 584, 1000])
@pytest.mark.parametrize("text", [LONG, "one line", "a\n\nb", "x" * 300, f"{LONG}\n  * {LONG}"])
def test_its_height_is_known_before_it_has_its_width(qtbot: QtBot, text: str, width: int) -> None:
    quoted = QuotedText(text, "JAX said")
    qtbot.addWidget(quoted)
    high = quoted.heightForWidth(width)
    quoted.resize(width, high)
    quoted.show()
    needed = lines_of(quoted) * quoted.edit.fontMetrics().lineSpacing()
    assert needed <= quoted.edit.viewport().height() <= needed + quoted.edit.fontMetrics().lineSpacing()
    assert quoted.edit.verticalScrollBar().maximum() == 0


def test_every_line_is_seen_after_the_text_was_made_narrower(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    quoted = QuotedText(LONG, "JAX said")
    column.addWidget(quoted)
    column.addStretch(1)
    page.resize(1000, 400)
    page.show()
    one = quoted.height()
    page.resize(300, 400)
    qtbot.waitUntil(lambda: quoted.height() > 2 * one)
    assert quoted.edit.viewport().height() >= lines_of(quoted) * quoted.edit.fontMetrics().lineSpacing()
