# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "MLP training step"
# function = "loss_and_gradient"
# arguments = 'params=init(jax.random.key(0)), x=spirals(jax.random.key(1), 6)[0], y=spirals(jax.random.key(1), 6)[1]'
# in_axes = '(None, 0, 0)'
# out_axes = '0'
# ///
"""Losses and gradients of a small network, one per example, clipped each for itself before a step of gradient descent."""

import jax
import jax.numpy as jnp


def loss_and_gradient(params, x, y):
    """The loss of one example and its gradient in the parameters; x is f32[2], y 0 or 1."""
    return jax.value_and_grad(loss)(params, x, y)


def loss(params, x, y):
    logit = score(params, x)
    return jnp.logaddexp(0.0, logit) - y * logit


def score(params, x):
    for layer in params[:-1]:
        x = jnp.tanh(layer["W"] @ x + layer["b"])
    return (params[-1]["W"] @ x + params[-1]["b"])[0]


def clip(gradient, limit):
    """One example's gradient, no longer than `limit`: no single example steers the step."""
    length = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient)))
    return jax.tree.map(lambda leaf: leaf * jnp.minimum(1.0, limit / (length + 1e-9)), gradient)


@jax.jit
def train_step(params, x, y):
    losses, gradients = jax.vmap(loss_and_gradient, in_axes=(None, 0, 0))(params, x, y)
    gradients = jax.vmap(clip, in_axes=(0, None))(gradients, 1.0)
    params = jax.tree.map(lambda p, g: p - 1.0 * jnp.mean(g, axis=0), params, gradients)
    return params, jnp.mean(losses)


def init(key, sizes=(2, 16, 16, 1)):
    return [
        {"W": jax.random.normal(key, (rows, columns)) / jnp.sqrt(columns), "b": jnp.zeros(rows)}
        for key, columns, rows in zip(jax.random.split(key, 3), sizes[:-1], sizes[1:], strict=True)
    ]


def spirals(key, count):
    """Points on two arms of a spiral, and which arm each is on."""
    arm = (jnp.arange(count) % 2).astype(jnp.float32)
    turn = jax.random.uniform(key, (count,), minval=0.5, maxval=1.8)
    angle = jnp.pi * (turn + arm)
    return turn[:, None] * jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=1), arm


if __name__ == "__main__":
    params = init(jax.random.key(0))
    x, y = spirals(jax.random.key(1), 200)
    for step in range(201):
        params, mean_loss = train_step(params, x, y)
        if step % 50 == 0:
            print(f"step {step:3}: mean loss {mean_loss:.4f}")
    right = jnp.mean((jax.vmap(score, in_axes=(None, 0))(params, x) > 0) == (y == 1))
    print(f"classified right: {right:.0%}")
    assert mean_loss < 0.1
    assert right > 0.95
