"""Insights about branches and loops."""

from __future__ import annotations

from collections.abc import Iterator

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.special import became_choice, tested_value
from vmapviz.model.explanations.words import axes, listed, number
from vmapviz.model.facts import Thrown, Turns
from vmapviz.model.insights.insight import Insight, Known, roots, words
from vmapviz.model.problem import Action


def both_branches(known: Known) -> Iterator[Insight]:
    """A cond became a choice: what one example would not take is computed too."""
    found = [one for one in known.originals("cond") if became_choice(one)]
    if not found:
        return
    most = max(len(one.original.subprograms) for one in found if one.original is not None)
    every = "both branches run" if most == 2 else f"all {number(most)} branches run"
    yield Insight(
        "both branches",
        f"**cond became select_n: {every}.**",
        f"Every example of the {known.count} goes through each branch and keeps one answer, so the batch takes the time of all branches "
        "together, also of those that no example needs.",
        "warn",
        roots(found),
        (
            Action("Where one branch is costly and rare, choose its examples before the vmap."),
            Action("`lax.map` keeps the branch: it takes one example after the other."),
        ),
    )


def thrown_away(known: Known) -> Iterator[Insight]:
    """NaN or infinite numbers that were computed and not taken: the result is right, its gradient perhaps not."""
    found = known.facts.thrown if known.facts is not None else ()
    if known.facts is None or not found:
        return
    nans, infs, spoilt = sum(one.nans for one in found), sum(one.infs for one in found), known.facts.spoilt
    lost = nans + infs
    numbers = words(lost, "number that is", "numbers that are")
    yield Insight(
        "thrown away",
        f"**{number(lost).capitalize()} {numbers} {_kinds(nans, infs)} {words(lost, 'is', 'are')} computed and thrown away.**",
        f"{_where(known, found)}. {_seen(lost, spoilt)}",
        "warn" if spoilt else "info",
        tuple(dict.fromkeys(filter(None, (known.root(one.path) for one in found)))),
        (Action("Give the road not taken a safe number as well: `jnp.sqrt(jnp.where(x > 0, x, 1.0))`."),)
        if spoilt
        else (),
    )


def _seen(lost: int, spoilt: int | None) -> str:
    """Who sees what was thrown away."""
    them = words(lost, "it", "them")
    if spoilt is None:
        return f"The result does not see {them}."
    if not spoilt:
        return f"The result does not see {them}, nor does its gradient."
    several = words(spoilt, "number of it is", "numbers of it are")
    return f"The result does not see {them}, but its gradient does: {number(spoilt)} {several} not finite, for 0 times NaN is NaN."


def _kinds(nans: int, infs: int) -> str:
    return " or ".join([*(["NaN"] if nans else []), *(["infinite"] if infs else [])])


def _where(known: Known, found: tuple[Thrown, ...]) -> str:
    one = found[0]
    first = f"**select_n** at `{known.label(one.path)}` does not take {words(one.nans + one.infs, 'it', 'them')} from `{one.case}`"
    return (
        first
        if len(found) == 1
        else f"{first}; {number(len(found) - 1)} more {'does' if len(found) == 2 else 'do'} the like"
    )


def slowest(known: Known) -> Iterator[Insight]:
    """A while loop whose condition is each example's own goes on until the last is done."""
    found = [one for one in known.originals("while") if _is_masked(one)]
    if not found:
        return
    counted = {turns.path: turns for turns in known.facts.turns} if known.facts is not None else {}
    numbers = [counted[one.main.path] for one in found if one.main is not None and one.main.path in counted]
    wasted = max(map(_wasted, numbers), default=0.0)
    told = [_turns(known, one) for one in numbers[:1]]
    masking = "That those which are done keep their values does not stand in the jaxpr: JAX adds that mask when it compiles the loop."
    yield Insight(
        "slowest",
        f"**while turns until the slowest of the {known.count} is done.**",
        " ".join([*told, masking]),
        "warn" if wasted >= 0.5 else "info",
        roots(found),
        (
            Action("Put examples that need about as many turns into one batch."),
            Action(
                "Let every example make a fixed number of turns (`lax.fori_loop`): such a loop can be differentiated backwards, too."
            ),
        ),
    )


def _is_masked(one: Case) -> bool:
    if one.main is None or one.main.primitive != "while":
        return False
    tested = tested_value(one, one.main)
    return tested is not None and bool(tested.shape)


def _wasted(turns: Turns) -> float:
    """The share of all turns that examples make which are done."""
    whole = max(turns.turns, default=0) * len(turns.turns)
    return 1 - sum(turns.turns) / whole if whole else 0.0


def _turns(known: Known, turns: Turns) -> str:
    counts, most = turns.turns, max(turns.turns, default=0)
    if len(counts) <= 8:
        own = f"By themselves the examples need {listed(map(str, counts))} turns"
    else:
        middle = sorted(counts)[len(counts) // 2]
        own = f"By themselves the examples need {min(counts)} to {most} turns, half of them at most {middle}"
    lost = most * len(counts) - sum(counts)
    return (
        f"{own}; together all make {most}: {lost:,} of {most * len(counts):,} turns are masked ({_wasted(turns):.0%})."
    )


def sequential(known: Known) -> Iterator[Insight]:
    """Loops whose steps vmap cannot do at once: only the examples are."""
    found = [one for one in known.originals("scan") if _has_steps(one)]
    if not found:
        return
    steps = max(_steps(one) for one in found)
    yield Insight(
        "sequential",
        f"**scan still takes {steps:,} steps, one after the other.**",
        f"Each step needs the one before. vmap makes every step work on the {known.count} at once; it cannot make there be fewer steps, "
        "and a small step leaves most of the machine idle.",
        "info",
        roots(found),
        (
            Action(
                "Where the steps do not need each other, use vmap instead of the loop; where combining them is associative, "
                "`lax.associative_scan`."
            ),
        ),
    )


def independent(known: Known) -> Iterator[Insight]:
    """A lax.map: a loop whose steps do not need each other."""
    found = [
        one for one in known.originals("scan") if one.original is not None and _steps(one) > 1 and _carries(one) == 0
    ]
    if found:
        yield Insight(
            "independent",
            f"**{number(len(found)).capitalize()} {words(len(found), 'scan', 'scans')} without a carry: no step needs another.**",
            f"It still takes its {max(map(_steps, found)):,} steps one after the other, as `lax.map` does.",
            "info",
            roots(found),
            (Action("`jax.vmap` in place of `lax.map` does all steps at once, for more memory."),),
        )


def _carries(one: Case) -> int:
    """How many values the steps hand on: the results that do not have an axis of steps more than the body's. (JAX 0.12 does not
    count them in a parameter.)"""
    assert one.original is not None
    body = one.body(one.original, "jaxpr")
    ranks = {
        v.name: len(v.shape) for v in (*body.inputs, *body.constants, *(v for e in body.equations for v in e.outputs))
    }
    pairs = zip(one.original.outputs, body.outputs, strict=True)
    return sum(len(value.shape) == ranks.get(name, name.count(",")) for value, name in pairs)


def _steps(one: Case) -> int:
    length = param(one.original, "length") if one.original is not None else None
    return length if isinstance(length, int) else 0


def _has_steps(one: Case) -> bool:
    return (
        _steps(one) > 1
        and one.main is not None
        and one.main.primitive == "scan"
        and any(map(axes, one.main.outputs))
        and _carries(one) > 0
    )
