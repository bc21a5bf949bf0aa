# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "dot product"
# group = "Start here"
# function = "dot"
# arguments = 'x=jnp.array([[1, 2, 3, 4]] * 5), y=jnp.array([[5, 6, 7, 8]] * 5)'
# in_axes = '(0, 0)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""Both sides mapped: dot_general gains a batch dimension, paired off between its operands."""

import jax
import jax.numpy as jnp


def dot(x, y):
    return jnp.dot(x, y)


def by_hand(x, y):
    return jnp.einsum("bi,bi->b", x, y)


if __name__ == "__main__":
    x = jnp.array([[1, 2, 3, 4]] * 5)
    y = jnp.array([[5, 6, 7, 8]] * 5)
    result = jax.vmap(dot)(x, y)
    print(result)
    assert result.tolist() == by_hand(x, y).tolist() == [70, 70, 70, 70, 70]
