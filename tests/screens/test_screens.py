"""Renders the standard screens of the real window with the real worker, for people to look at."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtWidgets import QDialog

from tests.screens.conftest import Stage
from tests.there import there
from vmapviz.model import actions
from vmapviz.model.experiment import Experiment, Vmap
from vmapviz.model.session import FORMS, Session, Sweep, ThemeName
from vmapviz.model.trace import Form, equations_of

pytestmark = pytest.mark.screens

SIZES = ((1440, 900), (1280, 720))
# Each example with the equation to select, if any.
EXAMPLES = {
    "matvec": None,
    "neural net layer": "1",
    "guarded root": "2",
    "pairwise distances": "0",
    "per-sample gradients": "1",
    "gaussian mixture": "3",
    "Newton steps": "0",
    "noise": "0",
    "matrix task": "0",
    "inconsistent sizes": None,
    "python if": None,
}
IN_ALL_THEMES = ("neural net layer", "guarded root", "pairwise distances")
LONG = "import jax.numpy as jnp\n\ndef long(x):\n    for k in range(100):\n        x = jnp.sin(x) * (k + 2) - 1.0\n    return x\n"
WIDE = "def blend(a, b, c, d, e, f, g, h, i, j, k, l):\n    return (a + b) * c - d + e * f - g + h * i - j + k * l\n"
TREE = (
    "import jax.numpy as jnp\n\ndef predict(params, x):\n    for layer in params:\n"
    "        x = jnp.tanh(layer['w'] @ x + layer['b'])\n    return {'score': x, 'best': jnp.argmax(x)}\n"
)


def name_of(example: str, *more: str) -> str:
    """The file name of a screen."""
    return "-".join((example, *more)).replace(" ", "-").lower()


def show(stage: Stage, example: str) -> None:
    """Open an example with its equation selected."""
    stage.example(example)
    if EXAMPLES[example] is not None:
        stage.do(partial(actions.select, path=EXAMPLES[example]))


def test_the_start(stage: Stage) -> None:
    for size in SIZES:
        stage.shot("nothing-selected", size)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(stage: Stage, example: str) -> None:
    show(stage, example)
    for size in SIZES:
        stage.shot(name_of(example), size)


@pytest.mark.parametrize("theme", ["dark", "projector"])
@pytest.mark.parametrize("example", IN_ALL_THEMES)
def test_themes(stage: Stage, example: str, theme: ThemeName) -> None:
    show(stage, example)
    stage.do(partial(actions.set_theme, theme=theme))
    for size in SIZES:
        stage.shot(name_of(example, theme), size)


@pytest.mark.parametrize("example", ["matvec", "guarded root", "normalise globally"])
def test_pmaps_program(stage: Stage, example: str) -> None:
    stage.example(example)
    stage.do(actions.toggle_pmap)
    stage.wait(lambda: stage.session.pmapped is not None)
    stage.do(partial(actions.select, path="0"))
    for theme in ("light", "dark", "projector"):
        stage.do(partial(actions.set_theme, theme=theme))
        for size in SIZES:
            stage.shot(name_of(example, "pmap", theme), size)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("example", ["neural net layer", "Newton steps"])
def test_below_the_jaxpr(stage: Stage, example: str, form: Form) -> None:
    stage.example(example)
    stage.do(partial(actions.show_by, by=form))
    stage.wait(lambda: not actions.is_mapping(stage.session))
    stage.do(actions.select_first)
    for theme in ("light", "dark", "projector"):
        stage.do(partial(actions.set_theme, theme=theme))
        for size in SIZES:
            stage.shot(name_of(example, form.lower(), theme), size)


@pytest.mark.parametrize("example", IN_ALL_THEMES)
def test_values_and_result(stage: Stage, example: str) -> None:
    show(stage, example)
    stage.do(partial(actions.set_tab, tab="values"))
    stage.shot(name_of(example, "values"))
    stage.do(partial(actions.set_tab, tab="result"))
    stage.shot(name_of(example, "result"))


INSIDE = {
    "Newton steps": ("0.body_jaxpr.1", (4,), (0,)),
    "leaky integrate and fire": ("0.jaxpr.4.jaxpr.1", (30,), (2,)),
    "Lotka–Volterra": ("0.jaxpr.4", (99,), (1,)),
    "guarded root": ("2.branches[1].0", (), (1,)),
}
LOOP_IN_LOOP = (
    "import jax.numpy as jnp\nfrom jax import lax\n\ndef rows(x):\n    def row(c, y):\n"
    "        end, _ = lax.while_loop(lambda s: s[1] < y * c, lambda s: (s[0] * 1.5, s[1] + 1), (c, 0.0))\n"
    "        return jnp.sin(end), end\n    return lax.scan(row, x, jnp.arange(1.0, 6.0))\n"
)
WRONG = (
    "import jax.numpy as jnp\nfrom jax import lax\nfrom jax.custom_batching import custom_vmap\n\n@custom_vmap\n"
    "def soft(x):\n    return jnp.tanh(x)\n\n@soft.def_vmap\ndef rule(size, batched, x):\n"
    "    return jnp.tanh(x) * jnp.where(jnp.arange(size) == 0, 1.02, 1.0), True\n\ndef relax(x):\n"
    "    return lax.scan(lambda c, y: (soft(c + y), c), x, jnp.linspace(0, 1, 6))\n"
)


def shoot_inside(stage: Stage, name: str) -> None:
    """The values and the shapes of a body in every theme and size."""
    for tab in ("values", "shapes"):
        for theme in ("light", "dark", "projector"):
            stage.do(partial(actions.set_tab, tab=tab), partial(actions.set_theme, theme=theme))
            for size in SIZES:
                stage.shot(name_of(name, "inside", tab, theme), size)


@pytest.mark.parametrize("example", INSIDE)
def test_inside_bodies(stage: Stage, example: str) -> None:
    path, turn, followed = INSIDE[example]
    stage.example(example)
    stage.do(partial(actions.follow, example=followed), partial(actions.select, path=path))
    stage.do(*(partial(actions.set_turn, loop=loop, turn=at) for loop, at in enumerate(turn)))
    stage.wait(lambda: actions.is_there(stage.session) and stage.done())
    shoot_inside(stage, example)


def test_inside_a_loop_in_a_loop(stage: Stage) -> None:
    stage.source(LOOP_IN_LOOP, "rows", "f32[5]")
    path = next(
        e.path
        for e in equations_of(there(stage.session.picture).trace.original)
        if e.primitive == "mul" and e.path.count(".") == 4
    )
    stage.do(
        partial(actions.select, path=path),
        partial(actions.set_turn, loop=0, turn=3),
        partial(actions.set_turn, loop=1, turn=1),
    )
    stage.wait(lambda: actions.is_there(stage.session) and stage.done())
    shoot_inside(stage, "nested loops")


def test_the_first_difference(stage: Stage) -> None:
    stage.source(WRONG, "relax", "f32[5]")
    stage.wait(lambda: actions.matched(stage.session) is not None and stage.done())
    stage.do(actions.show_difference)
    stage.wait(lambda: actions.is_there(stage.session) and stage.done())
    shoot_inside(stage, "first difference")


def test_shapes_half_way(stage: Stage) -> None:
    show(stage, "neural net layer")
    clock = stage.app.window.clock
    timeline = clock.timeline
    for share in (0.1, 0.3, 0.6):
        segment = timeline.starts[2], timeline.starts[3]
        clock.seek(segment[0] + share * (segment[1] - segment[0]))
        stage.shot(name_of("half way", f"{share:.0%}".strip("%")))


def test_timing(stage: Stage) -> None:
    show(stage, "neural net layer")
    stage.do(partial(actions.set_tab, tab="timing"))
    for size in SIZES:
        stage.shot("timing-not-run", size)
    tiny = Sweep(variants=("loop", "vmap", "jit(vmap)"), batches=(1, 4, 16, 64), budget_s=0.2)
    stage.do(partial(_with_sweep, sweep=tiny))
    stage.wait(lambda: stage.session.worker.ready is not None and stage.done())
    stage.do(actions.measure)
    stage.wait(lambda: stage.session.progress > 0)
    stage.shot("timing-running")
    stage.wait(stage.done)
    for size in SIZES:
        stage.shot("timing", size)


def _with_sweep(session: Session, sweep: Sweep) -> Session:
    session = actions.set_batches(session, sweep.batches)
    for variant in session.sweep.variants:
        if variant not in sweep.variants:
            session = actions.set_variant(session, variant, False)
    return session


def test_a_line_that_is_not_finished(stage: Stage) -> None:
    show(stage, "neural net layer")
    broken = stage.session.experiment.source.replace("W @ x + bias", "W @ (x +")
    stage.do(partial(actions.edit_source, text=broken))
    stage.wait(lambda: stage.session.problem is not None)
    for size in SIZES:
        stage.shot("syntax-error", size)


def test_stopped(stage: Stage) -> None:
    endless = "from jax import lax\n\ndef settle(x):\n    while True:\n        x = x * 2\n"
    show(stage, "matvec")
    stage.do(partial(actions.edit_source, text=endless), actions.pause)
    stage.wait(lambda: actions.is_tracing(stage.session))
    stage.shot("working")
    stage.app.stop()
    stage.shot("stopped")
    stage.wait(lambda: stage.session.worker.ready is not None)


def test_the_palette(stage: Stage) -> None:
    show(stage, "matvec")
    for size in SIZES:
        stage.app.window.resize(*size)
        stage.app.window.open_palette()
        stage.shot("palette", size)
        stage.app.window.palette_box.field.setText("dist")
        stage.shot("palette-dist", size)
        stage.app.window.palette_box.close_palette()


def test_the_keys(stage: Stage) -> None:
    show(stage, "matvec")
    stage.app.window.show_keys()
    dialog = stage.app.window.findChild(QDialog)
    assert dialog is not None
    stage.shot("keys", of=dialog)
    dialog.close()


def test_zoomed(stage: Stage) -> None:
    show(stage, "neural net layer")
    for _ in range(5):
        stage.do(actions.zoom_in)
    for size in (*SIZES, (1920, 1080)):
        stage.shot("zoomed", size)
    stage.do(actions.zoom_reset)
    for size in ((1200, 800), (1000, 640)):
        stage.shot("small", size)


def test_an_empty_editor(stage: Stage) -> None:
    show(stage, "matvec")
    stage.do(partial(actions.edit_source, text=""))
    for size in SIZES:
        stage.shot("empty", size)


def test_three_hundred_equations(stage: Stage) -> None:
    stage.source(LONG, "long", "x=f32[5]")
    assert stage.session.problem is None
    stage.do(partial(actions.select, path="150"))
    for size in SIZES:
        stage.shot("long", size)


def test_twelve_arguments(stage: Stage) -> None:
    stage.source(WIDE, "blend", ", ".join(f"{name}=f32[5]" for name in "abcdefghijkl"))
    assert stage.session.problem is None
    stage.do(partial(actions.select, path="1"))
    for size in SIZES:
        stage.shot("twelve-arguments", size)


def test_a_tree(stage: Stage) -> None:
    layers = '[{"w": f32[3,2], "b": f32[3]}, {"w": f32[4,3], "b": f32[4]}]'
    stage.source(TREE, "predict", f"params={layers}, x=f32[5,2]", "(None, 0)")
    assert stage.session.problem is None
    stage.do(partial(actions.select, path="1"))
    for size in SIZES:
        stage.shot("tree", size)


AFFINE = "def affine(x, w, b):\n    return x * w + b\n"
GAP = "import jax.numpy as jnp\n\n\ndef gap(a, b, c, d):\n    return jnp.abs(a - b) * c + d\n"


def one_each(*arguments: str, function: str, source: str) -> Experiment:
    """An experiment whose vmaps each map one argument, the innermost the last."""
    count = len(arguments)
    levels = [Vmap(repr(tuple(0 if k == n else None for k in range(count)))) for n in reversed(range(count))]
    return Experiment(source, function, ", ".join(arguments), tuple(levels), name=function)


NESTED = {
    "three-vmaps": (one_each("f32[2]", "f32[3]", "f32[4,2]", function="affine", source=AFFINE), "1"),
    "four-vmaps": (one_each("f32[2]", "f32[3]", "f32[4]", "f32[2]", function="gap", source=GAP), "3"),
}


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
@pytest.mark.parametrize("name", NESTED)
def test_many_vmaps(stage: Stage, name: str, theme: ThemeName) -> None:
    experiment, path = NESTED[name]
    stage.open(experiment)
    assert stage.session.problem is None
    count = len(experiment.levels)
    stage.do(
        partial(actions.set_theme, theme=theme),
        partial(actions.select, path=path),
        partial(actions.follow, example=(1,) * count),
        partial(actions.show_pair, pair=count - 1),
    )
    for size in SIZES:
        stage.shot(name_of(name, theme), size)
    if theme == "light":
        for tab in ("values", "result"):
            stage.do(partial(actions.set_tab, tab=tab))
            stage.shot(name_of(name, tab))
        stage.do(partial(actions.set_tab, tab="shapes"), partial(actions.select, path=None))
        ends = stage.app.window.clock.timeline.boundaries()
        stage.app.window.clock.seek(ends[4] - 1)
        stage.shot(name_of(name, "all at once"))


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_two_levels_of_three_programs(stage: Stage, theme: ThemeName) -> None:
    show(stage, "pairwise distances")
    stage.do(partial(actions.set_theme, theme=theme), partial(actions.set_two_levels, two=True), actions.step_outwards)
    bar = stage.app.window.function._scroll.verticalScrollBar()
    for size in SIZES:
        stage.app.window.resize(*size)
        stage.wait(lambda: bar.maximum() > 0)
        bar.setValue(bar.maximum())
        stage.shot(name_of("two levels", theme), size)
    bar.setValue(0)
    stage.do(partial(actions.set_two_levels, two=False))
