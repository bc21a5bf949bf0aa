"""What went wrong, in plain words: one sentence, where, what to try, and the true text of the error."""

from __future__ import annotations

from typing import Literal

import msgspec

from vmapviz.model.trace import Source


class Action(msgspec.Struct, frozen=True):
    """Something to try. `edits` are (field, index, text) changes one click makes; empty = advice only.

    Fields: "argument" (index = its row, text = the new type or value), "in_axes", "out_axes" and "axis_name" (index = level),
    "function" (text = its name), "source" (text = what the editor holds instead), "x64" (text = "on" or "off"),
    "time_limit" (text = seconds), "devices" (text = how many), "map" (text = "vmap" or "pmap"), "python" (text = the one
    that runs the code), "run" (start again), "measure" (time again), "examine" (look closer), "dismiss" (say no more about it).
    """

    label: str
    note: str = ""
    edits: tuple[tuple[str, int, str], ...] = ()


class Problem(msgspec.Struct, frozen=True):
    """One problem. Title and text may carry `code` spans in backticks and **bold**.

    `kind` names the row of the error table; `arguments` are the rows to mark (indices), `wants_type` the row whose type is
    asked for; `said` is JAX's or Python's last line(s), `details` the whole trace without internal frames.
    """

    kind: str
    title: str
    text: str = ""
    severity: Literal["error", "warn", "stopped"] = "error"
    source: Source | None = None
    arguments: tuple[int, ...] = ()
    wants_type: int | None = None
    actions: tuple[Action, ...] = ()
    said: str = ""
    details: str = ""
