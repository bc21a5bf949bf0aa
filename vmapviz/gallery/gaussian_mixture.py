# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "gaussian mixture"
# group = "Machine learning"
# function = "log_density"
# arguments = 'x=jnp.array([[0.0, 0], [1, 0], [0, 1], [1, 1], [2, 2], [3, 2]]), weights=jnp.array([0.5, 0.5]), means=jnp.array([[0.0, 0], [2, 2]]), covariances=jnp.stack([jnp.eye(2), jnp.eye(2)])'
# in_axes = '(0, None, None, None)'
# out_axes = '0'
# ///
"""A vmap inside the function runs over the components, the one outside over the points."""

import jax
import jax.numpy as jnp
from jax.scipy.special import logsumexp
from jax.scipy.stats import multivariate_normal


def log_density(x, weights, means, covariances):
    in_component = jax.vmap(multivariate_normal.logpdf, in_axes=(None, 0, 0))
    return logsumexp(in_component(x, means, covariances) + jnp.log(weights))


if __name__ == "__main__":
    x = jnp.array([[0.0, 0], [1, 0], [0, 1], [1, 1], [2, 2], [3, 2]])
    weights = jnp.array([0.5, 0.5])
    means = jnp.array([[0.0, 0], [2, 2]])
    covariances = jnp.stack([jnp.eye(2), jnp.eye(2)])
    result = jax.vmap(log_density, in_axes=(0, None, None, None))(x, weights, means, covariances)
    print(result)
    squares = jnp.sum((x[:, None] - means) ** 2, axis=2)
    assert jnp.allclose(result, logsumexp(-squares / 2 - jnp.log(2 * jnp.pi) + jnp.log(0.5), axis=1), atol=1e-5)
