# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "matrix task"
# group = "Timing"
# function = "matrix_task"
# arguments = 'M=jax.random.normal(jax.random.key(0), (64, 256, 256))'
# in_axes = '0'
# out_axes = '0'
# devices = 8
# ///
"""Enough work per example that a loop, vmap and pmap on 8 devices are worth comparing."""

import jax
import jax.numpy as jnp


def matrix_task(M):
    R = M
    for _ in range(3):
        R = jnp.tanh(R @ M)
    return jnp.sum(R)


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    M = jax.random.normal(jax.random.key(0), (64, 256, 256))
    result = jax.vmap(matrix_task)(M)
    loop = jnp.stack([matrix_task(m) for m in M])
    on_devices = jax.pmap(jax.vmap(matrix_task))(M.reshape(8, 8, 256, 256)).reshape(64)
    print(result)
    assert jnp.allclose(result, loop, rtol=1e-3)
    assert jnp.allclose(result, on_devices, rtol=1e-3)
