"""The store: every change is told once, in the order in which it was made, and no change is no news."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Slot
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from vmapviz.gui.store import Store
from vmapviz.model import actions
from vmapviz.model.session import Session


class Listener(QObject):
    """Writes down what it is told."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.told: list[tuple[float, float]] = []
        store.changed.connect(self.hear)

    @Slot(object, object)
    def hear(self, old: Session, new: Session) -> None:
        self.told.append((old.view.zoom, new.view.zoom))


def test_a_change_is_told_with_what_was_before() -> None:
    store = Store(Session())
    listener = Listener(store)
    store.apply(actions.zoom_in)
    assert listener.told == [(1.0, 1.1)]
    assert store.session.view.zoom == 1.1


def test_what_changes_nothing_is_not_told() -> None:
    store = Store(Session())
    listener = Listener(store)
    store.apply(lambda session: session)
    store.apply(lambda session: replace(session))
    store.apply(actions.zoom_reset)
    assert listener.told == []


def test_changes_of_listeners_wait_until_everybody_was_told(qtbot: QtBot) -> None:
    store = Store(Session())

    def answer(old: Session, new: Session) -> None:
        if new.view.zoom < 1.3:
            store.apply(actions.zoom_in)
            assert store.session is new, "not while the others do not know"

    store.changed.connect(answer)
    listener = Listener(store)
    store.apply(actions.zoom_in)
    assert listener.told == [(1.0, 1.1), (1.1, 1.2), (1.2, 1.3)]


def test_a_change_that_fails_leaves_the_session_and_the_store_usable() -> None:
    store = Store(Session())
    with pytest.raises(ZeroDivisionError):
        store.apply(lambda session: replace(session, time_limit_s=1 / 0))
    assert store.session == Session()
    store.apply(actions.zoom_in)
    assert store.session.view.zoom == 1.1


def test_a_listener_that_fails_keeps_nobody_from_hearing() -> None:
    store = Store(Session())
    store.changed.connect(lambda old, new: 1 / 0)
    listener = Listener(store)
    with capture_exceptions() as exceptions:
        store.apply(actions.zoom_in)
    assert [kind for kind, _, _ in exceptions] == [ZeroDivisionError]
    assert listener.told == [(1.0, 1.1)]
