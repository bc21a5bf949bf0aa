"""Messages survive the way through bytes, however the stream is cut; rubbish is named as such."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmapviz.model import messages, wire
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.values import Preview, Result, Values

REQUESTS = (
    messages.Trace(1, Experiment("def f(x): return x", "f", "f32[5]", (Vmap("(None, 0)"), Vmap()))),
    messages.Run(2, Experiment(source="é 🎉"), (0, 4)),
    messages.Time(3, Experiment(), ("loop", "jit(vmap)"), (1, 64), 8, 2.0),
)


@given(st.lists(st.integers(1, 400), max_size=30))
def test_a_stream_cut_anywhere_gives_the_same_messages(cuts: list[int]) -> None:
    stream = b"".join(map(wire.encode, REQUESTS))
    frames, received, start = wire.Frames(), [], 0
    for cut in [*cuts, len(stream)]:
        received += [wire.decode_request(body) for body in frames.feed(stream[start : start + cut])]
        start += cut
    assert tuple(received) == REQUESTS
    assert frames.pending() == 0


def test_numbers_that_json_has_no_word_for_arrive() -> None:
    preview = Preview("float32", (2,), (2,), (math.inf, -0.0))
    reply = messages.Ran(7, Values((0,), ({"a": preview},), {"b": preview}), Result((), (), 0.5))
    (body,) = wire.Frames().feed(wire.encode(reply))
    assert wire.decode_reply(body) == reply


def test_an_unfinished_message_is_pending() -> None:
    frames = wire.Frames()
    assert not list(frames.feed(wire.encode(REQUESTS[0])[:-1]))
    assert frames.pending() > 0


def test_bytes_that_are_no_frame_are_quoted() -> None:
    with pytest.raises(wire.BrokenFrameError, match="Welcome to gpu-box"):
        list(wire.Frames().feed(b"Welcome to gpu-box!\n"))


def test_an_impossible_length_is_refused() -> None:
    with pytest.raises(wire.BrokenFrameError, match="at most"):
        list(wire.Frames().feed(wire.MAGIC + b"\xff\xff\xff\xff"))


def test_a_body_that_is_no_message_is_refused() -> None:
    with pytest.raises(wire.BrokenFrameError, match="could not be read"):
        wire.decode_request(b"\x93\x01\x02\x03")
