# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "inconsistent sizes"
# group = "When it goes wrong"
# function = "layer"
# arguments = 'W=jnp.arange(6.0).reshape(2, 3), x=jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]]), bias=jnp.array([1.0, -10])'
# in_axes = '(0, 0, None)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "put right"
# in_axes = '(None, 0, None)'
# ///
"""Two arguments disagree on the number of examples: W would give 2, x would give 5."""

import jax
import jax.numpy as jnp


def layer(W, x, bias):
    h = W @ x + bias
    return jnp.maximum(h, 0.0)


if __name__ == "__main__":
    W = jnp.arange(6.0).reshape(2, 3)
    x = jnp.array([[1.0, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 3, 1]])
    bias = jnp.array([1.0, -10])
    try:
        jax.vmap(layer, in_axes=(0, 0, None))(W, x, bias)
        raise SystemExit("JAX should have refused this")
    except ValueError as error:
        print(error)
    print(jax.vmap(layer, in_axes=(None, 0, None))(W, x, bias))
