# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "simple add"
# group = "Where the axis goes"
# function = "add"
# arguments = 'x=jnp.array([1.0, 2, 3]), y=jnp.array([10.0, 20, 30])'
# in_axes = '(0, 0)'
# out_axes = '0'
# ///
"""Both batch axes come in at 0 and the one of the result leaves at 0: nothing has to move."""

import jax
import jax.numpy as jnp


def add(x, y):
    return x + y


if __name__ == "__main__":
    x = jnp.array([1.0, 2, 3])
    y = jnp.array([10.0, 20, 30])
    result = jax.vmap(add)(x, y)
    print(result)
    assert result.tolist() == [11, 22, 33]
