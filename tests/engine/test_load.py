"""An experiment becomes what the user means: arguments as written, filled by type, passed as Python passes them."""

from __future__ import annotations

import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine.experiments import experiment
from vmapviz.engine import source
from vmapviz.engine.calls import Vmap as Axes
from vmapviz.engine.load import LoadError, live, load
from vmapviz.engine.notation import READABLE
from vmapviz.model.array_types import DTYPES
from vmapviz.model.experiment import Vmap

LAYER = "def f(W, x, b):\n    return jnp.maximum(W @ x + b, 0)\n"


def test_arguments_are_described_with_their_batch_axes() -> None:
    loaded = load(experiment(LAYER, "f32[2,3], f32[5,3], b=f32[2]", Vmap("(None, 0, None)")))
    assert [(row.name, row.text, row.leaves[0].shape, row.leaves[0].axes) for row in loaded.arguments] == [
        ("W", "f32[2,3]", (2, 3), (None,)),
        ("x", "f32[5,3]", (5, 3), (0,)),
        ("b", "f32[2]", (2,), (None,)),
    ]
    assert loaded.kwargs == {}


def test_the_axes_of_nested_levels_are_those_of_the_whole_array() -> None:
    loaded = load(experiment("def f(x): return x", "f32[2,3,4]", Vmap("1"), Vmap("-1")))
    assert loaded.arguments[0].leaves[0].axes == (1, 2)


def test_pytrees_keep_their_paths_and_text() -> None:
    loaded = load(experiment("def f(p, x): return p['w'] * x", '{"w": f32[], "b": f32[5]}, f32[5]', Vmap("(None, 0)")))
    (row, _) = loaded.arguments
    assert row.text == '{"w": f32[], "b": f32[5]}'
    assert [(leaf.path, leaf.shape) for leaf in row.leaves] == [("['b']", (5,)), ("['w']", ())]


def test_keyword_only_arguments_stay_keywords_mapped_along_axis_0() -> None:
    loaded = load(experiment("def f(x, *, s): return x * s", "s=f32[5], x=f32[5]"))
    assert list(loaded.kwargs) == ["s"]
    assert [(row.name, row.keyword, row.leaves[0].axes) for row in loaded.arguments] == [
        ("x", False, (0,)),
        ("s", True, (0,)),
    ]


def test_letters_are_sizes_the_same_letter_the_same() -> None:
    loaded = load(experiment(LAYER, "f32[N,M], f32[B,M], f32[N]", Vmap("(None, 0, None)")))
    assert [arg.shape for arg in loaded.args] == [(5, 3), (4, 3), (5,)]
    sized = load(experiment(LAYER, "f32[2,3], f32[B,3], f32[2]", Vmap("(None, 0, None)", axis_size=7)))
    assert sized.args[1].shape == (7, 3)


def test_builtins_in_a_shape_are_no_letters() -> None:
    loaded = load(experiment("def f(x): return x", "f32[max(2, e), len('ab')]"))
    assert loaded.letters == {"e": 5}
    assert loaded.args[0].shape == (5, 2)


def test_the_users_names_win_over_the_short_notation() -> None:
    loaded = load(experiment("i32 = {3: jnp.ones(4)}\nB = 2\ndef f(x, y): return x", "i32[3], f32[B]"))
    assert loaded.args[0].shape == (4,)
    assert loaded.args[1].shape == (2,)


@pytest.mark.parametrize("short", [short for short in DTYPES if not short.endswith("64") and short != "c128"] + ["c64"])
def test_every_short_type_makes_an_array(short: str) -> None:
    array = load(experiment("def f(x): return x", f"{short}[2,3]")).args[0]
    assert array.shape == (2, 3)
    assert short == "key" or array.dtype == getattr(jnp, DTYPES[short])


def test_small_arrays_are_readable_and_varied_large_ones_random_and_repeatable() -> None:
    one = experiment("def f(x, y, z): return x", f"f32[5,3], f32[5,3], f32[{READABLE + 1}]")
    x, y, z = map(np.asarray, load(one).args)
    assert set(x.ravel()) <= {0, 1, 2, 3}
    assert (x != y).any()
    assert len(np.unique(z)) > READABLE / 2
    assert (z == np.asarray(load(one).args[2])).all()


def test_bool_is_still_pythons_bool() -> None:
    assert load(experiment("def f(x): return x", "jnp.array([bool(1)])")).args[0].tolist() == [True]


def test_an_array_far_beyond_memory_is_refused_before_it_is_made() -> None:
    with pytest.raises(LoadError) as caught:
        load(experiment(LAYER, "f32[2,3], f32[1000000,1000000], f32[2]"))
    assert caught.value.index == 1
    assert "4000000000000 bytes" in str(caught.value.__cause__)


def test_the_same_source_runs_once(capsys: pytest.CaptureFixture[str]) -> None:
    one = experiment("print('ran once')\ndef f(x): return x", "f32[5]")
    load(one)
    load(experiment("print('ran once')\ndef f(x): return x", "f32[3]", Vmap(axis_name="i")))
    assert capsys.readouterr().out == "ran once\n"


def test_a_file_imports_from_its_folder_and_is_not_main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_the_file.py").write_text("def double(x): return 2 * x\n")
    text = (
        "from beside_the_file import double\ndef f(x): return double(x)\nif __name__ == '__main__': raise SystemExit\n"
    )
    file = tmp_path / "mine.py"
    file.write_text(text)
    loaded = load(experiment(text, "f32[5]", head="", path=str(file)))
    assert loaded.filename == str(file)
    assert jax.eval_shape(loaded.fun, 1.0).shape == ()


def test_dataclasses_and_string_annotations_work_in_typed_source() -> None:
    text = (
        "from __future__ import annotations\nimport dataclasses, jax\n@jax.tree_util.register_dataclass\n"
        "@dataclasses.dataclass\nclass P:\n    w: jax.Array\n    b: jax.Array\ndef f(p): return p.w * p.b\n"
    )
    loaded = load(experiment(text, "P(f32[5], f32[5])", head=""))
    assert [leaf.path for leaf in loaded.arguments[0].leaves] == [".w", ".b"]


def test_without_a_name_the_last_function_is_meant() -> None:
    assert load(experiment("def g(x): return x\ndef h(x): return x", "f32[5]", function="")).fun.__name__ == "h"


def test_jitted_functions_and_lambdas_count_as_functions() -> None:
    module = source.module("import jax\n@jax.jit\ndef a(x): return x\nb = lambda x: x\nc = 3\n", "")
    assert source.function_names(module) == ("a", "b")


def test_a_live_function_is_described_like_a_loaded_one() -> None:
    loaded = live(lambda W, x: W @ x, (Axes((None, 0)),), jnp.ones((2, 3)), x=jnp.ones((5, 3)))
    assert [(row.name, row.leaves[0].axes, row.keyword) for row in loaded.arguments] == [
        ("W", (None,), False),
        ("x", (0,), False),
    ]
    assert loaded.filename == __file__
