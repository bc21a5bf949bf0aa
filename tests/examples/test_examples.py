"""The example programs run as a user runs them, and their headers give vmap the same program."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import jax
import numpy as np
import pytest

from tests.gallery.headers import arguments_of, call, header

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
NEEDS_VMAPVIZ = {"trace_script", "export_slides", "show_window"}
PLAIN = [path for path in EXAMPLES if path.stem not in NEEDS_VMAPVIZ]


def run(path: Path, folder: Path, *arguments: str) -> str:
    """What the program prints, run from a folder of its own; modules there and vmapviz can be imported."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_programs_of_several_kinds() -> None:
    assert len(PLAIN) >= 4
    assert {path.stem for path in EXAMPLES} >= NEEDS_VMAPVIZ


@pytest.mark.slow
@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_a_program_runs_and_prints(path: Path, tmp_path: Path) -> None:
    assert run(path, tmp_path).strip()


@pytest.mark.slow
def test_the_trace_script_prints_links_and_what_was_inserted(tmp_path: Path) -> None:
    printed = run(ROOT / "examples" / "trace_script.py", tmp_path)
    assert printed.count("became  ") == 5
    assert "inserted:  i:float32[2, 5] = transpose h" in printed


@pytest.mark.slow
def test_the_slides_are_pictures_on_one_page_made_without_qt(tmp_path: Path) -> None:
    (tmp_path / "PySide6.py").write_text("raise ImportError('slides need no Qt')\n")
    printed = run(ROOT / "examples" / "export_slides.py", tmp_path, "made/here", "projector")
    made = tmp_path / "made/here"
    pictures = sorted(file.name for file in made.glob("*.svg"))
    assert printed == f"{len(pictures)} pictures and index.html in made/here\n"
    assert {"layer.svg", "layer-2-add.svg", "attend.svg", "distance-1-sub.svg"} <= set(pictures)
    page = (made / "index.html").read_text()
    assert sorted(re.findall('src="(.*?)"', page)) == pictures
    slide = (made / "layer-2-add.svg").read_text()
    assert ET.fromstring(slide)[0].text == "vmap(layer, in_axes=(None, 0, None), out_axes=1)"
    assert "add became three equations" in slide


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_the_script_that_opens_the_window_says_where_there_is_no_display(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / "show_window.py")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert "RuntimeError: vmapviz.show could not open its window: there is no display here" in done.stderr


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_the_header_describes_the_program(path: Path) -> None:
    settings = header(path.read_text(encoding="utf-8"))
    names = runpy.run_path(str(path))
    mapped, positional = call(settings, names)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(mapped))
    assert arguments_of(settings, names)[1] == {}
    assert positional
