"""The rules for pmap's program: what pmap added, and what every device does for its own examples."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.explanations.case import Case
from vmapviz.model.explanations.words import equations, job, listed
from vmapviz.model.programs.index import unwrapped
from vmapviz.model.trace import Equation, Level, Value, equations_of, type_text

# What every device gets from a primitive that makes the devices talk; {} is "all 8 devices".
COLLECTIVES = {
    "psum": "the sum of what {} hold",
    "psum_invariant": "the sum of what {} hold",
    "pmax": "the largest of what {} hold",
    "pmin": "the smallest of what {} hold",
    "all_gather": "what {} hold, in order",
    "all_to_all": "a part of what every one of {} holds",
    "reduce_scatter": "its part of the sum over {}",
    "ppermute": "what another one of {} holds",
    "axis_index": "its own number among {}",
}

GIVE_ALL_THE_SAME = ("psum", "pmax", "pmin", "all_gather")


def _level(case: Case) -> Level | None:
    """The level of pmap; None of a program that vmap made."""
    return case.trace.levels[-1] if case.trace.levels and case.trace.levels[-1].devices else None


def share(case: Case) -> tuple[str, Case]:
    """Of a program that gives every device several examples: how the sentence begins, and one device's part alone, which vmap made."""
    level = _level(case)
    if level is None or level.each == 1 or case.original is None:
        return "", case
    on_one = replace(case.trace, levels=(replace(level, size=level.each, devices=0),))
    return f"On {_each(level)}: ", replace(case, trace=on_one)


def added(case: Case) -> str | None:
    """What pmap put around the program, or added to it."""
    level = _level(case)
    if case.original is not None or level is None:
        return None
    equation = case.became[0]
    wrapped = unwrapped(case.trace.batched)
    if equation in wrapped.wrappers:
        if equation.primitive == "shard_map":
            return _cut(case, level, equation)
        return (
            f"pmap is **jit** of **shard_map**: what it makes of the function is compiled once, for {_everyone(level)}."
        )
    piece = f"{_texts(case.operands(equation))} becomes {_texts(equation.outputs)}"
    if equation.primitive == "squeeze" and equation.path.startswith(wrapped.prefix):
        what = "its example" if level.each == 1 else f"its {level.each} examples"
        return f"Added by pmap: on every device **squeeze** takes {what} out of the device's piece: {piece}."
    if equation.primitive == "broadcast_in_dim" and _is_result(case, equation):
        return f"Added by pmap: on every device **broadcast_in_dim** makes the result a piece of the whole: {piece}."
    done = job(case, equation)
    if done is not None and level.each > 1:
        what = done.partition("` ")[2]
        return f"Added on every device by `out_axes={level.out_axes}`: **{equation.primitive}** {what}."
    return f"Added by pmap: **{equation.primitive}** belongs to no equation of the program for one example."


def _cut(case: Case, level: Level, equation: Equation) -> str:
    taken = case.operands(equation)
    cut, copied = [v for v in taken if any(v.axes)], [v for v in taken if not any(v.axes)]
    words = f"Added by pmap: **shard_map** cuts {_names(cut)} along the batch axis, one piece for {_each(level)}"
    if copied:
        words += f", and copies {_names(copied)} to all of them"
    return f"{words}. Each runs the body on its own piece."


def _is_result(case: Case, equation: Equation) -> bool:
    """Whether an equation gives an output of the body that the devices run."""
    wrapped = unwrapped(case.trace.batched)
    body = wrapped.wrappers[-1].subprograms[0][1] if wrapped.wrappers else case.trace.batched
    return any(value.name in body.outputs for value in equation.outputs)


def alone(case: Case) -> str | None:
    """What a device does for its one example."""
    original, main, level = case.original, case.main, _level(case)
    if original is None or level is None or level.each > 1:
        return None
    name, each = original.primitive, _each(level)
    if main is None or main.primitive != name or len(case.became) != 1:
        return f"**{name}** became {equations(len(case.became))} on every device."
    if name in COLLECTIVES:
        if level.devices == 1:
            return f"**{name}** stays, but there is no other device to talk to."
        return f"**{name}** stays, and here the devices really talk: each gets {COLLECTIVES[name].format(_everyone(level))}."
    if _talks(main):
        return f"**{name}** stays: {each} runs it for its own example, and inside they talk with each other."
    if _same_everywhere(case, main):
        return f"**{name}** stays as it is: no operand differs between examples, so {each} computes the same."
    if name == "cond":
        return f"**cond** stays: {each} has one example, so it runs only the branch which that example needs."
    if name == "while":
        return f"**while** stays: {each} has one example, and stops when that one is done."
    return f"**{name}** stays as it is: {each} runs it for its own example, without a batch axis."


def _same_everywhere(case: Case, main: Equation) -> bool:
    """Whether nothing that an equation of the body takes comes from what was cut, or from the number of the device."""
    wrapped = unwrapped(case.trace.batched)
    shard = wrapped.wrappers[-1] if wrapped.wrappers else None
    if shard is None or shard.primitive != "shard_map":
        return False
    taken = zip(shard.subprograms[0][1].inputs, shard.inputs, strict=True)
    differ = {value.name for value, name in taken if name in case.values and any(case.values[name].axes)}
    for equation in wrapped.equations:
        own = any(name in differ for name in equation.inputs)
        if equation.path == main.path:
            return not own and not _numbered(equation)
        if (own and equation.primitive not in GIVE_ALL_THE_SAME) or _numbered(equation):
            differ.update(value.name for value in equation.outputs)
    return False


def _numbered(equation: Equation) -> bool:
    """Whether an equation asks for the number of its device."""
    inside = (e for _, program in equation.subprograms for e in equations_of(program))
    return equation.primitive == "axis_index" or any(e.primitive == "axis_index" for e in inside)


def _talks(equation: Equation) -> bool:
    """Whether anything inside an equation makes devices talk."""
    inside = (e for _, program in equation.subprograms for e in equations_of(program))
    return any(e.primitive in COLLECTIVES and e.primitive != "axis_index" for e in inside)


def _everyone(level: Level) -> str:
    return "the one device" if level.devices == 1 else f"the {level.devices} devices"


def _each(level: Level) -> str:
    return "the one device" if level.devices == 1 else f"each of the {level.devices} devices"


def _names(values: list[Value]) -> str:
    return listed(f"`{value.name}`" for value in values) if len(values) < 5 else f"{len(values)} arrays"


def _texts(values: tuple[Value, ...]) -> str:
    return listed(f"`{type_text(value.dtype, value.shape)}`" for value in values) if values else "a number"
