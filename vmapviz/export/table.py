"""Every export that needs no window: one row each."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vmapviz.export.json import json
from vmapviz.export.programs import programs_scene
from vmapviz.export.svg import svg
from vmapviz.export.text import text
from vmapviz.model.actions import snapshot_of
from vmapviz.model.session import Session
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES


class Export(msgspec.Struct, frozen=True):
    """An export: `make` turns a snapshot, and the path of the selected equation or None, into the bytes of a file."""

    id: str
    title: str
    suffix: str
    make: Callable[[Snapshot, str | None], bytes]

    def of(self, session: Session) -> bytes:
        """What a session shows; raises ExperimentError with a sentence while there is nothing to export."""
        return self.make(snapshot_of(session), session.selected)


def _svg(snapshot: Snapshot, selected: str | None) -> bytes:
    return svg(programs_scene(snapshot, selected), THEMES["light"]).encode()


EXPORTS: tuple[Export, ...] = (
    Export("json", "Snapshot (JSON)", "json", lambda snapshot, _selected: json(snapshot)),
    Export("txt", "Both programs as text", "txt", lambda snapshot, _selected: text(snapshot).encode()),
    Export("svg", "Both programs as a picture (SVG)", "svg", _svg),
)


def exported(snapshot: Snapshot, kind: str, selected: str | None = None) -> bytes:
    """A snapshot in one of the formats of EXPORTS, by its id; another one is a KeyError."""
    return {export.id: export for export in EXPORTS}[kind].make(snapshot, selected)
