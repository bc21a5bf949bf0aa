"""What the user names on the command line: a gallery name, `file.py`, or `file.py::function`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from vmapviz.model.experiment import Experiment, ExperimentError, read_bytes

Find = Callable[[str], str | None]
Read = Callable[[str], bytes]
GALLERY = "gallery:"
LIVE = "live:"


def is_live(path: str) -> bool:
    """Whether a path stands for a function in a running process, the one that called `vmapviz.show`."""
    return path.startswith(LIVE)


def is_own(path: str) -> bool:
    """Whether a path is a file of the user's own, to be saved and watched."""
    return bool(path) and not path.startswith((GALLERY, LIVE))


def experiment_of(what: str, find: Find, read: Read) -> Experiment:
    """The experiment that `what` names. `find` gives the file of a gallery name, `read` the bytes of a file.

    Raises ExperimentError with a sentence for what is neither, cannot be read, or has no such function.
    """
    found = find(what)
    if found:
        return opened(found, read, f"{GALLERY}{PurePath(found).stem}")
    file, _, function = what.partition("::")
    if not file.endswith(".py"):
        raise ExperimentError(
            f"{what} is neither an example nor a Python file. "
            "`vmapviz examples` lists the examples; a file is named file.py or file.py::function."
        )
    return opened(file, read, file, function)


def opened(file: str, read: Read, path: str, function: str = "") -> Experiment:
    """The experiment in a file; `path` is what it is remembered by. Raises ExperimentError with a sentence."""
    if not _is_text(path):
        raise ExperimentError("The name of this file is not UTF-8 text; rename it.")
    try:
        data = read(file)
    except OSError as error:
        raise ExperimentError(f"{file} could not be opened: {error.strerror or error}.") from error
    return read_bytes(data, path, function)


def _is_text(path: str) -> bool:
    """Whether a path can be written down; names on disk may hold any bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
