# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "gaussian pdf"
# group = "Machine learning"
# function = "density"
# arguments = 'x=jnp.array([[1.0, 1], [2, 2], [3, 3]]), mean=jnp.zeros(2)'
# in_axes = '(0, None)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""The normal density of one point, identity covariance: the sum over its coordinates stays inside."""

import jax
import jax.numpy as jnp


def density(x, mean):
    d = x - mean
    return jnp.exp(-0.5 * jnp.sum(d * d)) / (2 * jnp.pi) ** (len(x) / 2)


def by_hand(x, mean):
    d = x - mean
    return jnp.exp(-0.5 * jnp.sum(d * d, axis=1)) / (2 * jnp.pi) ** (x.shape[1] / 2)


if __name__ == "__main__":
    x = jnp.array([[1.0, 1], [2, 2], [3, 3]])
    mean = jnp.zeros(2)
    result = jax.vmap(density, in_axes=(0, None))(x, mean)
    print(result)
    assert jnp.allclose(result, by_hand(x, mean))
    assert jnp.allclose(result, jax.scipy.stats.multivariate_normal.pdf(x, mean, jnp.eye(2)))
