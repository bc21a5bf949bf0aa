"""The rows of the error table that speak of loading: the source, its functions, and the arguments of the call."""

from __future__ import annotations

import ast
import re
import traceback

from msgspec.structs import replace

from vmapviz.engine.errors.complaint import Complaint, Words, a_kind, counted, listed
from vmapviz.engine.errors.rewrites import Text, near_to, registered
from vmapviz.engine.memory import NeedsMemoryError
from vmapviz.engine.notation import TooLargeError
from vmapviz.engine.source import NoFunctionError
from vmapviz.model import source
from vmapviz.model.arguments import split
from vmapviz.model.array_types import DTYPES, parse_type
from vmapviz.model.problem import Action
from vmapviz.model.sizes_text import bytes_text

LONG = 60
EASY = 64_000_000  # bytes
LESS = (
    Action("A smaller batch, or smaller examples", "click a size among the arguments"),
    Action("`lax.map(f, x, batch_size=8)`", "computes eight examples at a time"),
)


def syntax(complaint: Complaint) -> Words:
    """The source cannot be read: in the words of `model.source`."""
    found = source.syntax_problem(complaint.experiment.source, complaint.source.file if complaint.source else "")
    title = found.title.replace("**", "") if found else "This text is not Python."
    return Words(title, found.text if found else "", source=found.source if found else None)


def elsewhere(complaint: Complaint) -> Words:
    """The function lives in the process that called `vmapviz.show`."""
    name = complaint.experiment.function
    return Words(
        f"`{name}` lives in the process that called `vmapviz.show`.",
        "Only that process can run it: call `vmapviz.show` there again. The picture stays.",
    )


def no_function(complaint: Complaint) -> Words:
    """The source has no function, or none of the name wanted."""
    error = complaint.error
    names = error.names if isinstance(error, NoFunctionError) else ()
    wanted = error.name if isinstance(error, NoFunctionError) else ""
    if complaint.stage == "reference":
        return Words(f"There is no reference function `{wanted}`.", _there_is(names))
    if not names:
        return Words("There is no function yet.", "Type a function of one example, or choose an example.")
    uses = tuple(Action(f"Use {name}", "", (("function", 0, name),)) for name in names[-2:])
    return Words(f"There is no function `{wanted}`.", _there_is(names), actions=uses)


def _there_is(names: tuple[str, ...]) -> str:
    return f"The source defines {listed([f'`{name}`' for name in names])}." if names else "The source defines none."


def argument_count(complaint: Complaint) -> Words:
    """The call has too many, too few or unknown arguments."""
    experiment, given = complaint.experiment, len(complaint.arguments)
    name = experiment.function or "The function"
    found = source.find(experiment.source, experiment.function)
    title = f"`{name}` cannot take {counted(given, 'argument')}."
    if found is None:
        return Words(title, f"{complaint.text[:1].upper()}{complaint.text[1:]}.")
    wanted = [parameter.name for parameter in found.parameters if parameter.default is None and not parameter.star]
    takes = listed([f"`{name}`" for name in wanted]) or "no arguments"
    return Words(title, f"It takes {takes}; the call gives {given or 'none'}.")


def unfinished_argument(complaint: Complaint) -> Words:
    """An argument is no Python expression."""
    if complaint.index is None:
        return Words(
            "The arguments are not finished.", "They are values or array types between commas, such as `f32[5,3]`."
        )
    return Words(
        f"{_argument_name(complaint)} is not finished.",
        "An argument is one Python value or one array type, such as `f32[5,3]`.",
        _rows(complaint),
        complaint.index,
    )


def unknown_in_argument(complaint: Complaint) -> Words:
    """An argument uses a name that is not defined."""
    name = getattr(complaint.error, "name", "") or "?"
    near, typed = near_to(name, DTYPES), _typed(complaint)
    if near and f"{name}[" in typed:
        return Words(
            f"There is no type `{name}`.",
            f"Did you mean `{near}`?",
            _rows(complaint),
            complaint.index,
            _instead(complaint, typed.replace(f"{name}[", f"{near}[")),
        )
    return Words(
        f"{_argument_name(complaint)} uses `{name}`, which is not defined.",
        "Arguments are evaluated beside your function, with jax, jnp, lax and np.",
        _rows(complaint),
        complaint.index,
    )


def not_an_array(complaint: Complaint) -> Words:
    """An argument is something JAX cannot pass."""
    kind = re.search(r"<class '(?:[\w<>]+\.)*(\w+)'>", complaint.text)
    text = Text(complaint)
    if kind and any(node.name == kind[1] for node in text.all(ast.ClassDef)):
        return Words(
            f"{_argument_name(complaint)} is not an array.",
            f"JAX passes arrays, numbers and containers of them; it cannot see into a {kind[1]}.",
            _rows(complaint),
            complaint.index,
            registered(text, kind[1]),
        )
    return Words(
        f"{_argument_name(complaint)} is not an array.",
        f"JAX passes arrays, numbers and containers of them; this is {a_kind(kind[1]) if kind else 'something else'}.",
        _rows(complaint),
        complaint.index,
        (Action(f"`functools.partial({complaint.experiment.function}, ...)`", "gives it to the function beforehand"),),
    )


def bad_argument(complaint: Complaint) -> Words:
    """The text of an argument raised an exception of its own."""
    return Words(
        f"{_argument_name(complaint)} could not be evaluated.",
        f"`{_typed(complaint)}` raised an error of its own." if len(_typed(complaint)) < LONG else "",
        _rows(complaint),
        complaint.index,
    )


def bad_size(complaint: Complaint) -> Words:
    """f32[-5] or f32[2.5]: a size must be a whole number from 0."""
    return Words(
        f"{_argument_name(complaint)} has a size that is no whole number.",
        "The numbers in brackets count entries, such as `f32[5,3]`.",
        _rows(complaint),
        complaint.index,
        _instead(complaint, re.sub(r"-?\d+(?:\.\d+)?(?=[,\]])", _whole, _typed(complaint))),
    )


def ragged(complaint: Complaint) -> Words:
    """Nested lists of different lengths."""
    return Words(
        f"The rows of {_argument_name(complaint)} have different lengths.",
        "An array has as many entries in every row; all examples have one shape.",
        _rows(complaint),
        complaint.index,
        (Action("Fill the short rows up", "and give the function a mask of what counts"),),
    )


def too_big_number(complaint: Complaint) -> Words:
    """A Python integer beyond int32, without x64."""
    number = re.search(r"(-?\d{9,})", complaint.text)
    what = f"{int(number[1]):,}" if number else "This whole number"
    fits = number is not None and abs(int(number[1])) < 2**63
    return Words(
        f"{what} does not fit into i32.",
        f"{_argument_name(complaint)} is a whole number of more than 32 bits. JAX keeps 32 unless x64 is switched on.",
        _rows(complaint),
        complaint.index,
        (_X64,) if fits and not complaint.experiment.x64 else (),
    )


_X64 = Action("Switch x64 on", "JAX starts again with 64-bit numbers", (("x64", 0, "on"),))


def bad_axes(complaint: Complaint) -> Words:
    """The text of in_axes or out_axes is no Python, or raised an exception."""
    index = complaint.index or 0
    field = "out_axes" if "<vmapviz out_axes>" in _files(complaint.error) else "in_axes"
    every = "every argument along its axis 0" if field == "in_axes" else "the examples along axis 0"
    return Words(
        "The axes could not be read.",
        "They are numbers, None, or tuples of these, such as `(None, 0)`.",
        actions=(Action(f"Use {field} 0", every, ((field, index, "0"),)),),
    )


def _files(error: BaseException) -> list[str]:
    """The file names that an error names."""
    named = [error.filename or ""] if isinstance(error, SyntaxError) else []
    return [*named, *(frame.filename for frame in traceback.extract_tb(error.__traceback__))]


def too_large(complaint: Complaint) -> Words:
    """The arrays asked for are far beyond memory."""
    error = complaint.error
    if not isinstance(error, TooLargeError):
        return no_memory(complaint)
    return Words(
        f"{_argument_name(complaint)} is too large.",
        f"`{error.text}` needs {bytes_text(error.size)} ({error.size:,} bytes); "
        f"vmapviz fills at most half of the free memory, {bytes_text(error.limit)}.",
        _rows(complaint),
        complaint.index,
        _smaller(complaint, error),
    )


def _smaller(complaint: Complaint, error: TooLargeError) -> tuple[Action, ...]:
    """The same type with its longest axis cut to what fits easily."""
    parsed = parse_type(_typed(complaint))
    sizes = [size for size in parsed.dims if isinstance(size, int)] if parsed else []
    if parsed is None or not sizes:
        return ()
    longest = sizes.index(max(sizes))
    fitting = max(1, int(max(sizes) * min(error.limit, EASY) / error.size))
    fitting = int(f"{fitting:.0e}".partition("e")[0]) * 10 ** (len(str(fitting)) - 1)
    place = [index for index, size in enumerate(parsed.dims) if isinstance(size, int)][longest]
    dims = (*parsed.dims[:place], fitting, *parsed.dims[place + 1 :])
    return _instead(complaint, replace(parsed, dims=dims).text)


def needs_x64(complaint: Complaint) -> Words:
    """A 64-bit type, and JAX keeps 32 bits."""
    typed = getattr(complaint.error, "text", "this type")
    text = f"`{typed}` has 64 bits. JAX keeps 32 unless x64 is switched on."
    actions = [_X64]
    if complaint.index is not None and (parsed := parse_type(typed)):
        half = replace(parsed, dtype=parsed.dtype.replace("64", "32").replace("128", "64")).text
        actions.append(
            Action(f"Make {_argument_name(complaint)} {half}", "32 bits", (("argument", complaint.index, half),))
        )
    return Words(f"{_argument_name(complaint)} needs x64.", text, _rows(complaint), complaint.index, tuple(actions))


def _argument_name(complaint: Complaint) -> str:
    index = complaint.index
    if index is None:
        return "An argument"
    rows = split(complaint.experiment.arguments)
    if index < len(rows) and (name := rows[index][0]):
        return name
    found = source.find(complaint.experiment.source, complaint.experiment.function)
    by_place = not any(name or text.startswith("*") for name, text in rows[:index])
    if found and by_place and index < len(found.parameters):
        return found.parameters[index].name
    return f"Argument {index + 1}"


def _typed(complaint: Complaint) -> str:
    """What the user typed for the argument at fault."""
    rows = split(complaint.experiment.arguments)
    return rows[complaint.index][1] if complaint.index is not None and complaint.index < len(rows) else ""


def _instead(complaint: Complaint, text: str) -> tuple[Action, ...]:
    """One click types another text for the argument at fault."""
    if complaint.index is None:
        return ()
    return (Action(f"Make {_argument_name(complaint)} {text}", "", (("argument", complaint.index, text),)),)


def _whole(found: re.Match[str]) -> str:
    return str(max(1, abs(int(float(found[0])))))


def _rows(complaint: Complaint) -> tuple[int, ...]:
    return () if complaint.index is None else (complaint.index,)


def no_memory(complaint: Complaint) -> Words:
    """An allocation failed."""
    found = re.search(r"allocating (\d+) bytes", complaint.text)
    size = f" One array would need {bytes_text(int(found.group(1)))}." if found else ""
    return Words("This needs more memory than there is.", f"Nothing was computed.{size}", actions=LESS)


def refused_memory(complaint: Complaint) -> Words:
    """Running would need more memory than is free; nothing ran."""
    error = complaint.error
    if not isinstance(error, NeedsMemoryError):
        return no_memory(complaint)
    return Words(
        "This needs more memory than there is.",
        f"The values alive at once take about {bytes_text(error.size)} ({error.size:,} bytes); "
        f"{bytes_text(error.available)} are free. Nothing was run.",
        actions=LESS,
    )
