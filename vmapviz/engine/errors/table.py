"""From an exception to a sentence: the first row of `ERRORS` that recognises it writes the words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import NamedTuple

import jax
from msgspec.structs import replace

from vmapviz.engine.errors import (
    across,
    axes,
    branch,
    code,
    dtypes,
    frames,
    grad,
    inside,
    loading,
    loops,
    python,
    rules,
    shapes,
    values,
)
from vmapviz.engine.errors.complaint import Complaint, Words
from vmapviz.engine.load import ElsewhereError, Loaded, LoadError
from vmapviz.engine.memory import NeedsMemoryError
from vmapviz.engine.notation import NeedsX64Error, TooLargeError
from vmapviz.engine.source import NoFunctionError, file_name
from vmapviz.model.experiment import Experiment
from vmapviz.model.messages import Argument
from vmapviz.model.problem import Action, Problem
from vmapviz.model.trace import Source
from vmapviz.model.what import is_live

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


def _both(*tests: Test) -> Test:
    return lambda complaint: all(test(complaint) for test in tests)


def _vmap_says(*fragments: str) -> Test:
    """JAX says it of the vmap itself: no line of the user's is on the way."""
    return lambda complaint: complaint.stage is None and complaint.source is None and complaint.says(*fragments)


def _inside_says(*fragments: str) -> Test:
    """JAX says it of something in the user's function."""
    return lambda complaint: complaint.source is not None and complaint.says(*fragments)


_fits: Test = _is(TypeError, ValueError, IndexError)

LOADING: tuple[Row, ...] = (
    Row("elsewhere", _is(ElsewhereError), loading.elsewhere),
    Row("syntax", _at("source", SyntaxError), loading.syntax),
    Row("no_function", _is(NoFunctionError), loading.no_function),
    Row("size", _is(TooLargeError), loading.too_large),
    Row("x64", _is(NeedsX64Error), loading.needs_x64),
    Row("argument", _at("argument", SyntaxError), loading.unfinished_argument),
    Row("argument", _at("argument", NameError), loading.unknown_in_argument),
    Row("argument", _both(_at("argument", TypeError), _says("cannot be interpreted as an integer")), loading.bad_size),
    Row("argument", _both(_at("argument", ValueError), _says("cannot have -")), loading.bad_size),
    Row("argument", _both(_at("argument"), _says("inhomogeneous shape")), loading.ragged),
    Row("overflow", _at("argument", OverflowError), loading.too_big_number),
    Row("not_array", _at("argument", TypeError), loading.not_an_array),
    Row("memory", _says("RESOURCE_EXHAUSTED", "Out of memory"), loading.no_memory),
    Row("memory", _is(MemoryError), loading.no_memory),
    Row("memory", _is(NeedsMemoryError), loading.refused_memory),
    Row("argument", _at("argument"), loading.bad_argument),
    Row("arguments", _at("call"), loading.argument_count),
    Row("axes", _at("axes"), loading.bad_axes),
)

VMAP: tuple[Row, ...] = (
    # Above all rows that go by words: these may be the user's own.
    Row("exit", _is(SystemExit, KeyboardInterrupt), code.left),
    Row("raised", python.raises, python.raised),
    Row("sizes", _vmap_says("inconsistent sizes"), axes.disagree),
    Row(
        "nothing_batched",
        _vmap_says("at least one non-None value in in_axes", "at least one argument containing"),
        axes.nothing_batched,
    ),
    Row("keyword", _both(_vmap_says("was requested to map its argument along axis"), axes.bad_keyword), axes.keyword),
    Row("axis", _vmap_says("was requested to map its argument along axis"), axes.no_axis),
    Row("in_axes", _vmap_says("in_axes must be", "in_axes specification"), axes.wrong_in_axes),
    Row("out_axes", _vmap_says("out_axes, got axis spec None but output was batched", "out_axes=None"), axes.none_out),
    Row("out_axes", _vmap_says("is out of bounds for array of dimension"), axes.no_out_axis),
    Row("out_axes", _vmap_says("out_axes must be", "out_axes specification"), axes.wrong_out_axes),
    # A vmap of the user's own, further inside.
    Row("inner_axis", _inside_says("was requested to map its argument along axis"), inside.no_axis),
    Row("inner_sizes", _inside_says("inconsistent sizes", "match received axis_size"), inside.sizes),
    Row("inner_axes", _inside_says("in_axes must be", "in_axes specification"), inside.in_axes),
    Row(
        "inner_axes",
        _inside_says("at least one non-None value in in_axes", "at least one argument"),
        inside.nothing,
    ),
    Row("inner_out_axes", _inside_says("got axis spec None but output was batched", "out_axes=None"), inside.none_out),
    Row("inner_out_axes", _both(_inside_says("is out of bounds"), inside.has_bad_out_axes), inside.no_out_axis),
)

RESULTS: tuple[Row, ...] = (
    Row("generator", _says("got a generator function"), python.generator),
    Row("generator", _says("<class 'coroutine'>"), python.generator),
    Row("result", _says("Output from batched function", "returned a value of type"), code.no_array_out),
)

LOOPS: tuple[Row, ...] = (
    Row("carry", _says("carry input and carry output must have"), loops.carry),
    Row("carry", _says("body function must return the same types", "carry input and carry output"), loops.carry),
    Row("scan", _says("scan body output must be a pair"), loops.pair),
    Row(
        "scan",
        _says("scan got values with different leading", "scan got `length`", "scan got no values"),
        loops.scan_length,
    ),
    Row("scan", _both(_is(IndexError), _says("tuple index out of range"), loops.loops_over), loops.nothing_to_scan),
    Row(
        "branches", _says("branches must have equal output types", "branch outputs must have the same"), loops.branches
    ),
    Row(
        "branches",
        _says("Pred must be a scalar", "Pred type must be", "Index type must be", "Index must be"),
        loops.predicate,
    ),
    Row("branches", _says("true_fun and false_fun arguments should be callable"), loops.callable_wanted),
    Row("loop", _says("cond_fun must return a boolean scalar"), loops.loop_condition),
    Row("loop", _says("arguments to fori_loop must"), loops.loop_bounds),
    Row("loop", _says("Reverse-mode differentiation does not work for lax.while_loop"), loops.endless_backward),
)

GRADIENTS: tuple[Row, ...] = (
    Row("gradient", _says("only defined for scalar-output functions"), grad.scalar_wanted),
    Row("gradient", _says("real- or complex-valued inputs", "requires real-valued"), grad.real_wanted),
    Row("custom_rule", _says("No JVP defined for", "No VJP defined for"), grad.no_rule),
    Row("custom_rule", _says("Custom JVP rule", "Custom VJP"), grad.bad_rule),
    Row("custom_rule", _says("forward-mode autodiff (jvp) to a custom_vjp"), grad.backward_only),
    Row("gradient", _says("differentiating with respect to argnums"), grad.argnums),
    Row("tangents", _says("primal and tangent", "argument to vjp function", "argument to VJP function"), grad.tangents),
)

RULES: tuple[Row, ...] = (
    Row("callback", _says("vmap is only supported for the pure_callback"), rules.callback_method),
    Row("callback", _says("`vmap` ordered IO callback"), rules.ordered_callback),
    Row("callback", _says("callbacks do not support JVP"), rules.callback_backward),
    Row("callback", _says("calling callback", "CpuCallback error"), rules.callback_failed),
    Row("rule", _both(_is(NotImplementedError), _says("rule", "evaluation for")), rules.missing_rule),
    Row("rule", _says("No batching rule defined for custom_vmap"), rules.missing_rule),
    Row("leak", _is(jax.errors.UnexpectedTracerError), rules.leaked),
    Row("static", _says("Non-hashable static arguments", "in static_argnames"), rules.static),
    Row("not_array", _says("Error interpreting argument to", "requires ndarray or scalar"), rules.no_array_in),
    Row(
        "not_array",
        _inside_says("not a valid JAX type", "not a valid JAX array type", "is not a valid value for jnp"),
        rules.no_array_in,
    ),
    Row(
        "devices",
        _inside_says("evenly divisible by the corresponding mesh", "requires more", "logical devices"),
        rules.devices,
    ),
    Row("devices", _both(rules.calls_pmap, _says("squeeze out", "Store empty", "devices")), rules.devices),
)

ACROSS: tuple[Row, ...] = (
    Row("collective", _says("all_to_all requires the size"), across.as_many),
    Row("collective", _says("Permutation doesn't match"), across.permutation),
    Row("collective", _says("axis_index_groups not supported in vmap"), across.groups),
    Row("check", _says("(`check` failed)"), across.check_failed),
    Row("check", _says("which was not functionalized"), across.check_unwrapped),
    Row("rule", _says("returned by custom vmap rule"), across.own_batching),
    Row("print", across.prints, across.blank),
)

LOOKING_INSIDE: tuple[Row, ...] = (
    Row("branch", _is(jax.errors.TracerBoolConversionError), branch.branch),
    Row("mask", _is(jax.errors.NonConcreteBooleanIndexError), values.boolean_index),
    Row("numpy", _is(jax.errors.TracerArrayConversionError), values.numpy_inside),
    Row("numpy", _says("SeedSequence expects int"), values.numpy_inside),
    Row(
        "shape",
        _both(_is(jax.errors.ConcretizationTypeError), _says("size argument", "size, which will", "'stop'", "'num'")),
        values.shape_needed,
    ),
    Row("shape", _both(_is(jax.errors.ConcretizationTypeError), _says(*values.SIZES)), values.shape_needed),
    Row("shape_type", _both(_says(*shapes.NO_SHAPE), lambda c: not c.says("Tracer")), shapes.no_shape),
    Row(
        "shape",
        _says("1D sequences of concrete values", "must be static integers", "must have static start"),
        values.shape_needed,
    ),
    Row("shape", values.wants_shape, values.shape_needed),
    Row("shape", _both(_says("Tracer"), _says("was not hashable")), values.shape_needed),
    Row(
        "number", _is(jax.errors.TracerIntegerConversionError, jax.errors.ConcretizationTypeError), values.number_needed
    ),
    Row("number", _both(_says("unsupported format string"), _says("Tracer")), values.printed),
    Row(
        "immutable",
        _says("JAX arrays are immutable", "_IndexUpdateHelper' object does not support item"),
        values.immutable,
    ),
    Row("key", _both(_says("unhashable type"), _says("Tracer")), values.key_needed),
    Row("attribute", _both(_is(AttributeError), python.of_array), values.traced_attribute),
    Row("axis_name", _says("unbound axis name"), code.unbound_axis),
)

TYPES: tuple[Row, ...] = (
    Row("overflow", _is(OverflowError), dtypes.overflow),
    Row("dtype", _both(_is(TypeError), _says("not understood")), dtypes.unknown_dtype),
    Row("random_key", _says("invalid PRNG key data"), dtypes.key_wanted),
    Row("random_key", _says("accepts a single key"), dtypes.keys_given),
    Row("random_key", _says("dtypes key<", "dtype key<", "'key<"), dtypes.key_as_number),
    Row("dtype", _both(_is(TypeError), _says("does not accept dtype", "have the same dtypes")), dtypes.mixed),
    Row("index", _says("integer or boolean type", "indices must be of integer type"), dtypes.float_index),
    Row("index", _says("non-tuple sequence for multidimensional indexing"), dtypes.list_index),
    Row("index", _says("does not support string indexing"), dtypes.text_index),
)

SHAPES: tuple[Row, ...] = (
    Row(
        "einsum",
        _both(_fits, _says("Einstein sum", "einsum subscripts", "Output character", "Size of label")),
        shapes.einsum,
    ),
    Row("squeeze", _says("squeeze out"), shapes.squeeze),
    Row("split", _says("equal division"), shapes.split),
    Row("rank", _says("Zero-dimensional arrays cannot be concatenated"), shapes.stack_wanted),
    Row("rank", shapes.asks_size, shapes.rank),
    Row("rank", _says("0-d array", "len() of unsized object", "Too many indices"), shapes.rank),
    Row("rank", _both(_fits, _says("out of bounds for array of dimension", "ndim at least")), shapes.rank),
    Row("square", _both(_fits, _says("[..., n, n]", "must be square", "signature='(m,m)")), shapes.square),
    Row(
        "trees",
        _says("pytree structure error", "Dict key mismatch", "mismatch; expected", "Expected dict"),
        shapes.trees,
    ),
    Row("shapes", _both(_fits, _says(*shapes.SHAPES)), shapes.shapes),
)

PYTHON: tuple[Row, ...] = (
    Row("unset", _is(UnboundLocalError), python.unset),
    Row("name", _is(NameError), code.unknown_name),
    Row("import", _is(ImportError), code.unknown_module),
    Row("recursion", _is(RecursionError), code.endless),
    Row("time", _is(TimeoutError), code.out_of_time),
    Row("attribute", _both(_is(AttributeError), python.asks_attribute), python.no_attribute),
    Row("call", _both(_is(TypeError), _says(*python.CALLS)), python.wrong_call),
    Row(
        "operands",
        _both(_is(TypeError), _says("unsupported operand", "can only conc", "not supported betw")),
        python.operands,
    ),
    Row(
        "call",
        _both(_is(TypeError), _says("Expected a callable value", "should be a callable")),
        python.function_wanted,
    ),
    Row("missing", _both(_is(TypeError), _says("is not subscriptable", "object is not iterable")), python.entry),
    Row("call", _both(_is(TypeError), _says("is not callable")), python.not_callable),
    Row("assertion", _both(_is(AssertionError), python.asserted), python.assertion),
    Row("missing", _both(_is(KeyError), python.asks_entry), python.no_key),
    Row("missing", _both(_is(IndexError), _says("index out of range"), python.asks_entry), python.no_index),
    Row("missing", _both(_is(IndexError), _says("out of bounds for axis"), python.asks_entry), python.beyond),
    Row("whole", _both(_is(TypeError), _says("cannot be interpreted as an integer")), python.whole_wanted),
    Row("unpack", _both(_is(ValueError), _says("values to unpack"), python.unpacks), python.unpacking),
    Row("zero", _is(ZeroDivisionError), python.zero),
    Row("file", _is(FileNotFoundError), python.no_file),
    Row("exception", _is(BaseException), code.other),
)

ERRORS: tuple[Row, ...] = (
    *LOADING,
    *VMAP,
    *RESULTS,
    *LOOPS,
    *GRADIENTS,
    *RULES,
    *ACROSS,
    *LOOKING_INSIDE,
    *TYPES,
    *SHAPES,
    *PYTHON,
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
        actions=_possible(words.actions, experiment),
        said=frames.last_words(complaint.error),
        details=frames.details(complaint.error),
    )


def _possible(actions: tuple[Action, ...], experiment: Experiment) -> tuple[Action, ...]:
    """The ways out; what only another process can do, whose function it is, is advice."""
    if not is_live(experiment.path):
        return actions
    theirs = ("source", "x64")
    return tuple(
        replace(action, edits=()) if any(field in theirs for field, _, _ in action.edits) else action
        for action in actions
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
    return Complaint(cause, frames.words(cause), experiment, loaded, stage, index, arguments, source)


def _source(error: BaseException, experiment: Experiment, loaded: Loaded | None) -> Source | None:
    file = loaded.filename if loaded else file_name(experiment.path)
    if isinstance(error, SyntaxError) and error.filename == file:
        return frames.whole_line(file, error.lineno or 1)
    return frames.place(error, file)


def _words(complaint: Complaint) -> tuple[str, Words]:
    """The first row that answers; one that stumbles over what it is given leaves the answer to those behind it."""
    for row in ERRORS:
        with contextlib.suppress(Exception):  # a sentence less plain is better than none
            if row.test(complaint):
                return row.kind, row.write(complaint)
    return "exception", code.other(complaint)
