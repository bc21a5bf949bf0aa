"""The clock: plays, steps, jumps, and says when it comes into another segment. Time is handed to it, never awaited."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.pictures import made
from vmapviz.gui.clock import Clock
from vmapviz.model.scenes.timeline import Place, timeline


def clock() -> Clock:
    found = Clock()
    found.set_timeline(timeline(made("affine").trace, "affine"))
    return found


def test_time_passes_at_the_chosen_speed_and_stops_at_the_end(qtbot: QtBot) -> None:
    it = clock()
    it.advance(100)
    assert it.t == 100
    it.speed = 2.0
    it.advance(100)
    assert it.t == 300
    it.toggle()
    assert it.playing
    it.advance(1e9)
    assert it.t == it.timeline.total
    assert not it.playing


def test_it_plays_by_itself(qtbot: QtBot) -> None:
    it = clock()
    it.toggle()
    qtbot.waitUntil(lambda: it.t > 50)
    it.toggle()
    assert not it.playing


def test_a_step_plays_to_the_end_of_the_phase_and_a_second_one_jumps_there(qtbot: QtBot) -> None:
    it = clock()
    it.forward()
    assert it.playing
    it.advance(5000)
    assert (it.t, it.playing) == (600, False)
    it.forward()
    it.advance(10)
    it.forward()
    assert (it.t, it.playing) == (1000, False)
    it.back()
    assert it.t == 600
    it.advance(50)
    it.back()
    assert it.t == 600


def test_with_reduced_motion_a_step_jumps(qtbot: QtBot) -> None:
    it = clock()
    it.reduced = True
    it.forward()
    assert (it.t, it.playing) == (600, False)


def test_the_whole_film_begins_again(qtbot: QtBot) -> None:
    it = clock()
    it.loop = "film"
    it.seek(it.timeline.total - 10)
    it.toggle()
    it.advance(30)
    assert (it.t, it.playing) == (20, True)
    it.pause()


def test_one_picture_begins_again_and_a_step_in_it_still_stops(qtbot: QtBot) -> None:
    it = clock()
    arrived: list[int] = []
    it.arrived.connect(arrived.append)
    it.loop = "equation"
    begin, end = it.timeline.starts[1:3]
    it.seek(end - 10)
    it.toggle()
    it.advance(30)
    assert (it.t, it.playing, arrived) == (begin + 20, True, [1])
    it.pause()
    it.seek(end - 10)
    it.forward()
    it.advance(30)
    assert (it.t, it.playing) == (end, False)


def test_the_last_picture_begins_again_too(qtbot: QtBot) -> None:
    it = clock()
    it.loop = "equation"
    it.seek(it.timeline.total - 1)
    it.toggle()
    it.advance(4)
    assert it.t == it.timeline.starts[-2] + 3
    it.pause()


def test_home_and_end(qtbot: QtBot) -> None:
    it = clock()
    it.end()
    assert it.t == it.timeline.total
    it.forward()
    assert it.t == it.timeline.total
    it.home()
    assert it.t == 0
    it.back()
    assert it.t == 0


def test_play_at_the_end_of_all_begins_again(qtbot: QtBot) -> None:
    it = clock()
    it.end()
    it.toggle()
    assert (it.t, it.playing) == (0, True)
    it.pause()


def test_play_at_a_complete_picture_begins_that_picture(qtbot: QtBot) -> None:
    it = clock()
    it.show_segment(2)
    assert it.place == Place(2, 3, 0.0)
    it.toggle()
    assert it.place == Place(2, 0, 0.0)
    it.pause()


def test_it_tells_which_segment_it_came_into_unless_it_was_put_there(qtbot: QtBot) -> None:
    it = clock()
    arrived: list[int] = []
    it.arrived.connect(arrived.append)
    it.seek(it.timeline.starts[2] - 1)
    it.advance(2)
    assert arrived == [1, 2]
    it.show_segment(4)
    assert arrived == [1, 2]
