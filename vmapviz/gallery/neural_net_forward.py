# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "neural net forward"
# group = "Machine learning"
# function = "forward"
# arguments = 'x=jnp.array([[1.0, 2], [3, 4], [5, 6]]), W1=jnp.array([[0.2, 0.4], [0.5, 0.3]]), W2=jnp.array([0.6, 0.7])'
# in_axes = '(0, None, None)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""Two layers, weights shared: vmap makes of them what one writes by hand for a whole batch."""

import jax
import jax.numpy as jnp


def forward(x, W1, W2):
    return jax.nn.relu(x @ W1) @ W2


def by_hand(x, W1, W2):
    return jnp.dot(jax.nn.relu(jnp.dot(x, W1)), W2)


if __name__ == "__main__":
    x = jnp.array([[1.0, 2], [3, 4], [5, 6]])
    W1 = jnp.array([[0.2, 0.4], [0.5, 0.3]])
    W2 = jnp.array([0.6, 0.7])
    result = jax.vmap(forward, in_axes=(0, None, None))(x, W1, W2)
    print(result)
    assert result.tolist() == by_hand(x, W1, W2).tolist()
    assert jnp.allclose(result, jnp.array([1.42, 3.24, 5.06]))
