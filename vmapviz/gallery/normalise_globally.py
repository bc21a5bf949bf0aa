# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "normalise globally"
# group = "Names and devices"
# function = "normalise"
# arguments = 'x=jnp.arange(1.0, 17).reshape(8, 2)'
# in_axes = '0'
# out_axes = '0'
# axis_name = "devices"
# map = "pmap"
# devices = 8
# ///
"""Each device sums its own shard, psum adds these sums: the shards together then sum to 1."""

import jax
import jax.numpy as jnp
from jax import lax


def normalise(x):
    return x / lax.psum(jnp.sum(x), "devices")


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    x = jnp.arange(1.0, 17).reshape(8, 2)
    result = jax.pmap(normalise, axis_name="devices")(x)
    print(result)
    assert jnp.allclose(result, x / 136)
    assert jnp.allclose(result.sum(), 1)
