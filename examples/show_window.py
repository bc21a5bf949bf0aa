# /// script
# dependencies = ["jax", "vmapviz"]
# ///
"""Fits a polynomial, then opens the window on the very closure that the fit made, with the very numbers it holds."""

import jax.numpy as jnp

import vmapviz


def fitted(x, y, degree):
    """The polynomial of that degree closest to the points, as a function of one number."""
    coefficients = jnp.linalg.lstsq(jnp.vander(x, degree + 1), y)[0]

    def polynomial(at):
        value = jnp.zeros(())
        for coefficient in coefficients:
            value = value * at + coefficient
        return value

    return polynomial


if __name__ == "__main__":
    x = jnp.linspace(-1.0, 1.0, 9)
    curve = fitted(x, jnp.sin(2.0 * x), degree=3)
    print("The window is open; closing it, or Ctrl+C, ends the program.", flush=True)
    vmapviz.show(curve, x)
