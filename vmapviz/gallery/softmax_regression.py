# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "softmax regression"
# group = "Machine learning"
# function = "predict"
# arguments = 'x=jnp.array([[1.0, 2], [2, 3], [3, 4]]), W=jnp.array([[0.2, 0.8], [0.5, 0.1]]), b=jnp.array([0.1, -0.2])'
# in_axes = '(0, None, None)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""A classifier for one example: vmap finds the axis that by hand must be named in softmax."""

import jax
import jax.numpy as jnp


def predict(x, W, b):
    return jax.nn.softmax(x @ W + b)


def by_hand(x, W, b):
    return jax.nn.softmax(x @ W + b, axis=1)


if __name__ == "__main__":
    x = jnp.array([[1.0, 2], [2, 3], [3, 4]])
    W = jnp.array([[0.2, 0.8], [0.5, 0.1]])
    b = jnp.array([0.1, -0.2])
    result = jax.vmap(predict, in_axes=(0, None, None))(x, W, b)
    print(result)
    assert jnp.allclose(result, by_hand(x, W, b))
    assert jnp.allclose(result.sum(axis=1), 1)
