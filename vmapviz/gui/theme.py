"""The look of the window: fonts, palette and stylesheet made from the tokens, and the colours that painters ask for."""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from vmapviz.model.theme import LECTURE_TYPE, LECTURE_ZOOM, THEMES, TYPE, Theme, zoom

ASSETS = Path(__file__).parent / "assets"

UI, MONO = "Inter", "JetBrains Mono"

# The guide's mapping; Light, Dark and Shadow too, or Fusion's bevels and check boxes vanish in the dark.
_PALETTE: tuple[tuple[QPalette.ColorRole, str], ...] = (
    (QPalette.ColorRole.Window, "window"),
    (QPalette.ColorRole.WindowText, "ink"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "sunken"),
    (QPalette.ColorRole.Text, "ink"),
    (QPalette.ColorRole.PlaceholderText, "ink3"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "ink"),
    (QPalette.ColorRole.BrightText, "error"),
    (QPalette.ColorRole.Highlight, "select"),
    (QPalette.ColorRole.HighlightedText, "ink"),
    (QPalette.ColorRole.Accent, "ink"),
    (QPalette.ColorRole.Link, "ink"),
    (QPalette.ColorRole.LinkVisited, "ink2"),
    (QPalette.ColorRole.ToolTipBase, "surface"),
    (QPalette.ColorRole.ToolTipText, "ink"),
    (QPalette.ColorRole.Light, "surface"),
    (QPalette.ColorRole.Midlight, "line"),
    (QPalette.ColorRole.Mid, "edge"),
    (QPalette.ColorRole.Dark, "edge"),
    (QPalette.ColorRole.Shadow, "ink3"),
)
_TEXTS = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)


class _Look:
    """What was applied last; one per process, as Qt's palette and stylesheet are."""

    theme: Theme = THEMES["light"]
    scale: float = 1.0
    lecture: bool = False


def apply(app: QApplication, theme_name: str, scale: float = 1.0, lecture: bool = False) -> None:
    """Give the whole app the look of `theme_name` ("light", "dark", "projector") at `scale`; every widget repaints. A `lecture` has its own
    sizes of type.
    """
    load_fonts()
    _Look.theme, _Look.scale, _Look.lecture = THEMES[theme_name], zoom(scale, lecture), lecture
    # To replace a sheet, Qt polishes every widget anew for each of its parents: to take it away and give another is far less.
    app.setStyleSheet("")
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette(_Look.theme))
    app.setFont(font("body"))
    app.setStyleSheet(stylesheet(_Look.theme, _Look.scale))


def current() -> Theme:
    """Return the theme in use."""
    return _Look.theme


def colour(role: str, alpha: float = 1.0) -> QColor:
    """Return the colour of `role` in the theme in use; `alpha` from 0, unseen, to 1."""
    value = QColor(_Look.theme.colour(role))
    value.setAlphaF(alpha)
    return value


def px(size: float) -> int:
    """Return a length of the guide in pixels of the user's zoom; never less than 1."""
    return max(1, int(size * _Look.scale + 0.5))


def font(role: str, weight: int | None = None) -> QFont:
    """Return the font of a role of the guide's type table ("body", "code", "title"…) at the user's zoom."""
    kind = TYPE[role]
    make = mono_font if kind.mono else ui_font
    return make(kind.size * _scale_of(role), kind.weight if weight is None else weight)


def line_height(role: str) -> int:
    """Return the line height of a role of the type table in pixels of the user's zoom."""
    if _Look.lecture:
        return px(LECTURE_TYPE[role].line / LECTURE_ZOOM)
    return px(TYPE[role].line)


def _scale_of(role: str) -> float:
    """The zoom of a role's type: a lecture has sizes of its own, in which small text grows less than large."""
    if not _Look.lecture:
        return _Look.scale
    return _Look.scale / LECTURE_ZOOM * LECTURE_TYPE[role].size / TYPE[role].size


def least_scale() -> float:
    """The zoom at which a drawing's smallest text is the smallest that the guide permits."""
    return _scale_of("small")


def ui_font(size: float, weight: int = 400) -> QFont:
    """Return Inter in `size` pixels (Qt has whole ones only), with figures of equal width."""
    return QFont(_FONTS.font(UI, MONO, int(size + 0.5), weight))


def mono_font(size: float, weight: int = 400) -> QFont:
    """Return JetBrains Mono in `size` pixels (Qt has whole ones only), with `->` and `==` as typed."""
    return QFont(_FONTS.font(MONO, UI, int(size + 0.5), weight))


class _Fonts(threading.local):
    """The fonts that were made, by each thread for itself: copies share what Qt finds for one, which two threads must not use at once."""

    def __init__(self) -> None:
        self.font = cache(_made)


def _made(family: str, fallback: str, size: int, weight: int) -> QFont:
    load_fonts()
    made = QFont([family, fallback])
    made.setPixelSize(max(size, 1))
    made.setWeight(QFont.Weight(weight))
    # Both for both, since a rich text may change the family within one font: Inter's `calt` would draw -> as an arrow.
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setFeature(QFont.Tag("calt"), 0)
    # Without hinting, widths are the same at every zoom and on every platform.
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


_FONTS = _Fonts()


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the bundled fonts and return their families; a second call does nothing."""
    QDir.addSearchPath("vmapviz", str(ASSETS))
    files = sorted((ASSETS / "fonts").glob("*.ttf"))
    ids = [QFontDatabase.addApplicationFont(str(file)) for file in files]
    return tuple(dict.fromkeys(f for i in ids for f in QFontDatabase.applicationFontFamilies(i)))


def palette(theme: Theme) -> QPalette:
    """Return the palette of `theme` for all three groups; disabled text is `ink3`."""
    made = QPalette()
    for role, token in _PALETTE:
        made.setColor(role, QColor(theme.colour(token)))
    for role in _TEXTS:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.colour("ink3")))
    return made


def stylesheet(theme: Theme, scale: float) -> str:
    """Return `style.qss` with its `@role`s as colours and its pixels at `scale`; hairlines of 1px stay."""
    text = re.sub(r"@(\w+)", lambda m: theme.name if m[1] == "theme" else theme.colour(m[1]), _sheet())
    return re.sub(r"\b(\d+)px", lambda m: f"{int(m[1]) if m[1] in '01' else round(int(m[1]) * scale)}px", text)


@cache
def _sheet() -> str:
    return (ASSETS / "style.qss").read_text(encoding="utf-8")


def system_theme() -> str:
    """Return "dark" where the desktop asks for it, else "light"."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"
