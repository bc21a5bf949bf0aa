"""See what `jax.vmap` does to a function: both jaxprs side by side, with exact links between their equations."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from vmapviz.engine.calls import Vmap as Vmap
    from vmapviz.engine.show import Window as Window
    from vmapviz.model.trace import Trace as Trace

__all__ = ["Trace", "Vmap", "Window", "show", "trace"]

_LAZY = {"Vmap": "vmapviz.engine.calls", "Window": "vmapviz.engine.show", "Trace": "vmapviz.model.trace"}


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


def show(
    fun: Callable[..., Any],
    *args: Any,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: str | None = None,
    axis_size: int | None = None,
    spmd_axis_name: str | tuple[str, ...] | None = None,
    levels: list[Vmap] | tuple[Vmap, ...] | None = None,
    block: bool | None = None,
    **kwargs: Any,
) -> Window:
    """Open the window on this very function and these very arguments, the whole batch; `in_axes` to `levels` as in `trace`.

    The window is a process of its own, this one runs the function for it, on a thread. `block` says whether to wait until the
    window is closed; by default a script waits, a prompt (Python's or IPython's) and a notebook do not. What JAX raises for the
    function, the arguments or the axes is said in the window. Raises TypeError for what cannot be called, RuntimeError, with
    the reason, when no window can be opened.
    """
    from vmapviz.engine.calls import Vmap
    from vmapviz.engine.show import show as show_now

    chosen = tuple(levels) if levels else (Vmap(in_axes, out_axes, axis_name, axis_size, spmd_axis_name),)
    return show_now(fun, args, kwargs, chosen, block, sys._getframe(1))


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'vmapviz' has no attribute {name!r}")
