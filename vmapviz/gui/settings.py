"""What is remembered between starts: window, view, recent files, and the experiment as it was 5 seconds ago at most."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QByteArray, QSaveFile, QSettings, QStandardPaths

from vmapviz.model.experiment import Experiment, ExperimentError
from vmapviz.model.pinned import Pinned
from vmapviz.model.pinned_file import MOST_BYTES, read_pinned, timings_key, write_pinned
from vmapviz.model.session import Sweep, View

T = TypeVar("T")
PINNED = "pinned.json"


class Remembered(msgspec.Struct, frozen=True):
    """The part of a session that outlives it."""

    view: View = View()
    recent: tuple[str, ...] = ()
    sweep: Sweep = Sweep()
    time_limit_s: float = 10.0
    python: str = ""
    wheres: tuple[str, ...] = ()


class Draft(msgspec.Struct, frozen=True):
    """The autosave: the experiment, as it was last saved, and whether it may run by itself."""

    experiment: Experiment
    saved: Experiment | None
    auto: bool = True


class Settings:
    """Reads and writes the settings in the platform's folder, or in VMAPVIZ_SETTINGS_DIR.

    With `folder` given, there instead.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings_folder()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._known_pins: frozenset[bytes] = (
            frozenset()
        )  # read or written here: the others in the file are another window's
        self._pins_stay = False  # there is a file of pinned runs that could neither be read nor moved
        self._qt = QSettings(str(self.folder / "window.ini"), QSettings.Format.IniFormat)

    def remembered(self) -> Remembered:
        """What was remembered; the defaults when nothing was, or when it cannot be read."""
        return _read(self.folder / "settings.json", Remembered) or Remembered()

    def remember(self, remembered: Remembered) -> None:
        """Write it; a full or read-only disk is no reason to stop."""
        _write(self.folder / "settings.json", msgspec.json.format(msgspec.json.encode(remembered)))

    def draft(self) -> Draft | None:
        """The autosaved experiment, if there is a readable one."""
        return _read(self.folder / "draft.json", Draft)

    def keep_draft(self, draft: Draft) -> None:
        """Autosave."""
        _write(self.folder / "draft.json", msgspec.json.encode(draft))

    def pinned(self) -> tuple[tuple[Pinned, ...], str]:
        """The runs that were pinned, and a sentence where they could not be read; their file is then kept under another name."""
        path = self.folder / PINNED
        try:
            if path.stat().st_size > 2 * MOST_BYTES:
                raise ExperimentError("the file is far too large")
            runs = read_pinned(path.read_bytes())
            self._known_pins |= set(map(timings_key, runs))
            return runs, ""
        except FileNotFoundError:
            return (), ""
        except (ExperimentError, OSError) as problem:
            why = problem.strerror if isinstance(problem, OSError) else str(problem)
            aside = _aside(path)
            self._pins_stay = aside is None
            kept = (
                f"It is kept as {aside} in the folder of the settings."
                if aside
                else "What you pin now is not kept for the next start."
            )
            return (), f"The runs that were pinned before could not be read: {why}. {kept}"

    def keep_pinned(self, pinned: tuple[Pinned, ...]) -> str:
        """Write the pinned runs, and those that another window has pinned meanwhile; a sentence on what is not kept, "" where all is.

        A file that could not be read is never written over.
        """
        before = frozenset(self._known_pins)
        found, said = self.pinned()
        if self._pins_stay:
            return said
        foreign = tuple(one for one in found if timings_key(one) not in before)
        self._known_pins = before | set(map(timings_key, pinned))
        data, left_out = write_pinned((*foreign, *pinned))
        if not _write(self.folder / PINNED, data):
            return "The pinned runs could not be written, so they are not kept for the next start."
        return said or left_out

    def bytes(self, key: str) -> QByteArray:
        """A remembered Qt state, such as the window's geometry; empty when there is none."""
        value = self._qt.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, value: QByteArray) -> None:
        """Remember a Qt state."""
        self._qt.setValue(key, value)


def settings_folder() -> Path:
    """Where settings live on this platform."""
    own = os.environ.get("VMAPVIZ_SETTINGS_DIR")
    if own:
        return Path(own)
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)) / "vmapviz"


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def _write(path: Path, data: bytes) -> bool:
    """Whether it is written; the file of before stays where it is not."""
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        return False
    file.write(data)
    return file.commit()


def _aside(path: Path) -> str | None:
    """Give a file that cannot be read another name, which is returned; None where that cannot be done."""
    names = (f"{path.stem}.damaged{f'-{n}' if n > 1 else ''}{path.suffix}" for n in range(1, 100))
    free = next((name for name in names if not (path.parent / name).exists()), None)
    if free is None:
        return None
    try:
        path.rename(path.parent / free)
    except OSError:
        return None
    return free
