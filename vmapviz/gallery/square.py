# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "square"
# group = "Start here"
# function = "square"
# arguments = 'x=jnp.array([1.0, 2, 3, 4, 5])'
# in_axes = '0'
# out_axes = '0'
# ///
"""Written for one number, run on five: vmap adds an axis to every type and changes nothing else."""

import jax
import jax.numpy as jnp


def square(x):
    return x**2


if __name__ == "__main__":
    result = jax.vmap(square)(jnp.array([1.0, 2, 3, 4, 5]))
    print(result)
    assert result.tolist() == [1, 4, 9, 16, 25]
