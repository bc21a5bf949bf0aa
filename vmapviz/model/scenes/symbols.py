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


def symbol(equation: Equation) -> str:
    """The sign between two operands; "" for a primitive that has none."""
    return SYMBOLS.get(equation.primitive, "") if len(equation.inputs) == 2 else ""
