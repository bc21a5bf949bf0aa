# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "scalar times vectors"
# group = "Start here"
# function = "scaled_sum"
# arguments = 'x=jnp.array([1, 2, 3]), y=jnp.array([1, 2, 3]), z=jnp.array([1, 2, 3])'
# in_axes = '(0, None, None)'
# out_axes = '0'
# ///
"""One scalar per example times shared vectors: the rank of the result goes up by one."""

import jax
import jax.numpy as jnp


def scaled_sum(x, y, z):
    return x * (y + z)


if __name__ == "__main__":
    x = y = z = jnp.array([1, 2, 3])
    result = jax.vmap(scaled_sum, in_axes=(0, None, None))(x, y, z)
    print(result)
    assert result.tolist() == [[2, 4, 6], [4, 8, 12], [6, 12, 18]]
