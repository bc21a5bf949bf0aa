"""A reader of the gallery's headers for the tests, independent of the app's own: small, and JAX as it is."""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

SCOPE = {"jax": jax, "jnp": jnp, "lax": lax, "np": np}


def header(source: str) -> dict[str, Any]:
    """The table tool.vmapviz of the script block."""
    block = re.search(r"^# /// script\n((?:#(?: .*)?\n)+)# ///$", source, re.MULTILINE)
    assert block, "no script block"
    toml = "".join(line[2:] if line.startswith("# ") else line[1:] for line in block[1].splitlines(keepends=True))
    script = tomllib.loads(toml)
    assert script["dependencies"] == ["jax"]
    return script["tool"]["vmapviz"]


def with_case(settings: dict[str, Any], case: str) -> dict[str, Any]:
    """The settings with the keys that the named case changes; "" names none."""
    changes = next((one for one in settings.get("case", []) if one["name"] == case), {})
    return settings | {key: value for key, value in changes.items() if key != "name"}


def arguments_of(settings: dict[str, Any], names: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of the call, positional and by keyword."""
    text = re.sub(r"\b(f32|i32)\[([\d, ]+)\]", r"_ramp('\1', (\2,))", settings["arguments"])
    scope = {**SCOPE, "_ramp": _ramp, **names}
    given = eval(f"dict({text})", scope)
    parameters = inspect.signature(names[settings["function"]]).parameters
    keyword_only = {name for name in given if parameters[name].kind is inspect.Parameter.KEYWORD_ONLY}
    return (
        [given[name] for name in parameters if name not in keyword_only],
        {name: given[name] for name in keyword_only},
    )


def call(
    settings: dict[str, Any], names: dict[str, Any], mapping: Callable[..., Any] = jax.vmap
) -> tuple[Any, list[Any]]:
    """The result of the mapped function, and its positional arguments."""
    function = names[settings["function"]]
    for level in settings.get("levels", [settings]):
        function = mapping(function, **options(level))
    positional, keywords = arguments_of(settings, names)
    return function(*positional, **keywords), positional


def options(level: dict[str, Any]) -> dict[str, Any]:
    """The keyword arguments of jax.vmap for one level."""
    axes = {key: eval(level.get(key, "0"), dict(SCOPE)) for key in ("in_axes", "out_axes")}
    return axes | {key: level[key] for key in ("axis_name", "axis_size", "spmd_axis_name") if key in level}


def _ramp(short: str, shape: tuple[int, ...]) -> Any:
    dtype = {"f32": jnp.float32, "i32": jnp.int32}[short]
    return jnp.arange(np.prod(shape), dtype=dtype).reshape(shape)
