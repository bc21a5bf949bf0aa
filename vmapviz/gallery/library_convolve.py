# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "library convolve"
# group = "Nested"
# function = "convolve"
# arguments = 'x=f32[3,5], w=f32[2,3]'
# in_axes = '(0, 1)'
# out_axes = '0'
# ///
"""Each argument has a batch axis of its own: rows of x go with columns of w."""

import jax
import jax.numpy as jnp


def convolve(x, w):
    return jnp.convolve(x, w, mode="valid")


if __name__ == "__main__":
    x = jnp.arange(15.0).reshape(3, 5)
    w = jnp.array([[1.0, 0, 2], [0, 1, 1]])
    result = jax.vmap(convolve, in_axes=(0, 1))(x, w)
    print(result)
    assert result.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [32, 35, 38, 41]]
