"""The rows of the error table that speak of what looks across a whole batch or around it: collectives, checks, custom_vmap, printing."""

from __future__ import annotations

import ast
import re

from vmapviz.engine.errors.complaint import Complaint, Words, counted
from vmapviz.engine.errors.rewrites import Text, call_name, rewrite
from vmapviz.model.problem import Action


def as_many(complaint: Complaint) -> Words:
    """all_to_all and its like want an axis as long as there are examples."""
    found = re.search(r"they are (\d+) and (\d+)", complaint.text)
    have = f"Here are {counted(int(found[1]), 'example')} and {found[2]} entries." if found else ""
    name = call_name(Text(complaint), Text(complaint).at(ast.Call)) or "all_to_all"
    return Words(
        f"`{name}` needs as many entries as examples.",
        f"Every example sends one entry to each of the others. {have}".strip(),
        actions=(Action("Make both sizes the same", "the batch, and the axis that is split"),),
    )


def permutation(complaint: Complaint) -> Words:
    """ppermute with pairs that leave examples out."""
    text = Text(complaint)
    call = text.at(ast.Call)
    size = next((level.axis_size or _examples(complaint) for level in complaint.levels()), None)
    action = Action("`[(i, (i + 1) % n) for i in range(n)]`", "every example sends to the next one")
    if size and call is not None and len(call.args) > 2:
        ring = f"[(i, (i + 1) % {size}) for i in range({size})]"
        action = rewrite(text, "every example sends to the next one", (call.args[2], ring))
    has = f" There are {size}." if size else ""
    return Words(
        "Every example must send, and every one receive.",
        f"Under vmap the pairs of `ppermute` name each example once on both sides.{has}",
        actions=(action,),
    )


def _examples(complaint: Complaint) -> int | None:
    sizes = [
        leaf.shape[leaf.axes[0]]
        for one in complaint.arguments
        for leaf in one.leaves
        if leaf.axes and leaf.axes[0] is not None
    ]
    return sizes[0] if sizes else None


def groups(complaint: Complaint) -> Words:
    """axis_index_groups under vmap."""
    return Words(
        "vmap cannot sum over groups of examples.",
        f"{complaint.line()} gives `axis_index_groups`; under vmap a collective takes all examples together.",
        actions=(Action("`jax.ops.segment_sum` outside vmap", "adds up examples by groups"),),
    )


def check_failed(complaint: Complaint) -> Words:
    """A checkify.check that is false for some example."""
    said = complaint.text.partition(" (`check` failed)")[0].strip()
    quoted = f" It says: {said}." if 0 < len(said) < 80 else ""
    return Words(f"The check in {complaint.here()} failed.", f"It is false for one example at least.{quoted}")


def check_unwrapped(complaint: Complaint) -> Words:
    """checkify.check inside jit or a loop without checkify around it."""
    return Words(
        "A check needs `checkify` around it.",
        f"{complaint.line()} checks values that are compiled; only `checkify` brings what it found out of there.",
        actions=(Action("`error, y = checkify.checkify(f)(x)`", "then `error.throw()`, outside jit and vmap"),),
    )


def own_batching(complaint: Complaint) -> Words:
    """The rule of a custom_vmap function returns something of another form."""
    return Words(
        "The rule of a custom_vmap returns two things.",
        "The results, and for each of them whether it is batched, in the same form.",
        actions=(Action("`return y, True`", "one result that is batched; `(True, False)` for two"),),
    )


def prints(complaint: Complaint) -> bool:
    """Whether the place is a call of jax.debug.print, which fills in a text."""
    text = Text(complaint)
    return call_name(text, text.exactly(ast.Call)).endswith("debug.print") and isinstance(complaint.error, LookupError)


def blank(complaint: Complaint) -> Words:
    """jax.debug.print("{y}", x=x): a blank in the text that nothing fills."""
    text = Text(complaint)
    call = text.exactly(ast.Call)
    given = [one.arg for one in call.keywords if one.arg] if call else []
    wanted = complaint.error.args[0] if isinstance(complaint.error, KeyError) else None
    pattern = call.args[0] if call and call.args and isinstance(call.args[0], ast.Constant) else None
    actions: tuple[Action, ...] = ()
    if pattern is not None and wanted and len(given) == 1:
        words = text.of(pattern).replace(f"{{{wanted}", f"{{{given[0]}")
        actions = (rewrite(text, f"the value that is given: {given[0]}", (pattern, words)),)
    what = f"`{{{wanted}}}`" if wanted else "One of its blanks"
    return Words(
        "The text to print has a blank that nothing fills.",
        f"{what} asks for a value; {complaint.here()} gives {' and '.join(f'`{one}`' for one in given) or 'too few'}.",
        actions=actions,
        source=text.source_of(pattern) if pattern is not None else None,
    )
