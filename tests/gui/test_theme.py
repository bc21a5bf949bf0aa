"""The look: bundled fonts, palette and stylesheet follow the tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPalette, QRawFont, QTextLayout
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.widgets.chips import AxisChips
from vmapviz.model.theme import THEMES

GLYPHS = "●Σ→←↑↓×−≤≥·…▸▾✓é⁻²αθλ∞"


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


def glyphs(font: QFont, text: str) -> list[int]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [index for run in layout.glyphRuns() for index in run.glyphIndexes()]


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_bundled_fonts_are_used_in_every_weight(weight: int) -> None:
    for font, family in ((theme.ui_font(13, weight), "Inter"), (theme.mono_font(13, weight), "JetBrains Mono")):
        raw = QRawFont.fromFont(font)
        assert (raw.familyName(), raw.weight()) == (family, weight)
        assert QFontInfo(font).family() == family


def test_every_character_that_we_draw_is_in_one_of_the_fonts() -> None:
    raws = [QRawFont.fromFont(theme.ui_font(13)), QRawFont.fromFont(theme.mono_font(13))]
    assert not [c for c in GLYPHS if not any(raw.supportsCharacter(ord(c)) for raw in raws)]


def test_fonts_come_with_their_licences_and_stay_small() -> None:
    folder = theme.ASSETS / "fonts"
    for name in ("Inter-OFL.txt", "JetBrainsMono-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / name).read_text(encoding="utf-8")
    assert sum(f.stat().st_size for f in folder.iterdir()) < 3_000_000


def test_sizes_are_pixels_and_halves_round_up() -> None:
    assert [theme.ui_font(size).pixelSize() for size in (13, 11.5, 12.4)] == [13, 12, 12]
    assert theme.mono_font(13).pointSize() == -1


def test_figures_of_inter_are_equally_wide() -> None:
    font = theme.ui_font(20)
    assert QFontMetricsF(font).horizontalAdvance("1111") == QFontMetricsF(font).horizontalAdvance("0000")
    font.unsetFeature(QFont.Tag("tnum"))
    assert QFontMetricsF(font).horizontalAdvance("1111") != QFontMetricsF(font).horizontalAdvance("0000")


@pytest.mark.parametrize("text", ["->", "==", "!=", ">="])
def test_operators_stay_as_typed(text: str) -> None:
    font = theme.mono_font(20)
    assert glyphs(font, text) == [glyph for c in text for glyph in glyphs(font, c)]
    font.unsetFeature(QFont.Tag("calt"))
    assert glyphs(font, text) != [glyph for c in text for glyph in glyphs(font, c)]


def test_the_stylesheet_keeps_the_features_of_the_font(qtbot: QtBot) -> None:
    button = QPushButton("->")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert button.font().featureValue(QFont.Tag("tnum")) == 1
    assert button.font().featureValue(QFont.Tag("calt")) == 0


@pytest.mark.parametrize("name", THEMES)
def test_the_palette_follows_the_tokens(qapp: QApplication, name: str) -> None:
    theme.apply(qapp, name)
    roles = {"Window": "window", "Base": "surface", "AlternateBase": "sunken", "Text": "ink", "Highlight": "select"}
    roles |= {"PlaceholderText": "ink3", "HighlightedText": "ink", "Mid": "edge", "Midlight": "line"}
    for role, token in roles.items():
        assert qapp.palette().color(QPalette.ColorRole[role]) == QColor(THEMES[name].colour(token)), role
    disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled == QColor(THEMES[name].colour("ink3"))


@pytest.mark.parametrize("name", THEMES)
def test_a_check_box_can_be_seen(qapp: QApplication, qtbot: QtBot, name: str) -> None:
    theme.apply(qapp, name)
    box = QCheckBox()
    qtbot.addWidget(box)
    picture = box.grab().toImage()
    row = {picture.pixelColor(x, picture.height() // 2).name().upper() for x in range(picture.width())}
    assert THEMES[name].colour("edge") in row


def test_a_switch_repaints_what_is_shown(qapp: QApplication, qtbot: QtBot) -> None:
    chips = AxisChips()
    qtbot.addWidget(chips)
    chips.set_chips((5,), {0: 1})
    chips.show()
    for name in THEMES:
        theme.apply(qapp, name)
        assert chips.grab().toImage().pixelColor(3, 3) == QColor(THEMES[name].colour("b1_fill"))


def test_colour_and_its_alpha_follow_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.current() is THEMES["dark"]
    assert theme.colour("b1").name().upper() == "#FF9D57"
    assert theme.colour("b1", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_the_stylesheet_has_no_role_left_open(name: str) -> None:
    sheet = theme.stylesheet(THEMES[name], 1.0)
    assert "@" not in sheet
    for asset in re.findall(r'url\("vmapviz:([^"]+)"\)', sheet):
        assert (theme.ASSETS / asset).is_file()


def test_zoom_enlarges_all_but_hairlines(qapp: QApplication) -> None:
    once, twice = (theme.stylesheet(THEMES["light"], scale) for scale in (1.0, 2.0))
    assert twice.count(" 1px") == once.count(" 1px") > 0
    assert "border-radius: 12px" in twice
    theme.apply(qapp, "light", 2.0)
    assert (theme.px(36), theme.px(0.2), theme.line_height("body")) == (72, 1, 40)
    assert theme.font("body").pixelSize() == qapp.font().pixelSize() == 26
    theme.apply(qapp, "light", 99)
    assert theme.px(10) == 20


@pytest.mark.parametrize("name", THEMES)
def test_pictures_of_the_stylesheet_have_the_colours_of_the_tokens(name: str) -> None:
    for asset, role in (("chevron", "ink2"), ("check", "on_ink")):
        assert THEMES[name].colour(role) in (theme.ASSETS / f"{asset}-{name}.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("scheme", "name"),
    [(Qt.ColorScheme.Dark, "dark"), (Qt.ColorScheme.Light, "light"), (Qt.ColorScheme.Unknown, "light")],
)
def test_the_system_says_light_or_dark(monkeypatch: pytest.MonkeyPatch, scheme: Qt.ColorScheme, name: str) -> None:
    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return scheme

    monkeypatch.setattr(theme.QGuiApplication, "styleHints", Hints)
    assert theme.system_theme() == name


class Told(QWidget):
    """Counts how often it is told of another style."""

    times = 0

    def changeEvent(self, event: QEvent) -> None:
        self.times += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_a_new_look_tells_widgets_deep_in_a_window_no_more_often_than_others(qtbot: QtBot, qapp: QApplication) -> None:
    """Qt tells a widget once for each of its parents where a sheet is replaced, which makes a lecture begin late."""
    outer = QWidget()
    qtbot.addWidget(outer)
    inner = outer
    for _ in range(8):
        inner = Told(inner)
    button = QPushButton("a", inner)
    outer.show()
    for name in ("dark", "light"):
        inner.times = 0
        theme.apply(qapp, name, 1.5)
        assert inner.times <= 2
        ink = QColor(THEMES[name].colour("ink"))
        assert button.palette().buttonText().color() == ink
        assert button.font().weight() == 500
