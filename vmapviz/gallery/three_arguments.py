# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "three arguments"
# group = "Start here"
# function = "add_three"
# arguments = 'x=jnp.array([1, 2, 3]), y=jnp.array([1, 2, 3]), z=jnp.array([1, 2, 3])'
# in_axes = '(0, 0, 0)'
# out_axes = '0'
# ///
"""in_axes has one entry per argument, in the order of the call."""

import jax
import jax.numpy as jnp


def add_three(x, y, z):
    return x + y + z


if __name__ == "__main__":
    x = y = z = jnp.array([1, 2, 3])
    result = jax.vmap(add_three, in_axes=(0, 0, 0))(x, y, z)
    print(result)
    assert result.tolist() == [3, 6, 9]
