"""`vmapviz bench`: times without a window, as a table or as JSON, and what it says when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from vmapviz.cli import main
from vmapviz.engine import bench
from vmapviz.model import messages
from vmapviz.model.timing import Timings

QUICK = ("--budget", "0.1")
SHOUT = """
import jax.numpy as jnp

def shout(x):
    print("printed by the function")
    return jnp.sin(x)

def refuse(x):
    return x + jnp.ones(7)
"""


def process(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What `vmapviz bench ...` does, in a process of its own: the number of devices is fixed once JAX has started."""
    call = [sys.executable, "-m", "vmapviz", "bench", *QUICK, *arguments]
    return subprocess.run(call, capture_output=True, timeout=120, text=True)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """JAX has started in this process: its devices stay as they are."""
    monkeypatch.setattr(bench, "configure", lambda devices, platform: True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shout.py"
    path.write_text(SHOUT)
    return path


def vmapviz_bench(*arguments: str) -> Result:
    """The same in this process."""
    return CliRunner().invoke(main, ("bench", *arguments))


@pytest.mark.slow
def test_loop_vmap_and_pmap_of_the_matrix_task_are_timed_to_the_end() -> None:
    done = process("matrix task", "--variants", "loop,vmap,pmap", "--devices", "8", "--sizes", "1, 8", "--budget", "2")
    assert done.returncode == 0, done.stderr
    head, table, words = done.stdout.split("\n\n", 2)
    assert "8 CPU devices on" in head
    titles, *rows = table.splitlines()
    assert titles.split() == ["examples", "loop", "vmap", "pmap"]
    assert [row.split()[0] for row in rows] == ["1", "8"]
    assert "-" not in table.split()
    assert "All three gave the same result" in words


@pytest.mark.slow
def test_devices_are_swept_over_with_a_batch_that_all_of_them_divide(tmp_path: Path) -> None:
    output = tmp_path / "times.json"
    arguments = ("--over", "devices", "--devices", "4", "--variants", "jit(vmap),pmap", "-o", str(output))
    done = process("matvec", *arguments)
    assert done.returncode == 0, done.stderr
    found = msgspec.json.decode(output.read_bytes(), type=Timings, strict=True)
    assert found.over == "devices"
    (pmap,) = (series for series in found.series if series.variant == "pmap")
    assert [(point.at, point.batch, point.skipped) for point in pmap.points] == [
        (1, 8, None),
        (2, 8, None),
        (4, 8, None),
    ]


@pytest.mark.usefixtures("started")
def test_json_goes_to_standard_output_alone(file: Path) -> None:
    done = vmapviz_bench(
        f"{file}::shout", "--arguments", "f32[4]", "--variants", "vmap", "--sizes", "1", *QUICK, "-o", "-"
    )
    assert done.exit_code == 0, done.output
    found = msgspec.json.decode(done.stdout_bytes, type=Timings, strict=True)
    assert found.about.startswith("vmap(shout")
    assert "printed by the function" in done.stderr


@pytest.mark.usefixtures("started")
def test_a_function_that_fails_is_told_in_words(file: Path) -> None:
    done = vmapviz_bench(f"{file}::refuse", "--arguments", "f32[4,3]", *QUICK)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "x + jnp.ones(7)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("started")
def test_ctrl_c_leaves_the_points_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = bench.measured

    def interrupted(request: messages.Time) -> Iterator[messages.Timed]:
        for timed in measured(request):
            yield timed
            if any(series.points for series in timed.timings.series):
                raise KeyboardInterrupt

    monkeypatch.setattr(bench, "measured", interrupted)
    done = vmapviz_bench("matvec", "--variants", "vmap", "--sizes", "1, 2", *QUICK)
    assert "these are the points so far" in done.stderr
    assert done.stdout.split("\n\n")[1].splitlines()[1].split()[0] == "1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("matvec", "--variants", "warp"), "warp is not a way to compute a batch"),
        (("matvec", "--sizes", "8, 4, …"), "Two rising numbers"),
        (("matvec", "--devices", "0"), "0 devices"),
        (("matvec", "--examples", "8"), "--sizes says which"),
        (("no such example",), "no such example"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_jax_is_loaded(arguments: tuple[str, ...], said: str) -> None:
    done = vmapviz_bench(*arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert said in done.stderr


@pytest.mark.usefixtures("started")
def test_a_letter_that_is_none_is_refused() -> None:
    done = vmapviz_bench("matvec", "--over", "K")
    assert done.exit_code == 1
    assert "K is no letter" in done.stderr
