"""Marked words become rich text; nothing that a user or JAX wrote is taken for HTML."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.widgets.text import TextLabel, rich, spoken


def shown(text: str) -> str:
    document = QTextDocument()
    document.setHtml(rich(text))
    return document.toPlainText()


@pytest.mark.parametrize(
    "text", ["<b>a</b> & <script>", "2 ** 3 ** 2", "a ` b", "`x<y>`", "**a<b**", "h[0] > 0", "é → ⁻²", "a\nb", ""]
)
def test_what_is_shown_is_what_was_written(qapp: QApplication, text: str) -> None:
    assert shown(text) == spoken(text)


def test_code_is_set_in_the_typewriter_face_and_bold_in_bold(qapp: QApplication) -> None:
    document = QTextDocument()
    document.setHtml(rich("`if` cannot **look**", 15))
    cursor = document.find("if")
    assert cursor.charFormat().fontFamilies() == ["JetBrains Mono"]
    assert document.find("look").charFormat().fontWeight() == 700
    assert document.find("cannot").charFormat().fontWeight() == 400


def test_marks_are_not_read_aloud() -> None:
    assert spoken("`if` is **not** 2**3") == "if is not 2**3"


def test_a_label_follows_theme_and_zoom(qapp: QApplication, qtbot: QtBot) -> None:
    label = TextLabel("Working", "body", "ink2")
    qtbot.addWidget(label)
    label.ensurePolished()
    theme.apply(qapp, "dark", 2.0)
    assert label.palette().windowText().color().name().upper() == "#B9BDC2"
    assert label.font().pixelSize() == 26
    label.set_text("**Done**")
    assert label.accessibleName() == "Done"
