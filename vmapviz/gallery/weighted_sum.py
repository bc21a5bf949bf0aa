# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "weighted sum"
# group = "Start here"
# function = "weighted"
# arguments = 'x=jnp.array([1.0, 2, 3]), w=jnp.float32(2.5)'
# in_axes = '(0, None)'
# out_axes = '0'
# ///
"""None in in_axes shares an argument: every example meets the same w."""

import jax
import jax.numpy as jnp


def weighted(x, w):
    return x * w


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3])
    w = jnp.float32(2.5)
    result = jax.vmap(weighted, in_axes=(0, None))(x, w)
    print(result)
    assert result.tolist() == [2.5, 5, 7.5]
