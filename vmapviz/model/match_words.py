"""Whether one example's values are found again in the batched ones, in words."""

from __future__ import annotations

from typing import Literal, NamedTuple

from vmapviz.model.actions.inside import matched
from vmapviz.model.matching import Difference, Matching
from vmapviz.model.programs.index import index, top
from vmapviz.model.run_state import plain
from vmapviz.model.session import Session
from vmapviz.model.trace import Trace


class MatchWords(NamedTuple):
    """How it stands, what is said, and more for those who ask; `link` goes to the difference, `rest` offers to compare the rest."""

    kind: Literal["same", "differs", "unknown"]
    text: str
    link: str = ""
    more: str = ""
    rest: bool = False


def match_words(session: Session) -> MatchWords | None:
    """The comparison of the followed example; None where there is none, or where it is of another program."""
    found = matched(session)
    if found is None or session.picture is None or session.values is None:
        return None
    rest = not found.whole and session.jobs.match is None
    if found.first is not None:
        link, place = _place(session.picture.trace, found.first)
        text = f"{place}largest difference {found.first.difference:.3g}, in example {_example(session)}"
        return MatchWords("differs", text, link, _more(found), rest)
    if not found.values:
        return MatchWords("unknown", plain(found.note), rest=rest) if found.note else None
    count = "The one value agrees" if found.values == 1 else f"All {found.values} values agree"
    count = count if found.whole else f"The first {found.values} values agree"
    return MatchWords("same", f"{count} for example {_example(session)}", "", _more(found), rest)


def difference_words(session: Session, path: str | None) -> str:
    """What is said at an equation whose values differ; "" at all others."""
    found = matched(session)
    if found is None or path is None or path not in found.differing:
        return ""
    if found.first is not None and found.first.path == path:
        return f"Here example {_example(session)} differs first: largest difference {found.first.difference:.3g}."
    return f"Here example {_example(session)} is not what the batch has for it."


def _place(trace: Trace, first: Difference) -> tuple[str, str]:
    """The outermost equation, and where in it."""
    label = index(trace).labels[0].get(top(first.path), "")
    inside = "." in first.path
    parts = [index(trace).equations[0][first.path].primitive] if inside else []
    if first.turn:
        parts.append(f"iteration {', '.join(str(turn + 1) for turn in first.turn)}")
    return f"First difference {'in' if inside else 'at'} equation {label}", f"{', '.join(parts)}: " if parts else ""


def _more(found: Matching) -> str:
    parts = ["Every value of the one example beside that example of the batched value; NaN equals NaN."]
    if found.first is not None:
        parts.append(f"Allowed is {found.first.tolerance:g} of the largest entry.")
    if found.some:
        parts.append("Of long loops some iterations were compared, the first and the last among them.")
    if found.grown:
        who = "1 value differs" if found.grown == 1 else f"{found.grown} values differ"
        parts.append(
            f"{who} more than is allowed, but only rounding grew: from the same operands both compute the same."
        )
    return " ".join((*parts, plain(found.note))).strip()


def _example(session: Session) -> str:
    called = ", ".join(map(str, reversed(session.example)))
    return f"({called})" if len(session.example) > 1 else called
