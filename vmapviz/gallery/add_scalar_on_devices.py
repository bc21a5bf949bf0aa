# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "add scalar on devices"
# group = "Names and devices"
# function = "add_scalar"
# arguments = 'x=jnp.arange(16.0).reshape(8, 2), s=jnp.float32(100)'
# in_axes = '(0, None)'
# out_axes = '0'
# axis_name = "devices"
# map = "pmap"
# devices = 8
# ///
"""None under pmap means: every device gets a copy of s."""

import jax
import jax.numpy as jnp


def add_scalar(x, s):
    return x + s


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    x = jnp.arange(16.0).reshape(8, 2)
    result = jax.pmap(add_scalar, axis_name="devices", in_axes=(0, None))(x, jnp.float32(100))
    print(result)
    assert result.ravel().tolist() == list(range(100, 116))
