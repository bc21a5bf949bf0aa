"""Sentences about programs below the jaxpr: which operations an equation became, and what no equation asked for."""

from __future__ import annotations

from collections import Counter

from vmapviz.model.programs.index import index, top
from vmapviz.model.programs.layout import belongs
from vmapviz.model.programs.operations import counts, is_work, listed, made_of, origins_of, running
from vmapviz.model.programs.text import counted
from vmapviz.model.trace import Equation, Trace


def summary(trace: Trace) -> str:
    """What all equations became: "12 equations became 3 fusions and 2 other operations"."""
    found = counts(trace)
    made = " and ".join(counted(number, noun) for number, noun in made_of(trace))
    words = f"{counted(found.equations, 'equation')} became **{made}**"
    words = words[0].upper() + words[1:] + (" on this machine." if trace.form == "HLO" else ".")
    if found.gone:
        has = "equation has" if found.gone == 1 else "equations have"
        words += f" {found.gone} {has} no operation of the same name: " + _why_gone(trace, found.gone == 1)
    return words


def _why_gone(trace: Trace, one: bool) -> str:
    if trace.form == "HLO":
        return f"removed, or computed in {'one' if one else 'some'} named after {'another' if one else 'others'}."
    return "lowering needs none."


def sentence(trace: Trace, root: str) -> str:
    """About the equation `root`, or the operation "+PATH" that comes from none."""
    if root.startswith("+"):
        return _of_none(trace, root[1:])
    original = index(trace).equations[0].get(root)
    if original is None:
        return summary(trace)
    became = _became(trace, root)
    name = f"Equation {index(trace).label(0, root)}, `{original.primitive}`,"
    if "." in root:
        name = f"`{original.primitive}` inside equation {index(trace).label(0, top(root))}"
    if not became:
        return _gone(trace, name)
    fusions = [equation for equation in became if equation.primitive == "fusion"]
    if len(became) == len(fusions) == 1:
        return f"{name} {_inside(trace, root, fusions[0])}"
    kinds = _kinds(became)
    start = (
        f"{name} became {counted(len(became), 'operation')}: {kinds}." if len(became) > 1 else f"{name} became {kinds}."
    )
    return start + _fused(trace, root, fusions) + _constants(trace, root, len(became))


def _became(trace: Trace, root: str) -> tuple[Equation, ...]:
    """The operations that run for an equation, those in loops and called functions one by one."""
    found = [e for e in running(trace.batched) if any(belongs(path, root) for path in origins_of(e))]
    return tuple([e for e in found if is_work(e) and not (e.primitive == "call" and e.subprograms)] or found)


def _inside(trace: Trace, root: str, fusion: Equation) -> str:
    company = _company(trace, root, fusion)
    if not company:
        return f"is computed by a **fusion** of its own, `{_name(fusion)}`."
    return f"is computed inside the **fusion** `{_name(fusion)}`, together with {company}."


def _company(trace: Trace, root: str, fusion: Equation) -> str:
    """What else a fusion computes: beside an equation inside another what stands there by name, and other equations by number."""
    others = [path for path in origins_of(fusion) if not belongs(path, root) and not belongs(root, path)]
    known = index(trace)
    names = dict.fromkeys(f"`{known.equations[0][path].primitive}`" for path in others if top(path) == top(root))
    numbers = dict.fromkeys(known.label(0, top(path)) for path in others if top(path) != top(root))
    said = [listed(list(names))] if names else []
    return " and ".join([*said, *([listed(list(numbers), "equation")] if numbers else [])])


def _fused(trace: Trace, root: str, fusions: list[Equation]) -> str:
    for fusion in fusions:
        if company := _company(trace, root, fusion):
            return f" The fusion `{_name(fusion)}` computes it together with {company}."
    return ""


def _constants(trace: Trace, root: str, became: int) -> str:
    """That constants stand beside the operations because of their use alone."""
    used = [e for e in running(trace.batched) if e.operation and e.operation.by_use and belongs(e.origin or "", root)]
    count = sum(not is_work(equation) for equation in used)
    if not count:
        return ""
    beside = "it" if became == 1 else "them"
    if count == 1:
        return f" A constant beside {beside} says nothing of its origin: only this equation uses it."
    return f" {count} constants beside {beside} say nothing of their origin: only this equation uses them."


def _gone(trace: Trace, name: str) -> str:
    if trace.form == "HLO":
        return f"{name} has **no operation of its own name**: XLA removed it, or computes it in an operation named after another."
    return f"{name} has **no operation**: lowering it takes none."


def _of_none(trace: Trace, path: str) -> str:
    equation = index(trace).equations[-1].get(path)
    if equation is None or equation.operation is None:
        return summary(trace)
    name = f"`{_name(equation)}`, a `{equation.primitive}`,"
    if equation.operation.vmapped:
        return f"{name} is named after an equation that **vmap added**: it comes from none of the original's."
    if trace.form == "HLO":
        return f"{name} belongs to **no equation**: XLA made it to move, name or group values."
    return f"{name} belongs to **no equation**: lowering made it."


def _name(equation: Equation) -> str:
    return equation.outputs[0].name.lstrip("%") if equation.outputs else equation.primitive


def _kinds(operations: tuple[Equation, ...]) -> str:
    """What operations are, equal ones together: "`transpose`, 2 `broadcast_in_dim` and `add`"."""
    found = Counter(equation.primitive for equation in operations)
    return listed([f"{f'{count} ' if count > 1 else ''}`{name}`" for name, count in found.items()])
