"""Content that is replaced goes away later, once, whatever holds it."""

from __future__ import annotations

import gc

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from vmapviz.gui.widgets.replaced import ReplacedContent


def page(number: int) -> QWidget:
    made = QWidget()
    column, row = QVBoxLayout(made), QHBoxLayout()
    row.addWidget(QLabel(f"page {number}"))
    column.addLayout(row)
    return made


def test_pages_come_and_go(qtbot: QtBot, qapp: QApplication) -> None:
    area = ReplacedContent()
    qtbot.addWidget(area)
    area.show()
    pages = [page(number) for number in range(50)]
    for one in pages:
        area.replace(one)
    gc.collect()
    assert all(isValid(one) for one in pages), "nothing is deleted before Qt is back in its event loop"
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [isValid(one) for one in pages] == [False] * 49 + [True]
    assert area.page is pages[-1]
    assert area.page.isVisible()
