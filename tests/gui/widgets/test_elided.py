"""The elided label shows the end of its room by "…" and keeps the whole text as tooltip."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from vmapviz.gui.widgets.elided import ElidedLabel

LONG = "dimension_numbers=(([1], [0]), ([], []))"


def test_only_what_does_not_fit_is_cut_and_has_a_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel(LONG, "params", "ink3")
    qtbot.addWidget(label)
    label.resize(120, 17)
    label.show()
    assert label.shown_text().endswith("…")
    assert LONG.startswith(label.shown_text()[:-1])
    assert (label.toolTip(), label.accessibleName(), label.text()) == (LONG, LONG, LONG)
    label.resize(label.sizeHint())
    assert (label.shown_text(), label.toolTip()) == (LONG, "")


def test_lines_become_one(qtbot: QtBot) -> None:
    label = ElidedLabel("a\nb")
    qtbot.addWidget(label)
    assert label.text() == "a b"
    assert label.sizeHint().height() == 20
    label.set_text("c")
    assert label.sizeHint().width() < 20
