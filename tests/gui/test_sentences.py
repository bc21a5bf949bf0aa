"""The sentences of the error table have room in the message."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.engine.situations import SITUATIONS
from vmapviz.gui import theme
from vmapviz.gui.widgets.text import TextLabel

WIDE = 520  # what the message gives its text


def lines(text: str, role: str) -> int:
    return round(TextLabel(text, role).heightForWidth(theme.px(WIDE)) / theme.line_height(role))


@pytest.mark.parametrize("name", SITUATIONS)
def test_title_and_sentence_have_room(qtbot: QtBot, name: str) -> None:
    one = SITUATIONS[name]
    assert lines(one.title, "title") == 1
    assert lines(one.text if isinstance(one.text, str) else " ".join(one.text), "sentence") <= 2
