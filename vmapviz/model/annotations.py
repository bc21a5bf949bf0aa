"""What the annotation of a parameter says about the array that it takes for one example."""

from __future__ import annotations

import ast
import re

from vmapviz.model.array_types import DTYPES, ArrayType, array_type
from vmapviz.model.expressions import expression

PLAIN = {"int": "i32", "float": "f32", "complex": "c64", "bool": "bool"}
GENERAL = {
    **dict.fromkeys(("Float", "Num", "Shaped", "Inexact", "Real"), "f32"),
    **dict.fromkeys(("Int", "Integer"), "i32"),
    **dict.fromkeys(("UInt",), "u32"),
    **dict.fromkeys(("Complex",), "c64"),
    **{name.capitalize().replace("Ui", "UI").replace("Bf", "BF"): short for short, name in DTYPES.items()},
}
"""The array annotations of jaxtyping, by their names: `Float`, `Float32`, `UInt8`, `BFloat16`."""


def example_type(annotation: str) -> ArrayType | None:
    """The type for one example that an annotation asks for; None when it does not say.

    Understood are `f32[5,3]`, jaxtyping's `Float[Array, "5 3"]`, plain numbers such as `float`, and these as strings.
    """
    parsed = expression(annotation)
    if parsed is None:
        return None
    node = parsed.tree
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != annotation:
        return example_type(node.value)
    if isinstance(node, ast.Name) and node.id in PLAIN:
        return ArrayType(PLAIN[node.id], ())
    return array_type(node) or _jaxtyping(node)


def _jaxtyping(node: ast.expr) -> ArrayType | None:
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2):
        return None
    name = ast.unparse(node.value).split(".")[-1]
    dims = node.slice.elts[1]
    if name not in GENERAL or not (isinstance(dims, ast.Constant) and isinstance(dims.value, str)):
        return None
    return _with_dims(GENERAL[name], dims.value)


def _with_dims(dtype: str, text: str) -> ArrayType | None:
    dims: list[int | str] = []
    for word in text.split():
        dim = re.sub(r"^[#?]|^\w+=(?=\d)", "", word)
        if dim == "..." or dim.startswith("*"):
            continue
        if not (dim.isdecimal() or dim.isidentifier()):
            return None
        dims.append(int(dim) if dim.isdecimal() else dim)
    return ArrayType(dtype, tuple(dims))
