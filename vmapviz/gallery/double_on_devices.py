# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "double on devices"
# group = "Names and devices"
# function = "double"
# arguments = 'x=jnp.arange(32).reshape(8, 4)'
# in_axes = '0'
# out_axes = '0'
# axis_name = "devices"
# map = "pmap"
# devices = 8
# ///
"""pmap gives each of 8 devices one row; every device runs the same program."""

import jax
import jax.numpy as jnp


def double(x):
    return 2 * x


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    x = jnp.arange(32).reshape(8, 4)
    result = jax.pmap(double, axis_name="devices")(x)
    print(result)
    assert result.tolist() == (2 * x).tolist()
    assert len(result.devices()) == 8
