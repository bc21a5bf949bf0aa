"""Replies come out in order, long ones without holding up the window, and what is no reply is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from vmapviz.gui.decoding import LONG, Decoder
from vmapviz.model import wire
from vmapviz.model.messages import Printed, Reply


@pytest.fixture
def decoder(qtbot: QtBot) -> Iterator[Decoder]:
    made = Decoder()
    yield made
    made.close()


def body(text: str) -> bytes:
    return next(wire.Frames().feed(wire.encode(Printed(text))))


def test_a_short_reply_is_decoded_at_once(decoder: Decoder) -> None:
    heard: list[object] = []
    decoder.decoded.connect(lambda generation, reply: heard.append((generation, reply)))
    decoder.decode(3, body("short"))
    assert heard == [(3, Printed("short"))]


def test_short_replies_wait_for_the_long_one_before_them(qtbot: QtBot, decoder: Decoder) -> None:
    heard: list[Reply] = []
    decoder.decoded.connect(lambda _generation, reply: heard.append(reply))
    long = "x" * LONG
    decoder.decode(1, body(long))
    decoder.decode(1, body("after"))
    assert heard == []
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [Printed(long), Printed("after")]


def test_long_replies_are_prepared_on_another_thread(qtbot: QtBot) -> None:
    threads: list[str] = []
    decoder = Decoder(lambda reply: threads.append(threading.current_thread().name))
    with qtbot.waitSignal(decoder.decoded):
        decoder.decode(1, body("x" * LONG))
    decoder.close()
    assert threads == ["decoding"]


@pytest.mark.parametrize("size", [10, LONG])
def test_what_is_no_reply_is_handed_on_as_the_error(qtbot: QtBot, decoder: Decoder, size: int) -> None:
    heard: list[object] = []
    decoder.decoded.connect(lambda _generation, reply: heard.append(reply))
    decoder.decode(1, b"\xc1" * size)
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], wire.BrokenFrameError)
