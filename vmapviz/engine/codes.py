"""The Python of every way to compute the batches of a sweep, before any is measured: what the sweep runs, by the same functions."""

from __future__ import annotations

import contextlib
import functools

from vmapviz.engine.evaluate import needs_all_at_once
from vmapviz.engine.load import Loaded
from vmapviz.engine.measuring import variants
from vmapviz.engine.measuring.batches import batches
from vmapviz.engine.measuring.stops import Stop, stops
from vmapviz.engine.measuring.ways import Batch, reason
from vmapviz.model.messages import Write
from vmapviz.model.timing import VARIANTS, WayText


def codes(loaded: Loaded, request: Write) -> tuple[WayText, ...]:
    """Every variant with its Python at the largest place of a sweep where it can run, else at the largest; nothing is computed.

    Raises what the axes raise.
    """
    made = batches(loaded)
    whole = needs_all_at_once(made.call)
    places = [_Place(stop, loaded, whole, request.there) for stop in reversed(stops(made, request))]
    return tuple(_text(name, places, request.grad) for name in VARIANTS)


class _Place:
    """A place of the sweep, whose batch of types is made when it is asked for."""

    def __init__(self, stop: Stop, loaded: Loaded, whole: bool, there: int | None) -> None:
        self.stop, self._loaded, self._whole, self._there = stop, loaded, whole, there

    @functools.cached_property
    def _batch(self) -> Batch | str:
        """Why there is none, where there is none: the place is then skipped for the same reason when it is measured."""
        stop = self.stop
        try:
            return Batch(stop.types(), self._loaded, stop.devices, self._whole, stop.exactly, self._there)
        except Exception as error:
            return reason(error)

    def why_not(self, name: str, grad: bool) -> str:
        """Why a variant cannot run at this place; "" where it can."""
        batch, refused = self._batch, self.stop.refused
        if refused or isinstance(batch, str):
            return refused or str(batch)
        try:
            return variants.refused(variants.planned(name, batch), batch, grad)
        except Exception as error:
            return reason(error)

    def python(self, name: str, grad: bool) -> str:
        """The Python of a variant at this place, also where it cannot run; "" where there is none."""
        if isinstance(self._batch, str):
            return ""
        with contextlib.suppress(Exception):  # why_not says what stands in its way
            return variants.python(variants.planned(name, self._batch), self._batch, grad)
        return ""


def _text(name: str, places: list[_Place], grad: bool) -> WayText:
    refused = {place: why for place in places if (why := place.why_not(name, grad))}
    told = next((place for place in places if place not in refused), None)
    at = told or next((place for place in places if place.python(name, grad)), None)
    whys = tuple((place.stop.at, why) for place, why in sorted(refused.items(), key=lambda row: row[0].stop.at))
    return WayText(name, at.python(name, grad) if at else "", told.stop.words if told else "", whys)
