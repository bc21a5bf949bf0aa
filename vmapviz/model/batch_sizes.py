"""The numbers of a sweep as a user types them: "1, 4, 16, …, 1024"; and seconds."""

from __future__ import annotations

import re

LARGEST = 2**24
MOST = 40


def batches_text(batches: tuple[int, ...]) -> str:
    """Batch sizes as text: "1, 4, 16"."""
    return ", ".join(map(str, batches))


def short_text(batches: tuple[int, ...]) -> str:
    """The same in a few words, where "…" may stand for those between: "1, 4, …, 1024"; else all of them."""
    short = f"{batches_text(batches[:2])}, …, {batches[-1]}" if len(batches) > 3 else ""
    return short if short and parse_batches(short) == batches else batches_text(batches)


def parse_batches(text: str, kind: str = "batch size", largest: int = LARGEST) -> tuple[int, ...] | str:
    """The numbers in `text`, rising and without doubles; or, as text, what is wrong with it. They are of a `kind`, the `largest` at most.

    Numbers stand apart by commas or spaces; "…" or "..." continues the two numbers before it, by their ratio where the next number
    can be reached so or their difference would lead through too many, else by their difference.
    """
    sizes: list[int] = []
    parts = re.findall(r"…|\.{3}|[^\s,;…]+?(?=\.{3}|[\s,;…]|$)", text)
    for i, part in enumerate(parts):
        if part in ("…", "..."):
            following = parts[i + 1] if i + 1 < len(parts) else ""
            filled = _between(sizes, following, kind)
            if isinstance(filled, str):
                return filled
            sizes += filled
        elif not part.isdecimal() or not 1 <= int(part) <= largest:
            return f"{part} is not a {kind}: whole numbers from 1 to {largest}."
        else:
            sizes.append(int(part))
    if not sizes:
        return f"Type {kind}s, such as 1, 4, 16, 64."
    sizes = [size for size in sorted(set(sizes)) if size <= largest]
    return tuple(sizes) if len(sizes) <= MOST else f"{len(sizes)} {kind}s: {MOST} are the most."


def _between(before: list[int], following: str, kind: str) -> list[int] | str:
    """What "…" stands for after the numbers `before`; without an end, three more."""
    if len(before) < 2 or before[-1] <= before[-2]:
        return "Two rising numbers must stand before …, such as 1, 4, …, 1024."
    a, b = before[-2:]
    if following and not following.isdecimal():
        return f"{following} is not a {kind}."
    end = int(following) if following else 0
    step = b - a
    grows = b % a == 0 and (not end or _reaches(b, b // a, end) or (end - b) % step != 0 or (end - b) // step > MOST)
    filled: list[int] = []
    at = b
    while len(filled) <= MOST:
        at = at * b // a if grows else at + step
        if (end and at >= end) or (not end and len(filled) == 3) or at > LARGEST:
            break
        filled.append(at)
    return filled


def _reaches(start: int, factor: int, end: int) -> bool:
    while start < end:
        start *= factor
    return start == end


LEAST_S, MOST_S = 0.05, 86_400.0


def seconds_typed(seconds: float) -> str:
    """Seconds as they are typed: "2 s", "3 min"."""
    minutes = seconds / 60
    return f"{minutes:g} min" if minutes >= 1 and minutes == int(minutes) else f"{seconds:g} s"


def parse_seconds(text: str) -> float | str:
    """Seconds in "2", "0.5 s", "3 min" or "1 h"; or, as text, what is wrong with it."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(s|sec|seconds?|m|min|minutes?|h|hours?)?\s*", text)
    if found is None:
        return f"{text.strip() or 'Nothing'} is not a time: type seconds, such as 2 s, or minutes, such as 3 min."
    seconds = float(found[1].replace(",", ".")) * {"m": 60, "h": 3600}.get((found[2] or "s")[0], 1)
    if not LEAST_S <= seconds <= MOST_S:
        return f"{text.strip()} is too {'short' if seconds < LEAST_S else 'long'}: from {LEAST_S:g} s to 24 h."
    return seconds
