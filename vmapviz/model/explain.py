"""The one sentence: says in plain words what became of the selected equation."""

from __future__ import annotations

from collections.abc import Callable

from vmapviz.model.explanations import by_hand, computes, devices, lowered, phrases, rules, special
from vmapviz.model.explanations.case import Case, case
from vmapviz.model.passes import pass_of
from vmapviz.model.trace import Trace

NOTHING = "Hover an equation, or press Page Down."

# The most specific first; `general` always answers. A rule gives None where it has nothing true to say.
EXPLAIN: tuple[Callable[[Case], str | None], ...] = (
    special.unlinked,
    devices.added,
    devices.alone,
    special.inserted,
    special.nothing,
    special.unbatched,
    special.cond,
    special.loop,
    special.scan,
    special.call,
    rules.dot_general,
    rules.reduction,
    rules.transposed,
    rules.broadcast,
    rules.elementwise,
    computes.prints,
    computes.computes,
    rules.general,
)


def has_words(primitive: str) -> bool:
    """Whether a rule of its own says what a primitive computes: not so for those that only the last rule answers."""
    return primitive in _KNOWN


_OWN = ("dot_general", "transpose", "broadcast_in_dim", "cond", "while", "scan", *special.CALLS)
_KNOWN = frozenset((*_OWN, *phrases.NUMBER_BY_NUMBER, *phrases.REDUCTIONS, *phrases.PRINTS, *computes.COMPUTES))


def sentence(trace: Trace | None, root: str | None, shown: range | None = None) -> str:
    """A sentence about the equation `root` (a path in `programs[0]`, or "+PATH"), with **bold** words and `code`.

    It is about what the vmaps between the programs `shown` did; about all of them where those do not have the equation.
    """
    if trace is not None and trace.hand:
        return by_hand.sentence(trace, root) if root else f"{by_hand.summary(trace)} {NOTHING}"
    if trace is not None and trace.form:
        return lowered.sentence(trace, root) if root else f"{lowered.summary(trace)} {NOTHING}"
    if trace is None or not root:
        return NOTHING
    found = case(trace, root, shown) or case(trace, root)
    if found is None:
        return NOTHING
    start, found = devices.share(found)
    words = start + next(words for rule in EXPLAIN if (words := rule(found)))
    made = pass_of(trace.original, found.original) if found.original is not None else ""
    return f"{made[:1].upper()}{made[1:]}: {words}" if made else words
