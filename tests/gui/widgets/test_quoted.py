"""The quoted text of an error is shown whole, however narrow it is."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.quoted import QuotedText

LONG = (
    "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[], which is not allowed."
)


def test_every_line_is_seen_after_the_text_was_made_narrower(qtbot: QtBot) -> None:
    quoted = QuotedText(LONG, "JAX said")
    qtbot.addWidget(quoted)
    quoted.resize(1000, 40)
    quoted.show()
    one = quoted.height()
    quoted.resize(300, quoted.height())
    qtbot.waitUntil(lambda: quoted.height() > 2 * one)
    lines = int(quoted.edit.document().size().height())
    assert quoted.edit.viewport().height() >= lines * quoted.edit.fontMetrics().height()
