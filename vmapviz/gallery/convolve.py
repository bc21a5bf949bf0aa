# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "convolve"
# group = "Nested"
# function = "convolve"
# arguments = 'x=jnp.array([[0.0, 1, 2, 3, 4]] * 2), w=jnp.array([[2.0, 3, 4]] * 2)'
# in_axes = '(0, 0)'
# out_axes = '0'
# reference = "by_hand"
# [[tool.vmapviz.case]]
# name = "shared window"
# arguments = 'x=jnp.array([[0.0, 1, 2, 3, 4]] * 2), w=jnp.array([2.0, 3, 4])'
# in_axes = '[0, None]'
# ///
"""A Python loop over positions stays as it is: vmap batches what each turn of it does."""

import jax
import jax.numpy as jnp


def convolve(x, w):
    output = []
    for i in range(1, len(x) - 1):
        output.append(jnp.dot(x[i - 1 : i + 2], w))
    return jnp.array(output)


def by_hand(x, w):
    output = []
    for i in range(1, x.shape[-1] - 1):
        output.append(jnp.sum(x[:, i - 1 : i + 2] * w, axis=1))
    return jnp.stack(output, axis=1)


if __name__ == "__main__":
    x = jnp.array([[0.0, 1, 2, 3, 4]] * 2)
    w = jnp.array([[2.0, 3, 4]] * 2)
    result = jax.vmap(convolve)(x, w)
    print(result)
    assert result.tolist() == by_hand(x, w).tolist() == [[11, 20, 29]] * 2
    assert jax.vmap(convolve, in_axes=[0, None])(x, w[0]).tolist() == [[11, 20, 29]] * 2
