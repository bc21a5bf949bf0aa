"""The gallery's table of contents: which examples there are, in which order, and where their files lie."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GALLERY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Start here",
        (
            "square",
            "quadratic",
            "scalar_function",
            "weighted_sum",
            "weighted_sum_both_mapped",
            "three_arguments",
            "scalar_times_vectors",
            "dot_product",
            "dot_product_shared_weights",
            "matvec",
            "matvec_both_mapped",
            "power_scale",
        ),
    ),
    (
        "Where the axis goes",
        (
            "create_matrix",
            "identity_axes",
            "simple_add",
        ),
    ),
    (
        "Machine learning",
        (
            "neural_net_layer",
            "per_sample_gradients",
            "softmax_regression",
            "neural_net_forward",
            "gaussian_pdf",
            "gaussian_mixture",
        ),
    ),
    (
        "Nested",
        (
            "pairwise_distances",
            "scalar_add_twice",
            "convolve",
            "library_convolve",
        ),
    ),
    (
        "Control flow",
        (
            "guarded_root",
            "newton_steps",
            "lotka_volterra",
            "leaky_integrate_and_fire",
            "table_look_up",
        ),
    ),
    (
        "Randomness",
        ("noise",),
    ),
    (
        "Names and devices",
        (
            "normalise_by_psum",
            "double_on_devices",
            "add_scalar_on_devices",
            "sum_across_devices",
            "normalise_globally",
        ),
    ),
    (
        "Timing",
        (
            "sum_of_squares_of_sin_and_cos",
            "ten_sines",
            "matrix_task",
        ),
    ),
    (
        "When it goes wrong",
        (
            "inconsistent_sizes",
            "in_axes_too_long",
            "nothing_mapped",
            "out_axes_none",
            "python_if",
            "mapped_keyword",
        ),
    ),
)

_IGNORED = {"Zs", "Cc", "Pd", "Pc", "Mn"}  # spaces, line ends, dashes, underscores, accents


@dataclass(frozen=True)
class Entry:
    """One example: its file's stem and path, the name and group it is shown under, what it teaches in one sentence."""

    stem: str
    name: str
    group: str
    path: str
    summary: str


@cache
def entries() -> tuple[Entry, ...]:
    """All examples in the gallery's order; reads the files' first lines, runs nothing."""
    return tuple(_read(group, stem) for group, stems in GALLERY for stem in stems)


def find(what: str) -> str | None:
    """The path of the example with this name or stem, whatever its case, spaces, dashes and accents; else None."""
    wanted = _key(what)
    return next((entry.path for entry in entries() if wanted in (_key(entry.name), _key(entry.stem))), None)


def _read(group: str, stem: str) -> Entry:
    path = Path(__file__).with_name(f"{stem}.py")
    text = path.read_text(encoding="utf-8")
    name = re.search(r'^# name = "(.*)"$', text, re.MULTILINE)
    summary = re.search(r'^"""(.*)"""$', text, re.MULTILINE)
    if name is None or summary is None:
        raise ValueError(f"{path} lacks a name or a docstring of one line")
    return Entry(stem, name[1], group, str(path), summary[1])


def _key(name: str) -> str:
    """What two spellings of a name have in common: its characters without case, spaces, dashes and accents."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    return "".join(char for char in plain if unicodedata.category(char) not in _IGNORED)
