"""The command line: `vmapviz [WHAT]` opens the window, `snapshot`, `explain` and `examples` need neither Qt nor a display."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from vmapviz.model.experiment import Experiment
    from vmapviz.model.messages import Time
    from vmapviz.model.session import Session, ThemeName
    from vmapviz.model.snapshot import Snapshot
    from vmapviz.model.timing import Timings
    from vmapviz.model.trace import Form

WHAT = "a gallery name, file.py, or file.py::function"
OPENED = f"{WHAT}; the window opens snapshots and timings (.json), too"
KINDS = ("json", "txt", "svg")
FILMS = (".gif", ".webp", ".mp4", ".svg", ".pdf", ".zip")
FORMS = ("StableHLO", "HLO")


class _OpensByDefault(click.Group):
    """`vmapviz matvec` means `vmapviz open matvec`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h", "--version")):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_OpensByDefault,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"WHAT is {OPENED}. `vmapviz matvec` is short for `vmapviz open matvec`.",
)
@click.version_option(version("vmapviz"), prog_name="vmapviz")
def main() -> None:
    """See what jax.vmap does to a function: both jaxprs with exact links, the shapes, the result, the times."""


def _experiment_options(command: Any) -> Any:
    for option in (
        click.option("--case", help="A named case of the experiment."),
        click.option("--out-axes", help="Where the batch axis goes: Python text such as 0 or (0, None)."),
        click.option("--in-axes", help="Which axis counts the examples, per argument: Python text such as (None, 0)."),
        click.option("--arguments", help="The arguments of the call: 'f32[2,3], x=jnp.ones(3)'."),
    ):
        command = option(command)
    return command


@main.command(name="open")
@click.argument("what", required=False)
@_experiment_options
@click.option(
    "--python",
    default="",
    help="The Python that runs your code, or a command that starts one, such as 'ssh gpu-box python'.",
)
@click.option("--theme", type=click.Choice(["system", "light", "dark", "projector"]), help="The look of the window.")
@click.option("--screenshot", type=click.Path(dir_okay=False), help="Write a picture of the window as PNG, and end.")
@click.option("--snapshot", type=click.Path(dir_okay=False), help="Write a JSON snapshot of what it shows, and end.")
def open_window(
    what: str | None,
    arguments: str | None,
    in_axes: str | None,
    out_axes: str | None,
    case: str | None,
    python: str,
    theme: str | None,
    screenshot: str | None,
    snapshot: str | None,
) -> None:
    """Open the window, with WHAT if given."""
    changes = {"arguments": arguments, "in_axes": in_axes, "out_axes": out_axes}
    kept = _kept(what) if what and what.endswith(".json") else None
    if kept and (screenshot or snapshot):
        _fail(f"{what} is kept from a run: there is nothing to run for a picture or a snapshot of it.")
    experiment = _experiment(what, case, changes) if (what or screenshot or snapshot) and not kept else None
    from vmapviz.gui.main import run

    look = cast("ThemeName | None", theme)
    sys.exit(run(experiment, python=python, theme=look, screenshot=screenshot, snapshot=snapshot, change=kept))


@main.command()
@click.argument("what")
@_experiment_options
@click.option("--format", "kind", type=click.Choice(KINDS), help="Default: by the ending of -o.")
@click.option(
    "--as", "form", type=click.Choice(FORMS, case_sensitive=False), help="Below the jaxpr instead, as text or SVG."
)
@click.option("-o", "output", default="-", help="A file, or - for standard output.")
def snapshot(
    what: str,
    arguments: str | None,
    in_axes: str | None,
    out_axes: str | None,
    case: str | None,
    kind: str | None,
    form: Form | None,
    output: str,
) -> None:
    """Write both programs of WHAT, with their links, as JSON, text or SVG."""
    kind = kind or ("txt" if form and output == "-" else _kind_of(output))
    if form and kind == "json":
        _fail(f"A JSON snapshot holds jaxprs. `--format txt` or `--format svg` writes {form}.")
    taken = _taken(
        _experiment(what, case, {"arguments": arguments, "in_axes": in_axes, "out_axes": out_axes}), form or ""
    )
    from vmapviz.export.table import exported

    _write(exported(taken, kind), output)


@main.command()
@click.argument("what")
@_experiment_options
def explain(what: str, arguments: str | None, in_axes: str | None, out_axes: str | None, case: str | None) -> None:
    """Say of every equation of WHAT, in a sentence, what vmap made of it; run it, and say what is worth knowing."""
    experiment = _experiment(what, case, {"arguments": arguments, "in_axes": in_axes, "out_axes": out_axes})
    from vmapviz.engine.snapshot import SnapshotError, take_and_look
    from vmapviz.export.explained import explained
    from vmapviz.model.insights import insights

    try:
        taken, known, why = take_and_look(experiment)
    except SnapshotError as problem:
        _fail(str(problem))
    _write(explained(taken, insights(known), why).encode(), "-")


@main.command()
@click.argument("what")
@_experiment_options
@click.option(
    "-o", "output", required=True, help=f"A file that ends in {', '.join(FILMS)}; a folder of PNGs is a .zip."
)
@click.option("--size", default="960x540", metavar="WxH", help="Pixels of the picture (default: 960x540).")
@click.option("--scale", default=1.0, type=click.FloatRange(0.5, 4), help="Pixels of the file for one of the picture.")
@click.option("--speed", default=1.0, type=click.FloatRange(0.1, 10), help="2 plays twice as fast.")
@click.option("--theme", default="light", type=click.Choice(["light", "dark", "projector"]), help="The colours.")
@click.option("--one-by-one", is_flag=True, help="Run the examples one after the other.")
@click.option("--keyframes", is_flag=True, help="Jump from keyframe to keyframe: nothing moves.")
def animate(
    what: str,
    arguments: str | None,
    in_axes: str | None,
    out_axes: str | None,
    case: str | None,
    output: str,
    size: str,
    scale: float,
    speed: float,
    theme: str,
    one_by_one: bool,
    keyframes: bool,
) -> None:
    """Write the shapes of WHAT as a film (GIF, WebP, MP4, SVG), as slides (PDF) or as pictures (zip)."""
    suffix, pixels = _film_kind(output), _pixels(size)
    _check_folder(output)
    experiment = _experiment(what, case, {"arguments": arguments, "in_axes": in_axes, "out_axes": out_axes})
    from vmapviz.engine.snapshot import SnapshotError, take_and_run
    from vmapviz.gui.animate import AnimationError
    from vmapviz.gui.film_file import written

    try:
        snapshot, subject, why = take_and_run(experiment)
    except SnapshotError as problem:
        _fail(str(problem))
    if why:
        click.echo(f"vmapviz: Without numbers, since it could not be run: {why}", err=True)
    try:
        how = {"speed": speed, "all_at_once": not one_by_one, "reduced": keyframes}
        _write(written(suffix, snapshot, subject, pixels, theme, scale, **how), output)
    except AnimationError as problem:
        _fail(str(problem))


def _film_kind(output: str) -> str:
    """The format that a film's ending names."""
    ending = Path(output).suffix.lower()
    if ending not in FILMS:
        _fail(f"{output} must end in one of {', '.join(FILMS)}: that says what is written.")
    return ending[1:]


def _check_folder(output: str) -> None:
    """Refuse what cannot be written before the work begins."""
    folder = Path(output).absolute().parent
    why = "it is a folder" if Path(output).is_dir() else ""
    if not folder.is_dir():
        why = f"there is no folder {folder}"
    elif not os.access(folder, os.W_OK):
        why = f"nothing may be written into {folder}"
    if why:
        _fail(f"{output} could not be written: {why}.")


def _pixels(size: str) -> tuple[float, float]:
    """Width and height out of "960x540"."""
    parts = size.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        _fail(f"--size {size} is not of the form 960x540.")
    width, height = map(int, parts)
    if not (480 <= width <= 3840 and 320 <= height <= 2160):
        _fail(f"--size {size}: from 480x320 to 3840x2160 can be drawn.")
    return float(width), float(height)


def _taken(experiment: Experiment, form: Form = "") -> Snapshot:
    from vmapviz.engine.snapshot import SnapshotError, take

    try:
        return take(experiment, form)
    except SnapshotError as problem:
        _fail(str(problem))


def _kind_of(output: str) -> str:
    """The format that a file's ending names; JSON where there is none."""
    ending = Path(output).suffix.removeprefix(".").lower()
    if ending and ending not in KINDS:
        _fail(f"{output} ends in .{ending}; a snapshot is .json, .txt or .svg. `--format` chooses one for any name.")
    return ending or "json"


def _write(data: bytes, output: str) -> None:
    try:
        if output == "-":
            click.echo(data, nl=False)
        else:
            Path(output).write_bytes(data)
            click.echo(f"Wrote {output}.", err=True)
    except BrokenPipeError:  # the reader has enough; click ends quietly
        raise
    except OSError as error:
        _fail(f"{'standard output' if output == '-' else output} could not be written: {error.strerror}.")


@main.command()
@click.argument("what")
@_experiment_options
@click.option(
    "--variants", default="", metavar="NAMES", help="Ways to compute the batch, as in loop,vmap,pmap; or all."
)
@click.option("--devices", default=8, show_default=True, help="CPU devices, for pmap and shard_map.")
@click.option("--platform", default="", help="One of JAX's: cpu, gpu, tpu (default: JAX's choice).")
@click.option("--over", default="batch", metavar="WHAT", help="batch, devices, or a letter of the arguments' types.")
@click.option("--sizes", default="", metavar="NUMBERS", help="What to sweep through, as in '1, 4, ..., 1024'.")
@click.option("--examples", type=click.IntRange(1), help="Examples in the batch, while something else is swept.")
@click.option("--grad", is_flag=True, help="Time the gradient of the function's sum, too.")
@click.option("--budget", default=2.0, type=click.FloatRange(0.01), metavar="SECONDS", help="For each point.")
@click.option("--total", default=120.0, type=click.FloatRange(0.1), metavar="SECONDS", help="For all of them.")
@click.option(
    "-o", "output", default="", help="A file for the numbers as JSON, or - for standard output; else a table."
)
def bench(
    what: str,
    arguments: str | None,
    in_axes: str | None,
    out_axes: str | None,
    case: str | None,
    variants: str,
    devices: int,
    platform: str,
    over: str,
    sizes: str,
    examples: int | None,
    grad: bool,
    budget: float,
    total: float,
    output: str,
) -> None:
    """Time loop, vmap, pmap… of WHAT, without a window; started by Slurm, Open MPI or Kubernetes, on all their machines."""
    experiment = _experiment(what, case, {"arguments": arguments, "in_axes": in_axes, "out_axes": out_axes})
    from vmapviz.export.timings_table import written
    from vmapviz.model.bench import BenchError, parse_variants, request
    from vmapviz.model.session import Sweep

    try:
        chosen = parse_variants(variants, bool(experiment.reference))
        asked = Sweep(chosen, devices=devices, budget_s=budget, total_s=total, over=over, grad=grad)
        wanted = request(experiment, asked, sizes, examples)
        from vmapviz.engine.bench import alone_on_stdout

        with alone_on_stdout():
            timings = _benched(wanted, platform)
    except BenchError as problem:
        _fail(str(problem))
    if timings is not None:
        _write(written(timings, output), output or "-")


def _benched(wanted: Time, platform: str) -> Timings | None:
    """The timings, those so far when Ctrl+C ends it; None where another process of the same run tells them."""
    from vmapviz.engine import bench as engine
    from vmapviz.export.timings_table import progress

    first = engine.configure(wanted.devices, platform)
    shown, timings = first and sys.stderr.isatty(), None
    try:
        for so_far in engine.measured(wanted):
            timings = so_far.timings
            if shown:
                click.echo(f"\r\033[K{progress(so_far)}", err=True, nl=False)
    except KeyboardInterrupt:
        if timings is None:
            sys.exit(130)
        click.echo("\nvmapviz: Stopped; these are the points so far.", err=True)
    if shown:
        click.echo("\r\033[K", err=True, nl=False)
    return timings if first else None


@main.command()
def examples() -> None:
    """List the gallery."""
    from vmapviz.gallery import entries

    group = None
    for entry in entries():
        if entry.group != group:
            click.echo(("\n" if group else "") + click.style(entry.group, bold=True))
            group = entry.group
        click.echo(f"  {entry.name:36}{entry.summary}")


def _kept(path: str) -> Callable[[Session], Session]:
    """What the window makes of a snapshot or of timings."""
    from vmapviz.model.actions import opening
    from vmapviz.model.experiment import ExperimentError

    try:
        return opening(path, Path(path).read_bytes)
    except ExperimentError as problem:
        _fail(str(problem))


def _experiment(what: str | None, case: str | None, changes: dict[str, str | None]) -> Experiment:
    from vmapviz.gallery import find
    from vmapviz.model.experiment import ExperimentError
    from vmapviz.model.variations import varied
    from vmapviz.model.what import experiment_of

    try:
        found = experiment_of(what or "matvec", find, lambda path: Path(path).read_bytes())
        return varied(found, case, changes)
    except ExperimentError as problem:
        _fail(str(problem))


def _fail(sentence: str) -> NoReturn:
    click.echo(f"vmapviz: {sentence}", err=True)
    sys.exit(1)
