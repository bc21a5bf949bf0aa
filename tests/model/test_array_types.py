"""Types as JAX prints them are read exactly; everything else is a value."""

from __future__ import annotations

import pytest

from vmapviz.model.array_types import DTYPES, ArrayType, parse_type


@pytest.mark.parametrize(
    ("text", "dtype", "dims"),
    [
        ("f32[5,3]", "f32", (5, 3)),
        (" bf16[ B , 3 ] ", "bf16", ("B", 3)),
        ("f32[]", "f32", ()),
        ("f32[()]", "f32", ()),
        ("key[4]", "key", (4,)),
        ("f8_e4m3fn[2]", "f8_e4m3fn", (2,)),
        ("u64[1_000,]", "u64", (1000,)),
    ],
)
def test_types_are_read(text: str, dtype: str, dims: tuple[int | str, ...]) -> None:
    assert parse_type(text) == ArrayType(dtype, dims)


@pytest.mark.parametrize(
    "text", ["f32", "f32[-1]", "f32[2*B]", "f32[True]", "foo[3]", "jnp.eye(3)", "x.f32[3]", "f32[", ""]
)
def test_values_are_no_types(text: str) -> None:
    assert parse_type(text) is None


def test_a_type_prints_as_it_is_typed_and_knows_its_shape() -> None:
    assert ArrayType("f32", ("B", 3)).text == "f32[B,3]"
    assert ArrayType("f32", ("B", 3)).shape is None
    assert ArrayType("i32", (2, 3)).shape == (2, 3)


def test_the_short_names_are_jax_s() -> None:
    for short, name in {"bool": "bool", "c64": "complex64", "u4": "uint4", "f4_e2m1fn": "float4_e2m1fn"}.items():
        assert DTYPES[short] == name
