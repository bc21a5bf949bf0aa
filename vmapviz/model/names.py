"""Names as people type them: the same in spite of case, spaces, accents and dashes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def loose(name: str) -> str:
    """The letters and digits of a name, without case and accents; `×` counts as `x`."""
    plain = unicodedata.normalize("NFKD", name.replace("×", "x")).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def named(name: str, names: Iterable[str]) -> str | None:
    """The one of the names that was meant; the exact one first."""
    known = list(names)
    if name in known:
        return name
    return next((other for other in known if loose(other) == loose(name)), None)
