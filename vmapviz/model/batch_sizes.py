"""Batch sizes as a user types them: "1, 4, 16, …, 1024"."""

from __future__ import annotations

import re

LARGEST = 2**24
MOST = 40


def batches_text(batches: tuple[int, ...]) -> str:
    """Batch sizes as text: "1, 4, 16"."""
    return ", ".join(map(str, batches))


def parse_batches(text: str) -> tuple[int, ...] | str:
    """The batch sizes in `text`, rising and without doubles; or, as text, what is wrong with it.

    Numbers stand apart by commas or spaces; "…" or "..." continues the two numbers before it, by their ratio where the next number
    can be reached so or their difference would lead through too many, else by their difference.
    """
    sizes: list[int] = []
    parts = re.findall(r"…|\.{3}|[^\s,;…]+?(?=\.{3}|[\s,;…]|$)", text)
    for i, part in enumerate(parts):
        if part in ("…", "..."):
            following = parts[i + 1] if i + 1 < len(parts) else ""
            filled = _between(sizes, following)
            if isinstance(filled, str):
                return filled
            sizes += filled
        elif not part.isdecimal() or not 1 <= int(part) <= LARGEST:
            return f"{part} is not a batch size: whole numbers from 1 to {LARGEST}."
        else:
            sizes.append(int(part))
    if not sizes:
        return "Type batch sizes, such as 1, 4, 16, 64."
    sizes = sorted(set(sizes))
    return tuple(sizes) if len(sizes) <= MOST else f"{len(sizes)} batch sizes: {MOST} are the most."


def _between(before: list[int], following: str) -> list[int] | str:
    """What "…" stands for after the numbers `before`; without an end, three more."""
    if len(before) < 2 or before[-1] <= before[-2]:
        return "Two rising numbers must stand before …, such as 1, 4, …, 1024."
    a, b = before[-2:]
    if following and not following.isdecimal():
        return f"{following} is not a batch size."
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
