"""Every widget is tested in the light look at its plain size."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from vmapviz.gui import theme


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
