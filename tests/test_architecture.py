"""The rules of the house: which room may import what, what is never used, and how long things may get."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "vmapviz"
STDLIB = "the standard library"

# Room -> what it may import besides itself; "model" and the like are rooms, the others libraries. msgspec makes the
# house's frozen records, so every room that makes or changes one may have it; the gallery is its table of contents.
ROOMS = {
    "model": {STDLIB, "msgspec"},
    "export": {STDLIB, "msgspec", "model"},
    "engine": {STDLIB, "msgspec", "model", "jax", "numpy"},
    "gui": {
        STDLIB,
        "msgspec",
        "model",
        "export",
        "gallery",
        "PySide6",
        "shiboken6",
        "numpy",
        "pygments",
        "PIL",
    },
    "gallery": {STDLIB},
    "gallery entry": {"jax"},
}
# Door -> what it may import at once, and what only inside a function (or for the type checker): `--help` and
# `import vmapviz` load neither Qt nor JAX.
DOORS = {
    "__init__": ({STDLIB}, {"model", "engine", "gui", "export", "gallery"}),
    "__main__": ({STDLIB, "cli"}, set()),
    "cli": ({STDLIB, "click", "model"}, {"model", "engine", "gui", "export", "gallery"}),
}
# JAX that may change without notice, and the one file that may use it.
NOT_PUBLIC = ("jax._src", "jax.core", "jax.extend", "jax.interpreters", "jaxlib")
COMPAT = "engine/compat.py"

# Word -> why it is never used.
BANNED = {
    "blockSignals": "panels compare and redraw; there is no loop to break",
    "processEvents": "nothing waits inside the event loop",
    "time.sleep": "a timer, a signal or a join says when",
    "pickle": "what another process or a file says is never run",
    "cloudpickle": "what another process or a file says is never run",
    "marshal": "what another process or a file says is never run",
}
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


class Import(NamedTuple):
    line: int
    module: str
    late: bool


def sources(folder: Path = PACKAGE) -> Iterator[tuple[str, str]]:
    """Each Python file below `folder`: its path relative to it, and its text."""
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def imports(source: str, file: str) -> list[Import]:
    """Every module that `source` imports, anywhere in it, by its absolute name."""
    package = ["vmapviz", *file.split("/")[:-1]]
    found: list[Import] = []

    def visit(node: ast.AST, late: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            # `from vmapviz import gui` and `from jax import core` import a module by its last name.
            deep = stem in ("vmapviz", "jax")
            names = [f"{stem}.{alias.name}" for alias in node.names] if deep else [stem]
            found.extend(Import(node.lineno, name, late) for name in names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types(node)
        for child in ast.iter_child_nodes(node):
            visit(child, late or inside)

    visit(ast.parse(source), late=False)
    return found


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def owner(module: str) -> str:
    """The room, door or library that `module` belongs to; nothing for `__future__`."""
    first, *rest = module.split(".")
    if first == "vmapviz":
        return rest[0] if rest and (rest[0] in ROOMS or rest[0] in DOORS) else "__init__"
    if first == "__future__":  # a directive to the compiler, not a library
        return ""
    return STDLIB if first in sys.stdlib_module_names else first


def place_of(file: str) -> str:
    """The room or door that `file` (relative to vmapviz/) stands in."""
    place = file.split("/")[0].removesuffix(".py")
    return "gallery entry" if place == "gallery" and not file.endswith("__init__.py") else place


def forbidden_imports(source: str, file: str) -> list[str]:
    """The imports of `source` that the place of `file` (relative to vmapviz/) does not allow, in words."""
    place = place_of(file)
    at_once, late = DOORS[place] if place in DOORS else (ROOMS.get(place, set()), set())
    return [
        f"{file}:{found.line} imports {found.module}" + ("" if found.late or place not in DOORS else " at once")
        for found in imports(source, file)
        if owner(found.module) not in (at_once | late if found.late else at_once) | {place, ""}
    ]


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that `tree` uses, with its line: `jax.core.Jaxpr` counts as itself, `jax.core` and `jax`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node)


def uses(source: str, file: str, words: tuple[str, ...]) -> list[str]:
    """Where `source` imports or names one of `words` (or something below it)."""
    tree = ast.parse(source)
    named = [(found.line, found.module) for found in imports(source, file)] + list(names(tree))
    named += [(node.lineno, f"{node.module}.{alias.name}") for node in ast.walk(tree)
              if isinstance(node, ast.ImportFrom) and not node.level for alias in node.names]  # fmt: skip
    return sorted({
        f"{file}:{line} uses {word}"
        for line, name in named
        for word in words
        if f".{name}.".startswith(f".{word}.") or ("." not in word and name.endswith(f".{word}"))
    })  # fmt: skip


def too_long(source: str, file: str) -> list[str]:
    """The file itself and the functions in it that have outgrown their limit."""
    lines = source.count("\n")
    found = [f"{file}: {lines} lines"] if lines > LONGEST_FILE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION:
                found.append(f"{file}:{node.lineno} {node.name}: {size} lines")
    return found


def loaded_by(statement: str) -> set[str]:
    """The names in `sys.modules` of a fresh interpreter after `statement`."""
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def modules(room: str) -> list[str]:
    files = [file for file, _ in sources() if place_of(file) == room and not file.endswith("__main__.py")]
    return ["vmapviz." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files]


# Layers


def test_every_file_imports_only_what_its_room_may() -> None:
    wrong = [line for file, source in sources() for line in forbidden_imports(source, file)]
    assert not wrong, "\n".join(wrong)


def test_every_file_is_in_a_room_or_is_a_door() -> None:
    places = {place_of(file) for file, _ in sources()}
    assert places <= {*ROOMS, *DOORS}


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("model/session.py", "import numpy"),
        ("model/session.py", "def f():\n    from jax import numpy"),
        ("model/session.py", "from vmapviz.export import html"),
        ("model/scenes/scene.py", "from ...gui import paint"),
        ("model/session.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import PySide6"),
        ("export/svg.py", "from PySide6.QtGui import QPainter"),
        ("engine/links.py", "from vmapviz import gui"),
        ("engine/links.py", "from vmapviz.cli import main"),
        ("gui/window.py", "from ..engine import links"),
        ("gui/window.py", "from vmapviz import trace"),
        ("gui/window.py", "class A:\n    def f(self):\n        import jax.numpy as jnp"),
        ("gallery/square.py", "import numpy as np"),
        ("gallery/square.py", "import math"),
        ("gallery/square.py", "from vmapviz import gallery"),
        ("gallery/__init__.py", "import jax"),
        ("cli.py", "from vmapviz.engine import trace"),
        ("cli.py", "def f():\n    import PySide6"),
        ("__init__.py", "import msgspec"),
        ("attic/old.py", "import os"),
    ],
)
def test_a_forbidden_import_is_caught(file: str, source: str) -> None:
    assert forbidden_imports(source, file)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        (
            "model/session.py",
            "from __future__ import annotations\nimport json, msgspec\nfrom vmapviz.model import trace",
        ),
        ("model/scenes/scene.py", "from ..trace import Trace\nfrom . import scene"),
        ("export/svg.py", "from vmapviz.model.trace import Trace"),
        ("engine/links.py", "import jax.numpy as jnp\nfrom vmapviz import model"),
        ("gui/panels/timing.py", "from vmapviz.gui.paint import draw\nfrom PIL import Image"),
        ("gallery/square.py", "from __future__ import annotations\nimport jax\nfrom jax import lax"),
        ("gallery/__init__.py", "import re"),
        ("cli.py", "import click\ndef f():\n    from vmapviz.gui import app"),
        ("__main__.py", "from vmapviz.cli import main"),
    ],
)
def test_an_allowed_import_passes(file: str, source: str) -> None:
    assert not forbidden_imports(source, file)


@pytest.mark.parametrize(
    ("room", "never"),
    [
        ("model", {"jax", "numpy", "PySide6", "shiboken6", "PIL", "pygments", "click"}),
        ("export", {"jax", "numpy", "PySide6", "shiboken6", "PIL", "click"}),
        ("engine", {"PySide6", "shiboken6", "PIL", "vmapviz.gui", "vmapviz.export"}),
        ("gallery", {"jax", "numpy", "PySide6"}),
        ("gui", {"jax", "jaxlib", "vmapviz.engine", "click"}),
    ],
)
def test_a_room_loads_only_what_it_may(room: str, never: set[str]) -> None:
    assert not never & loaded_by("\n".join(f"import {module}" for module in modules(room)))


def test_importing_vmapviz_is_light() -> None:
    assert not {"jax", "PySide6", "shiboken6", "numpy"} & loaded_by("import vmapviz")


def test_the_command_line_is_light() -> None:
    imported = "import vmapviz.cli" if (PACKAGE / "cli.py").exists() else ""
    assert not {"jax", "PySide6", "shiboken6", "numpy"} & loaded_by(imported)


# What is never used


def test_jax_that_is_not_public_stays_in_one_file() -> None:
    found = [line for file, source in sources() if file != COMPAT for line in uses(source, file, NOT_PUBLIC)]
    assert not found, "\n".join(found)


def test_banned_words_are_not_used() -> None:
    found = [line for file, source in sources() for line in uses(source, file, tuple(BANNED))]
    found += [line for file, source in sources(ROOT / "tests") for line in uses(source, file, ("time.sleep",))]
    assert not found, "\n".join(f"{line}: {BANNED[line.rsplit(' ', 1)[-1]]}" for line in found)


@pytest.mark.parametrize(
    "source",
    [
        "import jax\njax.core.Jaxpr",
        "from jax._src import core",
        "from jax import core",
        "from jax.extend.core import Primitive",
        "import jax.interpreters.batching as b",
        "import jax._src.core",
        "widget.blockSignals(True)",
        "self.app.processEvents()",
        "import time\ntime.sleep(1)",
        "from time import sleep",
        "import pickle",
        "def f():\n    from pickle import loads",
    ],
)
def test_a_banned_word_is_caught(source: str) -> None:
    assert uses(source, "engine/links.py", (*NOT_PUBLIC, *BANNED))


def test_a_word_that_only_looks_alike_passes() -> None:
    source = (
        "import jax.numpy\nself.core.extend()\nsleep_time = core\nunpickled = 1\nfrom jax import make_jaxpr\n# pickle"
    )
    assert not uses(source, "engine/links.py", (*NOT_PUBLIC, *BANNED))


# Size and words


def test_files_and_functions_stay_short() -> None:
    found = [line for file, source in sources() for line in too_long(source, file)]
    assert not found, "\n".join(found)


def test_a_long_function_is_caught() -> None:
    body = "    pass\n" * (LONGEST_FUNCTION - 1)
    assert not too_long(f"def f():\n{body}", "a.py")
    assert too_long(f"def f():\n{body}    pass\n", "a.py")
    assert too_long("a = 1\n" * (LONGEST_FILE + 1), "a.py")


def test_every_module_says_what_it_is() -> None:
    silent = [file for file, source in sources() if not ast.get_docstring(ast.parse(source))]
    assert not silent, f"no docstring in {', '.join(silent)}"


def test_the_top_level_stays_small() -> None:
    allowed = {"vmapviz", "examples", "tests", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "LICENSE"}
    top = {file.split("/")[0] for file in committed()}
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_no_file_names_a_package_registry() -> None:
    # In halves, so that this file passes too.
    words = [
        a + b for a, b in [("pypi", ".org"), ("pythonhosted", ".org"), ("--index", "-url"), ("extra-index", "-url")]
    ]
    texts = ((file, (ROOT / file).read_bytes()) for file in committed() if (ROOT / file).is_file())
    found = [f"{file}: {word}" for file, text in texts for word in words if word.encode() in text]
    assert not found


def committed() -> list[str]:
    """The files of the project: as git lists them, or what lies there in an unpacked source archive."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return listed.strip("\0").split("\0")
    folders = ("vmapviz", "examples", "tests")
    nested = [path for folder in folders for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]
    return [path.relative_to(ROOT).as_posix() for path in [*nested, *ROOT.glob("*.*")] if path.is_file()]
