"""The command line: what it writes, what it says when something is wrong, and what it does not load."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.there import there
from vmapviz.cli import KINDS, main
from vmapviz.gallery import Entry, entries
from vmapviz.model.snapshot import Snapshot, read_snapshot

WRONG = "When it goes wrong"
HEAVY = ("jax", "jaxlib", "numpy", "PySide6")
LAYER = """
import jax.numpy as jnp

def scaled(x, by):
    return x * by

def dense(W, x):
    print("printed by the function")
    return jnp.maximum(W @ x, 0.0)
"""
each_entry = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.stem)


def vmapviz(*arguments: str) -> Result:
    """What `vmapviz ...` does, in this process."""
    return CliRunner().invoke(main, arguments)


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """What `python ...` does, in a process of its own."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, timeout=120, **options)


def taken(*arguments: str) -> Snapshot:
    """The snapshot that `vmapviz snapshot ...` writes to standard output, decoded strictly."""
    result = vmapviz("snapshot", *arguments)
    assert result.exit_code == 0, result.output
    return read_snapshot(result.stdout_bytes)


def refused(*arguments: str) -> str:
    """The sentence that `vmapviz snapshot ...` refuses with: on stderr, exit code 1, nothing on stdout, no traceback."""
    result = vmapviz("snapshot", *arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert result.stderr.startswith("vmapviz: ")
    assert "Traceback" not in result.stderr
    return result.stderr.removeprefix("vmapviz: ")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's file in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("layers.py")
    path.write_text(LAYER)
    return path


# --- what needs no JAX ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["examples"], ["snapshot", "--help"], ["explain", "--help"], ["open", "--help"]],
    ids=" ".join,
)
def test_help_version_and_examples_load_neither_qt_nor_jax_nor_numpy(arguments: list[str]) -> None:
    ends = f"assert not set({HEAVY}) & set(sys.modules), sorted(sys.modules)"
    code = f"import atexit, sys\nfrom vmapviz.cli import main\ntry:\n    main({arguments})\nfinally:\n    {ends}"
    done = process("-c", code)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_importing_vmapviz_is_light() -> None:
    done = process("-c", f"import sys, vmapviz; assert not set({HEAVY}) & set(sys.modules)")
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_version_is_that_of_the_package() -> None:
    assert vmapviz("--version").stdout == f"vmapviz, version {version('vmapviz')}\n"


def test_python_m_vmapviz_is_the_same() -> None:
    done = process("-m", "vmapviz", "examples")
    assert done.returncode == 0
    assert done.stdout.decode() == vmapviz("examples").stdout
    assert process("-m", "vmapviz", "--help").stdout.startswith(b"Usage: python -m vmapviz ")


def test_help_says_what_can_be_named() -> None:
    said = " ".join(vmapviz("--help").stdout.split())
    assert "WHAT is a gallery name, file.py, or file.py::function;" in said
    assert all(f" {command} " in said for command in ("open", "snapshot", "examples"))


def test_examples_lists_every_entry_under_its_group() -> None:
    lines = [line for line in vmapviz("examples").stdout.splitlines() if line]
    expected: list[str] = []
    for entry in entries():
        expected += [] if entry.group in expected else [entry.group]
        expected.append(f"{entry.name} {entry.summary}")
    assert [" ".join(line.split()) for line in lines] == expected
    assert all(line.startswith("  ") == (line not in {entry.group for entry in entries()}) for line in lines)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{}", "This file is not a vmapviz snapshot."),
        (b'{"format": "vmapviz-timings", "version": 2}', "format version 2"),
    ],
)
def test_a_file_of_times_that_cannot_be_read_opens_no_window(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "times.json"
    path.write_bytes(data)
    refused_open = vmapviz(str(path))
    assert refused_open.exit_code == 1
    assert refused_open.stderr.startswith(f"vmapviz: {path} could not be opened: ")
    assert why in refused_open.stderr


# --- snapshots of the gallery -----------------------------------------------------------------------------------------


@pytest.mark.slow
@each_entry
def test_every_example_gives_a_snapshot_or_a_sentence(entry: Entry, tmp_path: Path) -> None:
    if entry.group == WRONG:
        assert refused(entry.name).count(".") >= 2
        return
    snapshot = taken(entry.name)
    assert snapshot.trace.exact is True
    assert len(snapshot.trace.programs) == len(snapshot.trace.levels) + 1 >= 2
    origins = {equation.origin.split(".")[0] for equation in snapshot.trace.programs[1].equations if equation.origin}
    assert origins <= {equation.path for equation in snapshot.trace.original.equations}
    assert bool(origins) == bool(snapshot.trace.original.equations)
    for kind in KINDS:
        result = vmapviz("snapshot", entry.stem, "-o", str(tmp_path / f"made.{kind}"))
        assert result.exit_code == 0, result.output
        assert result.stdout == ""
    assert read_snapshot((tmp_path / "made.json").read_bytes()) == snapshot
    assert f"vmap({snapshot.experiment.function}" in (tmp_path / "made.txt").read_text(encoding="utf-8")
    assert ET.fromstring((tmp_path / "made.svg").read_bytes()).tag.endswith("svg")


def test_a_snapshot_is_the_same_bytes_again_and_names_no_place_on_this_machine() -> None:
    one, other = (process("-m", "vmapviz", "snapshot", "newton steps", "--format", "json") for _ in range(2))
    assert one.returncode == 0, one.stderr
    assert one.stdout == other.stdout
    here = {str(Path.home()), str(Path(__file__).parents[1]), sys.prefix}
    assert not [place for place in here if place.encode() in one.stdout]
    assert b"0x" not in one.stdout
    found = read_snapshot(one.stdout)
    places = {equation.source.file for equation in found.trace.original.equations if equation.source}
    assert places == {"<vmapviz gallery:newton_steps>"}
    assert found.experiment.path == "gallery:newton_steps"


@pytest.mark.parametrize("spelling", ["Neural-Net  layer", "NEURAL_NET_LAYER", "neural net láyer"])
def test_names_may_be_spelled_as_one_likes(spelling: str) -> None:
    assert taken(spelling).experiment.name == "neural net layer"


def test_a_case_and_what_is_said_on_top_of_it() -> None:
    assert taken("matvec", "--case", "2×2").trace.original.inputs[0].shape == (2, 2)
    said = taken(
        "matvec", "--case", "2×2", "--in-axes", "(None, 1)", "--out-axes", "1", "--arguments", "f32[4,3], f32[3,7]"
    )
    (level,) = said.trace.levels
    assert (level.size, level.in_axes, level.out_axes) == (7, "(None, 1)", "1")
    assert said.trace.batched.inputs[1].shape == (3, 7)


# --- snapshots of files -----------------------------------------------------------------------------------------------


def test_a_file_means_its_last_function_and_a_function_can_be_named(file: Path) -> None:
    assert (
        taken("layers.py", "--arguments", "f32[2,3], f32[5,3]", "--in-axes", "(None, 0)").experiment.function == "dense"
    )
    scaled = taken("layers.py::scaled")
    assert scaled.experiment.function == "scaled"
    assert scaled.trace.original.equations[0].primitive == "mul"
    assert there(scaled.trace.original.equations[0].source).file == "layers.py"


def test_what_the_code_prints_stays_out_of_the_snapshot(file: Path) -> None:
    result = vmapviz("snapshot", "layers.py", "--arguments", "f32[2,3], f32[5,3]", "--in-axes", "(None, 0)")
    assert json.loads(result.stdout)["trace"]["exact"] is True
    assert "printed by the function" in result.stderr


def test_a_header_can_ask_for_64_bits(file: Path) -> None:
    file.write_text(
        '# /// script\n# [tool.vmapviz]\n# arguments = "f64[3]"\n# x64 = true\n# ///\ndef f(x): return 2 * x\n'
    )
    assert taken("layers.py").trace.batched.inputs[0].dtype == "float64"
    file.write_text("def f(x): return 2 * x\n")
    assert taken("layers.py").trace.batched.inputs[0].dtype == "float32"


def test_the_format_is_that_of_the_ending_unless_said_otherwise(file: Path) -> None:
    for output, extra, start in [
        ("a.txt", (), "vmap(scaled"),
        ("a.SVG", (), "<svg"),
        ("a", (), "{"),
        ("a.txt", ("--format", "json"), "{"),
        ("a.pdf", ("--format", "svg"), "<svg"),
    ]:
        result = vmapviz("snapshot", "layers.py::scaled", "-o", output, *extra)
        assert (result.exit_code, result.stderr) == (0, f"Wrote {output}.\n")
        assert Path(output).read_text(encoding="utf-8").startswith(start)
    assert vmapviz("snapshot", "layers.py::scaled", "--format", "txt", "-o", "-").stdout.startswith("vmap(scaled")
    assert refused("layers.py::scaled", "-o", "b.png").startswith(
        "b.png ends in .png; a snapshot is .json, .txt or .svg."
    )
    assert not Path("b.png").exists()


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read_or_written(file: Path) -> None:
    Path("folder.py").mkdir()
    Path("latin.py").write_bytes(b"x = 1\n# caf\xe9\n")
    assert refused("gone.py") == "gone.py could not be opened: No such file or directory.\n"
    assert refused("folder.py") == "folder.py could not be opened: Is a directory.\n"
    assert "not UTF-8 text: byte 0xe9 in line 2" in refused("latin.py")
    assert (
        refused("matvec", "-o", "folder.py", "--format", "txt") == "folder.py could not be written: Is a directory.\n"
    )
    assert refused("matvec", "-o", "no/such.txt").startswith("no/such.txt could not be written: No such file")
    assert refused("mattvec").startswith("mattvec is neither an example nor a Python file. `vmapviz examples` lists")


def test_a_file_whose_name_is_no_text_is_refused(file: Path) -> None:
    name = b"caf\xe9.py".decode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):  # some file systems refuse such a name themselves
        Path(name).write_text(LAYER)
    assert refused(f"{name}::scaled") == "The name of this file is not UTF-8 text; rename it.\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no function yet."),
        ("def f(x):\n    return x +\n", "Line 2 is not finished.\n    return x +\n    SyntaxError"),
        ("# /// script\n# [tool.vmapviz]\n# functoin = 'f'\n# ///\n", "Did you mean `function`?"),
        ("# /// script\n# [tool.vmapviz]\n# function = f\n# ///\n", "`function = f` is not TOML"),
        ("import no_such_module_anywhere\n", "`no_such_module_anywhere` is not installed here."),
        ("def f(x):\n    return 1 / 0\n", "\n    return 1 / 0\n    ZeroDivisionError: division by zero\n"),
        ("raise SystemExit(3)\n", "asked Python to exit"),
        ("def f(x):\n    raise SystemExit(3)\n", "asked Python to exit"),
        ("def f(x): return f(x)\n", "calls itself without end"),
        ("def f(x):\n    return x\0\n", "Line 1 is not Python."),
    ],
    ids=[
        "empty",
        "syntax",
        "unknown key",
        "no TOML",
        "import",
        "exception",
        "exit",
        "exit inside",
        "recursion",
        "null",
    ],
)
def test_code_that_fails_is_told_in_words(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    assert says in refused("layers.py")


def test_every_equation_is_explained_and_what_goes_wrong_is_told(file: Path) -> None:
    result = vmapviz("explain", "guarded root")
    assert result.exit_code == 0
    assert "both branches run for all" in result.stdout
    assert "One number that is NaN is computed and thrown away. (3)" in result.stdout
    assert "-> `lax.map` keeps the branch" in result.stdout
    changed = vmapviz("explain", "layers.py::scaled", "--arguments", "f32[7,2], f32[]", "--in-axes", "(0, None)")
    assert "all 7 examples" in changed.stdout
    file.write_text("def f(x:\n")
    wrong = vmapviz("explain", "layers.py")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("vmapviz: ")


def test_what_is_below_the_jaxpr_can_be_written(tmp_path: Path) -> None:
    stablehlo = vmapviz("snapshot", "neural net layer", "--as", "stablehlo").output
    assert "8 operations: jit(vmap(layer))" in stablehlo
    assert "stablehlo.dot_general" in stablehlo
    assert vmapviz("snapshot", "neural net layer", "--as", "HLO", "-o", str(tmp_path / "layer.svg")).exit_code == 0
    assert "fusion" in (tmp_path / "layer.svg").read_text()
    refused = vmapviz("snapshot", "neural net layer", "--as", "HLO", "--format", "json")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "vmapviz: A JSON snapshot holds jaxprs. `--format txt` or `--format svg` writes HLO.\n",
    )


def test_settings_that_do_not_fit_are_told_in_words() -> None:
    assert refused("matvec", "--case", "3×3") == "There is no case `3×3`; there are: `2×2`.\n"
    assert refused("matvec", "--in-axes", "(0, 0, 1)").startswith("in_axes has 3 entries for 2 arguments.")
    assert refused("matvec", "--in-axes", "(0,").startswith("The axes could not be read.")
    assert refused("matvec", "--arguments", "f32[2,").startswith("The arguments are not finished.")
    assert refused("matvec", "--arguments", "f32[9999999,9999999]").startswith("m is too large.")
    assert refused(f"{__file__}::no_such_function").startswith("There is no function `no_such_function`.")


def test_a_reader_that_has_enough_and_a_full_disk_give_no_traceback() -> None:
    command = [sys.executable, "-m", "vmapviz", "snapshot", "lotka volterra", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.close()
        _, said = writer.communicate(timeout=120)
    assert said == b""
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=120)
        assert done.returncode == 1
        assert done.stderr == b"vmapviz: standard output could not be written: No space left on device.\n"


def test_the_films_of_the_command_line_are_those_of_the_window() -> None:
    from vmapviz.cli import FILMS
    from vmapviz.gui.animate import ANIMATIONS

    assert tuple(f".{animation.suffix}" for animation in ANIMATIONS) == FILMS


def test_a_film_is_written_and_wrong_options_are_refused(tmp_path: Path) -> None:
    film = tmp_path / "matvec.gif"
    made = vmapviz("animate", "matvec", "-o", str(film), "--size", "480x320", "--speed", "10")
    assert made.exit_code == 0, made.stderr
    assert film.read_bytes().startswith(b"GIF89a")
    (folder := tmp_path / "folder.gif").mkdir()
    for wrong, says in (
        (["-o", "film.mpg"], "must end in one of .gif, .webp"),
        (["-o", "film.gif", "--size", "5x5"], "from 480x320"),
        (["-o", "film.gif", "--size", "big"], "is not of the form 960x540"),
        (["-o", str(tmp_path / "none" / "film.gif")], f"there is no folder {tmp_path / 'none'}"),
        (["-o", str(folder)], "it is a folder"),
    ):
        refused_ = vmapviz("animate", "matvec", *wrong)
        assert (refused_.exit_code, refused_.stdout) == (1, "")
        assert says in refused_.stderr
    for what, wrong, code, says in (
        ("nosuch", [], 1, "nosuch"),
        ("matvec", ["--speed", "0"], 2, "--speed"),
        ("matvec", ["--theme", "pink"], 2, "--theme"),
    ):
        refused_ = vmapviz("animate", what, "-o", str(tmp_path / "other.gif"), *wrong)
        assert (refused_.exit_code, refused_.stdout) == (code, "")
        assert says in refused_.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.gif", "matvec.gif"]
