"""`import vmapviz`: called like `jax.vmap`, it gives the programs as data, and its errors are JAX's own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import jax
import jax.numpy as jnp
import msgspec
import numpy as np
import pytest

import vmapviz
from vmapviz import Trace, Vmap

W, X, B = jnp.ones((2, 3)), jnp.ones((5, 3)), jnp.ones(2)


def layer(W: Any, x: Any, bias: Any) -> Any:
    return jnp.maximum(W @ x + bias, 0.0)


def shapes(trace: Trace) -> list[tuple[int, ...]]:
    """The shapes of what the vmapped program takes."""
    return [value.shape for value in trace.batched.inputs]


def result(trace: Trace) -> tuple[int, ...]:
    """The shape of the vmapped program's first result."""
    values = {value.name: value.shape for equation in trace.batched.equations for value in equation.outputs}
    return values[trace.batched.outputs[0]]


def test_these_are_the_public_names() -> None:
    assert vmapviz.__all__ == ["Trace", "Vmap", "Window", "show", "trace"]
    assert all(getattr(vmapviz, name) for name in vmapviz.__all__)
    with pytest.raises(AttributeError, match="module 'vmapviz' has no attribute 'tracee'"):
        vmapviz.tracee  # noqa: B018


def test_importing_loads_neither_jax_nor_numpy_nor_qt_and_tracing_no_qt() -> None:
    code = (
        "import sys, vmapviz\nassert not {'jax', 'numpy', 'PySide6', 'msgspec'} & set(sys.modules)\n"
        "vmapviz.Trace\nassert not {'jax', 'numpy', 'PySide6'} & set(sys.modules)\n"
        "assert vmapviz.trace(lambda x: x * x)(__import__('numpy').ones(3))\n"
        "assert 'PySide6' not in sys.modules and 'click' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_called_like_vmap() -> None:
    by_name = vmapviz.trace(layer, in_axes=(None, 0, None), out_axes=1)(W, X, B)
    by_place = vmapviz.trace(layer, (None, 0, None), 1)(W, X, B)
    assert by_name == by_place
    assert by_name.exact is True
    assert shapes(by_name) == [(2, 3), (5, 3), (2,)]
    assert result(by_name) == jax.vmap(layer, (None, 0, None), 1)(W, X, B).shape == (2, 5)
    (level,) = by_name.levels
    assert (level.size, level.name, level.in_axes, level.out_axes) == (5, None, "(None, 0, None)", "1")


def test_the_same_mapped_function_traces_many_calls() -> None:
    traced = vmapviz.trace(jnp.sin)
    assert [traced(jnp.ones(size)).levels[0].size for size in (2, 7)] == [2, 7]


def test_pytrees_and_keywords_go_as_in_vmap() -> None:
    def scaled(state: Any, *, by: Any) -> Any:
        return {"mean": state["mean"] * by, "count": state["count"]}

    axes = ({"mean": 1, "count": None},)
    state = {"mean": jnp.ones((2, 4)), "count": 3}
    trace = vmapviz.trace(scaled, in_axes=axes, out_axes={"mean": 0, "count": None})(state, by=jnp.arange(4.0))
    assert trace.exact
    assert [value.label for value in trace.original.inputs] == ["state['count']", "state['mean']", "by"]
    assert [value.shape for value in trace.original.inputs] == [(), (2,), ()]
    assert [value.batched[0].axes for value in trace.original.inputs if value.batched[0]] == [(None,), (1,), (0,)]


def test_numpy_arrays_types_and_numbers_will_do() -> None:
    given = jax.ShapeDtypeStruct((5, 3), jnp.float32)
    assert vmapviz.trace(layer, (None, 0, None))(np.ones((2, 3), "float32"), given, 1.0).exact


def test_a_name_can_be_given_to_the_axis() -> None:
    trace = vmapviz.trace(lambda x: x - jax.lax.pmean(x, "batch"), axis_name="batch")(jnp.ones(6))
    assert trace.exact
    assert (trace.levels[0].name, trace.levels[0].size) == ("batch", 6)


def test_the_size_alone_is_enough_when_nothing_is_mapped() -> None:
    def ranked(x: Any) -> Any:
        return x + jax.lax.axis_index("i")

    trace = vmapviz.trace(ranked, in_axes=None, axis_name="i", axis_size=4)(jnp.float32(2))
    assert trace.exact
    assert trace.levels[0].size == 4
    assert result(trace) == (4,)


def test_a_name_for_several_machines_goes_to_jax() -> None:
    mesh = jax.make_mesh((1,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))

    def pinned(x: Any) -> Any:
        here = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(None))
        return jax.lax.with_sharding_constraint(x * 2, here)

    def parameters(**options: Any) -> str:
        trace = vmapviz.trace(pinned, **options)(jnp.ones((2, 3)))
        assert trace.exact
        (pin,) = [one for one in trace.batched.equations if one.primitive == "sharding_constraint"]
        return " ".join(f"{name}={text}" for name, text, _ in pin.params)

    assert "data" in parameters(spmd_axis_name="data").partition("spec=")[2]
    assert parameters(spmd_axis_name="data") != parameters()


def test_levels_are_nested_vmaps_innermost_first() -> None:
    def minus(a: Any, b: Any) -> Any:
        return a - b

    levels = [Vmap(in_axes=(None, 0)), Vmap(in_axes=(0, None), axis_name="rows")]
    trace = vmapviz.trace(minus, levels=levels)(jnp.ones((3, 2)), jnp.ones((4, 2)))
    assert trace.exact
    assert len(trace.programs) == 3
    assert trace.batched is trace.programs[2]
    assert [(level.size, level.name) for level in trace.levels] == [(4, None), (3, "rows")]
    assert result(trace) == (3, 4, 2)
    assert vmapviz.trace(minus, levels=(Vmap((None, 0)),))(jnp.ones(2), jnp.ones((4, 2))) == vmapviz.trace(
        minus, (None, 0)
    )(jnp.ones(2), jnp.ones((4, 2)))


def test_a_trace_is_data_and_json() -> None:
    trace = vmapviz.trace(layer, (None, 0, None), 1)(W, X, B)
    assert trace.original is trace.programs[0]
    assert trace.batched is trace.programs[-1]
    assert [equation.primitive for equation in trace.original.equations] == ["dot_general", "add", "max"]
    assert [equation.origin for equation in trace.batched.equations] == ["0", "1", "1", "1", "2", None]
    text = trace.to_json()
    assert json.loads(text)["exact"] is True
    assert msgspec.json.decode(text, type=Trace) == trace


def test_equations_know_their_line_in_a_file_of_the_users_and_added_ones_have_none() -> None:
    trace = vmapviz.trace(layer, (None, 0, None), 1)(W, X, B)
    source = trace.original.equations[-1].source
    assert source is not None
    assert source.file == __file__
    assert source.line == layer.__code__.co_firstlineno + 1
    assert [equation.source for equation in trace.batched.equations if equation.origin is None] == [None]


CALLS: dict[str, tuple[dict[str, Any], tuple[Any, ...], dict[str, Any]]] = {
    "in_axes too long": ({"in_axes": (0, 0, 0, 0)}, (W, X, B), {}),
    "sizes differ": ({}, (W, X, B), {}),
    "nothing mapped": ({"in_axes": None}, (W, X, B), {}),
    "no such axis": ({"in_axes": (2, None, None)}, (W, X, B), {}),
    "in_axes of a wrong type": ({"in_axes": "0"}, (W, X, B), {}),
    "out_axes None": ({"in_axes": (None, 0, None), "out_axes": None}, (W, X, B), {}),
    "shapes": ({"in_axes": (None, 1, None)}, (W, X, B), {}),
    "too few arguments": ({"in_axes": (None, 0)}, (W, X), {}),
    "an unknown keyword": ({"in_axes": (None, 0, None)}, (W, X, B), {"extra": X}),
}


@pytest.mark.parametrize(("options", "args", "kwargs"), CALLS.values(), ids=CALLS)
def test_errors_are_those_of_jax(options: Any, args: Any, kwargs: Any) -> None:
    with pytest.raises(Exception) as jaxs:  # noqa: PT011  (JAX's own, whichever it is)
        jax.vmap(layer, **options)(*args, **kwargs)
    with pytest.raises(type(jaxs.value)) as ours:
        vmapviz.trace(layer, **options)(*args, **kwargs)
    assert str(ours.value).partition("\n")[0] == str(jaxs.value).partition("\n")[0]


def test_what_is_no_array_is_refused_in_the_name_of_the_function() -> None:
    with pytest.raises(TypeError, match=r"layer.*<class 'str'>"):
        vmapviz.trace(layer, (None, 0, None))(W, X, "text")


def test_what_the_function_raises_comes_through() -> None:
    class OwnError(Exception):
        pass

    def stubborn(x: Any) -> Any:
        raise OwnError("no")

    with pytest.raises(OwnError, match="no"):
        vmapviz.trace(stubborn)(X)
