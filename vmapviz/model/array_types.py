"""Types of arrays as JAX prints them, `f32[5,3]`, with letters allowed for sizes: `f32[B,3]`."""

from __future__ import annotations

import ast

import msgspec

from vmapviz.model.expressions import expression

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = tuple(f"{kind}{bits}" for kind in ("int", "uint") for bits in (2, 4, 8, 16, 32, 64))
SMALL_FLOATS = (
    *("float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz"),
    *("float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn"),
)


def _short(name: str) -> str:
    for long, short in (("float", "f"), ("uint", "u"), ("int", "i"), ("complex", "c")):
        name = name.replace(long, short)
    return name


DTYPES = {_short(name): name for name in (*FLOATS, *INTEGERS, *SMALL_FLOATS, "bool", "complex64", "complex128")}
DTYPES["key"] = "key"
"""Short name to the name of the dtype in JAX; `key` stands for random keys of the default kind."""


class ArrayType(msgspec.Struct, frozen=True):
    """The type of an array: JAX's short dtype, and a size or a letter for every axis."""

    dtype: str
    dims: tuple[int | str, ...]

    @property
    def text(self) -> str:
        """This type as it is typed and printed: `f32[B,3]`."""
        return f"{self.dtype}[{','.join(map(str, self.dims))}]"

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The sizes; None when some are letters."""
        sizes = tuple(dim for dim in self.dims if isinstance(dim, int))
        return sizes if len(sizes) == len(self.dims) else None


def parse_type(text: str) -> ArrayType | None:
    """The text as the type of one array; None when it is anything else."""
    parsed = expression(text)
    return array_type(parsed.tree) if parsed else None


def array_type(node: ast.expr) -> ArrayType | None:
    """A syntax tree as the type of one array; None when it is anything else."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in DTYPES):
        return None
    dims = tuple(map(_dim, dim_nodes(node)))
    return ArrayType(node.value.id, tuple(dim for dim in dims if dim is not None)) if None not in dims else None


def dim_nodes(node: ast.Subscript) -> list[ast.expr]:
    """The syntax trees between the brackets of a type, one per axis."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _dim(node: ast.expr) -> int | str | None:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return node.id if isinstance(node, ast.Name) else None
