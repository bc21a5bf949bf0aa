"""The colours and type sizes of vmapviz: every drawing names a role, this file says what it looks like."""

from __future__ import annotations

import msgspec

# One row per token of the design guide: role, light, dark, projector.
TOKENS: tuple[tuple[str, str, str, str], ...] = (
    ("window", "#F5F5F2", "#15171A", "#FFFFFF"),
    ("surface", "#FFFFFF", "#1C1F22", "#FFFFFF"),
    ("sunken", "#EEEEEA", "#111315", "#F2F2F2"),
    ("line", "#DDDDD8", "#2E3236", "#BDBDBD"),
    ("edge", "#85857F", "#7B8187", "#6A6A6A"),
    ("cell", "#B4B4AE", "#4E545A", "#8C8C8C"),
    ("ink", "#1A1B1D", "#ECEDEE", "#000000"),
    ("ink2", "#4A4D51", "#B9BDC2", "#2B2B2B"),
    ("ink3", "#62666A", "#979CA2", "#4D4D4D"),
    ("select", "#ECECE6", "#2B2F34", "#E4E4DE"),
    ("hover", "#F5F5F2", "#23272A", "#F2F2F2"),
    ("ribbon", "#DCDCD5", "#33383E", "#D6D6CF"),
    ("ribbon_line", "#8B8B85", "#7B8187", "#5A5A5A"),
    ("b1", "#B04500", "#FF9D57", "#9E3D00"),
    ("b1_fill", "#FCE4D1", "#4A2D17", "#FFD3AE"),
    ("b1_strong", "#F4B183", "#8A4B1C", "#F29A55"),
    ("b2", "#1A62A6", "#79B8F5", "#00529B"),
    ("b2_fill", "#DBE9F8", "#17344F", "#BFDDFB"),
    ("b2_strong", "#9CC6EE", "#2A5C8C", "#74B2EE"),
    ("b3", "#1A1B1D", "#ECEDEE", "#000000"),
    ("b3_fill", "#E4E4DF", "#363B40", "#D9D9D3"),
    ("b3_strong", "#C9C9C2", "#4B5157", "#B5B5AD"),
    ("error", "#8A1A6B", "#F59BD8", "#75104F"),
    ("error_fill", "#F8E8F3", "#42203A", "#FBDDF0"),
    ("warn", "#6B5200", "#E9CC6B", "#5A4400"),
    ("warn_fill", "#FBF3D5", "#3A321A", "#FFEFB0"),
    ("ok", "#1F6B45", "#7CCB9E", "#00562E"),
    ("on_ink", "#FFFFFF", "#15171A", "#FFFFFF"),
)


class Theme(msgspec.Struct, frozen=True):
    """The colour of every role, as `#RRGGBB`; how much shows through is the drawing's affair."""

    name: str
    colours: dict[str, str]

    def colour(self, role: str) -> str:
        """Return the colour of `role`, for example `b1_fill`; a role the guide does not have is a KeyError."""
        return self.colours[role]


def _theme(name: str, column: int) -> Theme:
    return Theme(name, {row[0]: row[column] for row in TOKENS})


THEMES: dict[str, Theme] = {
    name: _theme(name, column) for column, name in enumerate(("light", "dark", "projector"), start=1)
}


def level_role(level: int, part: str = "") -> str:
    """Return the role of `level` (from 1), `b1`; with `part` "fill" or "strong", `b1_fill`. All from 3 on share one."""
    role = f"b{min(max(level, 1), 3)}"
    return f"{role}_{part}" if part else role


class TypeSize(msgspec.Struct, frozen=True):
    """A size of text and its line height, both in pixels before the user's zoom."""

    size: float
    line: float
    weight: int = 400
    mono: bool = False


TYPE: dict[str, TypeSize] = {
    "small": TypeSize(11, 16),
    "caption": TypeSize(12, 16),
    "params": TypeSize(11.5, 17, mono=True),
    "body": TypeSize(13, 20),
    "code": TypeSize(13, 24, mono=True),
    "sentence": TypeSize(15, 22),
    "title": TypeSize(17, 24, weight=600),
    "cell": TypeSize(11.5, 17, weight=500, mono=True),
}

# At 720 pixels of window height; a lecture's sizes grow with the window.
LECTURE_TYPE: dict[str, TypeSize] = {
    "small": TypeSize(17, 24),
    "caption": TypeSize(18, 30),
    "params": TypeSize(18, 30, mono=True),
    "body": TypeSize(26, 42),
    "code": TypeSize(26, 42, mono=True),
    "sentence": TypeSize(24, 34),
    "title": TypeSize(28, 40, weight=600),
    "cell": TypeSize(20, 30, weight=500, mono=True),
}
LECTURE_WIDTH, LECTURE_HEIGHT = 1280, 720
LECTURE_ZOOM = LECTURE_TYPE["code"].size / TYPE["code"].size  # of everything that is drawn, at that size

ZOOM_LEAST, ZOOM_MOST = 0.9, 2.0
LECTURE_LEAST, LECTURE_MOST = 0.5, 4.0


def zoom(scale: float, lecture: bool = False) -> float:
    """Return `scale` held between the smallest and the largest zoom; a lecture's may be larger."""
    return min(max(scale, ZOOM_LEAST), LECTURE_ZOOM * LECTURE_MOST if lecture else ZOOM_MOST)


def lecture_scale(width: float, height: float) -> float:
    """How many times the guide's sizes a lecture has in a window of this size: the height counts, the width where it is narrow.

    In sixteenths, so that a window that is drawn larger is not laid out anew for every pixel.
    """
    whole = int(16 * min(width / LECTURE_WIDTH, height / LECTURE_HEIGHT)) / 16
    return min(max(whole, LECTURE_LEAST), LECTURE_MOST)
