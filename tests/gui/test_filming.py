"""Films from the window: asked for, made on a thread, written; cancelled on the way; refused in words."""

from __future__ import annotations

import io
import threading

import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.pictures import made
from vmapviz.gui.animate import ANIMATIONS, Animation, AnimationError, Take, Told
from vmapviz.gui.filming import SIZES, FilmDialog, Filming
from vmapviz.model.actions import snapshot_of
from vmapviz.model.experiment import ExperimentError
from vmapviz.model.session import Session


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made_ = QWidget()
    qtbot.addWidget(made_)
    return made_


def _take(qtbot: QtBot) -> Take:
    dialog = FilmDialog(ANIMATIONS[0])
    qtbot.addWidget(dialog)
    return dialog.take(made("affine").session)


def test_size_speed_and_theme_are_those_chosen(qtbot: QtBot) -> None:
    dialog = FilmDialog(ANIMATIONS[0])
    qtbot.addWidget(dialog)
    dialog.size_.setCurrentText("1280 × 720")
    dialog.speed.setCurrentText("twice as fast")
    dialog.look.setCurrentText("Dark")
    take = dialog.take(made("affine").session)
    assert take.reel.size == SIZES["1280 × 720"]
    assert take.reel.speed == 2.0
    assert take.look.name == "dark"
    assert all(box.accessibleName() for box in dialog.findChildren(QComboBox))


def test_slides_do_not_ask_for_a_speed(qtbot: QtBot) -> None:
    still = next(animation for animation in ANIMATIONS if not animation.moves)
    dialog = FilmDialog(still)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.speed.isVisible()


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
