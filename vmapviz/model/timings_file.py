"""Timings in a file of their own, `times.json`: written by `vmapviz bench` and by the window, read strictly."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from vmapviz.model.experiment import ExperimentError
from vmapviz.model.timing import Point, Timings

FORMAT = "vmapviz-timings"
VERSION = 1


class _Head(msgspec.Struct):
    format: str = ""
    version: int = 0


def is_timings(data: bytes) -> bool:
    """Whether a file says that it holds timings."""
    return _head(data).format == FORMAT


def write_timings(timings: Timings) -> bytes:
    """Timings as JSON."""
    return msgspec.json.format(msgspec.json.encode(timings), indent=1) + b"\n"


def read_timings(data: bytes) -> Timings:
    """The timings in a file; raises ExperimentError with a sentence for anything that is not exactly that."""
    head = _head(data)
    if head.format != FORMAT:
        raise ExperimentError("This file holds no timings of vmapviz.")
    if head.version != VERSION:
        raise ExperimentError(
            f"These timings have format version {head.version}; this vmapviz reads version {VERSION}."
        )
    try:
        timings = msgspec.json.decode(data, type=Timings)
    except msgspec.ValidationError as error:
        raise ExperimentError(f"These timings are damaged: {_without_dollar(str(error))}.") from None
    wrong = complaint(timings)
    if wrong:
        raise ExperimentError(f"These timings are damaged: {wrong}.")
    if not any(series.points for series in timings.series):
        raise ExperimentError("Nothing was measured in these timings.")
    return timings


def complaint(timings: Timings) -> str:
    """What no sweep can have measured, "" where all is well."""
    return next(_wrong(timings), "")


def _head(data: bytes) -> _Head:
    try:
        return msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Head()


def _without_dollar(said: str) -> str:
    return re.sub(r"`\$\.?([^`]*)`", lambda place: f"`{place[1]}`" if place[1] else "the top", said)


def _wrong(timings: Timings) -> Iterator[str]:
    for variant, count in Counter(series.variant for series in timings.series).items():
        if count > 1:
            yield f"`{variant}` is there {count} times"
    for series in timings.series:
        for at, count in Counter(point.at for point in series.points).items():
            if count > 1:
                yield f"`{series.variant}` has {count} points at {at}"
        for point in series.points:
            if why := _wrong_point(point):
                yield f"the point of `{series.variant}` at {point.at} {why}"


def _wrong_point(point: Point) -> str:
    times = [point.q25_s, point.median_s, point.q75_s]
    if point.at < 1 or point.batch < 1:
        return "has no size"
    if point.skipped is not None:
        return "was skipped and has a time" if any(times) else ""
    known = [time for time in times if time is not None]
    if point.median_s is None:
        return "has neither a time nor a reason"
    if not all(time > 0 and math.isfinite(time) for time in (*known, *point.outliers_s)):
        return "has a time that is not a number above 0"
    return "" if known == sorted(known) else "has a median outside of its quartiles"
