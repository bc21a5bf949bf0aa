"""An experiment: the user's source and how to vmap it, with named variations."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from vmapviz.model.header import ExperimentError
from vmapviz.model.names import named

AXES = ("in_axes", "out_axes", "axis_name", "axis_size")
WHOLE = ("function", "arguments", "devices", "reference")


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
    name of the function in `source`; `arguments` is what stands between the parentheses of the call. `source` is the
    file without its header. `case` names the picked case, and `base` then holds what the picked case replaced.
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
    base: Case | None = None


def pick(experiment: Experiment, name: str | None) -> Experiment:
    """The experiment with the keys that a case changes; as it was before any case for None.

    Case names match ignoring case, spaces, accents and dashes. Raises ExperimentError for a case that is not there.
    """
    plain = _applied(experiment, experiment.base) if experiment.base else experiment
    plain = replace(plain, case=None, base=None)
    if name is None:
        return plain
    cases = {case.name: case for case in experiment.cases}
    found = named(name, cases)
    if found is None:
        there = ", ".join(f"`{case}`" for case in cases) or "none"
        raise ExperimentError(f"There is no case `{name}`; there are: {there}.")
    return replace(_applied(plain, cases[found]), case=found, base=_base(plain))


def _base(experiment: Experiment) -> Case:
    return Case(
        name="",
        function=experiment.function,
        arguments=experiment.arguments,
        levels=experiment.levels,
        devices=experiment.devices,
        reference=experiment.reference,
    )


def _applied(experiment: Experiment, case: Case) -> Experiment:
    """The experiment with everything that a case says; a case that says axes speaks of the innermost vmap."""
    inner = {key: value for key in AXES if (value := getattr(case, key)) is not None}
    levels = case.levels or (replace(experiment.levels[0], **inner), *experiment.levels[1:])
    whole = {key: value for key in WHOLE if (value := getattr(case, key)) is not None}
    if not case.name:  # the base: what it does not say was not there
        whole = {key: getattr(case, key) for key in WHOLE}
    return replace(experiment, levels=levels, **whole)
