# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "ten sines"
# group = "Timing"
# function = "ten_sines"
# arguments = 'x=jnp.ones(1000)'
# in_axes = '0'
# out_axes = '0'
# ///
"""Twenty elementwise equations: jit fuses them into one pass, vmap alone does not."""

import jax
import jax.numpy as jnp


def ten_sines(x):
    for _ in range(10):
        x = jnp.sin(x) + jnp.cos(x)
    return x


if __name__ == "__main__":
    x = jnp.ones(1000)
    result = jax.jit(jax.vmap(ten_sines))(x)
    print(result)
    assert jnp.allclose(result, jax.vmap(ten_sines)(x))
