# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "option prices"
# function = "price_and_delta"
# arguments = 'spot=jnp.array([80.0, 90, 100, 110, 120]), strike=jnp.array([95.0, 100, 105])'
# [[tool.vmapviz.levels]]
# in_axes = '(None, 0)'
# out_axes = '0'
# [[tool.vmapviz.levels]]
# in_axes = '(0, None)'
# out_axes = '0'
# ///
"""The Black–Scholes price of one option and its derivative, by two vmaps for every spot price and every strike."""

import jax
import jax.numpy as jnp
from jax.scipy.stats import norm

RATE, VOLATILITY, YEARS = 0.02, 0.25, 1.0


def price_and_delta(spot, strike):
    """What the right to buy at `strike` is worth, and how much that moves with the spot price."""
    return jax.value_and_grad(price)(spot, strike)


def price(spot, strike):
    spread = VOLATILITY * YEARS**0.5
    d1 = (jnp.log(spot / strike) + (RATE + VOLATILITY**2 / 2) * YEARS) / spread
    return spot * norm.cdf(d1) - strike * jnp.exp(-RATE * YEARS) * norm.cdf(d1 - spread)


def simulated(key, spot, strike):
    """The same price by averaging what a random market would pay."""
    drift = (RATE - VOLATILITY**2 / 2) * YEARS
    final = spot * jnp.exp(drift + VOLATILITY * YEARS**0.5 * jax.random.normal(key, (50_000,)))
    return jnp.exp(-RATE * YEARS) * jnp.mean(jnp.maximum(final - strike, 0.0))


if __name__ == "__main__":
    spots = jnp.array([80.0, 90, 100, 110, 120])
    strikes = jnp.array([95.0, 100, 105])

    def table(function):
        return jax.jit(jax.vmap(jax.vmap(function, in_axes=(None, 0)), in_axes=(0, None)))

    prices, deltas = table(price_and_delta)(spots, strikes)
    print("prices, a row per spot price, a column per strike:", prices, "deltas:", deltas, sep="\n")
    assert prices.shape == deltas.shape == (5, 3)
    assert jnp.allclose(prices, table(lambda s, k: simulated(jax.random.key(0), s, k))(spots, strikes), atol=0.3)
    assert (jnp.diff(deltas, axis=0) > 0).all()
