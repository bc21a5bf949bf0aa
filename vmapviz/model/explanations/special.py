"""The rules for equations that are not simply computed: added, gone, not batched, and control flow."""

from __future__ import annotations

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.rules import joined
from vmapviz.model.explanations.words import all_examples, axes, counted_helpers, equations, in_and_out, job, number
from vmapviz.model.programs.index import linked
from vmapviz.model.programs.text import operand_text
from vmapviz.model.trace import Batched, Equation, Value, is_literal

CALLS = (
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "call",
    "custom_jvp_call_jaxpr",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "checkpoint",
    "remat2",
)


def unlinked(case: Case) -> str | None:
    """Links are not known with this JAX."""
    if linked(case.trace):
        return None
    return "This equation could not be traced to its origin: links are not available with this version of JAX."


def inserted(case: Case) -> str | None:
    """Equations without an origin: mostly those that out_axes asks for."""
    if case.original is not None:
        return None
    equation = case.became[0]
    by = f"Added by `out_axes={_level(case)}`" if _for_the_result(case) else "Added by vmap"
    done = job(case, equation)
    what = done.partition("` ")[2] if done else ""
    if not what:
        return joined(
            f"{by}: **{equation.primitive}** belongs to no equation of the program for one example.",
            in_and_out(case, equation),
        )
    if equation.primitive == "broadcast_in_dim" and case.shared(equation):
        return (
            f"{by}: the result is the same for {all_examples(case, equation.outputs)}, so **broadcast_in_dim** {what}."
        )
    return joined(f"{by}: **{equation.primitive}** {what}.", in_and_out(case, equation))


def _for_the_result(case: Case) -> bool:
    """Whether no equation with an origin uses what was added, so that only the result can have asked for it."""
    names = {v.name for e in case.became for v in e.outputs}
    outermost = all("." not in e.path for e in case.became)
    return outermost and not any(names & set(e.inputs) for e in case.after.equations if e.origin is not None)


def _level(case: Case) -> str:
    """The out_axes of the vmap that added the equation."""
    for number_, level in enumerate(case.levels, start=1):
        roots = case.index.roots[number_]
        if any(e.origin is None and roots[e.path] == case.root for e in case.trace.programs[number_].equations):
            return level.out_axes
    return case.levels[-1].out_axes


def nothing(case: Case) -> str | None:
    """No equation is left of it."""
    if case.became or case.original is None:
        return None
    name = case.original.primitive
    there = case.became_value(case.original.outputs[0]) if case.original.outputs else None
    if there is None:
        return f"**{name}** became no equation."
    return (
        f"**{name}** became no equation: with all examples in one array, its value is already there, as `{there.name}`."
    )


def unbatched(case: Case) -> str | None:
    """Nothing in it depends on the example."""
    if case.original is None or not case.original.outputs or not case.became:
        return None
    after = [case.became_value(value) for value in case.original.outputs]
    if any(value is None or any_axis(value) for value in after):
        return None
    name, main = case.original.primitive, case.main
    assert main is not None
    if any(became is not None and any_axis(became) for became in map(case.became_value, case.taken)):
        words = f"**{name}** combines the examples: what it gives is the same for all of them, so it has no batch axis."
        return joined(words, in_and_out(case, main))
    alone = len(case.became) == 1 and main.primitive == name
    left = ", so vmap left it as it was" if alone and not case.batched(main) else ""
    return (
        f"**{name}** is computed once, shared by {all_examples(case, ())}: no operand differs between examples{left}."
    )


def any_axis(value: Batched) -> bool:
    """Whether a value is batched by any vmap."""
    return any(axis is not None for axis in value.axes)


def cond(case: Case) -> str | None:
    """A conditional becomes a choice, or stays one where all examples go the same way."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive != "cond":
        return None
    branches = len(original.subprograms)
    if became_choice(case):
        both = "both branches run" if branches == 2 else f"all {number(branches)} branches run"
        return joined(
            f"A batch cannot take two roads at once. So **cond** became **select_n**: {both} for {all_examples(case, main.outputs)},",
            "then each example keeps the one it needs.",
        )
    if main.primitive == "cond" and _same_for_all(case, main):
        which = operand_text(main.inputs[0])
        return joined(
            f"**cond** stays: `{which}` is the same for {all_examples(case, main.outputs)}, so only one branch runs.",
            _helpers(case),
            in_and_out(case, main),
        )
    return None


def became_choice(case: Case) -> bool:
    """Whether of a conditional only the choice between the answers of all branches is left."""
    main = case.main
    return main is not None and main.primitive == "select_n" and all(e.primitive != "cond" for e in case.became)


def _same_for_all(case: Case, main: Equation) -> bool:
    which = main.inputs[0] if main.inputs else ""
    return is_literal(which) or any(value.name == which for value in case.shared(main))


def loop(case: Case) -> str | None:
    """A while loop goes on until the last example is done."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive != "while" or main.primitive != "while":
        return None
    tested = tested_value(case, main)
    everyone = all_examples(case, main.outputs)
    if tested is not None and tested.shape:
        words = (
            f"**while** turns until the slowest of {everyone} is done; those that are done keep their values meanwhile."
        )
    elif tested is not None and not any(tested.axes):
        words = (
            f"**while** makes the same number of turns for {everyone}: its condition does not depend on the example."
        )
    else:
        words = f"**while** runs its body on {everyone} at once."
    return joined(words, _helpers(case), in_and_out(case, main))


def tested_value(case: Case, main: Equation) -> Value | None:
    """What the condition of a while loop gives; None where that is a literal or an input."""
    condition = case.body(main, "cond_jaxpr")
    given = {v.name: v for e in condition.equations for v in e.outputs}
    return given.get(condition.outputs[0]) if condition.outputs else None


def scan(case: Case) -> str | None:
    """Steps stay in order; each works on all examples."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive != "scan" or main.primitive != "scan":
        return None
    steps = param(main, "length")
    if not isinstance(steps, int) or not any(map(axes, main.outputs)):
        return None
    taken = f"its {steps} steps in order" if steps != 1 else "its one step"
    words = f"**scan** still takes {taken}; each step now works on {all_examples(case, main.outputs)}."
    return joined(words, _helpers(case) or in_and_out(case, main))


def _helpers(case: Case) -> str:
    """What the helpers do, as a sentence of its own."""
    if not case.helpers:
        return ""
    known = [done for e in case.helpers if (done := job(case, e))]
    text = "; ".join(known)
    if len(known) < len(case.helpers) or len(text) > 140:
        text = counted_helpers(case)
    return f"{text[:1].upper()}{text[1:]}."


def call(case: Case) -> str | None:
    """A called function is batched as a whole."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive not in CALLS or main.primitive != original.primitive:
        return None
    if not main.subprograms or not any(map(axes, main.outputs)):
        return None
    name = param(original, "name")
    called = f" `{name}`" if isinstance(name, str) and name else ""
    before, after = (sum(len(case.body(e, name).equations) for name, _ in e.subprograms) for e in (original, main))
    stays = "stays" if before == 1 else "stay"
    counts = f"its {equations(before)} {'became' if before != after else stays} {number(after)}"
    return joined(
        f"**{original.primitive}**{called} is batched as a whole: {counts}.", _helpers(case), in_and_out(case, main)
    )
