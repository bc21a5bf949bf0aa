# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "dot product, shared weights"
# group = "Start here"
# function = "dot"
# arguments = 'x=f32[5,4], w=f32[4]'
# in_axes = '(0, None)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""Only one side mapped: the batch axis becomes a free axis of dot_general, no batch dimension is needed."""

import jax
import jax.numpy as jnp


def dot(x, w):
    return jnp.dot(x, w)


def by_hand(x, w):
    return jnp.einsum("bi,i->b", x, w)


if __name__ == "__main__":
    x = jnp.arange(20.0).reshape(5, 4)
    w = jnp.array([1.0, 2, 3, 4])
    result = jax.vmap(dot, in_axes=(0, None))(x, w)
    print(result)
    assert result.tolist() == by_hand(x, w).tolist() == [20, 60, 100, 140, 180]
