"""Timings as a table (CSV, Markdown), as the file that opens again, and as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import msgspec

from vmapviz.export.svg import svg
from vmapviz.model.actions import timed_experiment
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.pinned import call_text
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.marks import shifted
from vmapviz.model.scenes.scene import Item, Scene, Text
from vmapviz.model.session import Session
from vmapviz.model.theme import THEMES
from vmapviz.model.timing import BATCH, DEVICES, Compiled, Point, Timings
from vmapviz.model.timing_facts import places, skips
from vmapviz.model.timing_runs import Run, comparison, picked_sentence, runs
from vmapviz.model.timing_scene import plot
from vmapviz.model.timing_text import how_to_read, marks, seconds_text, sentence, skip_words
from vmapviz.model.timings_file import write_timings

COLUMNS = (
    *("variant", "over", "at", "batch", "median_s", "q25_s", "q75_s", "samples", "repeats", "outliers_s"),
    *("unstable", "disturbed", "skipped", "trace_s", "lower_s", "compile_s"),
    *("flops", "bytes", "peak_bytes", "code_bytes", "instructions", "largest_compile_s"),
)
SIZE = (960.0, 540.0)
MARGIN = 24.0


class TimesExport(msgspec.Struct, frozen=True):
    """An export of the timings: what it is called, how its files end, and what makes them of a session."""

    id: str
    title: str
    suffix: str
    of: Callable[[Session], bytes]


def csv_text(timings: Timings) -> str:
    """The sweep as CSV, one line per point; seconds for one whole batch, empty where there is no number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for series in timings.series:
        for p in series.points:
            row = [series.variant, timings.over, p.at, p.batch, p.median_s, p.q25_s, p.q75_s, p.samples, p.repeats]
            row += [" ".join(map(str, p.outliers_s)), str(p.unstable).lower(), str(p.disturbed).lower(), p.skipped]
            writer.writerow([*row, *_compiled(p.compiled), series.compile_s])
    return out.getvalue()


def _compiled(made: Compiled | None) -> list[float | None]:
    if made is None:
        return [None] * 8
    cost = made.cost
    phases = [made.trace_s, made.lower_s, made.compile_s]
    return [*phases, cost.flops, cost.bytes, cost.peak_bytes, cost.code_bytes, cost.instructions]


def markdown(timings: Timings) -> str:
    """The sweep as a Markdown table, a line per size; below it what was skipped, what it says and where it ran."""
    heads = {BATCH: "examples", DEVICES: "devices"}
    names = [series.variant for series in timings.series]
    lines = [f"| {heads.get(timings.over, timings.over)} | {' | '.join(f'`{name}`' for name in names)} |"]
    lines.append(f"|---:|{'---:|' * len(names)}")
    for at in places(timings):
        cells = [next((_cell(p) for p in series.points if p.at == at), "") for series in timings.series]
        lines.append(f"| {at} | {' | '.join(cells)} |")
    if any(series.compile_s is not None for series in timings.series):
        times = [seconds_text(s.compile_s) if s.compile_s is not None else "" for s in timings.series]
        lines.append(f"| compiled once | {' | '.join(times)} |")
    skipped = [f"`{skip.variant}` skipped at {': '.join(skip_words(skip))}" for skip in skips(timings)]
    said = [f"{_capital(how_to_read(timings))}.", *(f"{line}." for line in skipped), sentence(timings), _where(timings)]
    return "\n".join([*lines, "", *("  \n".join(filter(None, said)).splitlines()), ""])


def _cell(point: Point) -> str:
    signs = marks(point).replace("~", r"\~")
    return f"{seconds_text(point.median_s)}{f' {signs}' if signs else ''}" if point.median_s else "–"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _where(timings: Timings) -> str:
    where = f" ({timings.where})" if timings.where else ""
    return f"{timings.machine}{where}; {timings.devices}."


# --- the picture -------------------------------------------------------------------------------------------------------


def picture(session: Session) -> Scene:
    """The plot of a session as a picture of its own; raises ExperimentError while there is none."""
    if not timed(session):
        raise ExperimentError("There are no times yet: measure first.")
    shown = runs(session)
    words = picked_sentence(shown, session.compared) or sentence(shown[0].timings)
    call = shown[0].timings.about or call_text(timed_experiment(session))
    return timings_picture(shown, words, call, session)


def timings_picture(shown: tuple[Run, ...], words: str, call: str, session: Session | None = None) -> Scene:
    """Runs with the call as the title, the sentence and the machine below."""
    width, height = SIZE
    timings = shown[0].timings
    lines = measure.wrapped(words.replace("`", ""), width - 2 * MARGIN, 15, lines=2)
    top, foot = 66.0, 34.0 + 22 * len(lines)
    found = comparison(shown, session.compared if session else ())
    scene, _ = plot(shown, found, words, width - MARGIN - 4, height - top - foot)
    items: list[Item] = [
        Text(MARGIN, 32, call, "ink", 13, 600, mono=True, width=width - 2 * MARGIN),
        Text(MARGIN, 54, how_to_read(timings), "ink3", 12, width=width - 2 * MARGIN),
        *shifted(scene.items, 4, top),
    ]
    y = height - foot + 22
    for line in lines:
        items.append(Text(MARGIN, y, line, "ink", 15))
        y += 22
    items.append(Text(MARGIN, height - 12, f"{_where(timings)} vmapviz", "ink3", 11, width=width - 2 * MARGIN))
    return Scene(width, height, tuple(items), scene.caption, call)


# --- the table of exports ----------------------------------------------------------------------------------------------


def timed(session: Session) -> bool:
    """Whether there are times to be exported."""
    shown = runs(session)
    return bool(shown) and bool(places(shown[0].timings))


def shown_timings(session: Session) -> Timings:
    """What the plot shows in full, with the call that was timed; raises ExperimentError while there is nothing."""
    if not timed(session):
        raise ExperimentError("There are no times yet: measure first.")
    timings = runs(session)[0].timings
    return timings if timings.about else msgspec.structs.replace(timings, about=call_text(timed_experiment(session)))


TIMES_EXPORTS: tuple[TimesExport, ...] = (
    TimesExport("json", "The times, to be opened again (JSON)", "json", lambda s: write_timings(shown_timings(s))),
    TimesExport("csv", "The times as a table (CSV)", "csv", lambda s: csv_text(shown_timings(s)).encode()),
    TimesExport("md", "The times as a table (Markdown)", "md", lambda s: markdown(shown_timings(s)).encode()),
    TimesExport("svg", "The plot of the times (SVG)", "svg", lambda s: svg(picture(s), THEMES["light"]).encode()),
)
