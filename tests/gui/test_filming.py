"""Films from the window: asked for, made on a thread, written; cancelled on the way; refused in words."""

from __future__ import annotations

import io
import threading

import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.pictures import made
from vmapviz.export.reel import length
from vmapviz.gui.animate import ANIMATIONS, Animation, AnimationError, Take, Told
from vmapviz.gui.filming import SIZES, FilmDialog, Filming
from vmapviz.model.actions import snapshot_of
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import origins
from vmapviz.model.scenes.subject import subject_of
from vmapviz.model.session import Session


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made_ = QWidget()
    qtbot.addWidget(made_)
    return made_


def _take(qtbot: QtBot) -> Take:
    dialog = FilmDialog(ANIMATIONS[0], made("affine").session)
    qtbot.addWidget(dialog)
    return dialog.take()


def test_size_speed_and_theme_are_those_chosen(qtbot: QtBot) -> None:
    dialog = FilmDialog(ANIMATIONS[0], made("affine").session)
    qtbot.addWidget(dialog)
    dialog.size_.setCurrentText("1280 × 720")
    dialog.speed.setCurrentText("2×")
    dialog.look.setCurrentText("Dark")
    take = dialog.take()
    assert take.reel.size == SIZES["1280 × 720"]
    assert take.reel.speed == 2.0
    assert take.look.name == "dark"
    assert all(box.accessibleName() for box in dialog.findChildren(QComboBox))


def test_slides_do_not_ask_for_a_speed(qtbot: QtBot) -> None:
    still = next(animation for animation in ANIMATIONS if not animation.moves)
    dialog = FilmDialog(still, made("affine").session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.speed.isVisible()


def test_it_says_how_long_the_film_gets(qtbot: QtBot) -> None:
    session = made("affine").session
    view = replace(session.view, speed=2.0)
    dialog = FilmDialog(ANIMATIONS[0], replace(session, view=view, cell=Picked("a", (0, 0))))
    qtbot.addWidget(dialog)
    assert dialog.speed.currentText() == "2×", "as the window plays"
    for speed in ("2×", "0.5×"):
        dialog.speed.setCurrentText(speed)
        reel = dialog.take().reel
        shown = list(reel.frames())
        frames, seconds = length(reel.timeline, reel.speed)
        assert seconds * 1000 == pytest.approx(sum(ms for _, ms in shown), abs=51)
        assert frames >= len(shown)
        said = f"About {frames} frames, {seconds:.1f} s: all examples at once, with the marks of the picked cell."
        assert dialog.estimate.accessibleName() == said
    slides = FilmDialog(next(each for each in ANIMATIONS if not each.moves), session)
    qtbot.addWidget(slides)
    pictures = int(slides.estimate.accessibleName().split()[2])
    assert len(list(slides.take().reel.keyframes())) <= pictures < 30


def test_the_keyboard_is_enough(qtbot: QtBot) -> None:
    dialog = FilmDialog(ANIMATIONS[0], made("affine").session)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.size_.setFocus()
    qtbot.keyClick(dialog.size_, Qt.Key.Key_Down)
    reached = [dialog.focusWidget()]
    for _ in range(4):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        reached.append(dialog.focusWidget())
    assert reached[:3] == [dialog.size_, dialog.speed, dialog.look]
    assert {one.text() for one in reached[3:]} == {"Save", "Cancel"}
    dialog.look.setFocus()
    qtbot.keyClick(dialog.look, Qt.Key.Key_Return)
    assert dialog.result() == FilmDialog.DialogCode.Accepted
    assert dialog.take().reel.size == SIZES["1280 × 720"]


def test_the_picked_cell_is_marked_in_every_picture_that_has_it(qtbot: QtBot) -> None:
    session = made("affine").session
    picked = replace(session, cell=Picked("d", (0,)))
    counts = []
    for each in (session, picked):
        dialog = FilmDialog(ANIMATIONS[0], each)
        qtbot.addWidget(dialog)
        reel = dialog.take().reel
        counts.append([len(scene.items) for scene, _ in reel.frames()])
        slides = list(reel.keyframes())
    assert len(counts[0]) <= len(counts[1])
    assert sum(counts[1]) > sum(counts[0])
    marks = origins.marks(subject_of(made("affine").trace, session.values, session.example), "0", Picked("d", (0,)))
    assert marks.words
    assert any(marks.words in scene.caption for scene in slides)


def test_the_film_is_made_while_the_window_goes_on(qtbot: QtBot, window: QWidget) -> None:
    take = _take(qtbot)
    beats = []
    filming = Filming(ANIMATIONS[0], take, "film.gif", window)
    filming._told.connect(lambda _: beats.append(threading.current_thread() is threading.main_thread()))
    with qtbot.waitSignal(filming.made, timeout=60_000) as done:
        filming.start()
    assert Image.open(io.BytesIO(done.args[0])).format == "GIF"
    assert beats
    assert all(beats)


def test_it_can_be_cancelled(qtbot: QtBot, window: QWidget) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def endless(take: Take, told: Told) -> bytes:
        while True:
            begun.set()
            go_on.wait(5)
            told(0.5)

    filming = Filming(Animation("", "A film", "gif", endless), _take(qtbot), "film.gif", window)
    heard: list[object] = []
    filming.made.connect(heard.append)
    filming.failed.connect(heard.append)
    with qtbot.waitSignal(filming.destroyed, timeout=30_000):
        filming.start()
        qtbot.waitUntil(begun.is_set)
        filming.progress.canceled.emit()
        go_on.set()
    assert heard == []


def test_what_went_wrong_is_said(qtbot: QtBot, window: QWidget) -> None:
    def refuses(take: Take, told: Told) -> bytes:
        raise AnimationError("There is no ffmpeg.")

    filming = Filming(Animation("", "A film", "mp4", refuses), _take(qtbot), "film.mp4", window)
    with qtbot.waitSignal(filming.failed, timeout=30_000) as failed:
        filming.start()
    assert failed.args == ["There is no ffmpeg."]


def test_without_a_picture_there_is_nothing_to_film() -> None:
    with pytest.raises(ExperimentError):
        snapshot_of(Session())
