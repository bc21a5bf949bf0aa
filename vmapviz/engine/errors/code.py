"""The rows of the error table that speak of names, imports, results, and of code that never comes back."""

from __future__ import annotations

import ast
import importlib
import re

from vmapviz.engine.errors.complaint import Complaint, Words, a_kind, listed
from vmapviz.engine.errors.rewrites import Text, near_to, registered, rewrite, source_edit, with_import
from vmapviz.model import source
from vmapviz.model.problem import Action

USUAL_IMPORTS = {
    "jnp": "import jax.numpy as jnp",
    "jax": "import jax",
    "np": "import numpy as np",
    "lax": "from jax import lax",
    "partial": "from functools import partial",
    "math": "import math",
}


# --- names and imports ------------------------------------------------------------------------------------------------


def unknown_name(complaint: Complaint) -> Words:
    """A name of the user's code is not defined."""
    name = getattr(complaint.error, "name", None) or "?"
    title = f"{complaint.line()} uses `{name}`, which is not defined."
    if name in USUAL_IMPORTS:
        line = USUAL_IMPORTS[name]
        edit = source_edit(with_import(complaint.experiment.source, line))
        return Words(
            title,
            "It is imported by that name in most programs.",
            actions=(Action(line, "at the top of the source", edit),),
        )
    text = Text(complaint)
    known = [*(function.name for function in source.functions(complaint.experiment.source)), *_names_in(text)]
    near = near_to(name, [other for other in known if other != name])
    node = text.at(ast.Name) or text.inside(ast.Name)
    actions = (rewrite(text, "", (node, near)),) if near and node and node.id == name else ()
    return Words(title, f"Did you mean `{near}`?" if near else "", actions=actions)


def _names_in(text: Text) -> list[str]:
    stored = [node.id for node in text.all(ast.Name) if isinstance(node.ctx, ast.Store)]
    imported = [alias.asname or alias.name for alias in text.aliases()]
    return stored + imported + [node.arg for node in text.all(ast.arg)]


def unknown_module(complaint: Complaint) -> Words:
    """An import was not found."""
    name = getattr(complaint.error, "name", None) or "?"
    if "relative import" in complaint.text:
        return Words(
            f"{complaint.line()} imports from a package that is not there.",
            "Here the source is one file; a leading dot needs the package it belongs to.",
            actions=(Action("`from package import name`", "its whole name"),),
        )
    if not isinstance(complaint.error, ModuleNotFoundError):
        return _unknown_in_module(complaint, name)
    return Words(
        f"The module `{name}` is not installed here.",
        "vmapviz runs your code with its own Python; `--python` chooses that of your project.",
        actions=(Action(f"`pip install {name.partition('.')[0]}`", "then run again"),),
    )


def _unknown_in_module(complaint: Complaint, module: str) -> Words:
    text = Text(complaint)
    wanted = re.search(r"cannot import name '(\w+)'", complaint.text)
    near = near_to(wanted[1], dir(importlib.import_module(module))) if wanted else ""
    alias = next(
        (one for node in text.all(ast.ImportFrom) for one in node.names if wanted and one.name == wanted[1]), None
    )
    actions: tuple[Action, ...] = ()
    if near and wanted and alias is not None:
        actions = (rewrite(text, "", (alias, f"{near} as {alias.asname or wanted[1]}"), label=near),)
    hint = f" Did you mean `{near}`?" if near else ""
    return Words(
        f"{complaint.line()} imports something that is not there.",
        f"The module `{module}` does not have {f'`{wanted[1]}`' if wanted else 'it'}.{hint}",
        actions=actions,
    )


def unbound_axis(complaint: Complaint) -> Words:
    """A collective over an axis name that no vmap has."""
    found = re.search(r"unbound axis name:? '?(\w+)", complaint.text)
    name = found.group(1) if found else "?"
    given = [level.axis_name for level in complaint.levels() if level.axis_name]
    text = f"The vmap here is named {listed([f'`{one}`' for one in given])}." if given else "The vmap here has no name."
    edits = (("axis_name", 0, name),) if found else ()
    return Words(
        f"No vmap has the axis name `{name}`.",
        f"{complaint.line()} asks for all examples along it. {text}",
        actions=(Action(f'Set axis_name to "{name}"', "the examples of this vmap", edits),),
    )


# --- results ----------------------------------------------------------------------------------------------------------


def no_array_out(complaint: Complaint) -> Words:
    """The function returned something that is no array."""
    kind = re.search(r"<class '(?:[\w<>]+\.)*(\w+)'>", complaint.text)
    what = f" It returned {a_kind(kind.group(1))}." if kind else ""
    text = Text(complaint)
    function = text.function(complaint.experiment.function)
    returns = [one for one in ast.walk(function) if isinstance(one, ast.Return)] if function else []
    place = returns[0] if len(returns) == 1 and complaint.source is None else None
    return Words(
        "The function must return arrays.",
        f"Arrays, numbers, and containers of them can be batched.{what}",
        actions=_instead(text, kind.group(1) if kind else ""),
        source=text.source_of(place) if place is not None else None,
    )


def _instead(text: Text, kind: str) -> tuple[Action, ...]:
    if kind in ("set", "frozenset", "dict_values", "generator", "map", "zip"):
        return (Action("`list(...)`", "a container with an order"),)
    if kind in ("function", "str", "object"):
        return ()
    return registered(text, kind)


# --- running ----------------------------------------------------------------------------------------------------------


def endless(complaint: Complaint) -> Words:
    """The function calls itself without end."""
    return Words(
        "The function calls itself without end.",
        "Python stopped it. A recursion on traced values never reaches its end.",
        actions=(Action("`lax.while_loop` or `lax.fori_loop`", "repeat as often as the values ask for"),),
    )


def left(complaint: Complaint) -> Words:
    """The user's code asked Python to exit."""
    return Words(f"{complaint.line()} asked Python to exit.", "vmapviz went on without it.")


def out_of_time(complaint: Complaint) -> Words:
    """Something of the user's waited too long."""
    again = Action("Run again", "what it waits for may be there by now", (("run", 0, ""),))
    return Words(f"{complaint.line()} took too long.", "It waited for something and gave up.", actions=(again,))


def other(complaint: Complaint) -> Words:
    """Any other exception: the line it came from, and Python's own words."""
    if complaint.source is None:
        return Words("JAX stopped with an error.")
    return Words(f"{complaint.line()} stopped it.")
