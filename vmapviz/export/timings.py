"""Timings as a table (CSV, Markdown), as the file that opens again, and as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import msgspec

from vmapviz.export.svg import svg
from vmapviz.model.actions import timed_experiment
from vmapviz.model.call import timed_call
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.pinned import PointName
from vmapviz.model.plots.times_scene import plot, ringed
from vmapviz.model.plots.why import ceiling_words, chosen, why_caption, why_sentence
from vmapviz.model.plots.why_scene import why
from vmapviz.model.scenes import measure
from vmapviz.model.scenes.marks import shifted
from vmapviz.model.scenes.scene import Item, Scene, Text
from vmapviz.model.session import Session
from vmapviz.model.theme import THEMES
from vmapviz.model.timing import BATCH, DEVICES, Compiled, Point, Timings
from vmapviz.model.timing_facts import places, skips
from vmapviz.model.timing_runs import Run, comparison, picked_sentence, runs
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
    """The plot that a session shows, of the times or of what they are spent on; raises ExperimentError while there is none."""
    if not timed(session):
        raise ExperimentError("There are no times yet: measure first.")
    shown = runs(session)
    call = shown[0].timings.about or timed_call(timed_experiment(session))
    if session.view.timing == "why":
        return why_picture(shown[0].timings, session.view.way, call)
    words = picked_sentence(shown, session.compared) or sentence(shown[0].timings)
    return timings_picture(shown, words, call, session.compared)


def timings_picture(shown: tuple[Run, ...], words: str, call: str, picked: tuple[PointName, ...] = ()) -> Scene:
    """Runs with the call as the title, the sentence and the machine below."""

    def drawn(width: float, height: float) -> Scene:
        scene, made = plot(shown, comparison(shown, picked), words, width, height)
        return msgspec.structs.replace(scene, items=scene.items + (ringed(made, picked) if made else ()))

    return _framed(shown[0].timings, call, how_to_read(shown[0].timings), words, drawn)


def why_picture(timings: Timings, way: str, call: str) -> Scene:
    """What the times of a variant are spent on, with the call, the sentence and the machine."""
    series = chosen(timings, way)
    words = why_sentence(timings, series)
    best = f": {ceiling_words(timings.ceiling)}" if timings.ceiling else ""
    said = f"{why_caption(timings, series)}{best}"
    return _framed(timings, call, said, words, lambda width, height: why(timings, way, words, width, height)[0])


def _framed(timings: Timings, call: str, said: str, words: str, drawn: Callable[[float, float], Scene]) -> Scene:
    """A drawing under the call and how it is read, above the sentence and the machine."""
    width, height = SIZE
    lines = measure.wrapped(words.replace("`", ""), width - 2 * MARGIN, 15, lines=3)
    top, foot, room = 66.0, 34.0 + 22 * len(lines), width - 2 * MARGIN
    scene = drawn(width - MARGIN - 4, height - top - foot)
    items: list[Item] = [
        Text(MARGIN, 32, call, "ink", 13, 600, mono=True, width=room),
        Text(MARGIN, 54, said, "ink3", 12, width=room),
        *shifted(scene.items, 4, top),
        *(Text(MARGIN, height - foot + 22 * n, line, "ink", 15) for n, line in enumerate(lines, 1)),
        Text(MARGIN, height - 12, f"{_where(timings)} vmapviz", "ink3", 11, width=room),
    ]
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
    return timings if timings.about else msgspec.structs.replace(timings, about=timed_call(timed_experiment(session)))


TIMES_EXPORTS: tuple[TimesExport, ...] = (
    TimesExport("json", "The times, to be opened again (JSON)", "json", lambda s: write_timings(shown_timings(s))),
    TimesExport("csv", "The times as a table (CSV)", "csv", lambda s: csv_text(shown_timings(s)).encode()),
    TimesExport("md", "The times as a table (Markdown)", "md", lambda s: markdown(shown_timings(s)).encode()),
    TimesExport("svg", "The plot of the times (SVG)", "svg", lambda s: svg(picture(s), THEMES["light"]).encode()),
)
