"""A sweep for the terminal: a table with a column for each way, and what the numbers say."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import PurePath

from vmapviz.export.svg import svg
from vmapviz.export.timings import csv_text, markdown, timings_picture
from vmapviz.model.messages import Timed
from vmapviz.model.sweep_state import duration_text
from vmapviz.model.theme import THEMES
from vmapviz.model.timing import BATCH, DEVICES, Point, Series, Timings
from vmapviz.model.timing_facts import places, skips
from vmapviz.model.timing_runs import Run
from vmapviz.model.timing_text import marks, seconds_text, sentence, skip_words, verdict
from vmapviz.model.timings_file import write_timings

WIDTH = 100
SKIPPED = "-"
MEANINGS = {"~": "unstable: the samples differ much", "!": "disturbed: something else kept the machine busy"}
HEADS = {BATCH: "examples", DEVICES: "devices"}


def written(timings: Timings, output: str) -> bytes:
    """What belongs into a file of this name: a table for the terminal without one, a picture or another table by the ending, else JSON."""
    if not output:
        return timings_text(timings).encode()
    return WRITERS.get(PurePath(output).suffix.lower(), write_timings)(timings)


def timings_text(timings: Timings) -> str:
    """The call, the machine, medians of seconds for one whole batch by size and variant, and then in words what they say and lack."""
    parts = [_head(timings), "\n".join(_table(timings)), "\n".join(_notes(timings))]
    return "\n\n".join(part for part in parts if part) + "\n"


def progress(so_far: Timed) -> str:
    """What is measured now, in one line."""
    left = f", about {duration_text(so_far.remaining_s)} left" if so_far.remaining_s > 0 else ""
    return f"{so_far.progress:4.0%}  {so_far.doing}{left}"


def _head(timings: Timings) -> str:
    where = f" ({timings.where})" if timings.where else ""
    grad = "the gradient of " if timings.grad else ""
    lines = [f"{grad}{timings.about}", f"{timings.machine}{where}; {timings.devices}"]
    if timings.batches:
        lines.append(f"Other sizes: {timings.batches}")
    return "\n".join(line for line in lines if line)


def _table(timings: Timings) -> Iterator[str]:
    sizes = places(timings)
    columns = [[HEADS.get(timings.over, timings.over), *map(str, sizes)]]
    for series in timings.series:
        by_size = {point.at: point for point in series.points}
        columns.append([series.variant, *(_cell(by_size.get(size)) for size in sizes)])
    widths = [max(map(len, column)) for column in columns]
    for row in zip(*columns, strict=True):
        yield "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(point: Point | None) -> str:
    """A median with its marks, which stand where they do not push the numbers apart."""
    if point is None:
        return ""
    if point.median_s is None:
        return f"{SKIPPED}  "
    return f"{seconds_text(point.median_s)}{marks(point):<2}"


def _notes(timings: Timings) -> Iterator[str]:
    there = {sign for series in timings.series for point in series.points for sign in marks(point)}
    yield from (f"{sign} {MEANINGS[sign]}" for sign in MEANINGS if sign in there)
    for skip in skips(timings):
        sizes, why = skip_words(skip)
        yield from _wrapped(f"{SKIPPED} {skip.variant} at {sizes}: {why}")
    yield from (line for series in timings.series for line in _compiled(series))
    found = verdict(timings)
    yield from _wrapped(
        f"{found.title}{f' {found.text}' if found.mark == 'check' else f'. {found.text}'}".rstrip(". ") + "."
    )
    yield from _wrapped(sentence(timings).replace("`", ""))


def _compiled(series: Series) -> Iterator[str]:
    if series.compile_s is not None:
        note = f" ({series.note})" if series.note else ""
        yield f"{series.variant}: compiled in {seconds_text(series.compile_s)}, once{note}"
    elif series.note:
        yield f"{series.variant}: {series.note}"


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, subsequent_indent="  ")


def _picture(timings: Timings) -> bytes:
    return svg(timings_picture((Run(timings),), sentence(timings), timings.about), THEMES["light"]).encode()


WRITERS: dict[str, Callable[[Timings], bytes]] = {
    ".csv": lambda timings: csv_text(timings).encode(),
    ".md": lambda timings: markdown(timings).encode(),
    ".svg": _picture,
}
