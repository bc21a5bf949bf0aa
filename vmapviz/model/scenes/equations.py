"""Which equations of the two programs the picture of an equation shows, and what they can see."""

from __future__ import annotations

from typing import NamedTuple

from vmapviz.model.programs.index import Index, first_use, index
from vmapviz.model.remember import by_identity
from vmapviz.model.trace import Equation, Program, Trace, Value

# Helpers whose result looks like what they were given: nothing would be seen to happen.
SAME_LOOK = ("broadcast_in_dim", "reshape", "squeeze", "expand_dims", "copy", "copy_p")


MOST_STEPS = 8


class Scope(NamedTuple):
    """The variables that an equation can see by name, and whether they are those of the program's top level."""

    values: dict[str, Value]
    top: bool


def became(look: Index, path: str) -> tuple[Equation, ...]:
    """The outermost equations of the last program that an equation became; itself when vmap inserted it."""
    if path.startswith("+"):
        return (look.equations[-1][path[1:]],) if path[1:] in look.equations[-1] else ()
    found = look.selected(path, -1)
    paths = {equation.path for equation in found}
    return first_use(tuple(e for e in found if not any(e.path.startswith(f"{p}.") for p in paths)))


def drawn_equations(trace: Trace, path: str) -> tuple[Equation | None, Equation | None, dict[int, Equation]]:
    """What the picture of an equation shows: the original, what does its work for all, and what turned operands of that, by number."""
    look = index(trace)
    group, one = became(look, path), look.equations[0].get(path)
    if not group:
        return one, None, {}
    main = main_of(one, group)
    by_output = {value.name: helper for helper in group if helper is not main for value in helper.outputs}
    made = {n: by_output[name] for n, name in enumerate(main.inputs) if name in by_output}
    return one, main, {n: helper for n, helper in made.items() if helper.primitive == "transpose"}


def main_of(equation: Equation | None, group: tuple[Equation, ...]) -> Equation:
    """The equation of a group that does the original's work: the last of its primitive, else the last."""
    same = [e for e in group if equation is not None and e.primitive == equation.primitive]
    return (same or list(group))[-1]


def scope(program: Program, path: str) -> Scope:
    """What the equation at `path` can see."""
    parts = path.split(".")
    inner = program
    for number, name in zip(parts[:-1:2], parts[1::2], strict=False):
        inner = dict(inner.equations[int(number)].subprograms)[name]
    return Scope(_named(inner), len(parts) == 1)


@by_identity(4)
def _named(program: Program) -> dict[str, Value]:
    found = {value.name: value for value in (*program.constants, *program.inputs)}
    return found | {value.name: value for equation in program.equations for value in equation.outputs}


def given_to(trace: Trace, path: str) -> dict[str, str]:
    """What goes into all branches of a cond that became a choice: the variables of the last program by the key of their figure."""
    one, main, _ = drawn_equations(trace, path)
    if one is None or one.primitive != "cond" or main is None or main.primitive == "cond":
        return {}
    values = scope(trace.original, path).values
    batched = [values[name].batched for name in one.inputs[1:] if name in values]
    return {f"g{n}": entries[-1].name for n, entries in enumerate(batched) if entries and entries[-1] is not None}


def steps_of(trace: Trace, path: str) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """What an equation became that its picture does not show at work, in order: before what does its work for all, and after it.

    Left out are those whose result looks like what they were given, and what keeps gradients out of branches that are not taken.
    """
    look = index(trace)
    one, main, turned = drawn_equations(trace, path)
    if one is None or main is None:
        return (), ()
    results = {value.batched[-1].name for value in one.outputs if value.batched and value.batched[-1] is not None}

    def works(made: Equation) -> bool:
        prepares = one.primitive == "cond" and look.roots[-1][made.path] == path
        is_result = any(value.name in results for value in made.outputs)
        return bool(made.outputs) and (is_result or not prepares)

    group = became(look, path)
    at = group.index(main)
    shown = [*turned.values()]
    before = [made for made in group[:at] if works(made) and made not in shown and made.primitive not in SAME_LOOK]
    after = [made for made in group[at + 1 :] if works(made)]
    return tuple(before[:MOST_STEPS]), tuple(after[:MOST_STEPS])
