"""From an experiment to what can be called: the function, its arguments, its axes."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vmapviz.engine import machine, source
from vmapviz.engine.calls import Vmap
from vmapviz.engine.notation import Filler, Outline, notations
from vmapviz.model import messages
from vmapviz.model.arguments import split
from vmapviz.model.experiment import Experiment
from vmapviz.model.experiment import Vmap as Settings
from vmapviz.model.expressions import parts, rewrite_empty, why_unreadable
from vmapviz.model.what import is_live

Stage = Literal["source", "function", "argument", "call", "axes", "reference"]
LETTER_SIZES = (5, 3, 4, 2, 6, 7, 8, 9)
ARGUMENT_FILE = "<vmapviz argument>"


@dataclass(frozen=True)
class Loaded:
    """An experiment, ready to be traced, run and timed.

    `args` and `kwargs` are the whole batch. `arguments` describes them, `names` names them, positional first.
    `letters` are the sizes of the letters in the arguments; `remake` evaluates the arguments with other sizes, `types` gives their types.
    `files` hold the user's source, None for the file of `fun` itself.
    """

    fun: Callable[..., Any]
    levels: tuple[Vmap, ...]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    arguments: tuple[messages.Argument, ...]
    names: tuple[str, ...]
    filename: str
    name: str = "fun"
    reference: Callable[..., Any] | None = None
    map: str = "vmap"
    devices: int | None = None
    letters: Mapping[str, int] | None = None
    remake: Callable[[Mapping[str, int]], tuple[tuple[Any, ...], dict[str, Any]]] | None = None
    types: Callable[[Mapping[str, int]], tuple[tuple[Any, ...], dict[str, Any]]] | None = None
    files: frozenset[str] | None = None


class LoadError(Exception):
    """An experiment failed at `stage`; the cause is chained. `index` is the argument or level at fault."""

    def __init__(self, stage: Stage, index: int | None = None, arguments: tuple[messages.Argument, ...] = ()) -> None:
        super().__init__(stage)
        self.stage, self.index, self.arguments = stage, index, arguments


class ElsewhereError(Exception):
    """The function lives in another process, which called `vmapviz.show`."""


@contextmanager
def _stage(stage: Stage, index: int | None = None, arguments: tuple[messages.Argument, ...] = ()) -> Iterator[None]:
    try:
        yield
    except LoadError:
        raise
    except BaseException as error:
        raise LoadError(stage, index, arguments) from error


def load(experiment: Experiment) -> Loaded:
    """Everything the experiment names, evaluated; raises LoadError with the cause chained."""
    with _stage("source"):
        if is_live(experiment.path):
            raise ElsewhereError(experiment.function)
        module = source.module(experiment.source, experiment.path)
    with _stage("function"):
        fun = source.function(module, experiment.function)
    loaded = called(Call(fun, experiment, vars(module)), source.file_name(experiment.path))
    if not experiment.reference:
        return loaded
    with _stage("reference", None, loaded.arguments):
        return replace(loaded, reference=source.function(module, experiment.reference))


def called(call: Call, filename: str) -> Loaded:
    """A call, evaluated; `filename` is the file whose places are shown. Raises LoadError."""
    fun, experiment = call.fun, call.experiment
    letters = call.letters()
    args, kwargs = call.evaluate(letters)
    names = call.names(args, kwargs)
    arguments = describe(names, call.texts(names), args, kwargs, ())
    with _stage("call", None, arguments):
        _check_count(fun, args, kwargs)
    levels = tuple(call.level(one, index, arguments) for index, one in enumerate(experiment.levels))
    return Loaded(
        fun=fun,
        levels=levels,
        args=args,
        kwargs=kwargs,
        arguments=describe(names, call.texts(names), args, kwargs, levels),
        names=names,
        filename=filename,
        name=experiment.function or getattr(fun, "__name__", "fun"),
        map=experiment.map,
        devices=experiment.devices,
        letters=letters,
        remake=call.evaluate,
        types=call.types,
    )


def live(fun: Callable[..., Any], levels: tuple[Vmap, ...], *args: Any, **kwargs: Any) -> Loaded:
    """A function and arguments that exist already in this process, as if they had been loaded."""
    args, kwargs = by_position(fun, args, kwargs)
    names = parameter_names(fun, args, kwargs)
    code = getattr(inspect.unwrap(fun), "__code__", None)
    return Loaded(
        fun=fun,
        levels=levels,
        args=args,
        kwargs=kwargs,
        arguments=describe(names, ("",) * len(names), args, kwargs, levels),
        names=names,
        filename=code.co_filename if code else "",
        name=getattr(fun, "__name__", "fun"),
    )


class Call:
    """The arguments of a call: rows of text, evaluated beside the user's function."""

    def __init__(self, fun: Callable[..., Any], experiment: Experiment, namespace: Mapping[str, Any]) -> None:
        self.fun, self.experiment, self.namespace = fun, experiment, namespace
        with _stage("argument"):
            if parts(experiment.arguments) is None:
                raise SyntaxError(why_unreadable(experiment.arguments).partition(": ")[2])
        self.rows = split(experiment.arguments)

    def letters(self) -> dict[str, int]:
        """The names that stand for sizes, in order of appearance: 5 (or the axis_size) for the first, then others."""
        known = set(dir(builtins)) | self.namespace.keys() | {"jax", "jnp", "lax", "np"} | notations(Filler(0)).keys()
        found: dict[str, int] = {}
        sizes = iter((self.experiment.levels[-1].axis_size or LETTER_SIZES[0], *LETTER_SIZES[1:]))
        for _, text in self.rows:
            for name in _names_in_shapes(text.lstrip("*")):
                if name not in known and name not in found:
                    found[name] = next(sizes, 3)
        return found

    def types(self, letters: Mapping[str, int]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The types of the arguments with these sizes, of which none is made but by numpy, or by code that asks for its numbers."""
        try:
            found: tuple[tuple[Any, ...], dict[str, Any]] = jax.eval_shape(lambda: self.evaluate(letters, Outline()))
        except LoadError:
            found = jax.eval_shape(lambda made: made, self.evaluate(letters))
        return found

    def evaluate(
        self, letters: Mapping[str, int], filler: Filler | None = None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with these sizes, as they are passed: by position where the parameter has one."""
        short = notations(filler or Filler(machine.available_bytes() // 2))
        scope = {"jax": jax, "jnp": jnp, "lax": lax, "np": np, **short, **letters, **self.namespace}
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for index, (name, text) in enumerate(self.rows):
            with _stage("argument", index):
                if text.startswith("**"):
                    kwargs.update(_evaluated(text[2:], scope))
                elif text.startswith("*"):
                    args.extend(_evaluated(text[1:], scope))
                elif name:
                    kwargs[name] = self.value(index, text, scope)
                else:
                    args.append(self.value(index, text, scope))
        return by_position(self.fun, tuple(args), kwargs)

    def value(self, index: int, text: str, scope: dict[str, Any]) -> Any:
        """The value of one row; raises whatever its text raises, TypeError for what JAX cannot pass."""
        return _evaluated(text, scope)

    def names(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
        """A name for every argument, positional first."""
        return parameter_names(self.fun, args, kwargs)

    def level(self, settings: Settings, index: int, arguments: tuple[messages.Argument, ...]) -> Vmap:
        """The settings of one vmap, evaluated; raises LoadError."""
        with _stage("axes", index, arguments):
            return _level(settings, self.namespace)

    def texts(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The user's text of each argument, in the order of `names`; "" where stars hide it."""
        if any(text.startswith("*") for _, text in self.rows):
            return ("",) * len(names)
        named = {name: text for name, text in self.rows if name}
        plain = iter(text for name, text in self.rows if not name)
        return tuple(named[name] if name in named else next(plain, "") for name in names)


def _evaluated(text: str, scope: dict[str, Any]) -> Any:
    """The value of an argument; raises whatever its text raises, TypeError for what JAX cannot pass."""
    code = compile(f"({rewrite_empty(text)}\n)", ARGUMENT_FILE, "eval", dont_inherit=True)
    return checked(eval(code, scope))


def checked(value: Any) -> Any:
    """The value; raises TypeError where JAX cannot pass it."""
    for leaf in jax.tree.leaves(value):
        jax.typeof(leaf)
    return jax.block_until_ready(value)  # what cannot be computed fails here, and not later in the function


def _names_in_shapes(text: str) -> Iterator[str]:
    """The names inside the brackets of short notations, in order."""
    try:
        tree = ast.parse(f"({rewrite_empty(text)}\n)", mode="eval")
    except SyntaxError:
        return
    short = notations(Filler(0))
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in short:
            yield from (name.id for name in ast.walk(node.slice) if isinstance(name, ast.Name))


def by_position(
    fun: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Moves keywords that bind positional parameters behind the positional arguments, as long as there is no gap."""
    names = [p.name for p in _parameters(fun) if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
    rest = dict(kwargs)
    moved = []
    for name in names[len(args) :]:
        if name not in rest:
            break
        moved.append(rest.pop(name))
    return args + tuple(moved), rest


def parameter_names(fun: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
    """A name for every argument, positional first: the parameter's, `rest[0]` for `*rest`, `arg0` where unknown."""
    parameters = _parameters(fun)
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
    star = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    for index in range(len(names), len(args)):
        names.append(f"{star}[{index - len(names)}]" if star and index >= len(names) else f"arg{index}")
    return (*names[: len(args)], *kwargs)


def _parameters(fun: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(fun).parameters.values())
    except (TypeError, ValueError):
        return []


def _check_count(fun: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    try:
        signature = inspect.signature(fun)
    except (TypeError, ValueError):
        return
    signature.bind(*args, **kwargs)


def _level(settings: Settings, namespace: Mapping[str, Any]) -> Vmap:
    scope = {"jax": jax, "jnp": jnp, "lax": lax, "np": np, **namespace}
    in_axes = eval(compile(f"({settings.in_axes}\n)", "<vmapviz in_axes>", "eval", dont_inherit=True), scope)
    out_axes = eval(compile(f"({settings.out_axes}\n)", "<vmapviz out_axes>", "eval", dont_inherit=True), scope)
    if isinstance(in_axes, list):
        in_axes = tuple(in_axes)
    return Vmap(in_axes, out_axes, settings.axis_name, settings.axis_size, settings.spmd_axis_name)


def describe(
    names: tuple[str, ...],
    texts: tuple[str, ...],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    levels: tuple[Vmap, ...],
) -> tuple[messages.Argument, ...]:
    """The arguments as rows: name, text, and each leaf's type and batch axes (all None where `levels` does not fit)."""
    described = []
    axes = iter(leaf_axes(args, kwargs, levels))
    for index, (name, text, value) in enumerate(zip(names, texts, (*args, *kwargs.values()), strict=True)):
        leaves = []
        for path, leaf in jax.tree_util.tree_leaves_with_path(value):
            aval = jax.typeof(leaf)
            leaves.append(
                messages.ArgumentLeaf(jax.tree_util.keystr(path), str(aval.dtype), tuple(aval.shape), next(axes))
            )
        described.append(messages.Argument(name, text, tuple(leaves), index >= len(args)))
    return tuple(described)


def leaf_axes(args: tuple[Any, ...], kwargs: dict[str, Any], levels: tuple[Vmap, ...]) -> list[tuple[int | None, ...]]:
    """For each leaf of (args, kwargs) the axis of the whole array that each level maps, innermost first."""
    leaves = jax.tree.leaves(args) + [leaf for value in kwargs.values() for leaf in jax.tree.leaves(value)]
    free = [list(range(np.ndim(leaf))) for leaf in leaves]
    found: list[tuple[int | None, ...]] = []
    for level in reversed(levels):
        try:
            chosen = level_axes(level.in_axes, args) + [0] * (len(leaves) - len(jax.tree.leaves(args)))
        except (ValueError, TypeError):
            chosen = [None] * len(leaves)
        found.insert(0, tuple(_take(axes, axis) for axes, axis in zip(free, chosen, strict=True)))
    return [tuple(axes[leaf] for axes in found) for leaf in range(len(leaves))]


def level_axes(in_axes: Any, args: Any) -> list[int | None]:
    """One axis per leaf of `args`, from the prefix `in_axes`; raises ValueError when it is none."""
    axes: list[int | None] = []

    def spread(axis: int | None, part: Any) -> None:
        axes.extend([axis] * len(jax.tree.leaves(part)))

    jax.tree.map(spread, in_axes, args, is_leaf=lambda entry: entry is None)
    return axes


def _take(free: list[int], axis: Any) -> int | None:
    """Removes the axis from the free ones and gives its place in the whole array; None when there is none such."""
    if not isinstance(axis, int) or not -len(free) <= axis < len(free):
        return None
    return free.pop(axis)
