# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "Ising lattice"
# function = "simulate"
# arguments = 'key=jax.random.split(jax.random.key(0), 4), temperature=jnp.array([1.0, 2, 3, 5])'
# in_axes = '(0, 0)'
# out_axes = '0'
# ///
"""A magnet of little spins by the Metropolis rule: one lattice at one temperature, mapped over keys and temperatures."""

import jax
import jax.numpy as jnp
from jax import lax

SIZE = 16
SWEEPS = 200


def simulate(key, temperature):
    """The mean spin after each sweep, f32[SWEEPS], from a lattice whose spins all point up."""

    def sweep(spins, key):
        even_key, odd_key = jax.random.split(key)
        spins = flip(even_key, spins, temperature, 0)
        spins = flip(odd_key, spins, temperature, 1)
        return spins, jnp.mean(spins)

    start = jnp.ones((SIZE, SIZE))
    _, magnetisation = lax.scan(sweep, start, jax.random.split(key, SWEEPS))
    return magnetisation


def flip(key, spins, temperature, colour):
    """One try at every other site, like the white or the black fields of a chess board: these do not touch."""
    around = sum(jnp.roll(spins, shift, axis) for shift in (1, -1) for axis in (0, 1))
    cost = 2 * spins * around
    lucky = jax.random.uniform(key, spins.shape) < jnp.exp(-cost / temperature)
    row, column = jnp.indices(spins.shape)
    return jnp.where(lucky & ((row + column) % 2 == colour), -spins, spins)


if __name__ == "__main__":
    temperatures = jnp.array([1.0, 2, 3, 5])
    keys = jax.random.split(jax.random.key(0), len(temperatures))
    magnetisation = jax.jit(jax.vmap(simulate))(keys, temperatures)
    late = jnp.mean(magnetisation[:, SWEEPS // 2 :], axis=1)
    for temperature, mean in zip(temperatures, late, strict=True):
        print(f"temperature {temperature:.0f}: mean spin {mean:+.2f}")
    # Onsager's exact result below the critical temperature 2.269.
    exact = (1 - jnp.sinh(2 / temperatures[:2]) ** -4) ** (1 / 8)
    assert jnp.allclose(late[:2], exact, atol=0.05)
    assert (jnp.abs(late[2:]) < 0.3).all(), "above it the order is gone"
