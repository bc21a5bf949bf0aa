"""The call in the title says what is traced, with the mapped axes marked by level."""

from __future__ import annotations

import pytest

from vmapviz.model.call import call_spans, call_text, timed_call
from vmapviz.model.experiment import Experiment, Vmap


def call(*levels: Vmap, map: str = "vmap") -> str:
    spans = call_spans(Experiment(function="layer", levels=levels, map=map))
    return "".join(span.text if span.level is None else f"<{span.level}:{span.text}>" for span in spans)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Vmap("(None, 0, None)", "1"), "vmap(layer, in_axes=(None, <0:0>, None), out_axes=<0:1>)"),
        (Vmap(), "vmap(layer, in_axes=<0:0>)"),
        (Vmap("(-1,None)"), "vmap(layer, in_axes=(<0:-1>,None))"),
        (Vmap("({'w': 1,\n 2: 0}, 0)"), "vmap(layer, in_axes=({'w': <0:1>, 2: <0:0>}, <0:0>))"),
        (Vmap("axes(0)"), "vmap(layer, in_axes=axes(0))"),
        (Vmap("("), "vmap(layer, in_axes=()"),
        (Vmap("", " 0"), "vmap(layer, in_axes=)"),
        (Vmap(axis_name="i", axis_size=5), "vmap(layer, in_axes=<0:0>, axis_name='i', axis_size=5)"),
    ],
)
def test_one_vmap_names_its_settings(level: Vmap, expected: str) -> None:
    assert call(level) == expected


def test_nested_vmaps_stand_inside_each_other() -> None:
    levels = (Vmap("(None, 0)"), Vmap("(0, None)", "1"))
    assert call(*levels) == "vmap(vmap(layer, (None, <0:0>)), (<1:0>, None), <1:1>)"


def test_pmap_is_the_outermost() -> None:
    assert call(Vmap(), map="pmap") == "pmap(layer, in_axes=<0:0>)"
    assert call(Vmap(), Vmap(), map="pmap") == "pmap(vmap(layer, <0:0>), <1:0>)"


def test_without_a_function_there_is_no_call() -> None:
    assert (call_spans(Experiment()), call_text(Experiment())) == ((), "")


def test_what_is_timed_is_told_with_its_arguments() -> None:
    experiment = Experiment(function="layer", arguments="W=f32[2,3], x=f32[5,3]", levels=(Vmap("(None, 0)"),))
    assert timed_call(experiment) == "vmap(layer, in_axes=(None, 0))(W=f32[2,3], x=f32[5,3])"
