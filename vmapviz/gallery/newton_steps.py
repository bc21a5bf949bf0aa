# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "Newton steps"
# group = "Control flow"
# function = "newton_root"
# arguments = 'a=jnp.array([4.0, 9, 2, 100, 1])'
# in_axes = '0'
# out_axes = '0'
# ///
"""A batched while runs until the slowest example is done; the finished ones wait unchanged."""

import jax
import jax.numpy as jnp
from jax import lax


def newton_root(a):
    def not_close(x):
        return jnp.abs(x * x - a) > 1e-5 * a

    def step(x):
        return 0.5 * (x + a / x)

    return lax.while_loop(not_close, step, a)


if __name__ == "__main__":
    a = jnp.array([4.0, 9, 2, 100, 1])
    result = jax.vmap(newton_root)(a)
    print(result)
    assert jnp.allclose(result, jnp.sqrt(a))
