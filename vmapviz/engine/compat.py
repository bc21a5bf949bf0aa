"""All JAX that is not public, one small function per thing; each was seen to work on JAX 0.8.0, 0.10.2 and 0.12.0."""

from __future__ import annotations

import contextlib
import struct
import warnings
from collections.abc import Callable, Iterable, Iterator
from types import CodeType
from typing import Any, NamedTuple

import jax
from jax._src import api_util, core, source_info_util
from jax._src.clusters import ClusterEnv
from jax._src.interpreters import batching
from jax.extend.core import jaxpr_as_fun

# Before JAX 0.12 a closed jaxpr is a class of its own.
_CLOSED = getattr(core, "ClosedJaxpr", core.Jaxpr)

# --- jaxprs -----------------------------------------------------------------------------------------------------------


def is_jaxpr(x: Any) -> bool:
    """Whether `x` is a jaxpr, closed or open (JAX 0.12 has one class for both)."""
    return isinstance(x, core.Jaxpr | _CLOSED)


def opened(jaxpr: Any) -> Any:
    """The jaxpr with its equations and variables, without the values of its constants."""
    return jaxpr if isinstance(jaxpr, core.Jaxpr) else jaxpr.jaxpr


def constant_values(jaxpr: Any) -> tuple[Any, ...]:
    """The values of a jaxpr's constants; empty for an open one."""
    return tuple(getattr(jaxpr, "consts", ()))


def with_equations(jaxpr: Any, equations: list[Any]) -> Any:
    """The same jaxpr, closed or open as before, with other equations."""
    if isinstance(jaxpr, core.Jaxpr):
        return jaxpr.replace(eqns=equations)
    return jaxpr.replace(jaxpr=jaxpr.jaxpr.replace(eqns=equations))


def function_of(jaxpr: Any) -> Callable[..., list[Any]]:
    """The function that a closed jaxpr computes, from and to flat values."""
    function: Callable[..., list[Any]] = jaxpr_as_fun(jaxpr)
    return function


def scan_parts(equation: Any) -> tuple[int, int]:
    """How many of a scan's operands are constants, and how many of its results are carried from step to step.

    Told by ranks, since JAX 0.12 has no numbers for it: what goes step by step has an axis more outside than in the body.
    """
    body = opened(equation.params["jaxpr"])

    def same(pairs: Iterable[tuple[Any, Any]]) -> int:
        return sum(len(outside.aval.shape) == len(inside.aval.shape) for outside, inside in pairs)

    carried = same(zip(equation.outvars, body.outvars, strict=True))
    return same(zip(equation.invars, body.invars, strict=True)) - carried, carried


def is_literal(atom: Any) -> bool:
    """Whether an operand is a literal instead of a variable."""
    return isinstance(atom, core.Literal)


def is_dropped(variable: Any) -> bool:
    """Whether JAX prints this output as `_`."""
    return isinstance(variable, core.DropVar)


def new_variable(variable: Any) -> Any:
    """A fresh variable of the same type."""
    return core.Var(variable.aval)


# --- tags in the name stack -------------------------------------------------------------------------------------------


def tagged(equation: Any, tag: str, params: dict[str, Any], outvars: list[Any], alone: bool = False) -> Any:
    """The same equation whose name stack ends in `tag`, or is that `alone`, with these parameters and outputs."""
    info = equation.source_info
    stack = source_info_util.new_name_stack() if alone else info.name_stack
    stacked = info.replace(name_stack=stack.extend(tag))
    return equation.replace(params=params, source_info=stacked, outvars=outvars)


def tag_of(equation: Any, prefix: str) -> str | None:
    """The innermost scope of an equation's name stack that starts with `prefix`, without it."""
    for scope in reversed(equation.source_info.name_stack.stack):
        if scope.name.startswith(prefix):
            name: str = scope.name
            return name[len(prefix) :]
    return None


def transforms_of(equation: Any) -> tuple[str, ...]:
    """The transformations in an equation's name stack, outermost first: "transpose", "jvp", "vmap"."""
    stack = equation.source_info.name_stack.stack
    return tuple(entry.name for entry in stack if isinstance(entry, source_info_util.Transform))


@contextlib.contextmanager
def binding_under(equation: Any, tag: str) -> Iterator[None]:
    """Bind as if the user's code of `equation` ran, with `tag` at the end of the name stack."""
    info = equation.source_info
    stack = source_info_util.current_name_stack() + info.name_stack.extend(tag)
    with source_info_util.user_context(info.traceback, name_stack=stack), equation.ctx.manager:
        yield


def bind(equation: Any, params: dict[str, Any], operands: Iterable[Any]) -> list[Any]:
    """Apply the primitive of an equation; JAX 0.8 passes subfunctions apart, later versions among the parameters."""
    primitive = equation.primitive
    bound = primitive.get_bind_params(params)
    if isinstance(bound, dict):
        outputs = primitive.bind(*operands, **bound)
    else:
        subfunctions, rest = bound
        outputs = primitive.bind(*subfunctions, *operands, **rest)
    return list(outputs) if primitive.multiple_results else [outputs]


# --- tracers ----------------------------------------------------------------------------------------------------------


class Staged(NamedTuple):
    """A traced value: the variable or literal it stands for (None = a concrete array), its batch axis, its batched type."""

    atom: Any
    axis: int | None
    aval: Any


def staged(value: Any) -> Staged:
    """What a value made inside one `vmap` inside `make_jaxpr` stands for."""
    axis = None
    if isinstance(value, batching.BatchTracer):
        axis = value.batch_dim if isinstance(value.batch_dim, int) else None
        value = value.val
    atom = getattr(value, "val", None) if isinstance(value, core.Tracer) else None
    return Staged(atom, axis, jax.typeof(value))


def as_traced(value: Any) -> Any:
    """A concrete value as one of the program under construction, inside one `vmap` inside `make_jaxpr`; traced values are kept."""
    if isinstance(value, core.Tracer):
        return value
    trace = core.trace_ctx.trace
    while not hasattr(trace, "to_jaxpr_tracer"):
        trace = trace.parent_trace
    return trace.to_jaxpr_tracer(value, source_info_util.current())


def escaped(value: Any) -> BaseException | None:
    """JAX's own error for a value of a trace that is over; None for every other value."""
    return core.escaped_tracer_error(value) if isinstance(value, core.Tracer) else None


# --- the watcher ------------------------------------------------------------------------------------------------------

watch = core.Primitive("vmapviz_watch")
watch.multiple_results = True
watch.def_abstract_eval(lambda *avals, paths, axes: [])
watch.def_impl(lambda *operands, paths, axes: [])


def _batch_watch(operands: Any, dims: Any, *, paths: tuple[str, ...], axes: Any) -> tuple[list[Any], list[Any]]:
    watch.bind(*operands, paths=paths, axes=tuple(d if isinstance(d, int) else None for d in dims))
    return [], []


batching.primitive_batchers[watch] = _batch_watch


def watcher(variables: list[Any], paths: tuple[str, ...]) -> Any:
    """An equation without outputs that, when batched, notes the batch axes of `variables` in its parameter `axes`; `paths` says
    for each which equation gives it."""
    info = source_info_util.new_source_info()
    params = {"paths": paths, "axes": None}
    return core.new_jaxpr_eqn(variables, [], watch, params, set(), info)


def is_watcher(equation: Any) -> bool:
    """Whether an equation is one of ours."""
    return equation.primitive is watch


# --- axes and names ---------------------------------------------------------------------------------------------------


def flatten_axes(name: str, tree: Any, axes: Any) -> list[int | None]:
    """One axis per leaf of `tree` from a prefix of it; ValueError when `axes` is none."""
    return list(api_util.flatten_axes(name, tree, axes))


# --- where an equation comes from -------------------------------------------------------------------------------------


def code_frames(equation: Any) -> list[tuple[CodeType, int]]:
    """The frames under which an equation was made, innermost first: code and place in it, in bytes; empty when unknown."""
    traceback = equation.source_info.traceback
    if traceback is None:
        return []
    codes, instructions = traceback.raw_frames()
    return list(zip(codes, instructions, strict=True))


def is_user_file(file: str) -> bool:
    """Whether a file is neither JAX's own nor Python's library."""
    return bool(source_info_util.is_user_filename(file))


# --- compiled programs ------------------------------------------------------------------------------------------------

_ELF, _SECTIONS, _EXECUTABLE = b"\x7fELF\x02\x01", 40, 4


def code_bytes(program: Any) -> int | None:
    """The size of a compiled program's machine code; None where neither XLA nor the object files of its serialized form say it."""
    stats = program.memory_analysis()
    size = 0 if stats is None else int(stats.generated_code_size_in_bytes)
    if size > 0:
        return size
    try:
        executable = program.runtime_executable()
        data: bytes = executable.client.serialize_executable(executable)
    except Exception:  # a platform or a version that cannot serialize
        return None
    return sum(_code_in_object(data[place:]) for place in _places(data, _ELF)) or None


def _places(data: bytes, what: bytes) -> Iterator[int]:
    place = data.find(what)
    while place >= 0:
        yield place
        place = data.find(what, place + 1)


def _code_in_object(data: bytes) -> int:
    """The bytes of the sections that are executed, in an object file that begins here (64 bits, little-endian)."""
    (table,) = struct.unpack_from("<Q", data, _SECTIONS)
    each, count = struct.unpack_from("<HH", data, 58)
    if len(data) < table + each * count:
        return 0
    rows = (struct.unpack_from("<IIQQQQ", data, table + each * k) for k in range(count))
    return sum(size for _, _, flags, _, _, size in rows if flags & _EXECUTABLE)


# --- processes started together ---------------------------------------------------------------------------------------


def launched_together() -> bool:
    """Whether a launcher that `jax.distributed` detects by itself started several processes, of which this is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Kubernetes without its package: this process is alone
        found = (kind for kind in ClusterEnv._cluster_types if not kind.opt_in_only_method and kind.is_env_present())
        kind = next(found, None)
        return kind is not None and kind.get_process_count() > 1
