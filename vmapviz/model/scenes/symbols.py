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
    "eq_to": "=?",
    "lt_to": "<",
    "le_to": "≤",
}

# One operand, every cell by itself.
ELEMENTWISE = (
    *("abs", "neg", "sign", "floor", "ceil", "round", "is_finite", "not", "stop_gradient", "copy", "copy_p"),
    *("exp", "exp2", "expm1", "log", "log1p", "sqrt", "rsqrt", "cbrt", "square", "integer_pow", "logistic"),
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    *("erf", "erfc", "erf_inv", "lgamma", "digamma", "real", "imag", "conj", "population_count", "clz"),
    *("convert_element_type", "reduce_precision", "bessel_i0e", "bessel_i1e", "reciprocal"),
)

CUMULATIVE = ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp")

SCATTERS = (
    *("scatter", "scatter-add", "scatter-mul", "scatter-min", "scatter-max", "scatter-sub"),
    *("scatter_add", "scatter_mul", "scatter_min", "scatter_max", "scatter_sub"),
)

# Those of two operands that have no sign.
PAIRWISE = (
    *("atan2", "nextafter", "shift_left", "shift_right_arithmetic", "shift_right_logical", "complex", "mulhi"),
    *("igamma", "igammac", "igamma_grad_a", "polygamma", "zeta", "regularized_incomplete_beta", "random_gamma_grad"),
)

# One operand that comes out as it is, cell by cell.
PASSED_ON = (
    *("optimization_barrier", "device_put", "sharding_constraint", "layout_constraint", "reshard", "name"),
    "bitcast_convert_type",
)

# What makes random numbers, or keys of keys.
RANDOM = (
    *("random_bits", "random_split", "random_fold_in", "random_wrap", "random_unwrap", "random_seed", "random_clone"),
    *("random_gamma", "threefry2x32", "rng_bit_generator", "rng_uniform"),
)

# What is computed by a body of its own, once.
CALLED = (
    *("jit", "pjit", "closed_call", "core_call", "remat", "remat2", "checkpoint"),
    *("custom_jvp_call", "custom_vjp_call", "custom_vjp_call_jaxpr", "custom_vmap_call"),
)


def symbol(equation: Equation) -> str:
    """The sign between two operands; "" for a primitive that has none."""
    return SYMBOLS.get(equation.primitive, "") if len(equation.inputs) == 2 else ""
