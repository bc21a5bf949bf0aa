# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "quadratic"
# group = "Start here"
# function = "quadratic"
# arguments = 'x=jnp.array([1.0, 2, 3, 4])'
# in_axes = '0'
# out_axes = '0'
# ///
"""Several equations: each becomes one, and the batch axis goes through them all."""

import jax
import jax.numpy as jnp


def quadratic(x):
    return x**2 + 2 * x


if __name__ == "__main__":
    result = jax.vmap(quadratic)(jnp.array([1.0, 2, 3, 4]))
    print(result)
    assert result.tolist() == [3, 8, 15, 24]
