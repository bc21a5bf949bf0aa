"""Places in a text: Python counts characters, Qt counts UTF-16 units; an emoji is one of the former and two of the latter."""

from __future__ import annotations


def to_units(text: str, characters: int) -> int:
    """Return how many UTF-16 units the first `characters` characters of `text` have."""
    start = text[:characters]
    return len(start) if start.isascii() else len(start.encode("utf-16-le", "surrogatepass")) // 2


def to_characters(text: str, units: int) -> int:
    """Return how many characters the first `units` UTF-16 units of `text` have; half a character counts as none."""
    if text.isascii():
        return min(units, len(text))
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore"))
