# /// script
# dependencies = ["jax", "vmapviz"]
# [tool.vmapviz]
# name = "trace script"
# function = "layer"
# arguments = 'W=f32[2,3], x=f32[5,3], bias=f32[2]'
# in_axes = '(None, 0, None)'
# out_axes = '1'
# ///
"""Asks vmapviz, without its window, what became of each equation of a function and what vmap added to them."""

import jax.numpy as jnp

import vmapviz


def layer(W, x, bias):
    h = W @ x + bias
    return jnp.maximum(h, 0.0)


def line(equation):
    outputs = ", ".join(f"{value.name}:{value.dtype}{list(value.shape)}" for value in equation.outputs)
    return f"{outputs} = {equation.primitive} {' '.join(equation.inputs)}"


if __name__ == "__main__":
    trace = vmapviz.trace(layer, in_axes=(None, 0, None), out_axes=1)(jnp.ones((2, 3)), jnp.ones((5, 3)), jnp.ones(2))
    before, after = trace.original.equations, trace.batched.equations
    for equation in before:
        print(f"line {equation.source.line}:  {line(equation)}")
        for result in after:
            if result.origin == equation.path:
                print(f"    became  {line(result)}")
    for equation in after:
        if equation.origin is None:
            print(f"inserted:  {line(equation)}")
    print("the same program as plain JAX's:", trace.exact)

    origins = [equation.origin for equation in after]
    assert [origins.count(equation.path) for equation in before] == [1, 3, 1], "dot_general, add, max"
    assert [equation.primitive for equation in after if equation.origin is None] == ["transpose"]
    assert trace.exact
