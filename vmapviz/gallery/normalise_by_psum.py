# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "normalise by psum"
# group = "Names and devices"
# function = "normalise"
# arguments = 'x=jnp.array([[1.0, 10], [2, 20], [3, 30], [4, 40]])'
# in_axes = '0'
# out_axes = '0'
# axis_name = "batch"
# ///
"""A name for the batch axis lets an example reach the others: psum becomes a sum over that axis."""

import jax
import jax.numpy as jnp
from jax import lax


def normalise(x):
    return x / lax.psum(x, "batch")


if __name__ == "__main__":
    x = jnp.array([[1.0, 10], [2, 20], [3, 30], [4, 40]])
    result = jax.vmap(normalise, axis_name="batch")(x)
    print(result)
    assert jnp.allclose(result, jnp.array([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [0.4, 0.4]]))
