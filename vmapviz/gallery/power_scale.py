# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "power scale"
# group = "Start here"
# function = "power"
# arguments = 'x=jnp.array([[1.0, 2], [3, 4]]), y=jnp.float32(3)'
# in_axes = '(0, None)'
# out_axes = '0'
# ///
"""A shared scalar meets a batch of vectors elementwise: no copy of it is made."""

import jax
import jax.numpy as jnp


def power(x, y):
    return x**y


if __name__ == "__main__":
    x = jnp.array([[1.0, 2], [3, 4]])
    y = jnp.float32(3)
    result = jax.vmap(power, in_axes=(0, None))(x, y)
    print(result)
    assert jnp.allclose(result, jnp.array([[1, 8], [27, 64]]))
