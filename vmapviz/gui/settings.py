"""What is remembered between starts: window, view, recent files, and the experiment as it was 5 seconds ago at most."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QByteArray, QSaveFile, QSettings, QStandardPaths

from vmapviz.model.experiment import Experiment
from vmapviz.model.session import Sweep, View

T = TypeVar("T")


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


def _write(path: Path, data: bytes) -> None:
    file = QSaveFile(str(path))
    if file.open(QSaveFile.OpenModeFlag.WriteOnly):
        file.write(data)
        file.commit()
