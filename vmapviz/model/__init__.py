"""Frozen data and pure functions: no Qt, no JAX, no numpy."""
