# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "sum across devices"
# group = "Names and devices"
# function = "total"
# arguments = 'x=jnp.arange(8.0)'
# in_axes = '0'
# out_axes = '0'
# axis_name = "devices"
# map = "pmap"
# devices = 8
# ///
"""psum makes the devices talk: each gets the sum of what all of them hold."""

import jax
import jax.numpy as jnp
from jax import lax


def total(x):
    return lax.psum(x, "devices")


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    result = jax.pmap(total, axis_name="devices")(jnp.arange(8.0))
    print(result)
    assert result.tolist() == [28] * 8
