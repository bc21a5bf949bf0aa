"""Large numbers for people: bytes and operations in steps of a thousand."""

from __future__ import annotations

BYTES = (" bytes", " kB", " MB", " GB", " TB", " PB", " EB")
COUNTS = ("", " thousand", " million", " billion", " trillion")


def bytes_text(size: float) -> str:
    """A number of bytes, in thousands as disks and XLA's users count: 4000000000000 gives "4 TB"."""
    return "1 byte" if size == 1 else _scaled(size, BYTES)


def bytes_short(size: float) -> str:
    """A number of bytes in few letters: 344 gives "344 B", 5140 "5.1 kB"."""
    return _scaled(float(f"{size:.2g}") if size >= 1000 else size, (" B", *BYTES[1:]))


def count_text(count: float) -> str:
    """A number of things: 2_100_000 gives "2.1 million"."""
    return _scaled(count, COUNTS)


def count_short(count: float) -> str:
    """A number of things in few letters: 2_100_000 gives "2.1 M"."""
    return _scaled(float(f"{count:.2g}"), ("", " k", " M", " G", " T", " P"))


def _scaled(value: float, units: tuple[str, ...]) -> str:
    step = 0
    while float(f"{value:.3g}") >= 1000 and step < len(units) - 1:
        value, step = value / 1000, step + 1
    return f"{float(f'{value:.3g}'):g}{units[step]}" if value < 1000 else f"{value:,.0f}{units[step]}"
