"""See what `jax.vmap` does to a function: both jaxprs side by side, with exact links between their equations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from vmapviz.engine.calls import Vmap as Vmap
    from vmapviz.model.trace import Trace as Trace

__all__ = ["Trace", "Vmap", "trace"]

_LAZY = {"Vmap": "vmapviz.engine.calls", "Trace": "vmapviz.model.trace"}


def trace(
    fun: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: str | None = None,
    axis_size: int | None = None,
    spmd_axis_name: str | tuple[str, ...] | None = None,
    *,
    levels: list[Vmap] | tuple[Vmap, ...] | None = None,
) -> Callable[..., Trace]:
    """What `jax.vmap` makes of `fun`; called like `jax.vmap`, then with the arguments.

    `vmapviz.trace(fun, in_axes=(None, 0))(W, x)` gives a `Trace`. For nested vmaps pass `levels`, innermost first, instead of the axes:
    `vmapviz.trace(fun, levels=[Vmap(in_axes=(None, 0)), Vmap(in_axes=(0, None))])(a, b)`. Raises what JAX raises for the function, the axes
    or the arguments.
    """
    from vmapviz.engine.calls import Vmap
    from vmapviz.engine.trace import trace as trace_now
    from vmapviz.engine.verify import verify

    chosen = tuple(levels) if levels else (Vmap(in_axes, out_axes, axis_name, axis_size, spmd_axis_name),)

    def traced(*args: Any, **kwargs: Any) -> Trace:
        return verify(trace_now(fun, chosen, *args, **kwargs))[0]

    return traced


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'vmapviz' has no attribute {name!r}")
