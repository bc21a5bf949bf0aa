"""The tokens keep the contrast that the design guide promises."""

from __future__ import annotations

import pytest

from vmapviz.model.theme import LECTURE_TYPE, THEMES, TOKENS, TYPE, Theme, level_role, zoom

BACKGROUNDS = ("window", "surface", "sunken", "select")
TEXTS = ("ink", "ink2", "ink3")


def luminance(colour: str) -> float:
    """Return the relative luminance of `#RRGGBB` as WCAG 2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def worst(theme: Theme, *roles: str) -> float:
    """Return the least contrast of `roles` on any background that text stands on."""
    return min(contrast(theme.colour(r), theme.colour(b)) for r in roles for b in BACKGROUNDS)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("name", "least"), [("light", 4.7), ("dark", 4.8), ("projector", 5.2)])
def test_text_can_be_read_on_every_background(name: str, least: float) -> None:
    assert worst(THEMES[name], *TEXTS, "b1", "b2", "b3", "error", "warn", "ok") >= least


@pytest.mark.parametrize("name", THEMES)
def test_batch_text_can_be_read_on_batched_cells(name: str) -> None:
    theme = THEMES[name]
    assert contrast(theme.colour("b1"), theme.colour("b1_fill")) >= 4.6
    assert contrast(theme.colour("b2"), theme.colour("b2_fill")) >= 5.0


@pytest.mark.parametrize("name", THEMES)
def test_ink_can_be_read_on_what_stands_out(name: str) -> None:
    theme = THEMES[name]
    for role in ("b1_strong", "b2_strong", "b3_strong", "ribbon", "error_fill", "warn_fill"):
        assert contrast(theme.colour("ink"), theme.colour(role)) >= 4.5, role
    assert contrast(theme.colour("on_ink"), theme.colour("ink")) >= 7


@pytest.mark.parametrize("name", THEMES)
def test_outlines_of_controls_can_be_seen(name: str) -> None:
    assert worst(THEMES[name], "edge") >= 3.1


def test_every_theme_has_every_token_as_a_colour() -> None:
    assert len({row[0] for row in TOKENS}) == len(TOKENS) == 28
    for theme in THEMES.values():
        assert all(len(c) == 7 and int(c[1:], 16) >= 0 for c in theme.colours.values())


def test_an_unknown_role_is_an_error() -> None:
    with pytest.raises(KeyError):
        THEMES["light"].colour("accent")


def test_level_three_and_deeper_share_their_colours() -> None:
    assert [level_role(n) for n in (1, 2, 3, 4, 7)] == ["b1", "b2", "b3", "b3", "b3"]
    assert level_role(2, "fill") == "b2_fill"


def test_nothing_is_smaller_than_the_smallest_permitted() -> None:
    assert min(t.size for t in TYPE.values()) == TYPE["small"].size == 11
    assert min(t.size for t in LECTURE_TYPE.values()) == LECTURE_TYPE["small"].size == 17
    assert TYPE.keys() == LECTURE_TYPE.keys()
    assert all(t.line > t.size for t in (*TYPE.values(), *LECTURE_TYPE.values()))


def test_zoom_is_held_within_its_range() -> None:
    assert [zoom(z) for z in (0.1, 1.25, 9.0)] == [0.9, 1.25, 2.0]
