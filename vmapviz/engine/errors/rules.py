"""The rows of the error table that speak of what JAX cannot do with an operation: rules, callbacks, leaks, static arguments, devices."""

from __future__ import annotations

import ast
import re

from vmapviz.engine.errors import frames
from vmapviz.engine.errors.complaint import Complaint, Words, a_kind, counted
from vmapviz.engine.errors.rewrites import Text, arguments_text, call_name, rewrite
from vmapviz.model.problem import Action
from vmapviz.model.trace import Source

RULES = {
    "Batching": ("does not know how to batch", "`batching.primitive_batchers`"),
    "Abstract": ("does not know what comes out of", "`{0}.def_abstract_eval`"),
    "Differentiation": ("does not know the derivative of", "`ad.primitive_jvps`, or `jax.custom_jvp` around it"),
    "Transpose": ("does not know how to run backward through", "`ad.primitive_transposes`"),
    "Evaluation": ("does not know how to compute", "`{0}.def_impl`"),
    "MLIR": ("does not know how to compile", "`mlir.register_lowering`"),
}


def missing_rule(complaint: Complaint) -> Words:
    """A primitive without a rule that is needed here."""
    found = re.search(r"(\w+)[^']*?(?: rule| evaluation)?[^']* (?:for |primitive )'([^']+)'", complaint.text)
    kind, name = (found[1], found[2]) if found else ("Evaluation", "this primitive")
    kind = next((one for one in RULES if one in complaint.text), kind)
    own = re.search(r"custom_vmap function (\w+)", complaint.text)
    if own:
        return Words(
            f"JAX does not know how to batch `{own[1]}`.",
            "It is a custom_vmap function, so how it is batched is what you define, and nothing was defined.",
            actions=(Action(f"`@{own[1]}.def_vmap`", "takes the batch size, what is batched, and the arguments"),),
        )
    lacks, define = RULES.get(kind, RULES["Evaluation"])
    note = "a rule of your own for this primitive"
    return Words(
        f"JAX {lacks} `{name}`.",
        f"`{name}` is a primitive without a rule for this, so nobody can say what to do with it here.",
        actions=(
            Action(f"Define {define.format(name)}", note),
            *(
                (Action("`jax.custom_batching.sequential_vmap`", "around the call: one example after another"),)
                if kind == "Batching"
                else ()
            ),
        ),
    )


# --- callbacks --------------------------------------------------------------------------------------------------------


def callback_method(complaint: Complaint) -> Words:
    """pure_callback without vmap_method."""
    text = Text(complaint)
    call = text.at(ast.Call)
    action = Action('`vmap_method="sequential"`', "one call per example")
    if call is not None and call_name(text, call).endswith("pure_callback"):
        words = f'{call_name(text, call)}({arguments_text(text, call)}, vmap_method="sequential")'
        action = rewrite(text, "one call per example", (call, words), label='vmap_method="sequential"')
    return Words(
        "JAX does not know how to batch the callback.",
        "Its Python function is made for one example. Say how it gets many: one by one, or all at once.",
        actions=(action, Action('`vmap_method="broadcast_all"`', "one call, when the function takes whole batches")),
    )


def ordered_callback(complaint: Complaint) -> Words:
    """io_callback(ordered=True) under vmap."""
    text = Text(complaint)
    call = text.at(ast.Call)
    ordered = next((one for one in call.keywords if one.arg == "ordered"), None) if call else None
    action = Action("`ordered=False`", "the examples come in any order")
    if ordered is not None:
        action = rewrite(text, "the examples come in any order", (ordered, "ordered=False"))
    return Words(
        "A batch has no order for this callback.",
        "With `ordered=True` one call must follow the other; under vmap all examples are computed at once.",
        actions=(action, Action("`lax.map` instead of vmap", "keeps one example after the other")),
    )


def callback_backward(complaint: Complaint) -> Words:
    """grad through a callback."""
    return Words(
        "A callback has no derivative.",
        f"{complaint.line()} asks for one, and JAX cannot look into the Python function behind it.",
        actions=(Action("`jax.custom_jvp`", "around the callback: says its derivative"),),
    )


def callback_failed(complaint: Complaint) -> Words:
    """The Python function of a callback raised an exception, or returned another shape, while it ran."""
    file = complaint.source_file()
    lines = [int(line) for line in re.findall(rf'File "{re.escape(file)}", line (\d+)', complaint.text)]
    place = frames.whole_line(file, lines[-1]) if lines else complaint.source
    said = next(
        (line for line in reversed(complaint.text.split("\n")) if re.match(r"\w+(?:Error|Exception)\b", line)), ""
    )
    where = f"Line {lines[-1]} stopped it" if lines else "It was stopped"
    return Words(
        "The callback failed while it ran.",
        f"{where}: {said}" if said and len(said) < 120 else f"{where}.",
        actions=(Action("Return arrays of the type that was promised", "in `jax.ShapeDtypeStruct`"),)
        if _shape_wrong(said)
        else (),
        source=place,
    )


def _shape_wrong(said: str) -> bool:
    return any(word in said for word in ("shape", "dtype", "Incorrect output"))


# --- leaks and static arguments ---------------------------------------------------------------------------------------


def leaked(complaint: Complaint) -> Words:
    """A traced value was kept outside of the function that made it."""
    made = re.search(r"created on line (.+?):(\d+)(?::\d+)? \((.+?)\)", complaint.text)
    place: Source | None = complaint.source
    if made and made[1] == complaint.source_file():
        place = frames.whole_line(made[1], int(made[2]))
    of = f" `{made[3].rpartition('.')[2]}`" if made else ""
    line = f"Line {place.line}" if place else "A line"
    return Words(
        "A value of the trace was kept and used outside.",
        f"{line} makes it inside{of}; when that is done, it stands for nothing any more.",
        actions=(
            Action("`return` it", "a function gives its values back instead of storing them in a list or global"),
        ),
        source=place,
    )


def static(complaint: Complaint) -> Words:
    """A static argument of jit that cannot be hashed: a list, or a value of the batch."""
    if "Tracer" in complaint.text:
        return Words(
            "A static argument cannot be part of the batch.",
            "`static_argnums` asks jit for a Python value that is known now and the same for every example.",
            actions=(
                Action("Take `static_argnums` away", "then the value is traced like the others"),
                Action("`functools.partial(f, n=3)`", "gives it to the function beforehand"),
            ),
        )
    unknown = re.search(r"invalid argnames \{'(\w+)'", complaint.text)
    if unknown:
        return Words(
            f"jit finds no argument `{unknown[1]}`.", "`static_argnames` names arguments of the function it is given."
        )
    kind = re.search(r"unhashable type: '(\w+)'", complaint.text)
    other = {"list": "tuple", "set": "frozenset"}.get(kind[1] if kind else "", "")
    return Words(
        "A static argument must be hashable.",
        f"jit remembers its programs by the static values; a {kind[1] if kind else 'value like this'} can change later.",
        actions=_frozen(Text(complaint), other),
    )


def _frozen(text: Text, other: str) -> tuple[Action, ...]:
    call = text.at(ast.Call)
    found = next((one for one in call.args if isinstance(one, ast.List | ast.Set)), None) if call else None
    if found is None or not other:
        return (Action(f"`{other}(...)`" if other else "A number, a string or a tuple", "cannot change"),)
    return (rewrite(text, "cannot change", (found, f"{other}({text.of(found)})")),)


def no_array_in(complaint: Complaint) -> Words:
    """Something that is no array goes into a function of JAX."""
    kind = re.search(r"<class '(?:[\w<>]+\.)*(\w+)'>", complaint.text)
    path = re.search(r"at path (\w+)", complaint.text)
    what = kind[1] if kind else "str" if "dtype <U" in complaint.text else "value like this"
    if what == "NoneType" or complaint.text.startswith("None is not"):
        return Words(
            "JAX cannot compute with None.",
            f"{complaint.line()} passes it where a value belongs.",
            actions=(Action("`return` a value", "a function without `return` gives None; so does a missing argument"),),
        )
    return Words(
        f"JAX cannot compute with {a_kind(what)}.",
        f"{complaint.line()} passes one{f' as `{path[1]}`' if path else ''}; arrays, numbers and containers of them can be traced.",
        actions=_as_array(Text(complaint), what)
        or (Action("`functools.partial`, or a static argument", "for what is no array"),),
    )


def _as_array(text: Text, what: str) -> tuple[Action, ...]:
    """A list (or generator) as one array."""
    call = text.at(ast.Call)
    if call is None or what not in ("list", "tuple", "generator"):
        return ()
    first = next((one for one in call.args if isinstance(one, ast.List | ast.Tuple | ast.GeneratorExp)), None)
    if first is None:
        return ()
    inner = f"[{text.of(first).strip('()')}]" if isinstance(first, ast.GeneratorExp) else text.of(first)
    if isinstance(first, ast.GeneratorExp):
        inner = f"[{text.of(first.elt)} {' '.join(ast.unparse(one) for one in first.generators).strip()}]"
    return (rewrite(text, "one array of them", (first, f"{text.module('jax.numpy', 'jnp')}.array({inner})")),)


# --- devices ----------------------------------------------------------------------------------------------------------


def calls_pmap(complaint: Complaint) -> bool:
    """Whether the place of the error is a call of a pmapped function."""
    text = Text(complaint)
    call = text.at(ast.Call)
    return call is not None and "pmap" in call_name(text, call)


def devices(complaint: Complaint) -> Words:
    """A pmap or shard_map of the user's own does not fit the devices there are."""
    mesh = re.search(r"mesh given has shape \((\d+),?\)", complaint.text)
    there = int(mesh[1]) if mesh else None
    sizes = re.search(r"of shape \w+\[(\d+)", complaint.text)
    wants = re.search(r"requires (\d+).*?only (\d+)", complaint.text, re.DOTALL)
    if wants:
        there, sizes = int(wants[2]), wants
    who = f"Here are {sizes[1]} examples" if sizes else "Here is another number of examples"
    share = re.search(r"squeeze out .*shape=\((\d+)", complaint.text)
    if share:
        who, there = f"Here every device would get {share[1]}", None
    on = f" for {counted(there, 'device')}" if there else ""
    return Words(
        "The batch does not fit the devices.",
        f"pmap gives every device one example. {who}{on}.",
        actions=(
            *_vmap_instead(Text(complaint)),
            Action("`jax.vmap` inside `jax.pmap`", "each device computes its share of the examples"),
        ),
    )


def _vmap_instead(text: Text) -> tuple[Action, ...]:
    """`jax.vmap` in place of `jax.pmap`, where that says nothing of devices."""
    note = "computes all examples on one device"
    call = text.at(ast.Call)
    made = call.func if call is not None and isinstance(call.func, ast.Call) else call
    plain = made is not None and {one.arg for one in made.keywords} <= {"in_axes", "out_axes", "axis_name"}
    if made is None or not plain or not call_name(text, made).endswith("pmap"):
        return (Action("`jax.vmap` alone", note),)
    return (rewrite(text, note, (made.func, f"{call_name(text, made).removesuffix('pmap')}vmap")),)
