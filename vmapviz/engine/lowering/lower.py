"""Below the jaxpr: StableHLO and compiled HLO of jit(vmap(fun)), linked by tags to the program for one example."""

from __future__ import annotations

import functools
import re
from typing import Any

import jax
import msgspec

from vmapviz.engine import compat
from vmapviz.engine.links import tagged
from vmapviz.engine.lowering import hlo, stablehlo
from vmapviz.engine.lowering.links import Writer
from vmapviz.engine.trace import Traced
from vmapviz.model.problem import Action, Problem
from vmapviz.model.trace import Form, Program, Trace

LARGEST = 16  # elements of a constant that are written out
NOT_EXACT = "This is not exactly what plain JAX lowers: links may be incomplete."
NO_LINKS = "Links to the operations are not available here."


def lowered(traced: Traced, form: Form) -> tuple[Trace, str]:
    """The original program and what JAX lowers jit(vmap(fun)) to, or what XLA compiles it to, and in words what could not be found out.

    `exact` says whether the tags changed nothing of what is lowered. Raises what JAX raises for the function.
    """
    plain = _plain(traced)
    if traced.note:
        return _trace(traced, form, _program(traced, plain, form, ""), True), NO_LINKS
    with_tags, prefix = _tagged(traced)
    exact = same_module(plain.as_text(), with_tags.as_text())
    program = _program(traced, with_tags, form, prefix)
    return _trace(traced, form, program, exact), "" if exact else NOT_EXACT


def refused(problem: Problem, form: Form) -> Problem:
    """What is said where a function has no program of this form here, and the way back."""
    back = Action("Show vmap's program", edits=(("map", 0, "vmap"),))
    who = "JAX cannot lower" if form == "StableHLO" else "XLA cannot compile"
    title = f"**{who} this for the {jax.default_backend().upper()}.**"
    text = " ".join(filter(None, (problem.title, problem.text)))
    return msgspec.structs.replace(problem, title=title, text=text, severity="warn", actions=(back,))


def _trace(traced: Traced, form: Form, program: Program, exact: bool) -> Trace:
    *levels, last = traced.trace.levels
    return Trace(exact, (*levels, msgspec.structs.replace(last, form=form)), (traced.trace.original, program))


def _plain(traced: Traced) -> Any:
    """What JAX itself lowers."""
    args, kwargs = traced.call.arguments
    return jax.jit(traced.call.mapped(len(traced.call.levels))).lower(*args, **kwargs)


def _tagged(traced: Traced) -> tuple[Any, str]:
    """The same of the vmapped jaxpr with tags, under the same names, and how the tags begin."""
    jaxpr, prefix = tagged(traced.jaxprs[-1])
    run = compat.function_of(jaxpr)

    @functools.wraps(traced.call.mapped(len(traced.call.levels)))
    def vmapped(*args: Any, **kwargs: Any) -> Any:
        return jax.tree.unflatten(traced.out_trees[-1], run(*jax.tree.leaves((args, kwargs))))

    args, kwargs = traced.call.arguments
    return jax.jit(vmapped).lower(*args, **kwargs), prefix


def _program(traced: Traced, lowering: Any, form: Form, prefix: str) -> Program:
    if form == "StableHLO":
        module = lowering.compiler_ir("stablehlo").operation
        text = module.get_asm(large_elements_limit=LARGEST)
        read = stablehlo.parse(module.get_asm(large_elements_limit=LARGEST, enable_debug_info=True))
    else:
        printed = lowering.compile().as_text()
        text, read = hlo.without_metadata(printed), hlo.parse(printed)
    return msgspec.structs.replace(Writer(read, traced.trace, form, prefix).program(), text=text)


# --- the same module, up to names -------------------------------------------------------------------------------------

_FUNCTION = re.compile(r'@(?:"[^"]*"|[\w$.-]+)')
_ADDRESS = re.compile(r'backend_config = "\d+"|(?<=\b)0x[0-9a-f]{8,}\b')


def same_module(one: str, other: str) -> bool:
    """Whether two texts of StableHLO are the same up to the names of functions and the addresses of callbacks."""
    return _comparable(one) == _comparable(other)


def _comparable(text: str) -> str:
    names: dict[str, str] = {}
    return _FUNCTION.sub(lambda found: names.setdefault(found[0], f"@{len(names)}"), _ADDRESS.sub("", text))
