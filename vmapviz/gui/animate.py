"""Films as files: GIF and animated WebP, MP4 where ffmpeg is installed, the keyframes as slides in a PDF or as PNGs."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QImage, QPainter

from vmapviz.export.animated_svg import animated_svg
from vmapviz.export.reel import FRAMES_PER_SECOND, Reel
from vmapviz.gui.export import pages, paint, png
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.theme import Theme

if TYPE_CHECKING:
    from PIL import Image

Told = Callable[[float], None]


class AnimationError(Exception):
    """A film could not be written; the text is a sentence for the user."""


class Take(NamedTuple):
    """A reel with the look of its file; `scale` pixels for one of the picture."""

    reel: Reel
    look: Theme
    scale: float = 1.0


def _frames(take: Take, told: Told) -> tuple[list[Scene], list[int]]:
    """Every frame, and for how many milliseconds it is shown; `told` may stop it."""
    found: list[tuple[Scene, int]] = []
    for frame in take.reel.frames():
        found.append(frame)
        told(0.0)
    return [scene for scene, _ in found], [ms for _, ms in found]


def _pictures(scenes: list[Scene], take: Take, told: Told) -> Iterator[Image.Image]:
    """Frames painted one by one; `told` hears the share that is done, from 0 to 1."""
    for number, scene in enumerate(scenes, start=1):
        yield _picture(scene, take)
        told(number / len(scenes))


def _picture(scene: Scene, take: Take) -> Image.Image:
    from PIL import Image  # late: the window need not wait for it

    image = QImage(_even(scene.width * take.scale), _even(scene.height * take.scale), QImage.Format.Format_RGBA8888)
    painter = QPainter(image)
    painter.scale(take.scale, take.scale)
    paint(painter, scene, take.look)
    size = image.width(), image.height()
    whole = Image.frombuffer("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine(), 1)
    return whole.convert("RGB")


def _even(length: float) -> int:
    """Video wants even sizes."""
    return max(2, 2 * round(length / 2))


def gif(take: Take, told: Told = lambda share: None) -> bytes:
    """The film as a GIF that begins again at its end; one palette for all frames, so that nothing flickers."""
    from PIL import Image  # late: the window need not wait for it

    scenes, times = _frames(take, told)
    palette = _palette([_picture(scene, take) for scene in scenes[:: max(1, len(scenes) // 12)]])
    pictures = (p.quantize(palette=palette, dither=Image.Dither.NONE) for p in _pictures(scenes, take, told))
    data = io.BytesIO()
    next(pictures).save(
        data, "GIF", save_all=True, append_images=pictures, duration=times, loop=0, optimize=False, disposal=1
    )
    return data.getvalue()


def _palette(some: list[Image.Image]) -> Image.Image:
    """256 colours for a whole film, the most frequent ones of some of its frames: flat colours stay what they are.

    Of colours that are almost the same only one: Pillow looks for the nearest in steps of four.
    """
    from PIL import Image  # late: the window need not wait for it

    counted: Counter[tuple[int, int, int]] = Counter()
    for one in some:
        for count, colour in one.getcolors(one.width * one.height) or []:
            counted[colour] += count  # type: ignore[index]  # of RGB pictures colours are tuples
    apart = {tuple(part >> 3 for part in colour): colour for colour, _ in reversed(counted.most_common())}
    chosen = sorted(apart.values(), key=lambda colour: -counted[colour])[:256]
    colours = [part for colour in chosen for part in colour]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours + colours[:3] * (256 - len(colours) // 3))
    return palette


def webp(take: Take, told: Told = lambda share: None) -> bytes:
    """The film as an animated WebP, without loss, that begins again at its end."""
    scenes, times = _frames(take, told)
    pictures = _pictures(scenes, take, told)
    data = io.BytesIO()
    next(pictures).save(
        data, "WEBP", save_all=True, append_images=pictures, duration=times, loop=0, lossless=True, method=2
    )
    return data.getvalue()


def mp4(take: Take, told: Told = lambda share: None) -> bytes:
    """The film as an MP4 at 20 frames a second; raises AnimationError where ffmpeg is not installed, or refuses."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise AnimationError("MP4 needs the program ffmpeg, which is not installed here; GIF and WebP do without.")
    scenes, times = _frames(take, told)
    width, height = (_even(length * take.scale) for length in take.reel.size)
    given = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FRAMES_PER_SECOND), "-i", "-"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.mp4"
        command = [program, "-loglevel", "error", *given, "-pix_fmt", "yuv420p", str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdin is not None
            with contextlib.suppress(BrokenPipeError):  # it ended early, and says why
                for picture, ms in zip(_pictures(scenes, take, told), times, strict=True):
                    running.stdin.write(picture.tobytes() * max(1, round(ms * FRAMES_PER_SECOND / 1000)))
            said = running.communicate()[1].decode(errors="replace").strip()
        if running.returncode:
            raise AnimationError(f"ffmpeg could not write the film: {said.splitlines()[-1] if said else 'it ended'}")
        return file.read_bytes()


def moving_svg(take: Take, told: Told = lambda share: None) -> bytes:
    """The film as an SVG file that plays in a browser."""
    return animated_svg(*_frames(take, told), take.look, take.scale, told).encode()


def slides(take: Take, told: Told = lambda share: None) -> bytes:
    """The keyframes as a PDF, one page each, with their texts as text."""
    scenes = list(take.reel.keyframes())
    return pages(_told(scenes, told), take.look)


def stills(take: Take, told: Told = lambda share: None) -> bytes:
    """The keyframes as PNGs, numbered, in a zip file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as folder:
        for number, scene in enumerate(_told(list(take.reel.keyframes()), told), start=1):
            folder.writestr(f"{number:03}.png", png(scene, take.look, take.scale))
    return data.getvalue()


def _told(scenes: list[Scene], told: Told) -> Iterator[Scene]:
    for number, scene in enumerate(scenes, start=1):
        yield scene
        told(number / len(scenes))


class Animation(NamedTuple):
    """A way to write a film: what it is called, how its files end, what makes them, and whether anything moves."""

    id: str
    title: str
    suffix: str
    make: Callable[[Take, Told], bytes]
    moves: bool = True


ANIMATIONS: tuple[Animation, ...] = (
    Animation("gif", "The shapes as a film (GIF)", "gif", gif),
    Animation("webp", "The shapes as a film (WebP)", "webp", webp),
    Animation("mp4", "The shapes as a film (MP4)", "mp4", mp4),
    Animation("svg", "The shapes as a film (SVG)", "svg", moving_svg),
    Animation("slides", "The shapes as slides (PDF)", "pdf", slides, moves=False),
    Animation("stills", "The shapes as pictures (PNG in a zip file)", "zip", stills, moves=False),
)
