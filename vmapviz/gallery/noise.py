# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "noise"
# group = "Randomness"
# function = "noise"
# arguments = 'key=jax.random.split(jax.random.key(0), 4)'
# in_axes = '0'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "one shared key"
# arguments = 'key=jax.random.key(0)'
# in_axes = 'None'
# axis_size = 4
# ///
"""One key per example gives new numbers each; one shared key gives every example the same."""

import jax
import jax.numpy as jnp


def noise(key):
    return jax.random.normal(key, (3,))


if __name__ == "__main__":
    result = jax.vmap(noise)(jax.random.split(jax.random.key(0), 4))
    shared = jax.vmap(noise, in_axes=None, axis_size=4)(jax.random.key(0))
    print(result, shared, sep="\n\n")
    assert len(jnp.unique(result)) == 12
    assert len(jnp.unique(shared)) == 3
    assert (shared == shared[0]).all()
