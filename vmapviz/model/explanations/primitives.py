"""What is known about primitives by their names."""

from __future__ import annotations

# What an elementwise primitive does, for "then … once for all 5 examples".
VERBS = {
    "add": "adds",
    "sub": "subtracts",
    "mul": "multiplies",
    "div": "divides",
    "neg": "negates",
    "max": "takes the larger",
    "min": "takes the smaller",
    "select_n": "chooses",
    "clamp": "clamps",
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge"), "compares"),
    **dict.fromkeys(("pow", "integer_pow"), "raises to the power"),
    "square": "squares",
}
_OTHERS = """
    exp exp2 expm1 log log1p sqrt rsqrt cbrt sin cos tan tanh sinh cosh asin acos atan atan2 asinh acosh atanh logistic erf erfc erf_inv
    lgamma digamma sign abs floor ceil round rem nextafter and or xor not is_finite convert_element_type stop_gradient real imag conj
    complex population_count clz shift_left shift_right_logical shift_right_arithmetic copy copy_p reduce_precision add_any
    bessel_i0e bessel_i1e igamma igammac igamma_grad_a random_gamma_grad polygamma zeta regularized_incomplete_beta name
"""
ELEMENTWISE = frozenset((*VERBS, *_OTHERS.split()))
REDUCTIONS = {
    "reduce_sum": "sums",
    "reduce_max": "takes the largest",
    "reduce_min": "takes the smallest",
    "reduce_prod": "multiplies",
    "reduce_and": "asks whether all hold",
    "reduce_or": "asks whether any holds",
    "reduce_xor": "combines by exclusive or",
    "argmax": "finds the largest",
    "argmin": "finds the smallest",
}
