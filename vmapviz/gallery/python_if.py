# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "Python if on a traced value"
# group = "When it goes wrong"
# function = "scores"
# arguments = 'W=jnp.array([[1.0, 0, 1], [0, 1, 0]]), x=jnp.array([[1.0, 1, 2], [-1, 2, 0], [2, 1, 1]])'
# in_axes = '(None, 0)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "put right"
# function = "scores_where"
# ///
"""if needs a single True or False, but h[0] > 0 has one answer per example; jnp.where keeps both."""

import jax
import jax.numpy as jnp


def scores(W, x):
    h = W @ x
    if h[0] > 0:
        h = h / jnp.sum(h)
    return h


def scores_where(W, x):
    h = W @ x
    return jnp.where(h[0] > 0, h / jnp.sum(h), h)


if __name__ == "__main__":
    W = jnp.array([[1.0, 0, 1], [0, 1, 0]])
    x = jnp.array([[1.0, 1, 2], [-1, 2, 0], [2, 1, 1]])
    try:
        jax.vmap(scores, in_axes=(None, 0))(W, x)
        raise SystemExit("JAX should have refused this")
    except jax.errors.TracerBoolConversionError as error:
        print(error)
    print(jax.vmap(scores_where, in_axes=(None, 0))(W, x))
