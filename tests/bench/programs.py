"""Sources of functions of any length, a fresh one for each number, since JAX remembers functions."""

from __future__ import annotations


def chain(count: int, indent: str) -> str:
    """Lines that make `count` equations of `x`."""
    turns = (f"x = x * {k}.5 + x" if k % 2 else "x = jnp.sin(x)" for k in range(count * 2 // 3))
    return "\n".join(indent + line for line in turns)


def flat(count: int, number: int) -> str:
    """`count` equations one after the other."""
    return f"import jax.numpy as jnp\n\ndef f(x):\n{chain(count, '    ')}\n    return x  # {number}\n"


def nested(count: int, number: int) -> str:
    """`count` equations inside a scan inside a jit."""
    return (
        "import jax\nimport jax.numpy as jnp\n\n@jax.jit\ndef inner(x):\n    def step(x, _):\n"
        f"{chain(count, ' ' * 8)}\n        return x, None  # {number}\n"
        "    return jax.lax.scan(step, x, None, length=3)[0]\n\ndef f(x):\n    return inner(x)\n"
    )
