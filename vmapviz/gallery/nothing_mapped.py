# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "every in_axes None"
# group = "When it goes wrong"
# function = "weighted"
# arguments = 'x=jnp.array([1.0, 2, 3]), w=jnp.float32(2.5)'
# in_axes = '(None, None)'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "put right"
# in_axes = '(0, None)'
# ///
"""With None for every argument nothing says how many examples there are."""

import jax
import jax.numpy as jnp


def weighted(x, w):
    return x * w


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3])
    w = jnp.float32(2.5)
    try:
        jax.vmap(weighted, in_axes=(None, None))(x, w)
        raise SystemExit("JAX should have refused this")
    except ValueError as error:
        print(error)
    print(jax.vmap(weighted, in_axes=(0, None))(x, w))
