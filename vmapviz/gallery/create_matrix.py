# /// script
# dependencies = ["jax"]
# [tool.vmapviz]
# name = "create matrix"
# group = "Where the axis goes"
# function = "create_matrix"
# arguments = 's=jnp.array([1.0, 2, 3])'
# in_axes = '0'
# out_axes = '0'
# [[tool.vmapviz.case]]
# name = "0 → 1"
# out_axes = '1'
# ///
"""out_axes says where the examples lie in the result: (3, 2, 2) with 0, (2, 3, 2) with 1."""

import jax
import jax.numpy as jnp


def create_matrix(s):
    return s * jnp.eye(2)


if __name__ == "__main__":
    s = jnp.array([1.0, 2, 3])
    result = jax.vmap(create_matrix)(s)
    in_the_middle = jax.vmap(create_matrix, out_axes=1)(s)
    print(result, in_the_middle, sep="\n\n")
    assert result.tolist() == [[[1, 0], [0, 1]], [[2, 0], [0, 2]], [[3, 0], [0, 3]]]
    assert in_the_middle.tolist() == [[[1, 0], [2, 0], [3, 0]], [[0, 1], [0, 2], [0, 3]]]
