"""Films as files: what was written is read again, frame by frame."""

from __future__ import annotations

import io
import itertools
import os
import shlex
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from tests.export.live import dense
from vmapviz.export.reel import HOLD_MS, Reel
from vmapviz.gui import animate, theme
from vmapviz.gui.animate import ANIMATIONS, AnimationError, Take
from vmapviz.model.scenes.film import Subject
from vmapviz.model.theme import THEMES

SMALL = (480.0, 320.0)


@pytest.fixture
def take(qapp: QApplication) -> Take:
    theme.load_fonts()
    snapshot = dense()
    subject = Subject(snapshot.trace, None, (0,), None, "layer")
    return Take(Reel(snapshot, subject, SMALL, speed=4.0), THEMES["light"])


@pytest.mark.parametrize(("make", "kind"), [(animate.gif, "GIF"), (animate.webp, "WEBP")])
def test_a_film_plays_all_frames_and_begins_again(take: Take, make: Callable[[Take], bytes], kind: str) -> None:
    film = Image.open(io.BytesIO(make(take)))
    assert film.format == kind
    assert film.size == (480, 320)
    assert film.info["loop"] == 0
    times, grounds = [], set()
    for number in range(film.n_frames):  # type: ignore[attr-defined]
        film.seek(number)
        film.load()
        times.append(film.info["duration"])
        grounds.add(film.convert("RGB").getpixel((2, 100)))
    assert abs(sum(times) - HOLD_MS - take.reel.timeline.total / 4) < 100
    assert grounds == {(255, 255, 255)}, "flat colours stay what they are"


def test_it_says_how_far_it_is(take: Take) -> None:
    heard: list[float] = []
    animate.gif(take, heard.append)
    assert heard[-1] == 1.0
    assert heard[0] == 0.0, "it can be stopped before the first frame is painted"
    assert all(a < b for a, b in itertools.pairwise(share for share in heard if share))


def test_dark_and_sharp(take: Take) -> None:
    film = Image.open(io.BytesIO(animate.gif(take._replace(look=THEMES["dark"], scale=2.0))))
    assert film.size == (960, 640)
    assert film.convert("RGB").getpixel((4, 200)) == (0x1C, 0x1F, 0x22)


def test_slides_and_pictures_are_the_keyframes(take: Take) -> None:
    count = len(list(take.reel.keyframes()))
    assert animate.slides(take).count(b"/Type /Page\n") == count
    with zipfile.ZipFile(io.BytesIO(animate.stills(take))) as folder:
        assert folder.namelist() == [f"{number:03}.png" for number in range(1, count + 1)]
        assert Image.open(io.BytesIO(folder.read("001.png"))).size == (480, 320)


def _ffmpeg(folder: Path, body: str) -> None:
    """A program of this name that is Python; its path may hold spaces, which a first line with #! may not."""
    code = folder / "code.py"
    code.write_text(f"import sys\n{body}\n")
    file = folder / "ffmpeg"
    file.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(code)])} "$@"\n')
    file.chmod(file.stat().st_mode | stat.S_IEXEC)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
def test_every_frame_goes_to_ffmpeg(take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ffmpeg(tmp_path, "open(sys.argv[-1], 'w').write(f'{len(sys.stdin.buffer.read())} {sys.argv}')")
    monkeypatch.setenv("PATH", str(tmp_path))
    size, _, command = animate.mp4(take).decode().partition(" ")
    frames = sum(round(ms / 50) for _, ms in take.reel.frames())
    assert int(size) == frames * 480 * 320 * 3
    assert "'-r', '20'" in command
    assert "'480x320'" in command


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
def test_what_ffmpeg_says_is_passed_on(take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ffmpeg(tmp_path, "sys.exit('no such encoder')")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AnimationError, match="no such encoder"):
        animate.mp4(take)


def test_without_ffmpeg_it_says_so(take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AnimationError, match="not installed here; GIF and WebP do without"):
        animate.mp4(take)


def test_every_animation_has_its_own_ending() -> None:
    suffixes = [animation.suffix for animation in ANIMATIONS]
    assert len(set(suffixes)) == len(suffixes)
