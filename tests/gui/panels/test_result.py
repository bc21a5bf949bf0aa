"""The result panel: the verdict first, then the numbers, or the reason why there are none."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.pictures import CASES, made
from vmapviz.gui.panels.result import NOTHING, result_panel
from vmapviz.gui.panels.sheet_panel import SheetPanel
from vmapviz.model.messages import Argument, ArgumentLeaf
from vmapviz.model.scenes.result_sheet import call_texts
from vmapviz.model.scenes.scene import Text
from vmapviz.model.session import Jobs, Session


def panel(qtbot: QtBot, session: Session) -> SheetPanel:
    found = result_panel()
    qtbot.addWidget(found)
    found.resize(910, 240)
    found.show()
    found.show_session(Session(), session)
    return found


def texts(found: SheetPanel) -> list[str]:
    return [item.text for item in found.sheet.scene().items if isinstance(item, Text)]


@pytest.mark.parametrize("name", CASES)
def test_it_paints_and_agrees(qtbot: QtBot, name: str) -> None:
    found = panel(qtbot, made(name).session)
    assert not found.grab().isNull()
    count = made(name).result.checks[0].of
    assert f"Same result: {count} of {count} examples" in texts(found)


def test_both_calls_are_written_out(qtbot: QtBot) -> None:
    found = texts(panel(qtbot, made("affine").session))
    assert "affine(W, x[k], bias)" in found
    assert "vmap(affine)(W, x, bias)" in found


def test_the_followed_example_is_the_one_in_the_session(qtbot: QtBot) -> None:
    session = made("affine").session
    found = panel(qtbot, session)
    found.show_session(session, replace(session, example=(3,)))
    bold = [i.key for i in found.sheet.scene().items if getattr(i, "thickness", 0) == 2.5 and "@" in i.key]
    assert bold == ["one0.3@copy", "all0@3"]


def test_states_in_words(qtbot: QtBot) -> None:
    assert texts(panel(qtbot, Session())) == [NOTHING]
    session = replace(made("affine").session, result=None)
    assert texts(panel(qtbot, session)) == ["Not run yet. Ctrl+Enter runs it."]
    assert texts(panel(qtbot, replace(session, jobs=Jobs(newest=1, run=1)))) == ["Running…"]


def test_a_pytree_is_mapped_where_one_of_its_arrays_is() -> None:
    def leaf(axis: int | None) -> ArgumentLeaf:
        return ArgumentLeaf("", "float32", (5,), (axis,))

    arguments = [Argument("p", "", (leaf(None), leaf(0))), Argument("q", "", (leaf(None),))]
    assert call_texts("f", arguments) == ("f(p[k], q)", "vmap(f)(p, q)")
    assert call_texts("f", arguments, 3)[1] == "vmap(vmap(vmap(f)))(p, q)"
