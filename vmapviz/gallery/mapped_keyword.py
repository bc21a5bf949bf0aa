# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "mapped keyword argument"
# group = "When it goes wrong"
# function = "scaled"
# arguments = 'x=jnp.array([1.0, 2, 3]), scale=jnp.float32(10)'
# in_axes = '0'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "put right"
# arguments = 'x=jnp.array([1.0, 2, 3]), scale=jnp.array([10.0, 20, 30])'
# ///
"""Keyword arguments are always mapped along axis 0: a shared number cannot come by keyword."""

import jax
import jax.numpy as jnp


def scaled(x, *, scale):
    return x * scale


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3])
    try:
        jax.vmap(scaled)(x, scale=jnp.float32(10))
        raise SystemExit("JAX should have refused this")
    except ValueError as error:
        print(error)
    print(jax.vmap(scaled)(x, scale=jnp.array([10.0, 20, 30])))
