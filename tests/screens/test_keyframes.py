"""Renders the keyframes of every example of the gallery, in the panel of a usual window, for people to look at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.truth.subjects import EXPERIMENTS, PANELS, made
from vmapviz.gui.export import png
from vmapviz.gui.theme import load_fonts
from vmapviz.model.scenes.film import Film
from vmapviz.model.scenes.timeline import timeline
from vmapviz.model.theme import THEMES

pytestmark = pytest.mark.screens

DARK, PROJECTOR = ("matvec", "guarded_root", "pairwise_distances"), ("matvec", "newton_steps", "normalise_globally")
LOOKS = {"light": tuple(EXPERIMENTS), "dark": DARK, "projector": PROJECTOR}


@pytest.mark.parametrize(("theme", "name"), [(theme, name) for theme, names in LOOKS.items() for name in names])
def test_keyframes(qapp: QApplication, screens_folder: Path, theme: str, name: str) -> None:
    load_fonts()
    folder = screens_folder / "keyframes" / (name if theme == "light" else f"{name} {theme}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subject = made(name)[1]
    film = Film(subject, PANELS["1440"])
    for number, (_, scene) in enumerate(film.keyframes(timeline(subject.trace, subject.name)), 1):
        (folder / f"{number:02}.png").write_bytes(png(scene, THEMES[theme]))
    assert list(folder.iterdir())
