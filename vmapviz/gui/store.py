"""Holds the current session; one signal says what it was and what it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from vmapviz.model.session import Session

Change = Callable[[Session], Session]


class Store(QObject):
    """The one place where the session is replaced.

    `changed(old, new)` is emitted once per change that made a difference. A change that arrives while listeners are being told waits
    until they are, so that everybody sees the same sequence.
    """

    changed = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: list[Change] = []
        self._telling = False

    @property
    def session(self) -> Session:
        """The session as it is now."""
        return self._session

    def apply(self, change: Change) -> None:
        """Replace the session by `change(session)` and tell it, unless nothing differs."""
        self._waiting.append(change)
        if self._telling:
            return
        self._telling = True
        try:
            while self._waiting:
                self._replace(self._waiting.pop(0))
        finally:
            self._telling = False
            self._waiting.clear()

    def _replace(self, change: Change) -> None:
        old, new = self._session, change(self._session)
        if new is not old and new != old:
            self._session = new
            self.changed.emit(old, new)
