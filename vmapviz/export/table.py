"""Every export that needs no window: one row each."""

from __future__ import annotations

from typing import Protocol

import msgspec

from vmapviz.export.json import json
from vmapviz.export.programs import programs_scene
from vmapviz.export.svg import svg
from vmapviz.export.text import text
from vmapviz.model.actions import shown_programs, shown_trace, snapshot_of
from vmapviz.model.session import Session
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES


class Make(Protocol):
    """Turns a snapshot into the bytes of a file, with the path of the selected equation and the programs that are shown."""

    def __call__(self, snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
        """The bytes; without `shown`, of all programs."""


class Export(msgspec.Struct, frozen=True):
    """An export: what it is called, how its files end, and what makes them."""

    id: str
    title: str
    suffix: str
    make: Make

    def of(self, session: Session) -> bytes:
        """What a session shows; raises ExperimentError with a sentence while there is nothing to export.

        A snapshot that opens again holds vmap's programs and numbers, whichever program is shown.
        """
        snapshot = snapshot_of(session)
        as_shown = snapshot if self.id == "json" else _as_shown(snapshot, session)
        return self.make(as_shown, session.selected, shown_programs(session))


def _as_shown(snapshot: Snapshot, session: Session) -> Snapshot:
    """With pmap's program, or one below the jaxpr, in place of vmap's where that is shown."""
    shown = shown_trace(session)
    if shown is not None and shown.form:
        return msgspec.structs.replace(snapshot, trace=shown)
    if shown is None or shown is not session.pmapped:
        return snapshot
    experiment = msgspec.structs.replace(snapshot.experiment, map="pmap")
    return msgspec.structs.replace(snapshot, experiment=experiment, trace=shown)


def _json(snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
    return json(snapshot)


def _txt(snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
    return text(snapshot, shown).encode()


def _svg(snapshot: Snapshot, selected: str | None = None, shown: range | None = None) -> bytes:
    return svg(programs_scene(snapshot, selected, shown=shown), THEMES["light"]).encode()


EXPORTS: tuple[Export, ...] = (
    Export("json", "Snapshot (JSON)", "json", _json),
    Export("txt", "Both programs as text", "txt", _txt),
    Export("svg", "Both programs as a picture (SVG)", "svg", _svg),
)


def exported(snapshot: Snapshot, kind: str, selected: str | None = None) -> bytes:
    """A snapshot in one of the formats of EXPORTS, by its id; another one is a KeyError."""
    return {export.id: export for export in EXPORTS}[kind].make(snapshot, selected)
