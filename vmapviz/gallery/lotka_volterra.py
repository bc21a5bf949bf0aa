# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "Lotka–Volterra"
# group = "Control flow"
# function = "lotka_volterra"
# arguments = 'birth=jnp.array([1.0, 1.5, 1, 1]), hunt=jnp.full(4, 0.2), death=jnp.array([1.0, 1, 2, 0.5]), feed=jnp.full(4, 0.1)'
# in_axes = '0'
# out_axes = '0'
# ///
"""Prey and predators by Euler steps: scan keeps time inside, vmap runs all parameters side by side."""

import jax
import jax.numpy as jnp
from jax import lax


def lotka_volterra(birth, hunt, death, feed):
    def step(state, _):
        prey, predators = state
        meetings = prey * predators
        prey = prey + 0.02 * (birth * prey - hunt * meetings)
        predators = predators + 0.02 * (feed * meetings - death * predators)
        return (prey, predators), jnp.array([prey, predators])

    start = (jnp.float32(10), jnp.float32(5))
    _, history = lax.scan(step, start, length=100)
    return history


if __name__ == "__main__":
    birth = jnp.array([1.0, 1.5, 1, 1])
    death = jnp.array([1.0, 1, 2, 0.5])
    result = jax.vmap(lotka_volterra)(birth, jnp.full(4, 0.2), death, jnp.full(4, 0.1))
    print(result[:, -1])
    assert result.shape == (4, 100, 2)
    assert jnp.allclose(result[0], jnp.array([10.0, 5.0])), "birth / hunt = 5 and death / feed = 10: balance"
    assert not jnp.allclose(result[1], jnp.array([10.0, 5.0]))
