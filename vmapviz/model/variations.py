"""An experiment with what the command line says on top of it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vmapviz.model.experiment import Experiment
from vmapviz.model.experiment_data import pick


def varied(experiment: Experiment, case: str | None, changes: Mapping[str, str | None]) -> Experiment:
    """The experiment's case, then `arguments`, `in_axes` and `out_axes` where given (the axes are those of the innermost vmap).

    Raises ExperimentError with a sentence for an unknown case.
    """
    if case is not None:
        experiment = pick(experiment, case)
    given = {key: text for key, text in changes.items() if text is not None}
    if "arguments" in given:
        experiment = msgspec.structs.replace(experiment, arguments=given.pop("arguments"))
    if given:
        level = msgspec.structs.replace(experiment.levels[0], **given)
        experiment = msgspec.structs.replace(experiment, levels=(level, *experiment.levels[1:]))
    return experiment
