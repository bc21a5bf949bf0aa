"""Timings as tables, as a file and as a picture."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace

from tests.model.sweeps import TABLE, costly, over, shaken, sweep
from vmapviz.export.timings import TIMES_EXPORTS, csv_text, markdown, picture, shown_timings, timed
from vmapviz.model.experiment import Experiment, ExperimentError
from vmapviz.model.pinned import PointName, kept
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import Session
from vmapviz.model.timing import Ceiling
from vmapviz.model.timing_text import sentence
from vmapviz.model.timings_file import read_timings

SESSION = Session(experiment=Experiment(function="layer", arguments="W, x"), timings=sweep())


def test_csv_has_a_line_per_point_and_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(costly(sweep(), 100, 8)))))
    assert len(rows) == sum(map(len, TABLE.values()))
    assert rows[0]["variant"] == "loop"
    assert float(rows[5]["median_s"]) == 0.164
    assert (rows[6]["median_s"], rows[6]["skipped"]) == ("", "would pass the 2 s budget")
    assert {row["largest_compile_s"] for row in rows if row["variant"] == "pmap"} == {"0.32"}
    assert [row["flops"] for row in rows if row["variant"] == "jit(vmap)"][:2] == ["100", "400"]
    other = csv.DictReader(io.StringIO(csv_text(over(sweep("vmap", sizes=1), "D", 64))))
    assert [(row["over"], row["at"], row["batch"]) for row in other] == [("D", "1", "64")]


def test_markdown_is_a_table_with_marks_reasons_and_the_sentence() -> None:
    lines = markdown(shaken(sweep(), 64, disturbed=True)).splitlines()
    assert lines[0] == "| examples | `loop` | `loop jit` | `vmap` | `jit(vmap)` | `pmap` | `jit(loop)` |"
    assert lines[2] == "| 1 | 130 µs | 50 µs | 1.4 ms | 37 µs | – | 93 µs |"
    assert lines[3].startswith(r"| 4 | 400 µs \~ |")
    assert "9.6 ms ! |" in lines[5]
    assert {line.count("|") for line in lines[:10]} == {8}
    said = "\n".join(lines[10:])
    assert "`pmap` skipped at 1: 4 devices do not divide 1." in said
    assert sentence(sweep()).split(".")[0] in said
    assert "Intel Xeon, 2 cores, JAX 0.10.2, CPU; 4 CPU devices on 2 cores." in said


def test_the_file_opens_again_and_names_the_call() -> None:
    made = next(export for export in TIMES_EXPORTS if export.id == "json").of(SESSION)
    assert read_timings(made) == replace(sweep(), about="vmap(layer, in_axes=0)(W, x)")


def test_the_picture_says_what_where_and_how_to_read_it() -> None:
    scene = picture(replace(SESSION, pinned=(kept(sweep(), SESSION.experiment),)))
    texts = [item for item in scene.items if isinstance(item, Text)]
    words = " ".join(item.text for item in texts)
    for part in (
        "vmap(layer, in_axes=0)(W, x)",
        "bars: quartiles",
        "jit(vmap)",
        "earlier",
        "61×",
        "vmap overtakes loop",
        "Intel Xeon",
    ):
        assert part in words
    assert "1024 examples take 2.7 ms" in words
    for item in texts:
        left = item.x - {"start": 0, "middle": 0.5, "end": 1}[item.anchor] * text_width(
            item.text, item.size, item.mono, item.weight
        )
        assert left >= 0
        assert 0 <= item.y <= scene.height


def test_the_picture_is_of_the_view_that_is_seen() -> None:
    run = costly(sweep(), 2000, 100, Ceiling(1e9, 1e9, 30e-6))
    seen = replace(SESSION, timings=run, view=replace(SESSION.view, timing="why", way="loop jit"))
    words = [item.text for item in picture(seen).items if isinstance(item, Text)]
    assert any(text.startswith("share of the time of loop jit") for text in words)
    assert "moving memory under 1 %" in words
    picked = PointName(0, "loop", 16), PointName(0, "jit(vmap)", 16)
    compared = picture(replace(SESSION, compared=picked))
    assert "15×" in [item.text for item in compared.items if isinstance(item, Text)]


def test_every_text_is_large_enough_for_a_projector() -> None:
    # 11 pixels of a scene are 17 in a lecture at 720p.
    for view in ("times", "why"):
        scene = picture(replace(SESSION, view=replace(SESSION.view, timing=view)))
        assert min(item.size for item in scene.items if isinstance(item, Text)) >= 11


def test_the_svg_is_one_picture_with_text_as_text() -> None:
    made = next(export for export in TIMES_EXPORTS if export.id == "svg").of(SESSION).decode()
    root = ET.fromstring(made)
    texts = [node.text for node in root.iter() if node.tag.endswith("text")]
    assert {"61×", "1024", "loop jit"} <= set(texts)
    assert re.search(r"loop: 1: 130 µs", made)


def test_without_times_there_is_nothing_to_export() -> None:
    assert not timed(Session())
    for export in TIMES_EXPORTS:
        with pytest.raises(ExperimentError, match="no times yet"):
            export.of(Session())
    opened = Session(pinned=(kept(replace(sweep("loop"), about="f(x)"), file="times.json"),))
    assert shown_timings(opened).about == "f(x)"
