"""Small programs over JAX's ways of building one, by name, each with its axes and arguments; those that the JAX here can run."""

from __future__ import annotations

from tests.engine.corpus import arrays, calls, control, derivatives, elements, levels, linear, names, noise, trees
from tests.engine.corpus.case import Case, available

MODULES = (elements, arrays, linear, control, calls, derivatives, names, noise, trees, levels)
ALL: dict[str, Case] = {name: case for module in MODULES for name, case in module.PROGRAMS.items()}
PROGRAMS: dict[str, Case] = {name: case for name, case in ALL.items() if available(case)}
