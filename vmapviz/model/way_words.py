"""A way to measure in words, before it is measured: where its Python runs, and where it cannot."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.timing import WayText


def python_words(way: WayText) -> str:
    """The line above the Python of a way: "Its Python for 1024 examples"."""
    if not way.code:
        return ""
    return f"Its Python for {way.place}" if way.place else "Its Python, which cannot run here"


def refused_words(way: WayText) -> str:
    """Where it cannot run and why, a sentence per reason: "Not at 9 and 17: 8 devices do not divide 9."; "" where it can everywhere."""
    return " ".join(_sentences(way))


def mark_words(way: WayText) -> str:
    """The same in a word or two, for a list: "not here", "not at 9", ""."""
    if not way.place:
        return "not here"
    return f"not at {_listed([at for at, _ in way.refused])}" if way.refused else ""


def _sentences(way: WayText) -> Iterator[str]:
    reasons = dict.fromkeys(why for _, why in way.refused)
    if not way.place and len(reasons) == 1:
        yield f"Not here: {next(iter(reasons))}."
        return
    for reason in reasons:
        yield f"Not at {_listed([at for at, why in way.refused if why == reason])}: {reason}."


def _listed(numbers: list[int]) -> str:
    """ "9", "9 and 17", "9, 17 and 3 more"."""
    if len(numbers) > 3:
        return f"{numbers[0]}, {numbers[1]} and {len(numbers) - 2} more"
    words = [str(number) for number in numbers]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
