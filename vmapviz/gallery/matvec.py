# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "matvec"
# group = "Start here"
# function = "matvec"
# arguments = 'm=jnp.arange(6.0).reshape(2, 3), v=jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]])'
# in_axes = '(None, 0)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "2×2"
# arguments = 'm=jnp.array([[1.0, 2], [3, 4]]), v=jnp.array([[1.0, 0], [0, 1], [1, 1]])'
# ///
"""One matrix, five vectors: one product for all, then a transpose because out_axes wants the batch axis first."""

import jax
import jax.numpy as jnp


def matvec(m, v):
    return m @ v


if __name__ == "__main__":
    m = jnp.arange(6.0).reshape(2, 3)
    v = jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]])
    result = jax.vmap(matvec, in_axes=(None, 0))(m, v)
    print(result)
    assert result.tolist() == [[4, 13], [3, 9], [1, 10], [3, 12], [5, 17]]
