# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "per-sample gradients"
# group = "Machine learning"
# function = "gradient"
# arguments = 'p=jnp.array([1.0, 2, 3]), x=jnp.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]), y=jnp.array([1.0, 2, 3, 6])'
# in_axes = '(None, 0, 0)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "off by some"
# arguments = 'p=jnp.array([1.0, 2, 3]), x=jnp.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]), y=jnp.zeros(4)'
# ///
"""vmap of grad: one gradient per example instead of one for the sum."""

import jax
import jax.numpy as jnp


def loss(p, x, y):
    return (p @ x - y) ** 2


def gradient(p, x, y):
    return jax.grad(loss)(p, x, y)


if __name__ == "__main__":
    p = jnp.array([1.0, 2, 3])
    x = jnp.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    y = jnp.array([1.0, 2, 3, 6])
    gradients = jax.vmap(gradient, in_axes=(None, 0, 0))
    result = gradients(p, x, y)
    off_by_some = gradients(p, x, jnp.zeros(4))
    print(result, off_by_some, sep="\n\n")
    assert result.tolist() == [[0, 0, 0]] * 4
    assert off_by_some.tolist() == [[2, 0, 0], [0, 4, 0], [0, 0, 6], [12, 12, 12]]
