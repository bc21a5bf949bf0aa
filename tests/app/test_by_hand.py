"""The version by hand in place of vmap's program: offered where there is one, compared, and left again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from tests.app.conftest import experiment, message, press, wait_done, wait_for
from vmapviz.gui.app import App
from vmapviz.model import actions
from vmapviz.model.session import Session


def choices(app: App) -> list[str]:
    """The programs that can be chosen, whether they stand side by side or in a menu."""
    menu = app.window.programs.switch.menu()
    names = [action.text() for action in menu.actions() if action.isEnabled()]
    menu.deleteLater()
    return names


def choose(app: App, name: str) -> None:
    """Choose a program in the menu that stands for the choices in a narrow place."""
    menu = app.window.programs.switch.menu()
    next(action for action in menu.actions() if action.text() == name).trigger()
    menu.deleteLater()


def there(session: Session) -> bool:
    return session.by_problem is not None or actions.made_by(session, "by hand") is not None


def test_it_is_offered_only_where_there_is_one(qtbot: QtBot, app: App) -> None:
    assert "by hand" not in choices(app), "matvec has none"
    assert not app.window.actions_by_id["by_hand"].isEnabled()
    app.files.open_example("gallery:gaussian_pdf")
    wait_done(qtbot, app)
    assert "by hand" in choices(app)
    assert app.window.actions_by_id["by_hand"].isEnabled()


def test_a_click_compares_and_the_next_example_goes_back_to_vmap(qtbot: QtBot, app: App) -> None:
    app.files.open_example("gallery:gaussian_pdf")
    wait_done(qtbot, app)
    choose(app, "by hand")
    session = wait_for(qtbot, app, there)
    assert session.by_problem is None
    assert actions.last_line(session) == "By hand: the same work as vmap's program"
    assert "Your version does the same work" in app.window.sentence.text()
    placed = app.window.programs.view.layout_
    assert placed is not None
    assert [row.equation.primitive for row in placed.rows[1] if row.equation][:2] == ["broadcast_in_dim", "sub"]
    app.store.apply(partial(actions.select, path="0"))
    press(app, "Ctrl+Shift+H")
    assert app.store.session.by == "vmap"
    assert app.store.session.selected == "0", "the equation of the original is the same in both"
    press(app, "Ctrl+Shift+H")
    assert app.store.session.by == "by hand"
    app.files.open_example("gallery:matvec")
    wait_done(qtbot, app)
    assert app.store.session.by == "vmap"
    assert "by hand" not in choices(app)


def test_another_version_is_compared_anew(qtbot: QtBot, make: Callable[..., App]) -> None:
    source = "def f(x):\n    return x * 2\n\ndef one(x):\n    return x * 2\n\ndef two(x):\n    return x + x\n"
    found = replace(
        experiment("square"), source=source, function="f", arguments="f32[3]", reference="one", path="", cases=()
    )
    app = make(found)
    wait_done(qtbot, app)
    choose(app, "by hand")
    session = wait_for(qtbot, app, there)
    assert actions.last_line(session) == "By hand: the same work as vmap's program"
    app.store.apply(partial(actions.reload, experiment=replace(found, reference="two")))
    session = wait_for(qtbot, app, there)
    assert actions.last_line(session) == "By hand: not the same work as vmap's program"


def test_numpy_by_hand_is_told_and_can_be_left(qtbot: QtBot, make: Callable[..., App]) -> None:
    source = "import numpy as np\n\ndef f(x):\n    return x * 2\n\ndef g(x):\n    return np.asarray(x) * 2\n"
    app = make(
        replace(experiment("square"), source=source, function="f", arguments="f32[3]", reference="g", path="", cases=())
    )
    wait_done(qtbot, app)
    choose(app, "by hand")
    wait_for(qtbot, app, there)
    assert "`g` has no jaxpr." in message(app) or "g has no jaxpr." in message(app)
    app.store.apply(actions.dismiss)
    assert app.store.session.by == "vmap"
    assert message(app) == ""
