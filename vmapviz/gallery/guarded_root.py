# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "guarded root"
# group = "Control flow"
# function = "guarded_root"
# arguments = 'x=jnp.array([4.0, -1, 9, 0, 2.25])'
# in_axes = '0'
# out_axes = '0'
# ///
"""A batch cannot take two roads at once: cond becomes select_n and both branches run."""

import jax
import jax.numpy as jnp
from jax import lax


def guarded_root(x):
    return lax.cond(x > 0, jnp.sqrt, lambda x: 0.0 * x, x)


if __name__ == "__main__":
    result = jax.vmap(guarded_root)(jnp.array([4.0, -1, 9, 0, 2.25]))
    print(result)
    assert result.tolist() == [2, 0, 3, 0, 1.5]
