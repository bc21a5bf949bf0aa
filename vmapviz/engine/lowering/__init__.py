"""Below the jaxpr: what JAX lowers and XLA compiles, read from the text they print."""
