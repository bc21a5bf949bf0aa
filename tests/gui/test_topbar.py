"""The call in the top bar."""

from __future__ import annotations

import pytest

from vmapviz.gui.topbar import cut
from vmapviz.model.call import Span, call_spans
from vmapviz.model.experiment import Experiment, Vmap

CALL = call_spans(Experiment(function="f", levels=(Vmap("(None, 0)"), Vmap("(0, None)"))))
TEXT = "vmap(vmap(f, (None, 0)), (0, None))"


@pytest.mark.parametrize("room", [0, 1, 20, len(TEXT) - 1, len(TEXT), 100])
def test_a_call_that_has_no_room_ends_in_an_ellipsis(room: int) -> None:
    text = "".join(span.text for span in cut(CALL, room))
    assert text == TEXT if room >= len(TEXT) else text == TEXT[: max(room - 1, 0)] + "…"


def test_what_is_left_of_a_call_keeps_its_levels() -> None:
    assert [span for span in cut(CALL, 28) if span.level is not None] == [Span("0", 0), Span("0", 1)]
