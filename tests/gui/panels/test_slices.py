"""Slices in the shapes: chosen on a bar, by their index with the keyboard alone, and framed where a picked cell lies."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.gui.panels.test_shapes import Pair
from tests.pictures import made
from vmapviz.model import actions
from vmapviz.model.picked import Picked
from vmapviz.model.scenes.bars import Spot, spot_at, spots
from vmapviz.model.scenes.scene import Rect
from vmapviz.model.scenes.timeline import Place
from vmapviz.model.slices import Slice

ALL = ("a", True)


@pytest.fixture
def pair(qtbot: QtBot) -> Pair:
    """The first equation of a picture with slices, complete."""
    pair = Pair(qtbot, actions.select(made("deep").session, "0"))
    pair.shapes.resize(1100, 420)
    pair.shapes.show()
    return pair


def rect(pair: Pair, key: str) -> Rect:
    (found,) = [item for item in pair.shapes.scene().items if isinstance(item, Rect) and item.key == key]
    return found


def point(pair: Pair, x: float, y: float) -> QPoint:
    zoom = pair.shapes.zoom()
    return QPoint(round(x * zoom), round(y * zoom))


def press(qtbot: QtBot, pair: Pair, key: str, share: float = 0.5) -> None:
    bar = rect(pair, key)
    at = point(pair, bar.x + bar.width * share, bar.y + bar.height / 2)
    qtbot.mouseClick(pair.shapes, Qt.MouseButton.LeftButton, pos=at)


def test_a_press_on_a_bar_shows_that_entry(qtbot: QtBot, pair: Pair) -> None:
    press(qtbot, pair, "o0/3", 0.99)
    assert actions.slice_of(pair.session, ALL) == Slice((0, 0, 0, 2), (0, 2))
    press(qtbot, pair, "o0/1", 0.99)
    assert pair.session.example == (11,)
    press(qtbot, pair, "o0/0", 0.99)
    assert actions.slice_of(pair.session, ALL) == Slice((2, 11, 0, 2), (0, 2))


def test_a_press_on_a_bar_on_its_way_to_the_next_picture_shows_that_entry(qtbot: QtBot, pair: Pair) -> None:
    line = pair.clock.timeline
    pair.clock.seek(line.moment(Place(1, len(line.segments[1].phases) - 1, 0.8)))
    made_by = made("deep").trace.batched.equations[0].outputs[0].name
    press(qtbot, pair, f"all {made_by}/3", 0.99)
    seen = actions.slice_of(pair.session, (made_by, True))
    assert seen is not None
    assert seen.at[3] == 2
    press(qtbot, pair, f"all {made_by}/index")
    assert pair.shapes.slices.field.isVisible()


def test_every_part_of_a_bar_belongs_to_it(pair: Pair) -> None:
    scene, bar = pair.shapes.scene(), rect(pair, "o0/1")
    for n in range(12):
        found = spot_at(scene, bar.x + bar.width * (n + 0.5) / 12, bar.y + 1)
        assert found is not None
        assert (found.figure, found.rank, found.dim, int(found.share * 12)) == ("o0", 4, 1, n)
    assert spot_at(scene, bar.x - 30, bar.y - 30) is None


def test_the_index_is_edited_where_it_stands_with_keys_alone(qtbot: QtBot, pair: Pair) -> None:
    pair.shapes.setFocus()
    qtbot.keyClick(pair.shapes, Qt.Key.Key_I)
    field = pair.shapes.slices.field
    assert field.isVisible()
    assert field.text() == spots(pair.shapes.scene())[0].text
    field.setText("[3, 7, :, :]")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not field.isVisible()
    assert actions.slice_of(pair.session, ALL) == Slice((3, 7, 0, 0), (2, 3))
    assert spots(pair.shapes.scene())[0].text.startswith("[3, 7, :")


def test_a_wrong_index_is_said_and_changes_nothing(qtbot: QtBot, pair: Pair) -> None:
    pair.shapes.edit_slice()
    field = pair.shapes.slices.field
    field.setText("")
    qtbot.keyClicks(field, "[99, 0, :, :]")
    assert field.accessibleDescription() == "Axis 0 has the entries 0 to 9."
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    assert not pair.changes
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert not pair.changes


def test_tab_goes_through_the_slices_and_on(qtbot: QtBot, pair: Pair) -> None:
    found = spots(pair.shapes.scene())
    assert len(found) >= 2
    press(qtbot, pair, f"{found[0].figure}/index")
    field = pair.shapes.slices.field
    assert field.text() == found[0].text
    places = [field.x()]
    for spot in found[1:]:
        qtbot.keyClick(field, Qt.Key.Key_Tab)
        assert field.text() == spot.text
        places.append(field.x())
    assert len(set(places)) == len(found)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert not field.isVisible()


def test_another_equation_ends_the_edit(pair: Pair) -> None:
    pair.shapes.edit_slice()
    pair.show(actions.select(pair.session, "1"))
    assert not pair.shapes.slices.field.isVisible()


def test_a_picture_without_slices_has_nothing_to_edit(qtbot: QtBot) -> None:
    pair = Pair(qtbot, made("affine").session)
    pair.shapes.edit_slice()
    assert not pair.shapes.slices.field.isVisible()
    assert spots(pair.shapes.scene()) == []


def test_a_picked_cell_is_framed_on_every_bar_and_in_the_slice(pair: Pair) -> None:
    cell = Picked(made("deep").trace.original.equations[0].outputs[0].name, (9, 8, 2))
    pair.show(actions.pick(pair.session, cell, (3,)))
    scene = pair.shapes.scene()
    for figure, width in (("q0", 2.5), ("o0", 1.5)):
        for dim, at in enumerate((9, 3, 8, 2)):
            bar, frame = rect(pair, f"{figure}/{dim}"), rect(pair, f"{figure}/{dim}=")
            assert (frame.line, frame.thickness) == ("ink", width)
            size = (10, 12, 9, 3)[dim]
            assert frame.x + frame.width / 2 == pytest.approx(bar.x + bar.width * (at + 0.5) / size)
    assert any(item.key == "q0:9,3,8,2=" for item in scene.items)


def test_places_of_the_whole_call_belong_to_its_arguments_and_results(pair: Pair) -> None:
    pair.show(actions.select(pair.session, None))
    pair.clock.home()
    trace = made("deep").trace
    assert pair.shapes.named(Spot("a0", 4, Rect(0, 0, 1, 1))) == (trace.batched.inputs[0].name, True)
    assert pair.shapes.named(Spot("r0", 4, Rect(0, 0, 1, 1))) == (trace.batched.outputs[0], True)
    assert pair.shapes.named(Spot("r0", 3, Rect(0, 0, 1, 1))) == (trace.original.outputs[0], False)
    assert pair.shapes.named(Spot("x9", 3, Rect(0, 0, 1, 1))) is None
