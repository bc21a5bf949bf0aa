"""What a command is: its name, its keys, what it does, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vmapviz.model.session import Session

if TYPE_CHECKING:
    from vmapviz.gui.app import App

Run = Callable[["App"], object]
Menu = Literal["File", "Edit", "View", "Run", "Go", "Export"]


@dataclass(frozen=True)
class Command:
    """One command: `scope` "picture" means its keys act only while the programs, Shapes or the transport have the focus, "lecture"
    that they act everywhere, but in a lecture alone.

    `enabled` says when it can be used; without it, always. `chosen` says of one of several choices whether it holds, `note` what is to be
    known of it.
    """

    id: str
    title: str
    menu: Menu
    keys: tuple[str, ...]
    run: Run
    scope: Literal["window", "picture", "lecture"] = "window"
    enabled: Callable[[Session], bool] = lambda session: True
    chosen: Callable[[Session], bool] | None = None
    note: Callable[[Session], str] = lambda session: ""

    def shown(self, session: Session) -> str:
        """The title with its note, as menus show it."""
        note = self.note(session)
        return f"{self.title} ({note})" if note else self.title


def change(action: Callable[[Session], Session]) -> Run:
    """A command that is a pure function of the session."""
    return lambda app: app.store.apply(action)


def traced(session: Session) -> bool:
    """Whether there is a picture."""
    return session.picture is not None
