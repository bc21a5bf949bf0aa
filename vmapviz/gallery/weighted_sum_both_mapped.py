# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "weighted sum, both mapped"
# group = "Start here"
# function = "weighted"
# arguments = 'x=jnp.array([1.0, 2, 3]), w=jnp.array([1.0, 2, 3])'
# in_axes = '(0, 0)'
# out_axes = '0'
# ///
"""With 0 for both arguments, example k takes row k of each: pairs, not all combinations."""

import jax
import jax.numpy as jnp


def weighted(x, w):
    return x * w


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3])
    w = jnp.array([1.0, 2, 3])
    result = jax.vmap(weighted, in_axes=(0, 0))(x, w)
    print(result)
    assert result.tolist() == [1, 4, 9]
