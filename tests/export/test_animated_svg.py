"""A film as SVG: at every moment exactly one frame is seen, and it is the frame's own SVG."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from tests.export.live import dense
from vmapviz.export.animated_svg import animated_svg
from vmapviz.export.reel import Reel
from vmapviz.export.svg import item_svg
from vmapviz.model.scenes.film import Subject
from vmapviz.model.scenes.scene import Scene
from vmapviz.model.theme import THEMES

SVG = "{http://www.w3.org/2000/svg}"
LIGHT = THEMES["light"]


def film() -> tuple[list[Scene], list[int]]:
    snapshot = dense()
    reel = Reel(snapshot, Subject(snapshot.trace, None, (0,), None, "layer"))
    scenes, times = zip(*reel.frames(), strict=True)
    return list(scenes), list(times)


def _seen(root: ElementTree.Element, share: float) -> list[int]:
    """The frames that are visible after a share of a turn."""
    seen = []
    for number, frame in enumerate(one for one in root.findall(f"{SVG}g") if one.find(f"{SVG}animate") is not None):
        animate = frame.find(f"{SVG}animate")
        assert animate is not None
        keys = [float(key) for key in animate.attrib["keyTimes"].split(";")]
        values = animate.attrib["values"].split(";")
        assert len(keys) == len(values)
        assert keys[0] == 0
        at = max(k for k, key in enumerate(keys) if key <= share)
        if values[at] == "visible":
            seen.append(number)
    return seen


def test_exactly_one_frame_is_seen_at_every_moment_in_order() -> None:
    scenes, times = film()
    root = ElementTree.fromstring(animated_svg(scenes, times, LIGHT))
    seen = [_seen(root, k / 500 + 1e-9) for k in range(500)]
    assert all(len(one) == 1 for one in seen)
    assert [one[0] for one in seen] == sorted(one[0] for one in seen)
    assert {one[0] for one in seen} >= set(range(0, len(scenes), 5))


def test_every_frame_holds_its_own_items_in_their_order() -> None:
    scenes, times = film()
    written = animated_svg(scenes, times, LIGHT)
    parts = dict(re.findall(r'^<g id="(i\d+)">(.*)</g>$', written, re.MULTILINE))
    frames = re.findall(r"^<g.*?><animate.*?/>(.*)</g>$", written, re.MULTILINE)
    assert len(frames) == len(scenes)
    for scene, frame in zip(scenes, frames, strict=True):
        drawn = [parts[name] for name in re.findall(r'href="#(i\d+)"', frame)]
        assert drawn == [item_svg(item, LIGHT) for item in scene.items if item.opacity > 0]


def test_without_animation_the_last_picture_is_seen() -> None:
    scenes, times = film()
    root = ElementTree.fromstring(animated_svg(scenes, times, LIGHT))
    frames = [one for one in root.findall(f"{SVG}g") if one.find(f"{SVG}animate") is not None]
    assert [frame.get("visibility") for frame in frames].count(None) >= 1
    assert frames[-1].get("visibility") is None


def test_what_frames_share_is_written_once() -> None:
    scenes, times = film()
    whole = sum(len(item_svg(item, LIGHT)) for scene in scenes for item in scene.items)
    assert len(animated_svg(scenes, times, LIGHT)) < 0.6 * whole
