"""Messages as bytes: length-prefixed MessagePack frames, and their way back from a stream that arrives in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from vmapviz.model.messages import Reply, Request

WIRE = 2
"""The version of the messages: one more with every change that an older worker or window would misunderstand."""
MAGIC = b"vmv1"
NO_MESSAGE = "Not a message of vmapviz"
HEADER = len(MAGIC) + 4
LARGEST = 1 << 30

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_replies = msgspec.msgpack.Decoder(Reply)


class BrokenFrameError(ValueError):
    """The bytes are not a frame of ours; the stream cannot be read any further."""


def encode(message: Request | Reply) -> bytes:
    """One message as a frame: four bytes of magic, four of length (big-endian), then MessagePack.

    Raises OverflowError or TypeError where the message holds what MessagePack cannot (an int beyond 64 bits).
    """
    body = _encoder.encode(message)
    return MAGIC + len(body).to_bytes(4, "big") + body


def decode_request(body: bytes) -> Request:
    """The request in a frame's body; raises BrokenFrameError when it is none."""
    request: Request = _decode(_requests, body)
    return request


def decode_reply(body: bytes) -> Reply:
    """The reply in a frame's body; raises BrokenFrameError when it is none."""
    reply: Reply = _decode(_replies, body)
    return reply


def _decode(decoder: msgspec.msgpack.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise BrokenFrameError(f"A message of {len(body)} bytes could not be read: {error}") from error


class Frames:
    """Cuts a byte stream into the bodies of frames: feed it what arrived, iterate over what is complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies completed by `data`, in order. Raises BrokenFrameError at bytes that start no frame."""
        self._buffer += data
        while self._buffer:
            size = self._size()
            if len(self._buffer) < HEADER + size:
                return
            body = bytes(self._buffer[HEADER : HEADER + size])
            del self._buffer[: HEADER + size]
            yield body

    def pending(self) -> int:
        """How many bytes wait for the rest of their frame; 0 at a clean end of the stream."""
        return len(self._buffer)

    def _size(self) -> int:
        if not MAGIC.startswith(self._buffer[: len(MAGIC)]):
            start = bytes(self._buffer[:60]).decode("utf-8", "replace")
            raise BrokenFrameError(f"{NO_MESSAGE}: the stream goes on with {start!r}")
        size = int.from_bytes(self._buffer[len(MAGIC) : HEADER], "big")
        if size > LARGEST:
            raise BrokenFrameError(f"A message claims {size} bytes; at most {LARGEST} are allowed")
        return size
