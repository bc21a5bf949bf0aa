"""What is handed out: the wheel and the source archive hold all they need, and the wheel runs by itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source archive of this very tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[zipfile.ZipFile]:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def project_files(*folders: str) -> set[str]:
    """The files of the project below `folders`: those git knows, or all but bytecode in an unpacked source archive."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", *folders]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        files = listed.strip("\0").split("\0")
    else:
        found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
        files = [path.relative_to(ROOT).as_posix() for path in found if path.suffix != ".pyc"]
    return {file for file in files if (ROOT / file).is_file()}


def test_the_wheel_holds_the_whole_package(wheel: zipfile.ZipFile) -> None:
    assert project_files("vmapviz") <= set(wheel.namelist())


def test_the_wheel_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist()} == {"vmapviz", "vmapviz-0.1.0.dist-info"}
    assert not [name for name in wheel.namelist() if name.endswith((".pyc", "~", ".orig"))]


def test_the_wheel_says_what_it_is(wheel: zipfile.ZipFile) -> None:
    said = Parser().parsestr(wheel.read("vmapviz-0.1.0.dist-info/METADATA").decode())
    needs = {re.split(r"[<>=!; ]", line)[0].lower(): line for line in said.get_all("Requires-Dist", [])}
    plain = {name for name, line in needs.items() if "extra ==" not in line}
    libraries = ["jax", "jaxlib", "numpy", "pyside6-essentials", "msgspec", "click", "pygments", "pillow"]
    assert plain == set(libraries)
    assert "!=6.12.0" in needs["pyside6-essentials"]
    assert said["License-Expression"] == "Apache-2.0"
    assert said["Requires-Python"] == "<3.15,>=3.11"
    assert "vmapviz = vmapviz.cli:main" in wheel.read("vmapviz-0.1.0.dist-info/entry_points.txt").decode()
    assert "Apache License" in wheel.read("vmapviz-0.1.0.dist-info/licenses/LICENSE").decode()


def test_bundled_fonts_come_with_their_licences(wheel: zipfile.ZipFile) -> None:
    fonts = [name for name in wheel.namelist() if name.endswith((".ttf", ".otf", ".woff2"))]
    licences = [name for name in wheel.namelist() if re.search(r"vmapviz/gui/assets/.*(OFL|LICENSE)", name)]
    assert bool(fonts) <= bool(licences)


def test_the_package_in_the_wheel_imports_by_itself(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "import vmapviz.model; print(vmapviz.model.__file__)"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path), done.stderr


def test_the_source_archive_holds_what_a_distributor_needs(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames()}
    wanted = project_files(
        "vmapviz", "examples", "tests", "Makefile", ".ci", "pyproject.toml", "CHANGELOG.md", "LICENSE"
    )
    assert wanted <= held
    assert "README.md" in held
