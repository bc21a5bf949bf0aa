"""How a primitive is written between its operands."""

from __future__ import annotations

from vmapviz.model.trace import Equation

SYMBOLS = {
    "add": "+",
    "add_any": "+",
    "sub": "−",
    "mul": "×",
    "div": "÷",
    "dot_general": "·",
    "pow": "^",
    "rem": "mod",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "eq": "=?",
    "ne": "≠",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "max": "max",
    "min": "min",
}

# One operand, every cell by itself.
ELEMENTWISE = (
    *("abs", "neg", "sign", "floor", "ceil", "round", "is_finite", "not", "stop_gradient", "copy", "copy_p"),
    *("exp", "exp2", "expm1", "log", "log1p", "sqrt", "rsqrt", "cbrt", "square", "integer_pow", "logistic"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("erf", "erfc", "erf_inv", "lgamma", "digamma", "real", "imag", "conj", "population_count", "clz"),
    *("convert_element_type", "reduce_precision"),
)

CUMULATIVE = ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp")

SCATTERS = (
    *("scatter", "scatter-add", "scatter-mul", "scatter-min", "scatter-max", "scatter-sub"),
    *("scatter_add", "scatter_mul", "scatter_min", "scatter_max", "scatter_sub"),
)

# Those of two operands that have no sign.
PAIRWISE = ("atan2", "nextafter", "shift_left", "shift_right_arithmetic", "shift_right_logical", "complex")


def symbol(equation: Equation) -> str:
    """The sign between two operands; "" for a primitive that has none."""
    return SYMBOLS.get(equation.primitive, "") if len(equation.inputs) == 2 else ""
