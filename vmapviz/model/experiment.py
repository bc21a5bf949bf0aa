"""An experiment: the user's source and how to vmap it; read from and written to an ordinary Python file."""

from __future__ import annotations

import msgspec


class Vmap(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The settings of one vmap; axes are Python text such as `(None, 0)`."""

    in_axes: str = "0"
    out_axes: str = "0"
    axis_name: str | None = None
    axis_size: int | None = None
    spmd_axis_name: str | None = None


class Case(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A named variation of an experiment: the keys it changes."""

    name: str
    function: str | None = None
    arguments: str | None = None
    in_axes: str | None = None
    out_axes: str | None = None
    axis_name: str | None = None
    axis_size: int | None = None
    levels: tuple[Vmap, ...] | None = None
    devices: int | None = None
    reference: str | None = None


class Experiment(msgspec.Struct, frozen=True):
    """Everything the user chose. `levels` are the vmaps, innermost first; never empty.

    `path` is the file it came from ("" when typed here, "gallery:matvec" for a gallery entry). `function` is the
    name of the function in `source`; `arguments` is what stands between the parentheses of the call.
    """

    source: str = ""
    function: str = ""
    arguments: str = ""
    levels: tuple[Vmap, ...] = (Vmap(),)
    name: str = ""
    group: str = ""
    path: str = ""
    map: str = "vmap"
    devices: int | None = None
    reference: str | None = None
    cases: tuple[Case, ...] = ()
    case: str | None = None
    x64: bool = False
