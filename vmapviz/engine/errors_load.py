"""The rows of the error table that speak of loading: the source, its functions, and the arguments of the call."""

from __future__ import annotations

import re

from vmapviz.engine import machine
from vmapviz.engine.complaint import Complaint, Words, counted, listed
from vmapviz.engine.memory import NeedsMemoryError
from vmapviz.engine.notation import TooLargeError
from vmapviz.engine.source import NoFunctionError
from vmapviz.model import source
from vmapviz.model.arguments import split


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
    return Words(f"There is no function `{wanted}`.", _there_is(names))


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
    return Words(
        f"{_argument_name(complaint)} uses `{name}`, which is not defined.",
        "Arguments are evaluated beside your function, with jax, jnp, lax and np.",
        _rows(complaint),
        complaint.index,
    )


def not_an_array(complaint: Complaint) -> Words:
    """An argument is something JAX cannot pass."""
    kind = re.search(r"<class '(?:\w+\.)*(\w+)'>", complaint.text)
    return Words(
        f"{_argument_name(complaint)} is not an array.",
        f"JAX passes arrays, numbers and containers of them; this is a {kind.group(1) if kind else 'different thing'}. "
        "Give it to the function beforehand, with `functools.partial`.",
        _rows(complaint),
        complaint.index,
    )


def bad_argument(complaint: Complaint) -> Words:
    """The text of an argument raised an exception of its own."""
    return Words(
        f"{_argument_name(complaint)} could not be evaluated.", arguments=_rows(complaint), wants_type=complaint.index
    )


def bad_axes(complaint: Complaint) -> Words:
    """The text of in_axes or out_axes is no Python, or raised an exception."""
    return Words("The axes could not be read.", "They are numbers, None, or tuples of these, such as `(None, 0)`.")


def too_large(complaint: Complaint) -> Words:
    """The arrays asked for are far beyond memory."""
    error = complaint.error
    if not isinstance(error, TooLargeError):
        return no_memory(complaint)
    return Words(
        f"{_argument_name(complaint)} is too large.",
        f"`{error.text}` needs {machine.bytes_text(error.size)} ({error.size:,} bytes); "
        f"vmapviz fills at most half of the free memory, {machine.bytes_text(error.limit)}.",
        _rows(complaint),
        complaint.index,
    )


def needs_x64(complaint: Complaint) -> Words:
    """A 64-bit type, and JAX keeps 32 bits."""
    text = f"`{getattr(complaint.error, 'text', 'this type')}` has 64 bits. JAX keeps 32 unless x64 is switched on."
    return Words(f"{_argument_name(complaint)} needs x64.", text, _rows(complaint), complaint.index)


def _argument_name(complaint: Complaint) -> str:
    index = complaint.index
    if index is None:
        return "An argument"
    found = source.find(complaint.experiment.source, complaint.experiment.function)
    if found and index < len(found.parameters) and "=" not in complaint.experiment.arguments:
        return found.parameters[index].name
    rows = split(complaint.experiment.arguments)
    if index < len(rows) and (name := rows[index][0]):
        return name
    return f"Argument {index + 1}"


def _rows(complaint: Complaint) -> tuple[int, ...]:
    return () if complaint.index is None else (complaint.index,)


def no_memory(complaint: Complaint) -> Words:
    """An allocation failed."""
    found = re.search(r"allocating (\d+) bytes", complaint.text)
    size = f" One array would need {machine.bytes_text(int(found.group(1)))}." if found else ""
    return Words("This needs more memory than there is.", f"Try a smaller batch.{size}")


def refused_memory(complaint: Complaint) -> Words:
    """Running would need more memory than is free; nothing ran."""
    error = complaint.error
    if not isinstance(error, NeedsMemoryError):
        return no_memory(complaint)
    return Words(
        "This needs more memory than there is.",
        f"The values alive at once take about {machine.bytes_text(error.size)} ({error.size:,} bytes); "
        f"{machine.bytes_text(error.available)} are free. Nothing was run. Try a smaller batch.",
    )
