# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "matvec, both mapped"
# group = "Start here"
# function = "matvec"
# arguments = 'm=jnp.array([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]]), v=jnp.array([[1.0, 2], [3, 4]])'
# in_axes = '(0, 0)'
# out_axes = '0'
# ///
"""A matrix of its own for every vector: the batch axes of both pair off as a batch dimension."""

import jax
import jax.numpy as jnp


def matvec(m, v):
    return m @ v


if __name__ == "__main__":
    m = jnp.array([[[1.0, 2], [3, 4]], [[5, 6], [7, 8]]])
    v = jnp.array([[1.0, 2], [3, 4]])
    result = jax.vmap(matvec)(m, v)
    print(result)
    assert result.tolist() == [[5, 11], [39, 53]]
