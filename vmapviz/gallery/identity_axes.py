# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "identity, axes"
# group = "Where the axis goes"
# function = "identity"
# arguments = 'x=jnp.array([[1, 2], [3, 4], [5, 6]])'
# in_axes = '0'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "0 → 1"
# out_axes = '1'
# [[tool.vmapviz.case]]
# name = "1 → 0"
# in_axes = '1'
# ///
"""A function that does nothing: the axes alone move the data."""

import jax
import jax.numpy as jnp


def identity(x):
    return x


if __name__ == "__main__":
    x = jnp.array([[1, 2], [3, 4], [5, 6]])
    result = jax.vmap(identity)(x)
    print(result)
    assert result.tolist() == x.tolist()
    assert jax.vmap(identity, out_axes=1)(x).tolist() == [[1, 3, 5], [2, 4, 6]]
    assert jax.vmap(identity, in_axes=1)(x).tolist() == [[1, 3, 5], [2, 4, 6]]
