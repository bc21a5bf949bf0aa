"""The message view: what happened, why, what to try, what JAX said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from pytestqt.qtbot import QtBot

from vmapviz.gui import theme
from vmapviz.gui.icons import IconView
from vmapviz.gui.widgets.message import Message, MessageAction, MessageKind, MessageView, message_of
from vmapviz.gui.widgets.progress import ProgressLine, Skeleton
from vmapviz.gui.widgets.quoted import QuotedText
from vmapviz.gui.widgets.text import TextLabel
from vmapviz.model.problem import Action, Problem

SIZES = Message(
    "error",
    "W and x disagree on the batch size",
    "W would give 2 examples, `x` would give 5.",
    (
        MessageAction("Set W to None", "one W for all 5", "none"),
        MessageAction("Make W `f32[5,2,3]`", "", "type"),
        MessageAction("`jnp.where(a, b, c)`", "keeps one per example"),
    ),
    said="ValueError: vmap got inconsistent sizes\n  * one axis had size 2",
    details="Traceback (most recent call last): …",
)


@pytest.fixture
def view(qtbot: QtBot) -> MessageView:
    made = MessageView()
    qtbot.addWidget(made)
    made.resize(400, 600)
    made.show()
    qtbot.waitUntil(made.isVisible)
    return made


def button(view: MessageView, text: str) -> QAbstractButton:
    found = [b for b in view.findChildren(QAbstractButton) if text in (b.text(), b.accessibleName())]
    assert len(found) == 1, text
    return found[0]


def words(view: MessageView) -> list[str]:
    return [label.accessibleName() for label in view.findChildren(TextLabel)]


def shown(qapp: QApplication, view: MessageView, message: Message) -> MessageView:
    view.set_message(message)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the page before
    return view


def test_actions_report_their_id(qtbot: QtBot, view: MessageView) -> None:
    view.set_message(SIZES)
    for text, act in (("Set W to None", "none"), ("Make W f32[5,2,3]", "type")):
        with qtbot.waitSignal(view.acted) as heard:
            qtbot.mouseClick(button(view, text), Qt.MouseButton.LeftButton)
        assert heard.args == [act]


def test_the_first_action_stands_out_and_advice_is_no_button(view: MessageView) -> None:
    view.set_message(SIZES)
    kinds = {b.text(): b.property("kind") for b in view.findChildren(QPushButton)}
    assert kinds == {"Set W to None": "primary", "Make W f32[5,2,3]": "secondary", "Copy full trace": "link"}
    assert "jnp.where(a, b, c)" in words(view)
    assert button(view, "Set W to None").accessibleDescription() == "one W for all 5"


def test_order_is_what_why_try_said(view: MessageView) -> None:
    view.set_message(SIZES)
    text = words(view)
    parts = [SIZES.title, "W would give 2 examples, x would give 5.", "What to try", "JAX said"]
    assert [text.index(p) for p in parts] == sorted(text.index(p) for p in parts)


def test_the_true_text_and_the_trace_can_be_copied(qtbot: QtBot, view: MessageView) -> None:
    view.set_message(SIZES)
    (quoted,) = view.findChildren(QuotedText)
    assert quoted.edit.toPlainText() == SIZES.said
    qtbot.mouseClick(button(view, "Copy full trace"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == SIZES.details
    qtbot.mouseClick(button(view, "Copy the text under JAX said"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == SIZES.said


def test_without_said_and_details_nothing_stands_there(view: MessageView) -> None:
    view.set_message(Message("empty", "Choose an example", "or type a function of one example."))
    assert words(view) == ["Choose an example", "or type a function of one example."]
    assert view.findChildren(QAbstractButton) == []
    assert view.findChildren(IconView) == []


def test_waiting_shows_progress_and_a_skeleton(view: MessageView) -> None:
    view.set_message(Message("wait", "Starting JAX", footer="3 s · CPU"))
    (line,) = view.findChildren(ProgressLine)
    assert line.accessibleName() == "working"
    assert len(view.findChildren(Skeleton)) == 1
    assert words(view)[-1] == "3 s · CPU"


@pytest.mark.parametrize(("kind", "icon"), [("error", 1), ("warn", 1), ("stopped", 1), ("wait", 0), ("empty", 0)])
def test_trouble_has_an_icon_and_not_only_a_colour(view: MessageView, kind: MessageKind, icon: int) -> None:
    view.set_message(Message(kind, "Title"))
    assert len(view.findChildren(IconView)) == icon


def test_a_new_message_replaces_the_old_one(qapp: QApplication, view: MessageView) -> None:
    view.set_message(SIZES)
    shown(qapp, view, Message("stopped", "Stopped after 10 s", "Your code is safe."))
    assert words(view) == ["Stopped after 10 s", "Your code is safe."]
    assert (view.accessibleName(), view.accessibleDescription()) == ("Stopped after 10 s", "Your code is safe.")


def test_an_equal_message_keeps_its_widgets(view: MessageView) -> None:
    view.set_message(SIZES)
    before = view.page
    view.set_message(Message(**{f: getattr(SIZES, f) for f in SIZES.__struct_fields__}))
    assert view.page is before


def test_zoom_and_theme_keep_the_message(qapp: QApplication, view: MessageView) -> None:
    view.set_message(SIZES)
    theme.apply(qapp, "dark", 1.5)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert SIZES.title in words(view)
    title = next(x for x in view.findChildren(TextLabel) if x.accessibleName() == SIZES.title)
    assert title.font().pixelSize() == 26
    page = view.page.layout()
    assert page is not None
    assert page.contentsMargins().left() == 48
    assert title.palette().windowText().color().name().upper() == "#ECEDEE"


def test_long_text_scrolls_within_twelve_lines(qtbot: QtBot, view: MessageView) -> None:
    view.set_message(Message("error", "Title", said="\n".join(f"line {i}" for i in range(100))))
    (quoted,) = view.findChildren(QuotedText)
    qtbot.waitUntil(lambda: quoted.edit.verticalScrollBar().maximum() > 0)
    high = quoted.height()
    view.set_message(Message("error", "Title", said="one line"))
    assert view.findChildren(QuotedText)[-1].height() < high < 300


def test_a_problem_of_the_model_becomes_a_message() -> None:
    actions = (Action("Use jnp.where"), Action("Use axis 0", "x has 5", (("in_axes", 0, "0"),)))
    problem = Problem("axis", "x has no axis 2", "It has 2.", "error", actions=actions, said="ValueError", details="tb")
    assert message_of(problem) == Message(
        "error",
        "x has no axis 2",
        "It has 2.",
        (MessageAction("Use jnp.where"), MessageAction("Use axis 0", "x has 5", "1")),
        said="ValueError",
        details="tb",
    )


def test_the_height_for_a_width_holds_quoted_words_that_wrap(qapp: QApplication, view: MessageView) -> None:
    said = "TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[]. " * 2
    view.set_message(Message("error", "Title", "Text", said=said, details="trace"))
    view.resize(584, view.height_for(584))
    shown(qapp, view, view.message() or SIZES)
    assert view.verticalScrollBar().maximum() == 0


def test_code_stands_above_the_button_that_writes_it(view: MessageView) -> None:
    action = Action("h = jnp.where(h > 0, h, 0)", "keeps one", (("source", 0, "def f(h): ..."),))
    message = message_of(Problem("branch", "Title", actions=(action,)))
    assert message.actions == (MessageAction("h = jnp.where(h > 0, h, 0)", "keeps one", "0", code=True),)
    view.set_message(message)
    assert "h = jnp.where(h > 0, h, 0)" in words(view)
    assert button(view, "Use this").accessibleName() == "Use this: h = jnp.where(h > 0, h, 0)"


@pytest.mark.parametrize(("kind", "said_by"), [("name", "Python said"), ("shapes", "JAX said")])
def test_who_said_it_is_told(kind: str, said_by: str) -> None:
    assert message_of(Problem(kind, "Title", said="words")).said_by == said_by
