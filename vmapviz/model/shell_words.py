"""A command that a user typed, as its words."""

from __future__ import annotations

import os
import shlex


def shell_words(command: str) -> list[str]:
    """The words of a command as a shell takes them, quoted ones whole; with a quotation mark that lacks its other, what spaces part."""
    try:
        return shlex.split(command, posix=os.name != "nt")
    except ValueError:
        return command.split()
