"""The last line: Stop is there while something runs, and does not flicker with what is over at once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from vmapviz.gui.status import LATE_MS, StatusLine
from vmapviz.model.session import Jobs, Kind, Session

IDLE = Session()


def shown(line: StatusLine, jobs: Jobs) -> bool:
    line.show_session(IDLE, Session(jobs=jobs))
    return not line.stop.isHidden()


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    made = StatusLine()
    qtbot.addWidget(made)
    made.show_session(IDLE, IDLE)
    return made


@pytest.mark.parametrize("kind", ["trace", "run", "time"])
def test_stop_is_there_as_soon_as_something_runs(line: StatusLine, kind: Kind) -> None:
    assert not shown(line, Jobs())
    assert shown(line, Jobs(newest=1, **{kind: 1}))
    assert not shown(line, Jobs(newest=1))


def test_a_look_offers_stop_only_when_it_takes_long(qtbot: QtBot, line: StatusLine) -> None:
    assert not shown(line, Jobs(newest=1, look=1))
    assert not shown(line, Jobs(newest=1))
    assert not line._late.isActive()
    assert not shown(line, Jobs(newest=2, look=2))
    assert line._late.interval() == LATE_MS
    qtbot.waitUntil(lambda: not line.stop.isHidden())
    assert shown(line, Jobs(newest=3, look=3))  # another one at once: it stays
    assert not shown(line, Jobs(newest=3))


def test_a_look_beside_a_run_leaves_stop_there(line: StatusLine) -> None:
    assert shown(line, Jobs(newest=2, run=1, look=2))
    assert shown(line, Jobs(newest=2, look=2))
