"""Opening, saving and watching files; the only place with file dialogs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QSaveFile, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from vmapviz.export.table import Export
from vmapviz.export.timings import TIMES_EXPORTS, TimesExport
from vmapviz.gallery import find
from vmapviz.gui.animate import Animation
from vmapviz.gui.export import widget_png
from vmapviz.gui.filming import FilmDialog, Filming
from vmapviz.gui.store import Store
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, ExperimentError, body, has_header, read, write
from vmapviz.model.session import Session
from vmapviz.model.what import GALLERY, experiment_of, is_own, opened

PYTHON = "Python files (*.py)"
ALL = "Python files, snapshots and timings (*.py *.json)"


class Files(QObject):
    """What the user does with files. Failures become a problem in the window, never a lost text."""

    def __init__(self, store: Store, window: QWidget) -> None:
        super().__init__(window)
        self._store, self._window = store, window
        self._disk = ""
        self._watcher = QFileSystemWatcher(self)
        # Editors replace a file by another: it is gone for a moment, so look when it has settled.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(200)
        self._settled.timeout.connect(self._look_again)
        self._watcher.fileChanged.connect(lambda path: self._settled.start())
        store.changed.connect(self._follow)
        self._follow(Session(), store.session)
        self._catch_up(store.session.saved)

    # --- opening ------------------------------------------------------------------------------------------------------

    def new(self) -> None:
        """An empty experiment."""
        self._store.apply(partial(actions.open_experiment, experiment=Experiment()))

    def open_example(self, path: str) -> None:
        """Open a gallery entry by its path "gallery:matvec"."""
        self._open(lambda: experiment_of(path.removeprefix(GALLERY), find, _read), auto=True)

    def open_path(self, path: str, auto: bool = False) -> None:
        """Open a Python file, a snapshot or timings; its code runs at once only when `auto`."""
        if path.endswith(".json"):
            self._open_json(path)
        else:
            self._open(lambda: opened(path, _read, path), auto)

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", self._folder(), ALL)
        if path:
            self.open_path(path)

    def _open(self, read: Callable[[], Experiment], auto: bool) -> None:
        try:
            experiment = read()
        except ExperimentError as problem:
            self._fail(str(problem))
            return
        self._store.apply(partial(actions.open_experiment, experiment=experiment, auto=auto))

    def _open_json(self, path: str) -> None:
        try:
            change = actions.opening(Path(path).name, lambda: _read(path))
        except ExperimentError as problem:
            self._fail(str(problem))
            return
        self._store.apply(change)

    # --- saving -------------------------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save in place; asks where when the experiment has no file of the user's own."""
        path = self._own_path(self._store.session)
        return self._save_to(path) if path else self.ask_save_as()

    def ask_save_as(self) -> bool:
        """Ask for a file and save there."""
        experiment = self._store.session.experiment
        name = (experiment.name or experiment.function or "experiment").replace(" ", "_") + ".py"
        path, _ = QFileDialog.getSaveFileName(self._window, "Save as", str(Path(self._folder()) / name), PYTHON)
        return bool(path) and self._save_to(path)

    def _save_to(self, path: str) -> bool:
        experiment = self._store.session.experiment
        before = _text(path) if path == experiment.path else None
        try:
            text = write(experiment, before)
        except ExperimentError as problem:
            self._fail(str(problem))
            return False
        if not self._written(path, text.encode()):
            return False
        self._disk = text
        self._store.apply(partial(actions.saved_as, path=path))
        return True

    # --- exporting ----------------------------------------------------------------------------------------------------

    def ask_export(self, export: Export | TimesExport) -> None:
        """Ask for a file and write what the window shows into it."""
        try:
            data = export.of(self._store.session)
        except ExperimentError as problem:
            self._fail(str(problem))
            return
        self._ask_write(export.title, export.suffix, data)

    def ask_save_times(self) -> None:
        """Ask for a file and write the times into it, to be opened again."""
        self.ask_export(next(export for export in TIMES_EXPORTS if export.id == "json"))

    def ask_film(self, animation: Animation) -> None:
        """Ask what a film of the shapes should be like and for a file, and write it while the window goes on."""
        try:
            actions.snapshot_of(self._store.session)
        except ExperimentError as problem:
            self._fail(str(problem))
            return
        dialog = FilmDialog(animation, self._store.session, self._window)
        wanted = dialog.exec() == QDialog.DialogCode.Accepted
        take = dialog.take() if wanted else None
        dialog.deleteLater()
        path = self._asked_path(animation.title, animation.suffix) if take is not None else ""
        if take is not None and path:
            filming = Filming(animation, take, Path(path).name, self._window)
            filming.made.connect(lambda data: self._written(path, data))
            filming.failed.connect(self._fail)
            filming.start()

    def ask_export_window(self) -> None:
        """Ask for a file and write a picture of the window into it."""
        self._ask_write("The window as a picture (PNG)", "png", widget_png(self._window))

    def _ask_write(self, title: str, suffix: str, data: bytes) -> None:
        if path := self._asked_path(title, suffix):
            self._written(path, data)

    def _asked_path(self, title: str, suffix: str) -> str:
        """The file that the user names; "" for none."""
        experiment = self._store.session.experiment
        name = (experiment.name or experiment.function or "vmapviz").replace(" ", "_")
        return QFileDialog.getSaveFileName(self._window, title, str(Path(self._folder()) / f"{name}.{suffix}"))[0]

    def _written(self, path: str, data: bytes) -> bool:
        file = QSaveFile(path)
        done = file.open(QSaveFile.OpenModeFlag.WriteOnly) and file.write(data) >= 0 and file.commit()
        if not done:
            self._fail(f"{Path(path).name} could not be written: {file.errorString()}.")
        return bool(done)

    # --- watching -----------------------------------------------------------------------------------------------------

    def _follow(self, old: Session, new: Session) -> None:
        if new.experiment.path == old.experiment.path and self._disk:
            return
        watched = self._watcher.files()
        if watched:
            self._watcher.removePaths(watched)
        path = self._own_path(new)
        self._disk = (_text(path) or "") if path else ""
        if path:
            self._watcher.addPath(path)

    def _catch_up(self, saved: Experiment | None) -> None:
        """Notice what happened to the file since it was last saved here, before this start."""
        with contextlib.suppress(ExperimentError):
            if saved is not None and self._disk and body(self._disk) != saved.source:
                self._disk = saved.source
                self._settled.start()

    def _look_again(self) -> None:
        if QApplication.activeModalWidget() is not None:  # one question at a time
            self._settled.start()
            return
        path = self._own_path(self._store.session)
        text = _text(path) if path else None
        if not path or text is None:
            return
        self._watcher.addPath(path)  # again: a file that was replaced is watched no more
        if text == self._disk:
            return
        before, self._disk = self._disk, text
        try:
            self._reload(path, before, text)
        except ExperimentError as problem:
            self._fail(str(problem))

    def _reload(self, path: str, before: str, text: str) -> None:
        """Take the file as it now is. One without a header says nothing about the call, so the call stays as it is here."""
        session = self._store.session
        now, saved = session.experiment, session.saved or session.experiment
        edited = actions.is_edited(session) if has_header(text) else now.source != saved.source
        if edited and not self._ask_reload(path):
            return
        if not has_header(text):
            found = actions.edit_source(session, body(text)).experiment
        else:
            same = has_header(before) and read(before, path).function == now.function
            found = read(text, path, "" if same else now.function)
        self._store.apply(partial(actions.reload, experiment=found))

    def _ask_reload(self, path: str) -> bool:
        box = QMessageBox(self._window)
        box.setWindowTitle("Changed in both places")
        box.setText(f"{Path(path).name} changed on disk, and you changed it here.")
        reload = box.addButton("Take the file's text", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep mine", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is reload

    # --- small things -------------------------------------------------------------------------------------------------

    def _own_path(self, session: Session) -> str:
        path = session.experiment.path
        return path if is_own(path) else ""

    def _folder(self) -> str:
        path = self._own_path(self._store.session)
        return str(Path(path).parent if path else Path.home())

    def _fail(self, sentence: str) -> None:
        self._store.apply(partial(actions.fail, sentence=sentence))


def _read(path: str) -> bytes:
    return Path(path).read_bytes()


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
