"""What the system asks about motion, where Qt tells it, and that nothing moves then."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from vmapviz.gui.motion import system_still, when_changed

Preference = Enum("Preference", "NoPreference ReducedMotion")  # as Qt 6.12 has it


class Changed:
    """A signal that counts who listens."""

    def __init__(self) -> None:
        self.listening: list[Callable[..., object]] = []

    def connect(self, tell: Callable[..., object]) -> None:
        self.listening.append(tell)


class Motion:
    """Accessibility hints of a Qt that tells."""

    def __init__(self, preference: Preference) -> None:
        self.motionPreferenceChanged = Changed()
        self.motionPreference = lambda: preference


class Hints(NamedTuple):
    """Style hints with these accessibility hints."""

    about: object

    def accessibility(self) -> object:
        return self.about


def test_a_qt_that_tells_is_believed() -> None:
    assert system_still(Hints(Motion(Preference.ReducedMotion))) is True
    assert system_still(Hints(Motion(Preference.NoPreference))) is False
    motion = Motion(Preference.NoPreference)
    when_changed(print, Hints(motion))
    assert motion.motionPreferenceChanged.listening == [print]


def test_an_older_qt_does_not_tell() -> None:
    for hints in (Hints(object()), object()):
        assert system_still(hints) is None
        when_changed(print, hints)


def test_this_qt_is_asked(qtbot: QtBot) -> None:
    about = getattr(QGuiApplication.styleHints(), "accessibility", lambda: None)()
    assert (system_still() is None) == (not hasattr(about, "motionPreference"))
