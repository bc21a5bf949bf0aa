# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "pairwise distances"
# group = "Nested"
# function = "dist"
# arguments = 'a=jnp.array([[0.0, 0], [1, 0], [0, 1]]), b=jnp.array([[1.0, 1], [2, 2]])'
# reference = "by_hand"
# [[tool.vmapviz.levels]]
# in_axes = '(None, 0)'
# out_axes = '0'
# [[tool.vmapviz.levels]]
# in_axes = '(0, None)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "3 × 4"
# arguments = 'a=jnp.array([[0.0, 0], [3, 4], [6, 8]]), b=jnp.array([[0.0, 0], [3, 0], [0, 4], [6, 8]])'
# ///
"""Two vmaps, one per argument, meet every a with every b: each adds one axis."""

import jax
import jax.numpy as jnp


def dist(a, b):
    d = a - b
    return jnp.sqrt(jnp.sum(d * d))


def by_hand(a, b):
    d = a[:, None, :] - b[None, :, :]
    return jnp.sqrt(jnp.sum(d * d, axis=-1))


if __name__ == "__main__":
    a = jnp.array([[0.0, 0], [1, 0], [0, 1]])
    b = jnp.array([[1.0, 1], [2, 2]])
    one_to_all = jax.vmap(dist, in_axes=(None, 0))
    result = jax.vmap(one_to_all, in_axes=(0, None))(a, b)
    print(result)
    assert jnp.allclose(result, by_hand(a, b))
    assert jnp.allclose(result**2, jnp.array([[2, 8], [1, 5], [1, 5]]))
