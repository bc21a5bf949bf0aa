# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "neural net layer"
# group = "Machine learning"
# function = "layer"
# arguments = 'W=jnp.arange(6.0).reshape(2, 3), x=jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]]), bias=jnp.array([1.0, -10])'
# in_axes = '(None, 0, None)'
# out_axes = '1'
# reference = "by_hand"
# ///
"""A dense layer: add becomes three equations, and out_axes=1 inserts one more at the end."""

import jax
import jax.numpy as jnp


def layer(W, x, bias):
    h = W @ x + bias
    return jnp.maximum(h, 0.0)


def by_hand(W, x, bias):
    return jnp.maximum(W @ x.T + bias[:, None], 0.0)


if __name__ == "__main__":
    W = jnp.arange(6.0).reshape(2, 3)
    x = jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]])
    bias = jnp.array([1.0, -10])
    result = jax.vmap(layer, in_axes=(None, 0, None), out_axes=1)(W, x, bias)
    print(result)
    assert result.tolist() == by_hand(W, x, bias).tolist() == [[5, 4, 2, 4, 6], [3, 0, 0, 2, 7]]
