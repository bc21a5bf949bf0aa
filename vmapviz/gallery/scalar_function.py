# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "scalar function"
# group = "Start here"
# function = "scalar_function"
# arguments = 'x=jnp.array([1.0, 2, 3, 4])'
# in_axes = '0'
# out_axes = '0'
# ///
"""A literal such as 2 has no batch axis and needs none: it stays the scalar it was."""

import jax
import jax.numpy as jnp


def scalar_function(x):
    return x * x + 2


if __name__ == "__main__":
    result = jax.vmap(scalar_function)(jnp.array([1.0, 2, 3, 4]))
    print(result)
    assert result.tolist() == [3, 6, 11, 18]
