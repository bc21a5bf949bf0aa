# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "transformer block"
# function = "block"
# arguments = 'params=init(jax.random.key(0), width=8), x=jax.random.normal(jax.random.key(1), (4, 6, 8))'
# in_axes = '(None, 0)'
# out_axes = '0'
# ///
"""A transformer block with one causal attention head, written for one sequence and mapped over a batch of them."""

import jax
import jax.numpy as jnp


def block(params, x):
    """Attention, then a small network at each position; x is f32[length, width]."""
    x = x + attention(params["attention"], normalise(x))
    return x + mlp(params["mlp"], normalise(x))


def attention(params, x):
    query, key, value = x @ params["query"], x @ params["key"], x @ params["value"]
    scores = query @ key.T / jnp.sqrt(x.shape[1])
    past = jnp.tril(jnp.ones(scores.shape, dtype=bool))
    return jax.nn.softmax(jnp.where(past, scores, -jnp.inf)) @ value @ params["out"]


def mlp(params, x):
    return jax.nn.gelu(x @ params["up"]) @ params["down"]


def normalise(x):
    centred = x - jnp.mean(x, axis=-1, keepdims=True)
    return centred / jnp.sqrt(jnp.mean(centred**2, axis=-1, keepdims=True) + 1e-5)


def init(key, width):
    def weights(key, rows, columns):
        return jax.random.normal(key, (rows, columns)) / jnp.sqrt(rows)

    keys = jax.random.split(key, 6)
    names = ("query", "key", "value", "out")
    return {
        "attention": {name: weights(key, width, width) for name, key in zip(names, keys, strict=False)},
        "mlp": {"up": weights(keys[4], width, 4 * width), "down": weights(keys[5], 4 * width, width)},
    }


if __name__ == "__main__":
    params = init(jax.random.key(0), width=8)
    x = jax.random.normal(jax.random.key(1), (4, 6, 8))
    blocks = jax.jit(jax.vmap(block, in_axes=(None, 0)))
    y = blocks(params, x)
    print("one block, 4 sequences:", y.shape)

    one_by_one = jnp.stack([block(params, sequence) for sequence in x])
    print("largest difference from the loop:", jnp.max(jnp.abs(y - one_by_one)))
    assert jnp.allclose(y, one_by_one, atol=1e-5)

    changed = blocks(params, x.at[:, 3:].set(0.0))
    print("earlier positions do not see later ones:", bool(jnp.allclose(changed[:, :3], y[:, :3], atol=1e-5)))
    assert jnp.allclose(changed[:, :3], y[:, :3], atol=1e-5)
    assert not jnp.allclose(changed[:, 3:], y[:, 3:], atol=1e-5)
