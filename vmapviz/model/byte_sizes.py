"""Sizes of arrays in bytes."""

from __future__ import annotations

import math
import re


def item_bytes(dtype: str) -> int:
    """The bytes of one entry: 4 of "float32"; 8 of a random key; what has less than 8 bits takes a byte."""
    bits = re.search(r"(\d+)", dtype)
    if dtype == "bool" or bits is None:
        return 8 if dtype.startswith("key") else 1
    return max(1, int(bits[1]) // 8)


def array_bytes(dtype: str, shape: tuple[int, ...]) -> int:
    """The bytes of a whole array."""
    return item_bytes(dtype) * math.prod(shape)
