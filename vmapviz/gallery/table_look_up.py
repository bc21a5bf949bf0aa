# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "table look-up"
# group = "Control flow"
# function = "look_up"
# arguments = 'table=jnp.arange(18.0).reshape(6, 3), i=jnp.array([5, 0, 2, 2])'
# in_axes = '(None, 0)'
# out_axes = '0'
# reference = "by_hand"
# ///
"""Indexing by a batched number becomes gather: one equation fetches the rows of all examples."""

import jax
import jax.numpy as jnp


def look_up(table, i):
    return table[i]


def by_hand(table, i):
    return jnp.take(table, i, axis=0)


if __name__ == "__main__":
    table = jnp.arange(18.0).reshape(6, 3)
    i = jnp.array([5, 0, 2, 2])
    result = jax.vmap(look_up, in_axes=(None, 0))(table, i)
    print(result)
    assert result.tolist() == by_hand(table, i).tolist() == [[15, 16, 17], [0, 1, 2], [6, 7, 8], [6, 7, 8]]
