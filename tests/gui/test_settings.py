"""What is remembered is there again; what cannot be read or written is no reason to stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QByteArray

from tests.model.sweeps import sweep
from vmapviz.gui.main import first_session, remembered_session
from vmapviz.gui.settings import Draft, Remembered, Settings, settings_folder
from vmapviz.model.experiment import Experiment
from vmapviz.model.pinned import kept
from vmapviz.model.pinned_file import write_pinned
from vmapviz.model.session import Sweep, View

MINE = Experiment("def f(x):\n    return x\n", "f", "f32[3]")


def test_everything_comes_back(tmp_path: Path) -> None:
    remembered = Remembered(View(theme="dark", zoom=1.3, tab="timing"), ("a.py",), Sweep(batches=(2, 4)), 33.0)
    draft = Draft(replace(MINE, source="# é 🐍\n"), MINE, auto=False)
    settings = Settings(tmp_path)
    settings.remember(remembered)
    settings.keep_draft(draft)
    settings.set_bytes("geometry", QByteArray(b"\x00\x01"))
    again = Settings(tmp_path)
    assert again.remembered() == remembered
    assert again.draft() == draft
    assert again.bytes("geometry") == QByteArray(b"\x00\x01")


def test_an_empty_folder_gives_the_defaults(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "new" / "folder")
    assert settings.remembered() == Remembered()
    assert settings.draft() is None
    assert settings.bytes("geometry").isEmpty()


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b'{"view": {"zoom": "large"}}', b'{"view": {"tab": "nothing"}}'])
def test_what_cannot_be_read_gives_the_defaults(tmp_path: Path, data: bytes) -> None:
    for name in ("settings.json", "draft.json"):
        (tmp_path / name).write_bytes(data)
    assert Settings(tmp_path).remembered() == Remembered()
    assert Settings(tmp_path).draft() is None


def test_what_a_later_version_wrote_is_read_as_far_as_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"view": {"theme": "dark", "glow": true}, "plugins": []}')
    assert Settings(tmp_path).remembered().view == View(theme="dark")


def test_pinned_runs_come_back(tmp_path: Path) -> None:
    assert Settings(tmp_path).pinned() == ((), "")
    runs = (kept(sweep(), MINE),)
    assert Settings(tmp_path).keep_pinned(runs) == ""
    assert Settings(tmp_path).pinned() == ((replace(runs[0], drawn=None),), "")
    assert remembered_session(Settings(tmp_path)).pinned == (replace(runs[0], drawn=None),)


def test_two_windows_keep_what_the_other_has_pinned(tmp_path: Path) -> None:
    ours, theirs, more = (kept(sweep(*names), MINE) for names in (("loop",), ("vmap",), ("pmap",)))
    mine, other = Settings(tmp_path), Settings(tmp_path)
    for settings in (mine, other):
        assert settings.pinned() == ((), "")
    mine.keep_pinned((ours,))
    other.keep_pinned((theirs,))
    mine.keep_pinned((replace(ours, name="ours"), more))
    assert [one.variant for one in Settings(tmp_path).pinned()[0]] == ["vmap", "loop", "pmap"]
    mine.keep_pinned((more,))
    assert [one.variant for one in Settings(tmp_path).pinned()[0]] == ["vmap", "pmap"], "what is unpinned goes"


def test_a_damaged_file_of_pinned_runs_is_told_and_kept_aside(tmp_path: Path) -> None:
    for n, aside in ((1, "pinned.damaged.json"), (2, "pinned.damaged-2.json")):
        (tmp_path / "pinned.json").write_text(f"damage {n}")
        session = remembered_session(Settings(tmp_path))
        assert session.pinned == ()
        assert session.pins_said == (
            f"The runs that were pinned before could not be read: the file is damaged. It is kept as {aside} in the folder of the settings."
        )
        assert (tmp_path / aside).read_text() == f"damage {n}"
        assert not (tmp_path / "pinned.json").exists()
    assert Settings(tmp_path).pinned() == ((), "")


def test_a_file_that_can_neither_be_read_nor_moved_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pinned.json").write_text("damage")
    monkeypatch.setattr(Path, "rename", _refuse)
    settings = Settings(tmp_path)
    assert settings.pinned()[1].endswith("What you pin now is not kept for the next start.")
    settings.keep_pinned((kept(sweep(), MINE),))
    assert (tmp_path / "pinned.json").read_text() == "damage"


def test_a_huge_file_of_pinned_runs_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pinned.json").write_bytes(write_pinned((kept(sweep(), MINE),))[0])
    monkeypatch.setattr("vmapviz.gui.settings.MOST_BYTES", 100)
    assert "could not be read: the file is far too large." in Settings(tmp_path).pinned()[1]


def test_that_pinned_runs_cannot_be_written_is_said(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert settings.keep_pinned(()) == "The pinned runs could not be written, so they are not kept for the next start."


def _refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_draft_of_before_may_run(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.keep_draft(Draft(MINE, None))
    text = (tmp_path / "draft.json").read_text().replace(',"auto":true', "")
    (tmp_path / "draft.json").write_text(text)
    assert settings.draft() == Draft(MINE, None, auto=True)


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VMAPVIZ_SETTINGS_DIR", str(tmp_path / "own"))
    assert settings_folder() == tmp_path / "own"
    monkeypatch.delenv("VMAPVIZ_SETTINGS_DIR")
    assert settings_folder().name == "vmapviz"


def test_the_first_session_is_what_was_asked_for_else_the_last_else_matvec(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    assert first_session(settings, None, None).experiment.name == "matvec"
    settings.keep_draft(Draft(MINE, None, auto=False))
    last = first_session(settings, None, None)
    assert (last.experiment, last.saved, last.auto) == (MINE, None, False)
    asked = first_session(settings, replace(MINE, path="mine.py"), "projector")
    assert asked.experiment.path == str(Path("mine.py").absolute())
    assert (asked.auto, asked.view.theme) == (True, "projector")
    assert not asked.history.past
    settings.keep_draft(Draft(Experiment(), None))
    assert first_session(settings, None, None).experiment.name == "matvec", "an empty draft is nothing to show"
