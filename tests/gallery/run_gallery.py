"""Runs every example by itself on 8 devices, and the pmap ones as their headers say; writes what came out as JSON."""

from __future__ import annotations

import io
import json
import runpy
import sys
import traceback
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import jax

from tests.gallery.headers import call, header

warnings.simplefilter("error")
jax.config.update("jax_num_cpu_devices", 8)
_update = jax.config.update


def _keep_devices(name: str, value: Any) -> None:
    """WORKAROUND(jax 0.8): setting the devices again is refused once JAX runs, even to the same number."""
    if (name, value) != ("jax_num_cpu_devices", jax.device_count()):
        _update(name, value)


def _run(path: str) -> dict[str, Any]:
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            names = runpy.run_path(path, run_name="__main__")
    except BaseException:
        return {"error": traceback.format_exc(), "printed": printed.getvalue()}
    return {"printed": printed.getvalue(), "result": _plain(names.get("result")), "pmap": _pmap(path, names)}


def _pmap(path: str, names: dict[str, Any]) -> Any:
    settings = header(Path(path).read_text(encoding="utf-8"))
    return _plain(call(settings, names, mapping=jax.pmap)[0]) if settings.get("map") == "pmap" else None


def _plain(result: Any) -> Any:
    return jax.tree.map(lambda leaf: leaf.tolist(), result)


jax.config.update = _keep_devices
json.dump({Path(path).stem: _run(path) for path in sys.argv[1:]}, sys.stdout)
