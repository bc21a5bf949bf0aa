"""The gallery: every example is a program that runs by itself, and gives the figures it was chosen for."""

from __future__ import annotations

import ast
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vmapviz
from tests.gallery.figures import FIGURES, INSERTED, WRONG, holds
from tests.gallery.headers import arguments_of, call, header, options, with_case
from vmapviz.gallery import GALLERY, Entry, entries, find

ROOT = Path(__file__).parents[2]
KEYS = {
    *("name", "group", "function", "arguments", "in_axes", "out_axes", "axis_name", "axis_size", "spmd_axis_name"),
    *("levels", "map", "devices", "reference", "case"),
}
ENTRIES = {entry.stem: entry for entry in entries()}
each_entry = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.stem)


def settings_of(entry: Entry) -> dict[str, Any]:
    return header(Path(entry.path).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def alone() -> dict[str, dict[str, Any]]:
    """What each example printed, returned or raised when run by itself, all in one process with 8 devices."""
    environment = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.gallery.run_gallery", *(entry.path for entry in entries())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=environment | {"JAX_PLATFORMS": "cpu"},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_file_of_the_gallery_has_its_place_and_every_place_its_file() -> None:
    files = {path.stem for path in Path(find("matvec") or "").parent.glob("*.py")} - {"__init__"}
    assert files == {stem for _, stems in GALLERY for stem in stems}
    assert len(files) == len(entries())


def test_no_two_examples_answer_to_the_same_name() -> None:
    assert [find(entry.name) for entry in entries()] == [entry.path for entry in entries()]
    assert [find(entry.stem) for entry in entries()] == [entry.path for entry in entries()]


@each_entry
def test_the_header_says_all_that_the_app_needs(entry: Entry) -> None:
    settings = settings_of(entry)
    assert set(settings) <= KEYS
    assert {"name", "group", "function", "arguments"} <= set(settings)
    assert ("levels" in settings) != ("in_axes" in settings and "out_axes" in settings)
    assert (settings["name"], settings["group"]) == (entry.name, entry.group)
    assert all(set(case) <= KEYS - {"group"} and len(case) > 1 for case in settings.get("case", []))


@each_entry
def test_the_file_teaches_in_one_sentence_and_defines_its_function_first(entry: Entry) -> None:
    tree = ast.parse(Path(entry.path).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) == entry.summary
    assert entry.summary.endswith(".")
    assert "\n" not in entry.summary
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    settings = settings_of(entry)
    assert {settings["function"], settings.get("reference", settings["function"])} <= functions
    imported = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imported}
    assert {module.partition(".")[0] for module in modules} == {"jax"}


@pytest.mark.slow
@each_entry
def test_every_file_runs_by_itself_and_prints(entry: Entry, alone: dict[str, dict[str, Any]]) -> None:
    outcome = alone[entry.stem]
    assert "error" not in outcome, outcome["error"]
    assert outcome["printed"].strip()
    if entry.stem in WRONG:
        assert WRONG[entry.stem][1] in outcome["printed"]


@pytest.mark.slow
@pytest.mark.parametrize("stem", [stem for stem in ENTRIES if stem not in WRONG])
def test_run_by_itself_it_shows_the_figures_of_its_header(stem: str, alone: dict[str, dict[str, Any]]) -> None:
    names = runpy.run_path(ENTRIES[stem].path)
    positional, _ = arguments_of(settings_of(ENTRIES[stem]), names)
    if "32[" not in settings_of(ENTRIES[stem])["arguments"]:  # those numbers are chosen by whoever fills them
        assert holds(FIGURES[stem, ""], alone[stem]["result"], positional)


@pytest.mark.parametrize(("stem", "case"), FIGURES, ids=[" ".join(key).strip() for key in FIGURES])
def test_vmap_gives_the_figures(stem: str, case: str) -> None:
    settings = with_case(settings_of(ENTRIES[stem]), case)
    result, positional = call(settings, names := runpy.run_path(ENTRIES[stem].path))
    keywords = arguments_of(settings, names)[1].values()
    assert holds(FIGURES[stem, case], result, [*positional, *keywords]), result


PMAPPED = [stem for stem, entry in ENTRIES.items() if settings_of(entry).get("map") == "pmap"]


@pytest.mark.slow
@pytest.mark.parametrize("stem", PMAPPED)
def test_pmap_on_8_devices_gives_the_figures(stem: str, alone: dict[str, dict[str, Any]]) -> None:
    positional, _ = arguments_of(settings_of(ENTRIES[stem]), runpy.run_path(ENTRIES[stem].path))
    assert holds(FIGURES[stem, ""], alone[stem]["pmap"], positional)


@pytest.mark.parametrize(("stem", "case"), [key for key in FIGURES if "reference" in settings_of(ENTRIES[key[0]])])
def test_the_version_by_hand_agrees_with_vmap(stem: str, case: str) -> None:
    settings = with_case(settings_of(ENTRIES[stem]), case)
    names = runpy.run_path(ENTRIES[stem].path)
    positional, _ = arguments_of(settings, names)
    assert holds(FIGURES[stem, case], names[settings["reference"]](*positional), positional)


@pytest.mark.parametrize("stem", WRONG)
def test_what_goes_wrong_does_so_for_the_reason_it_names(stem: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011  (the type differs, and is checked below)
        call(settings_of(ENTRIES[stem]), runpy.run_path(ENTRIES[stem].path))
    kind, words = WRONG[stem]
    assert type(caught.value).__name__ == kind
    assert words in str(caught.value)


@pytest.mark.parametrize(("stem", "case"), FIGURES, ids=[" ".join(key).strip() for key in FIGURES])
def test_its_trace_is_exact(stem: str, case: str) -> None:
    settings = with_case(settings_of(ENTRIES[stem]), case)
    names = runpy.run_path(ENTRIES[stem].path)
    positional, keywords = arguments_of(settings, names)
    levels = [vmapviz.Vmap(**options(level)) for level in settings.get("levels", [settings])]
    trace = vmapviz.trace(names[settings["function"]], levels=levels)(*positional, **keywords)
    assert trace.exact
    if stem in INSERTED:
        assert sum(equation.origin is None for equation in trace.batched.equations) == INSERTED[stem]


def test_every_case_has_a_figure() -> None:
    cases = {(stem, case["name"]) for stem, entry in ENTRIES.items() for case in settings_of(entry).get("case", [])}
    assert {key for key in FIGURES if key[1]} == cases
    assert {stem for stem, case in FIGURES if not case} | set(WRONG) == set(ENTRIES)


@pytest.mark.parametrize(
    ("spelling", "stem"),
    [
        ("Neural-Net  layer", "neural_net_layer"),
        ("leaky integrate & fire", "leaky_integrate_and_fire"),
        ("lotka volterra", "lotka_volterra"),
        ("LOTKA—VOLTERRA", "lotka_volterra"),
        ("Persample_gradients", "per_sample_gradients"),
        ("convolvé", "convolve"),
        ("identity axes", "identity_axes"),
    ],
)
def test_names_match_whatever_their_spelling(spelling: str, stem: str) -> None:
    assert find(spelling) == ENTRIES[stem].path


@pytest.mark.parametrize("unknown", ["", "-", "mat", "matvecs", "../matvec", "__init__"])
def test_other_words_name_no_example(unknown: str) -> None:
    assert find(unknown) is None
