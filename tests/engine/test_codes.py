"""The Python of every way is told before anything is measured: it is what a sweep of the same settings then runs."""

from __future__ import annotations

import jax
import pytest

from tests.engine.experiments import experiment
from tests.engine.sweeps import BY_AXIS, CASES, MATVEC, batch_of, swept
from vmapviz.engine.codes import codes
from vmapviz.engine.load import load
from vmapviz.engine.measuring import variants
from vmapviz.engine.measuring.ways import NotPossibleError
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.messages import Write
from vmapviz.model.timing import DEVICES, VARIANTS, WayText

LETTERED = experiment("def f(W, x): return W @ x", "f32[D,D], f32[B,D]", Vmap("(None, 0)"))
MORE = {
    "by axis": BY_AXIS,
    "lettered": LETTERED,
    "nothing mapped": experiment("def f(k): return k + 1", "f32[3]", Vmap("None", axis_size=4)),
}


def told(one: Experiment, sizes: tuple[int, ...], devices: int = 2, **more: object) -> dict[str, WayText]:
    """The Python of every way by name."""
    request = Write(1, one, (), sizes, devices, 0.2, **more)  # type: ignore[arg-type]  # settings by name
    return {way.variant: way for way in codes(load(one), request)}


def why(way: WayText) -> dict[int, str]:
    """Places at which a way cannot run, with the reason."""
    return dict(way.refused)


@pytest.mark.parametrize("grad", [False, True], ids=["forward", "gradient"])
def test_what_is_told_is_what_a_sweep_then_runs(grad: bool) -> None:
    known = told(MATVEC, (5,), grad=grad)
    assert tuple(known) == VARIANTS
    for series in swept(MATVEC, VARIANTS, (5,), 0.01, devices=2, grad=grad)[-1].timings.series:
        way = known[series.variant]
        assert series.code == (way.code if way.place else "")
        assert {point.at: point.skipped for point in series.points}.items() >= why(way).items()
    assert why(known["pmap"]) == {5: "2 devices do not divide 5"}


@pytest.mark.parametrize("grad", [False, True], ids=["forward", "gradient"])
@pytest.mark.parametrize("one", (CASES | MORE).values(), ids=CASES | MORE)
def test_types_give_the_same_python_as_the_arrays_that_run(one: Experiment, grad: bool) -> None:
    batch = batch_of(one, 4, devices=2)
    for name, way in told(one, (4,), grad=grad).items():
        if way.place:
            assert variants.way(name, batch, grad).code == way.code
        else:
            with pytest.raises(NotPossibleError, match=why(way)[4]):
                variants.way(name, batch, grad)


@pytest.mark.parametrize(("over", "number"), [(DEVICES, 4), ("D", 3), ("B", 4)])
def test_so_it_is_over_devices_and_letters(over: str, number: int) -> None:
    names = ("loop jit split", "pmap", "shard_map")
    known = told(LETTERED, (number,), over=over, examples=4)
    for series in swept(LETTERED, names, (number,), 0.01, devices=2, over=over, examples=4)[-1].timings.series:
        assert known[series.variant].code == series.code != ""
        assert known[series.variant].place


def test_every_way_has_its_python_before_anything_is_measured() -> None:
    known = told(MATVEC, (1, 4, 1024), devices=8, there=8)
    assert all(way.code and not way.refused and way.place == "1024 examples" for way in known.values())
    assert known["pmap"].code == "jax.pmap(jax.vmap(f, in_axes=(None, 0)), in_axes=(None, 0))(W, x.reshape(8, 128, 3))"
    assert "examples = [x[k] for k in range(1024)]" in known["loop jit split"].code
    assert "jax.make_mesh((8,)" in known["shard_map"].code
    graded = told(MATVEC, (4,), grad=True)
    assert all("jax.grad(" in way.code for way in graded.values())


def test_nothing_is_computed_for_it() -> None:
    one = experiment("def f(W, x): return W @ x", "f32[D,D], f32[B,D]", Vmap("(None, 0)"))
    huge = 1 << 40
    assert f"range({huge})" in told(one, (huge,))["loop"].code
    assert f"x.reshape(2, 2, {huge})" in told(one, (huge,), over="D", examples=4)["pmap"].code


def test_arguments_that_ask_for_their_numbers_are_made_for_it() -> None:
    one = experiment("def f(x): return x * 2", "jnp.ones(int(f32[B].shape[0])) * float(f32[2].sum())")
    assert "range(4)" in told(one, (4,), over="B")["loop"].code


def test_what_cannot_run_here_has_its_python_and_the_reason() -> None:
    known = told(MATVEC, (1, 9), devices=8, there=8)
    assert known["pmap"].place == "1 example"
    assert why(known["pmap"]) == {9: "8 devices do not divide 9"}
    below = told(MATVEC, (10, 16), devices=8, there=8)["pmap"]
    assert (below.place, why(below)) == ("16 examples", {10: "8 devices do not divide 10"})
    nowhere = told(MATVEC, (9,), devices=8, there=8)["pmap"]
    assert (nowhere.place, why(nowhere)) == ("", {9: "8 devices do not divide 9"})
    assert "x.reshape(8, -1, 3)" in nowhere.code
    few = told(MATVEC, (8,), over=DEVICES, examples=8, there=4)
    assert (few["shard_map"].place, why(few["shard_map"])) == ("", {8: "there are 4 devices"})
    assert "jax.make_mesh((8,)" in few["shard_map"].code


def test_fewer_devices_than_asked_for_are_what_it_runs_on() -> None:
    assert "x.reshape(4, 2, 3)" in told(MATVEC, (8,), devices=8, there=4)["pmap"].code


def test_a_function_that_needs_all_examples_has_no_loop_that_runs() -> None:
    known = told(BY_AXIS, (4,), devices=4)
    assert known["vmap"].place == known["pmap"].place == "4 examples"
    assert why(known["loop"]) == {4: "needs all examples at once"}
    assert known["loop"].code == "jnp.stack([f(x[k]) for k in range(4)])"


def test_what_has_no_gradient_and_no_reference_says_so() -> None:
    one = experiment("def f(x): return x > 0", "f32[5]")
    assert why(told(one, (4,), grad=True)["vmap"]) == {4: "no result is a float, so there is no gradient"}
    by_hand = told(one, (4,))["by hand"]
    assert (by_hand.code, why(by_hand)) == ("", {4: "there is no reference function"})


def test_the_sizes_of_a_letter_are_told_without_making_the_arrays() -> None:
    loaded = load(LETTERED)
    assert loaded.types is not None
    args, kwargs = loaded.types({"B": 1 << 20, "D": 1 << 20})
    assert kwargs == {}
    assert [type(one) for one in args] == [jax.ShapeDtypeStruct] * 2
    assert [one.shape for one in args] == [(1 << 20, 1 << 20)] * 2
