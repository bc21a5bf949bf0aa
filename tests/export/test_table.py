"""The exports of the programs: JSON that opens again, SVG with the texts, one page of PDF, PNG of the right size."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.export.live import dense, looped, nested
from tests.model.traces import on_devices
from vmapviz.export.marked import marked_lines, plain
from vmapviz.export.programs import programs_scene, programs_svg, summary
from vmapviz.export.table import EXPORTS, exported
from vmapviz.gui import export as painted
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Rect, Text
from vmapviz.model.session import Picture, Session, View
from vmapviz.model.snapshot import Snapshot, read_snapshot
from vmapviz.model.theme import THEMES

SPACE = "{http://www.w3.org/2000/svg}"
LAST = "2"  # the path of the max


def session() -> Session:
    shown = dense()
    return Session(picture=Picture(shown.experiment, shown.trace, (), (), 0.1), selected=LAST)


def test_exports_show_pmaps_program_where_the_window_does_and_snapshots_stay_vmaps() -> None:
    shown = replace(session(), by="pmap", pmapped=on_devices("layer"), selected="2")
    written = {export.id: export.of(shown) for export in painted.EXPORTS if export.id in ("json", "txt", "svg")}
    assert b"pmap(layer, in_axes=(None, 0, None), out_axes=1)" in written["txt"]
    assert b"5 devices, 1 example each: pmap(layer)" in written["txt"]
    assert b"shard_map" in written["svg"]
    assert read_snapshot(written["json"]).trace == dense().trace


@pytest.mark.parametrize("snapshot", [dense(), nested(), looped()], ids=["dense", "nested", "looped"])
def test_json_opens_again_as_the_same_snapshot(snapshot: Snapshot) -> None:
    data = exported(snapshot, "json")
    assert read_snapshot(data) == snapshot
    assert json.loads(data)["trace"]["exact"] is True


def test_svg_has_the_call_the_equations_the_sentence_and_the_footer() -> None:
    root = ET.fromstring(exported(dense(), "svg", LAST))
    texts = [element.text for element in root.iter(f"{SPACE}text")]
    assert root.find(f"{SPACE}title").text == "vmap(layer, in_axes=(None, 0, None), out_axes=1)"
    assert {"2a", "2b", "2c", "transpose", "dot_general", "+", "out_axes=1"} <= set(texts)
    assert texts[-1] == "vmapviz, JAX 0.10.2"
    assert root.find(f"{SPACE}desc").text.startswith(
        "max takes the larger, number by number, for all 5 examples at once."
    )


def test_without_a_selection_the_caption_counts() -> None:
    assert programs_scene(dense()).caption == (
        "3 equations for one example became 6 equations for all 5 examples, 1 of them added by vmap."
    )
    assert summary(nested().trace).endswith("for all 3 × 4 examples.")


def test_a_trace_alone_becomes_a_picture_under_its_call() -> None:
    root = ET.fromstring(programs_svg(dense().trace, "layer", LAST, "dark"))
    assert root.find(f"{SPACE}title").text == "vmap(layer, in_axes=(None, 0, None), out_axes=1)"
    assert root.find(f"{SPACE}desc").text.startswith(
        "max takes the larger, number by number, for all 5 examples at once."
    )
    assert root.find(f"{SPACE}rect").get("fill") == THEMES["dark"].colour("surface")
    root = ET.fromstring(programs_svg(nested().trace, "minus"))
    assert root.find(f"{SPACE}title").text == "vmap(vmap(minus, (None, 0)), (0, None))"
    with pytest.raises(KeyError, match="sepia"):
        programs_svg(dense().trace, "layer", theme="sepia")


def test_nothing_leaves_the_picture() -> None:
    for snapshot in (dense(), nested(), looped()):
        scene = programs_scene(snapshot, "0")
        for item in scene.items:
            if isinstance(item, Rect | Text):
                assert 0 <= item.x <= scene.width
                assert 0 <= item.y <= scene.height
        code = [item for item in scene.items if isinstance(item, Text) and item.mono]
        assert not [item.text for item in code if item.text.endswith("…")]


def test_the_selection_is_shown() -> None:
    def rows(selected: str | None) -> list[Rect]:
        items = programs_scene(dense(), selected).items
        return [item for item in items if isinstance(item, Rect) and item.fill == "select"]

    assert len(rows(LAST)) >= 2
    assert rows(None) == []


def test_pdf_is_one_page_of_the_size_of_the_picture(qtbot: QtBot) -> None:
    data = {export.id: export for export in painted.EXPORTS}["pdf"].make(dense(), LAST)
    scene = programs_scene(dense(), LAST)
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    (box,) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert [float(side) for side in box] == pytest.approx([scene.width * 0.75, scene.height * 0.75], abs=1)
    assert data.count(b"/Subtype /Type") + data.count(b"/FontFile") > 0  # text stays text


def test_png_is_twice_as_large_and_not_empty(qtbot: QtBot) -> None:
    image = QImage.fromData({export.id: export for export in painted.EXPORTS}["png"].make(dense(), None))
    scene = programs_scene(dense())
    assert image.width() == round(2 * scene.width)
    assert len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}) > 20


def test_a_widget_is_photographed_as_it_is(qtbot: QtBot) -> None:
    label = QLabel("vmap")
    qtbot.addWidget(label)
    label.resize(120, 40)
    image = QImage.fromData(painted.widget_png(label))
    assert (image.width(), image.height()) == (120, 40)


@pytest.mark.parametrize("export", painted.EXPORTS, ids=lambda export: export.id)
def test_every_export_takes_a_session(qtbot: QtBot, export: painted.Export) -> None:
    assert len(export.of(session())) > 100
    with pytest.raises(ExperimentError, match="nothing to keep yet"):
        export.of(Session())


def test_ids_are_unique_and_those_of_the_command_line_are_there() -> None:
    assert [export.id for export in EXPORTS] == ["json", "txt", "svg"]
    ids = [export.id for export in painted.EXPORTS]
    assert len(set(ids)) == len(ids)
    with pytest.raises(KeyError):
        exported(dense(), "gif")


def test_sentences_are_wrapped_and_keep_their_marks() -> None:
    sentence = "**add** became `e + f`, because the batch axis of `e` must meet that of `f`."
    texts, last = marked_lines(sentence, 10, 20, 200, 15, 22)
    assert max(text.x + text_width(text.text, text.size, text.mono, text.weight) for text in texts) <= 210
    assert last == 20 + 22 * (len({text.y for text in texts}) - 1)
    assert [text.text for text in texts if text.mono] == ["e + f", "e", "f"]
    assert texts[0].weight == 600
    together = next(text for text in texts if text.text == ",")
    code = texts[texts.index(together) - 1]
    assert together.x == pytest.approx(code.x + text_width(code.text, code.size, True))
    assert plain(sentence) == "add became e + f, because the batch axis of e must meet that of f."


def test_unknown_versions_are_left_out() -> None:
    assert programs_scene(replace(dense(), made_with={})).items[-1].text == "vmapviz"


def pairs(pair: int) -> Session:
    """Two of the programs of a nested call."""
    shown = nested()
    view = View(two_levels=True, pair=pair)
    return Session(picture=Picture(shown.experiment, shown.trace, (), (), 0.1), view=view)


@pytest.mark.parametrize("export", painted.EXPORTS, ids=lambda export: export.id)
def test_every_export_is_of_the_programs_that_are_shown(qtbot: QtBot, export: painted.Export) -> None:
    inner, outer, whole = (export.of(pairs(0)), export.of(pairs(1)), export.make(nested()))
    if export.id == "json":  # a snapshot is whole
        assert inner == outer
        assert len(json.loads(inner)["trace"]["programs"]) == 3
    else:
        assert len({inner, outer, whole}) == 3


def test_text_and_svg_of_a_pair_have_its_two_programs() -> None:
    made = {export.id: export.of(pairs(1)).decode() for export in EXPORTS if export.id != "json"}
    assert "All 4 examples at once: vmap(minus)" in made["txt"]
    assert "One example" not in made["txt"]
    root = ET.fromstring(made["svg"])
    texts = [text.text for text in root.iter(f"{SPACE}text")]
    assert "One example" not in texts
    assert "vmap(vmap(minus))" in texts
    assert root.find(f"{SPACE}desc").text == summary(nested().trace, range(1, 3))


def test_nothing_leaves_the_picture_of_a_pair() -> None:
    for first in (0, 1):
        scene = programs_scene(nested(), "0", shown=range(first, first + 2))
        assert scene.width <= programs_scene(nested(), "0").width
        for item in scene.items:
            if isinstance(item, Rect | Text):
                assert 0 <= item.x <= scene.width
                assert 0 <= item.y <= scene.height


def test_a_summary_is_from_the_first_program_shown_to_the_last() -> None:
    trace = nested().trace
    assert [summary(trace, seen) for seen in (None, range(2), range(1, 3))] == [
        "1 equation for one example became 3 equations for all 3 × 4 examples.",
        "1 equation for one example became 2 equations for all 4 examples.",
        "2 equations for all 4 examples became 3 equations for all 3 × 4 examples.",
    ]
