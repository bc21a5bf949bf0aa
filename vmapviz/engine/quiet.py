"""Running the user's code once more without showing again what it prints."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import jax


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What Python code prints in here is dropped, also what JAX's callbacks print: it was, or will be, shown once."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            yield
        finally:
            jax.effects_barrier()  # callbacks print from threads of their own
