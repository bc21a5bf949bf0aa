"""From an exception to a sentence: the first row of `ERRORS` that recognises it writes the words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax

from vmapviz.engine import errors_axes as axes
from vmapviz.engine import errors_code as code
from vmapviz.engine import errors_load as loading
from vmapviz.engine import frames
from vmapviz.engine.complaint import Complaint, Words
from vmapviz.engine.load import ElsewhereError, Loaded, LoadError
from vmapviz.engine.memory import NeedsMemoryError
from vmapviz.engine.notation import NeedsX64Error, TooLargeError
from vmapviz.engine.source import NoFunctionError, file_name
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Problem
from vmapviz.model.trace import Source

Test = Callable[[Complaint], bool]


class Row(NamedTuple):
    """One kind of error: how to recognise it, and who writes its words."""

    kind: str
    test: Test
    write: Callable[[Complaint], Words]


def _is(*types: type[BaseException]) -> Test:
    return lambda complaint: isinstance(complaint.error, types)


def _at(stage: str, *types: type[BaseException]) -> Test:
    return lambda complaint: complaint.stage == stage and isinstance(complaint.error, types or BaseException)


def _says(*fragments: str) -> Test:
    return lambda complaint: complaint.says(*fragments)


def _vmap_says(*fragments: str) -> Test:
    """JAX says it of the vmap itself: no line of the user's is on the way."""
    return lambda complaint: complaint.stage is None and complaint.source is None and complaint.says(*fragments)


def _shapes(complaint: Complaint) -> bool:
    return isinstance(complaint.error, TypeError | ValueError) and complaint.says(*SHAPES)


SHAPES = (
    "requires contracting dimensions",
    "incompatible shapes",
    "Incompatible shapes",
    "does not match previous terms",
    "cannot reshape array",
    "Cannot concatenate",
    "Cannot broadcast",
    "could not be broadcast",
    "requires equal batch",
    "must have equal shapes",
    "different numbers of dimensions",
    "is out of bounds for array of dimension",
    "matmul input operand",
    "dot_general requires",
    "contracting dimension",
    "Einstein sum subscript",
    "Indexer must have",
    "Too many indices",
)

ERRORS: tuple[Row, ...] = (
    # Loading: the stage says most.
    Row("elsewhere", _is(ElsewhereError), loading.elsewhere),
    Row("syntax", _at("source", SyntaxError), loading.syntax),
    Row("no_function", _is(NoFunctionError), loading.no_function),
    Row("size", _is(TooLargeError), loading.too_large),
    Row("x64", _is(NeedsX64Error), loading.needs_x64),
    Row("argument", _at("argument", SyntaxError), loading.unfinished_argument),
    Row("argument", _at("argument", NameError), loading.unknown_in_argument),
    Row("not_array", _at("argument", TypeError), loading.not_an_array),
    Row("memory", _says("RESOURCE_EXHAUSTED", "Out of memory"), loading.no_memory),
    Row("memory", _is(MemoryError), loading.no_memory),
    Row("memory", _is(NeedsMemoryError), loading.refused_memory),
    Row("argument", _at("argument"), loading.bad_argument),
    Row("arguments", _at("call"), loading.argument_count),
    Row("axes", _at("axes"), loading.bad_axes),
    # The vmap itself: axes and sizes.
    Row("sizes", _vmap_says("inconsistent sizes"), axes.disagree),
    Row(
        "nothing_batched",
        _vmap_says("at least one non-None value in in_axes", "at least one argument containing"),
        axes.nothing_batched,
    ),
    Row(
        "keyword",
        lambda c: _vmap_says("was requested to map its argument along axis")(c) and axes.bad_keyword(c),
        axes.keyword,
    ),
    Row("axis", _vmap_says("was requested to map its argument along axis"), axes.no_axis),
    Row("in_axes", _vmap_says("in_axes must be", "in_axes specification"), axes.wrong_in_axes),
    Row("out_axes", _says("out_axes, got axis spec None but output was batched", "out_axes=None"), axes.none_out),
    Row("out_axes", _vmap_says("is out of bounds for array of dimension"), axes.no_out_axis),
    Row("out_axes", _vmap_says("out_axes must be", "out_axes specification"), axes.wrong_out_axes),
    Row(
        "result",
        _says("Output from batched function", "returned a value of type", "not a valid JAX type"),
        code.no_array_out,
    ),
    # The user's code, looking inside a batch.
    Row("branch", _is(jax.errors.TracerBoolConversionError), code.branch),
    Row("mask", _is(jax.errors.NonConcreteBooleanIndexError), code.boolean_index),
    Row("numpy", _is(jax.errors.TracerArrayConversionError), code.numpy_inside),
    Row("number", _is(jax.errors.TracerIntegerConversionError, jax.errors.ConcretizationTypeError), code.number_needed),
    Row("immutable", _says("JAX arrays are immutable"), code.immutable),
    Row("axis_name", _says("unbound axis name"), code.unbound_axis),
    Row("shapes", _shapes, code.shapes),
    # Python.
    Row("name", _is(NameError), code.unknown_name),
    Row("import", _is(ImportError), code.unknown_module),
    Row("recursion", _is(RecursionError), code.endless),
    Row("exit", _is(SystemExit, KeyboardInterrupt), code.left),
    Row("time", _is(TimeoutError), code.out_of_time),
    Row("exception", _is(BaseException), code.other),
)


def explain(error: BaseException, experiment: Experiment, loaded: Loaded | None = None) -> Problem:
    """What went wrong in plain words, where in the user's source, what to try, and Python's own words.

    `loaded` is the experiment's, None when loading failed (then `error` is a LoadError).
    """
    complaint = _complaint(error, experiment, loaded)
    kind, words = _words(complaint)
    return Problem(
        kind=kind,
        title=words.title,
        text=words.text,
        severity=words.severity,
        source=words.source or complaint.source,
        arguments=words.arguments,
        wants_type=words.wants_type,
        actions=words.actions,
        said=frames.last_words(complaint.error),
        details=frames.details(complaint.error),
    )


def arguments_of(error: BaseException, loaded: Loaded | None) -> tuple[Argument, ...]:
    """The arguments that could be evaluated before the error."""
    if loaded is not None:
        return loaded.arguments
    return error.arguments if isinstance(error, LoadError) else ()


def _complaint(error: BaseException, experiment: Experiment, loaded: Loaded | None) -> Complaint:
    stage, index = (error.stage, error.index) if isinstance(error, LoadError) else (None, None)
    arguments = arguments_of(error, loaded)
    cause = error.__cause__ if isinstance(error, LoadError) and error.__cause__ else error
    source = _source(cause, experiment, loaded)
    return Complaint(cause, str(cause), experiment, loaded, stage, index, arguments, source)


def _source(error: BaseException, experiment: Experiment, loaded: Loaded | None) -> Source | None:
    file = loaded.filename if loaded else file_name(experiment.path)
    if isinstance(error, SyntaxError) and error.filename == file:
        return frames.whole_line(file, error.lineno or 1)
    return frames.place(error, file)


def _words(complaint: Complaint) -> tuple[str, Words]:
    """The first row that answers; a row that stumbles over what it is given leaves the answer to the last one."""
    row = next(row for row in ERRORS if row.test(complaint))
    try:
        return row.kind, row.write(complaint)
    except Exception:  # a sentence less plain is better than none
        return row.kind, code.other(complaint)
