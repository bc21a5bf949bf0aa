# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "leaky integrate and fire"
# group = "Control flow"
# function = "membrane"
# arguments = 'current=jnp.array([0.5, 1.5, 2, 4])'
# in_axes = '0'
# out_axes = '0'
# ///
"""A neuron by scan: where resets the voltage of the examples that spike, and of no other."""

import jax
import jax.numpy as jnp
from jax import lax


def membrane(current):
    def step(v, _):
        v = v + 0.1 * (current - v)
        spike = v > 1
        v = jnp.where(spike, 0.0, v)
        return v, (v, spike)

    _, (voltage, spikes) = lax.scan(step, jnp.float32(0), length=50)
    return voltage, spikes


if __name__ == "__main__":
    current = jnp.array([0.5, 1.5, 2, 4])
    voltage, spikes = result = jax.vmap(membrane)(current)
    print("spikes:", spikes.sum(axis=1))
    assert voltage.shape == spikes.shape == (4, 50)
    assert spikes.sum(axis=1).tolist() == [0, 4, 7, 16]
