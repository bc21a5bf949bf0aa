# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "scalar add, twice"
# group = "Nested"
# function = "add_one"
# arguments = 'x=f32[3,5]'
# [[tool.vmapviz.levels]]
# in_axes = '0'
# out_axes = '0'
# [[tool.vmapviz.levels]]
# in_axes = '0'
# out_axes = '0'
# ///
"""A function of one number reaches a matrix by two vmaps: one for the rows, one for the columns."""

import jax
import jax.numpy as jnp


def add_one(x):
    return x + 1


if __name__ == "__main__":
    x = jnp.arange(15.0).reshape(3, 5)
    result = jax.vmap(jax.vmap(add_one))(x)
    print(result)
    assert result.tolist() == (x + 1).tolist()
