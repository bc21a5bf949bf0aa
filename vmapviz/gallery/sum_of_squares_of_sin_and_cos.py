# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "sum of squares of sin and cos"
# group = "Timing"
# function = "sum_of_squares"
# arguments = 'x=jnp.ones((1000, 100))'
# in_axes = '0'
# out_axes = '0'
# ///
"""A thousand short rows: compare a loop over them with one vmap."""

import jax
import jax.numpy as jnp


def sum_of_squares(x):
    return jnp.sum(jnp.sin(x) ** 2 + jnp.cos(x) ** 2)


if __name__ == "__main__":
    result = jax.vmap(sum_of_squares)(jnp.ones((1000, 100)))
    print(result)
    assert jnp.allclose(result, 100)
