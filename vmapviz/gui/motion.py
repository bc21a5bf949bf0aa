"""Whether the system asks for less motion, where this Qt tells it: from 6.12 on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QGuiApplication


def system_still(hints: Any = None) -> bool | None:
    """Whether the system asks for less motion; None where Qt does not tell. `hints` are Qt's style hints."""
    about = _accessibility(hints)
    return None if about is None else bool(about.motionPreference().name != "NoPreference")


def when_changed(tell: Callable[..., object], hints: Any = None) -> None:
    """Call it whenever the system asks for something else, where Qt tells."""
    about = _accessibility(hints)
    if about is not None:
        about.motionPreferenceChanged.connect(tell)


def _accessibility(hints: Any) -> Any:
    """Qt's accessibility hints (since 6.10) where they know of motion (since 6.12)."""
    known: Any = hints or QGuiApplication.styleHints()
    about = known.accessibility() if hasattr(known, "accessibility") else None
    return about if hasattr(about, "motionPreference") else None
