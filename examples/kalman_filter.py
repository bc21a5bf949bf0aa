# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "Kalman filter"
# function = "track"
# arguments = 'measured=drives(jax.random.key(0), cars=5, times=40)[1], noise=jnp.array([0.5, 1, 1, 2, 4])'
# in_axes = '(0, 0)'
# out_axes = '0'
# ///
"""A Kalman filter that follows one car by noisy positions, mapped over a fleet whose sensors differ in quality."""

import jax
import jax.numpy as jnp
from jax import lax

MOVE = jnp.array([[1.0, 1.0], [0.0, 1.0]])  # position and speed, one time step on
SHAKE = 0.01 * jnp.eye(2)  # what the model does not know about the drive


def track(measured, noise):
    """Position and speed at each time, f32[times, 2], from positions f32[times] with this standard deviation."""

    def step(belief, position):
        belief = update(predict(belief), position, noise)
        return belief, belief[0]

    start = (jnp.zeros(2), 100.0 * jnp.eye(2))
    _, means = lax.scan(step, start, measured)
    return means


def predict(belief):
    mean, covariance = belief
    return MOVE @ mean, MOVE @ covariance @ MOVE.T + SHAKE


def update(belief, position, noise):
    mean, covariance = belief
    gain = covariance[:, 0] / (covariance[0, 0] + noise**2)
    mean = mean + gain * (position - mean[0])
    return mean, covariance - jnp.outer(gain, covariance[0])


def drives(key, cars, times):
    """The true positions of each car and what its sensor says."""
    speed_key, noise_key = jax.random.split(key)
    speeds = jax.random.uniform(speed_key, (cars, 1), minval=0.5, maxval=2.0)
    positions = speeds * jnp.arange(times)
    deviations = jnp.array([0.5, 1, 1, 2, 4])[:cars, None]
    return positions, positions + deviations * jax.random.normal(noise_key, (cars, times))


if __name__ == "__main__":
    positions, measured = drives(jax.random.key(0), cars=5, times=40)
    noise = jnp.array([0.5, 1, 1, 2, 4])
    tracks = jax.jit(jax.vmap(track))(measured, noise)
    print("positions and speeds:", tracks.shape)

    def error(guess):
        return jnp.sqrt(jnp.mean((guess - positions)[:, 10:] ** 2, axis=1))

    print("error of the sensor:", error(measured))
    print("error of the filter:", error(tracks[:, :, 0]))
    assert (error(tracks[:, :, 0]) < error(measured)).all()
    one_by_one = jnp.stack([track(*car) for car in zip(measured, noise, strict=True)])
    assert jnp.allclose(tracks, one_by_one, rtol=1e-3, atol=1e-3)
