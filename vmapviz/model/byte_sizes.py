"""Sizes of arrays in bytes, and how they are written."""

from __future__ import annotations

import math
import re

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def item_bytes(dtype: str) -> int:
    """The bytes of one entry: 4 of "float32"; 8 of a random key; what has less than 8 bits takes a byte."""
    bits = re.search(r"(\d+)", dtype)
    if dtype == "bool" or bits is None:
        return 8 if dtype.startswith("key") else 1
    return max(1, int(bits[1]) // 8)


def array_bytes(dtype: str, shape: tuple[int, ...]) -> int:
    """The bytes of a whole array."""
    return item_bytes(dtype) * math.prod(shape)


def bytes_text(size: int) -> str:
    """ "120 bytes", "3.2 kB", "16.8 MB": thousands, as disks and XLA's users count."""
    amount, unit = float(size), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    if not unit:
        return "1 byte" if size == 1 else f"{size} bytes"
    return f"{amount:.3g} {_UNITS[unit]}" if amount < 99.95 else f"{amount:.0f} {_UNITS[unit]}"
