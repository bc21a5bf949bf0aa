"""One pass through a body in words: which iteration it is, for whom it counts, and why there are no numbers."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from vmapviz.model.actions.inside import seen, sought
from vmapviz.model.inside import Inside, holders, loops, places
from vmapviz.model.programs.index import index, outer
from vmapviz.model.session import Session
from vmapviz.model.trace import Trace


def place_words(path: str, inside: Inside) -> tuple[str, ...]:
    """Which branch, condition and iteration (outermost loop first) the values of an equation belong to, as far as there is a choice."""
    names = [name for _, name in holders(outer(path.removeprefix("+")))]
    branches = tuple(f"branch {name[9:-1]}" for name in names if name.startswith("branches["))
    turns = tuple(f"{turn + 1} of {count}" for turn, count in zip(inside.turn, inside.counts, strict=False) if count)
    checks = names[-1:] == ["cond_jaxpr"]
    return (*branches, *((f"{'check' if checks else 'iteration'} {', '.join(turns)}",) if turns else ()))


def lines(trace: Trace, inside: Inside, example: tuple[int, ...]) -> tuple[str, ...]:
    """What has to be said of a pass besides its numbers."""
    called = ", ".join(map(str, reversed(example)))
    called = f"({called})" if len(example) > 1 else called
    found = [f"Example {called}: {inside.one.why}."] if inside.one.why else []
    if inside.batched.why:
        found.append(f"All at once: {inside.batched.why}.")
    elif inside.live is not None:
        found.append(_thrown(trace, inside))
    if not inside.ended:
        found.append("A loop had not ended when the time was over; its iterations so far can be looked at.")
    return tuple(found)


def _thrown(trace: Trace, inside: Inside) -> str:
    assert inside.live is not None
    of = prod(inside.live.shape)
    out = of - round((inside.live.mean or 0.0) * of)
    who = f"{out} of {of} examples"
    if leaves_loop(trace, inside.path):
        done, needs = ("is", "it") if out == 1 else ("are", "them")
        return f"{who} {done} done: what this iteration computes for {needs} is thrown away."
    takes, needs = ("does", "it") if out == 1 else ("do", "them")
    return f"{who} {takes} not take this branch: what it computes for {needs} is thrown away."


def leaves_loop(trace: Trace, path: str) -> bool:
    """Whether examples that have no part in the body around an equation dropped out of a loop, not of a branch."""
    one, batched = places(trace, path)
    number, place = (0, one) if one is not None else (-1, batched)
    around = [index(trace).equations[number][holder].primitive for holder, _ in holders(place or "")]
    return "cond" not in around and bool(loops(trace, path))


class TurnRow(NamedTuple):
    """One loop around the selected equation: what it is called, how it stands in words, and the iteration, from 0, `of` how many."""

    name: str
    text: str
    turn: int
    of: int


def turn_rows(session: Session) -> tuple[TurnRow, ...]:
    """The loops around the selected equation, outermost first; of those whose length is not known yet `of` is 0."""
    wanted, inside = sought(session), seen(session)
    if wanted is None or session.picture is None:
        return ()
    trace = session.picture.trace
    paths = loops(trace, wanted.path)
    equations = index(trace).equations[-1 if wanted.path.startswith("+") else 0]
    counts = inside.counts if inside else (0,) * len(paths)
    checked = [path for path, name in holders(outer(wanted.path.removeprefix("+"))) if name == "cond_jaxpr"]
    return tuple(
        _row(equations[path].primitive, "check" if path in checked else "iteration", turn, count, inside)
        for path, turn, count in zip(paths, wanted.turn, counts, strict=False)
    )


def _row(primitive: str, word: str, turn: int, count: int, inside: Inside | None) -> TurnRow:
    turn = min(turn, max(0, count - 1))
    far = "" if inside is None or inside.ended else " so far"
    text = f"{word} {turn + 1} of {count}{far}" if count else f"no {word}" if inside else "…"
    return TurnRow(f"{word.capitalize()} of {primitive}", f"{primitive}: {text}", turn, count)
