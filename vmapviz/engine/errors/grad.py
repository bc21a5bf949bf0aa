"""The rows of the error table that speak of derivatives: grad, jvp, vjp and rules of the user's own."""

from __future__ import annotations

import ast
import re

from vmapviz.engine.errors.axes import levels_seen
from vmapviz.engine.errors.complaint import Complaint, Words, counted
from vmapviz.engine.errors.loops import returned, short_type
from vmapviz.engine.errors.rewrites import JNP, Text, call_name, rewrite
from vmapviz.model.problem import Action
from vmapviz.model.trace import type_text


def scalar_wanted(complaint: Complaint) -> Words:
    """grad of a function that does not return one number."""
    shape = re.search(r"shape: \(([\d, ]*)\)", complaint.text)
    has = f"It returned an array of shape ({shape[1]})." if shape else "It returned something else."
    text = Text(complaint)
    made = _maker(text)
    name = call_name(text, made).rpartition(".")[2] or "grad"
    actions: tuple[Action, ...] = ()
    result = returned(text, made.args[0]) if made and made.args else None
    if shape and result is not None and not isinstance(result, ast.Tuple):
        words = f"{text.module(*JNP)}.sum({text.of(result)})"
        actions = (rewrite(text, "the gradient of the sum", (result, words)),)
    if shape and made and name == "grad":
        whole = f"{call_name(text, made).removesuffix('grad')}jacrev"
        actions += (rewrite(text, "a row of derivatives for every entry of the result", (made.func, whole)),)
    advice = Action("`jnp.sum(...)`, or return one entry", "one number to go up or down")
    return Words(
        f"`{name}` is for functions that return one number.",
        f"{has} Of more than one number there is a Jacobian instead of a gradient.",
        actions=actions or (advice,),
        source=text.source_of(result) if result is not None else None,
    )


def _maker(text: Text) -> ast.Call | None:
    """The call of `jax.grad` (or its like) at the place of the error."""
    call = text.at(ast.Call)
    while call is not None and isinstance(call.func, ast.Call):
        call = call.func
    if call is not None and call_name(text, call).rpartition(".")[2] in ("grad", "value_and_grad", "hessian"):
        return call
    return None


def real_wanted(complaint: Complaint) -> Words:
    """A derivative with respect to whole numbers, or of a function that returns them."""
    kind = re.search(r"got (\w+)", complaint.text)
    type_name = kind[1].rstrip(".") if kind else "whole numbers"
    if "outputs" in complaint.text:
        return Words(
            "Whole numbers have no gradient.",
            f"The function returns {short_type(type_name)}; a gradient needs a result that can change a little.",
            actions=(Action("`.astype(float)`", "but what was rounded stays rounded: its gradient is 0"),),
        )
    found = _whole_argument(complaint)
    return Words(
        "Whole numbers have no gradient.",
        f"{complaint.line()} asks for a derivative along {short_type(type_name)}; only floats can change a little.",
        () if found is None else (found[0],),
        found[0] if found else None,
        (*(() if found is None else (found[1],)), Action("`x.astype(float)`", "before the gradient is taken")),
    )


def _whole_argument(complaint: Complaint) -> tuple[int, Action] | None:
    """The argument of whole numbers whose type one click makes f32."""
    for _, leaves in levels_seen(complaint)[:1]:
        for leaf in leaves:
            argument = complaint.arguments[leaf.argument]
            if leaf.dtype.startswith(("int", "uint", "bool")) and len(argument.leaves) == 1:
                wanted = type_text("float32", leaf.shape)
                edit = (("argument", leaf.argument, wanted),)
                return leaf.argument, Action(f"Make {leaf.label} {wanted}", "floats instead of whole numbers", edit)
    return None


def argnums(complaint: Complaint) -> Words:
    """jax.grad(f, argnums=1)(x): there is no such argument."""
    found = re.search(r"argnums=(\S+) requires at least (\d+) .*only (\d+)", complaint.text)
    asked, given = (found[1], int(found[3])) if found else ("?", 1)
    return Words(
        f"There is no argument {asked} to take the gradient of.",
        f"{complaint.line()} gives {counted(given, 'argument')}; `argnums` counts them from 0.",
        actions=(Action("`argnums=0`", "the first argument; a tuple for several"),),
    )


def tangents(complaint: Complaint) -> Words:
    """jvp's tangents, or what a vjp function gets, do not fit the values."""
    kinds = re.search(
        r"primal dtype (\w+) and .*got tangent dtype (\w+)|primal shape (\([^)]*\)) and tangent shape as (\([^)]*\))",
        complaint.text,
    )
    back = re.search(r"got (\S+), but expected (\S+)", complaint.text)
    if "jvp" in complaint.text and kinds:
        one, other = (kind for kind in kinds.groups() if kind)
        return Words(
            "Values and tangents do not fit.",
            f"The value is {short_type(one)}, its tangent {short_type(other)}; both must be of one type and shape.",
            actions=(Action("`jnp.ones_like(x)`", "a tangent of the same type and shape"),),
        )
    said = f"It was given {short_type(back[1])}, and the result is {short_type(back[2])}." if back else ""
    return Words(
        "What is sent backward does not fit the result.",
        f"{said} A vjp function takes one value of the result's type and shape.",
        actions=(Action("`jnp.ones_like(y)`", "of the result `y` that `jax.vjp` returned"),),
    )


def no_rule(complaint: Complaint) -> Words:
    """custom_jvp or custom_vjp without its rules."""
    which = "jvp" if "JVP" in complaint.text else "vjp"
    name = re.search(r"custom_[jv][jv]?p function (\S+)", complaint.text)
    text = "@{0}.defjvp" if which == "jvp" else "{0}.defvjp(forward, backward)"
    who = name[1] if name else "f"
    return Words(
        f"`{who}` has no derivative yet.",
        f"It is a custom_{which} function, so its derivative is what you define, and nothing was defined.",
        actions=(
            Action(
                f"`{text.format(who)}`", f"or take custom_{which} away: JAX knows the derivatives of its own functions"
            ),
        ),
    )


def bad_rule(complaint: Complaint) -> Words:
    """The rule of a custom_jvp or custom_vjp function returns something of another form."""
    name = re.search(r"for function (\S+)", complaint.text)
    of = f" of `{name[1]}`" if name else ""
    if "JVP" in complaint.text:
        types = re.search(r"Expected (\S+).*but got (\S+?)\.?$", complaint.text, re.MULTILINE)
        if types:
            return Words(
                f"The rule{of} gives a tangent of another type.",
                f"It should be {short_type(types[1])} and is {short_type(types[2])}: the type of the value it belongs to.",
                actions=(Action("`jnp.asarray(tangent, value.dtype)`", "gives it the value's type"),),
            )
        return Words(
            f"The rule{of} must return two things.",
            "The value of the function, and how it changes: its tangent.",
            actions=(Action("`return value, tangent`", "both of the function's result type"),),
        )
    if "fwd" in complaint.text:
        return Words(
            f"The forward rule{of} must return two things.",
            "The value of the function, and what the backward rule will need of it.",
            actions=(Action("`return value, kept`", "`None` when nothing is needed"),),
        )
    return Words(
        f"The backward rule{of} must return a tuple.",
        "It holds one gradient for each argument of the function, in their order.",
        actions=(Action("`return dx, dy`", "`(dx,)` for one argument, `None` where there is no gradient"),),
    )


def backward_only(complaint: Complaint) -> Words:
    """jvp of a custom_vjp function."""
    return Words(
        "This function can only be run backward.",
        "custom_vjp defines what is sent backward and nothing forward; jvp, jacfwd and hessian go forward.",
        actions=(Action("`jax.custom_jvp`", "defines both: JAX turns a forward rule around"),),
    )
