"""An annotation gives the type of one example, where it says one."""

from __future__ import annotations

import pytest

from vmapviz.model.annotations import example_type


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("f32[5,3]", "f32[5,3]"),
        ("'f32[5,3]'", "f32[5,3]"),
        ("Float[Array, '5 3']", "f32[5,3]"),
        ("jaxtyping.UInt8[jax.Array, 'n 3']", "u8[n,3]"),
        ("\"Float[Array, '']\"", "f32[]"),
        ("BFloat16[Array, '*batch #3 d=4 ...']", "bf16[3,4]"),
        ("float", "f32[]"),
        ("bool", "bool[]"),
    ],
)
def test_annotations_that_say_a_type(annotation: str, text: str) -> None:
    found = example_type(annotation)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    "annotation",
    [
        "",
        "jax.Array",
        "list[int]",
        "Float[Array, 3]",
        "Dict[str, 'int']",
        "Float[Array, '2*n']",
        "Float[Array, '3', 4]",
        "'oops['",
        "str",
    ],
)
def test_annotations_that_say_none(annotation: str) -> None:
    assert example_type(annotation) is None
