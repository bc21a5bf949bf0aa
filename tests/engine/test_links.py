"""The links are exact: checked by walking the programs, by plain JAX, and by numbers."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import linecache

import jax
import msgspec
import numpy as np
import pytest

import vmapviz
from tests.engine.corpus import PROGRAMS
from vmapviz.engine import compat
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace as trace_now
from vmapviz.engine.verify import verify
from vmapviz.model.compare import same
from vmapviz.model.trace import Program, Trace, Value, equations_of, inserted, values_of


@functools.cache
def traced(name: str) -> Trace:
    fun, levels, args = PROGRAMS[name]
    return vmapviz.trace(fun, levels=levels)(*args)


def original_values(program: Program, around: str = "") -> list[Value]:
    """Every value outside the update functions that JAX never batches as programs."""
    found = [*program.constants, *program.inputs]
    for equation in program.equations:
        found += equation.outputs
        if not equation.primitive.startswith(("reduce", "scatter", "select_and_", "sort")):
            for _, subprogram in equation.subprograms:
                found += original_values(subprogram)
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_vmapped_program_is_exactly_plain_jaxs(name: str) -> None:
    assert traced(name).exact is True


@pytest.mark.parametrize("name", PROGRAMS)
def test_inserting_each_levels_size_at_its_axis_gives_the_batched_shape(name: str) -> None:
    trace = traced(name)
    sizes = [level.size for level in trace.levels]
    for value in original_values(trace.original):
        assert len(value.batched) == len(sizes)
        for k, batched in enumerate(value.batched):
            if batched is None:
                assert name in ("nothing used", "axis_size alone", "all_gather"), value
                continue
            assert batched.dtype == value.dtype
            assert inserted_shape(value.shape, sizes, batched.axes) == batched.shape
            assert len(batched.axes) == k + 1


def inserted_shape(shape: tuple[int, ...], sizes: list[int], axes: tuple[int | None, ...]) -> tuple[int, ...]:
    """The shape with each size at its final place; independent of how the engine finds it."""
    mapped = {axis: sizes[level] for level, axis in enumerate(axes) if axis is not None}
    rest = iter(shape)
    return tuple(mapped[i] if i in mapped else next(rest) for i in range(len(shape) + len(mapped)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_origin_is_an_equation_of_the_program_before(name: str) -> None:
    for before, after in itertools.pairwise(traced(name).programs):
        paths = {equation.path for equation in equations_of(before)}
        assert {e.origin for e in equations_of(after)} - {None} <= paths


@pytest.mark.parametrize("name", PROGRAMS)
def test_only_out_axes_inserts_equations_and_only_at_the_top(name: str) -> None:
    for program in traced(name).programs[1:]:
        for equation in inserted(program):
            assert "." not in equation.path
            assert equation.primitive in ("transpose", "broadcast_in_dim", "broadcast")


# An all_gather over the mapped axis is no equation at all: one variable is both the batched input and the unbatched result.
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "all_gather"])
def test_linked_values_and_the_trace_at_another_size_agree_about_axes(name: str) -> None:
    trace = traced(name)
    for k, program in enumerate(trace.programs[1:]):
        axes = {value.name: value.axes for value in values_of(program) if value.name != "_"}
        for value in original_values(trace.original):
            batched = value.batched[k]
            if batched is not None and batched.name in axes:
                assert axes[batched.name] == tuple(None if a is None else (a,) for a in batched.axes), value


@pytest.mark.parametrize("name", PROGRAMS)
def test_paths_are_unique_and_names_are_defined_before_use(name: str) -> None:
    for program in traced(name).programs:
        paths = [equation.path for equation in equations_of(program)]
        assert len(paths) == len(set(paths))
        names = [value.name for value in values_of(program) if value.name != "_"]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_of_ours_is_left_in_the_programs(name: str) -> None:
    for program in traced(name).programs:
        assert not any("vmapviz" in equation.primitive for equation in equations_of(program))


@pytest.mark.parametrize(("name", "count"), [("square", 0), ("matvec", 1), ("layer", 1), ("axes 1 to 0", 0)])
def test_number_of_inserted_equations(name: str, count: int) -> None:
    assert len(inserted(traced(name).batched)) == count


def test_one_equation_becomes_three() -> None:
    batched = traced("layer").batched
    assert [e.primitive for e in batched.equations if e.origin == "1"] == ["transpose", "broadcast_in_dim", "add"]


def test_a_batched_cond_becomes_its_branches_and_a_select() -> None:
    became = [(e.primitive, e.origin) for e in traced("guarded root").batched.equations if e.origin != e.path]
    assert ("mul", "2.branches[0].0") in became
    assert ("sqrt", "2.branches[1].0") in became
    assert ("select_n", "2") in became


def test_the_linked_jaxpr_computes_what_the_loop_computes() -> None:
    fun, levels, args = PROGRAMS["layer"]
    result = trace_now(fun, levels, *args)
    got = jax.core.eval_jaxpr(result.jaxprs[1].jaxpr, result.jaxprs[1].consts, *args)[0]
    loop = np.stack([fun(args[0], x, args[2]) for x in args[1]], axis=1)
    np.testing.assert_array_equal(np.asarray(got), loop)


def corrupted(program: Program, which: str) -> Program:
    equations = list(program.equations)
    if which == "parameter":
        equations[0] = msgspec.structs.replace(equations[0], params=(("axis", "7", 7), *equations[0].params))
    elif which == "operand":
        equations[3] = msgspec.structs.replace(equations[3], inputs=tuple(reversed(equations[3].inputs)))
    elif which == "order":
        equations[0:2] = equations[1::-1]
    elif which == "type":
        wrong = msgspec.structs.replace(equations[0].outputs[0], dtype="float16")
        equations[0] = msgspec.structs.replace(equations[0], outputs=(wrong,))
    return msgspec.structs.replace(program, equations=tuple(equations))


@pytest.mark.parametrize("which", ["parameter", "operand", "order", "type"])
def test_a_corrupted_program_is_not_exact(which: str) -> None:
    fun, levels, args = PROGRAMS["layer"]
    result = trace_now(fun, levels, *args)
    wrong = Trace(None, result.trace.levels, (result.trace.original, corrupted(result.trace.batched, which)))
    assert verify(dataclasses.replace(result, trace=wrong))[0].exact is False
    assert verify(result)[0].exact is True


def test_names_do_not_count_as_a_difference() -> None:
    program = traced("layer").batched
    renamed = msgspec.json.encode(program).decode().replace('"d"', '"zz"')
    assert same(program, msgspec.json.decode(renamed, type=Program))


def test_when_jax_changes_both_programs_are_still_shown_without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> object:
        raise AttributeError("no such thing in this JAX")

    monkeypatch.setattr(compat, "binding_under", broken)
    fun, levels, args = PROGRAMS["layer"]
    result = trace_now(fun, levels, *args)
    trace, note = verify(result)
    assert [e.primitive for e in trace.batched.equations][:2] == ["dot_general", "transpose"]
    assert all(e.origin is None for e in equations_of(trace.batched))
    assert note.startswith("Links are not available with JAX")


def test_a_trace_is_json_with_the_names_of_the_contract() -> None:
    data = msgspec.json.decode(vmapviz.trace(lambda x: x * 2)(np.arange(3.0, dtype="float32")).to_json())
    assert set(data) == {"exact", "levels", "programs"}
    assert set(data["programs"][0]) == {"inputs", "constants", "equations", "outputs"}
    assert data["programs"][0]["inputs"][0] == {
        "name": "a",
        "label": "x",
        "dtype": "float32",
        "shape": [],
        "batched": [{"name": "a", "dtype": "float32", "shape": [3], "axes": [0]}],
        "axes": [],
    }
    assert data["programs"][1]["equations"][0]["origin"] == "0"
    assert data["programs"][1]["inputs"][0]["axes"] == [[0]]


def test_labels_name_arguments_and_leaves() -> None:
    labels = [value.label for value in traced("pytrees").original.inputs]
    assert labels == ["state['cov']", "state['mean']", "scale"]


def test_keyword_arguments_are_mapped_along_axis_0_as_jax_does() -> None:
    trace = vmapviz.trace(lambda x, *, y: x + y, in_axes=0)(np.ones(3, "float32"), y=np.ones(3, "float32"))
    assert [value.label for value in trace.original.inputs] == ["x", "y"]
    assert trace.exact


def test_sources_name_the_characters() -> None:
    source = traced("layer").original.equations[0].source
    assert source is not None
    assert source.file.endswith("corpus.py")
    assert linecache.getline(source.file, source.line)[source.column : source.end_column] == "W @ x"


def test_errors_name_the_users_arguments() -> None:
    with pytest.raises(ValueError, match=r"argument m of type") as error:
        vmapviz.trace(lambda m, v: m @ v)(np.ones((2, 3)), np.ones((5, 3)))
    assert "inconsistent sizes" in str(error.value)


def test_levels_are_shown_as_python() -> None:
    level = vmapviz.trace(lambda m, v: m @ v, in_axes=(None, 0), out_axes=1)(np.ones((2, 3)), np.ones((5, 3))).levels[0]
    assert (level.size, level.in_axes, level.out_axes) == (5, "(None, 0)", "1")
    assert Vmap is vmapviz.Vmap
