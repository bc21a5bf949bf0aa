# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "out_axes None on a batched value"
# group = "When it goes wrong"
# function = "square"
# arguments = 'x=jnp.array([1.0, 2, 3, 4, 5])'
# in_axes = '0'
# out_axes = 'None'
# [[tool.vmapviz.case]]
# name = "put right"
# out_axes = '0'
# ///
"""out_axes=None promises one result for all examples, but here each example has its own."""

import jax
import jax.numpy as jnp


def square(x):
    return x**2


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3, 4, 5])
    try:
        jax.vmap(square, out_axes=None)(x)
        raise SystemExit("JAX should have refused this")
    except ValueError as error:
        print(error)
    print(jax.vmap(square, out_axes=0)(x))
