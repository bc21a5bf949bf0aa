"""Every family of primitives on three shapes and two batch axes: a click on a cell marks exactly the cells that change it.

What is marked is read from the picture; what changes a cell is found by changing every cell of every operand and asking JAX.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.model.depends.perturbing import Cell, Changing, binding, observed
from tests.model.scenes.families import places
from vmapviz.engine import compat, evaluate, examples
from vmapviz.engine.calls import Vmap
from vmapviz.engine.evaluate import steps
from vmapviz.engine.previews import preview
from vmapviz.engine.trace import Traced, trace
from vmapviz.model.picked import Picked
from vmapviz.model.scenes import equation, origins
from vmapviz.model.scenes.scene import Rect, Scene
from vmapviz.model.scenes.subject import Subject
from vmapviz.model.scenes.sweep import SWEPT
from vmapviz.model.trace import Equation, is_literal
from vmapviz.model.values import Values

Shape = tuple[int, ...]
EXAMPLES, FOLLOWED, MOST_DRAWS = 2, 1, 30


class Family(NamedTuple):
    """A function that is one equation of this primitive, shapes of its arguments three times over, and how they are drawn."""

    primitive: str
    fun: Callable[..., Any]
    shapes: tuple[tuple[Shape, ...], ...]  # a fourth one where the first is scalars, which have no two batch axes
    given: str = (
        ""  # "spd": the first is a positive definite matrix; "keys": it is keys; "index", "bool": the last is such
    )


def one(*shapes: Shape) -> tuple[tuple[Shape, ...], ...]:
    return tuple((shape,) for shape in shapes)


INTEGERS = {"index": np.int32, "bool": np.bool_, "turns": np.int32}
MATRICES = one((1, 1), (2, 2), (3, 3))
FAMILIES = {
    "unary": Family("atan", lambda x: lax.atan(x), one((), (3,), (2, 2), (2, 1))),
    "binary": Family("add", lax.add, (((), ()), ((3,), (3,)), ((2, 2), (2, 2)), ((1, 2), (1, 2)))),
    "broadcasting": Family("mul", lambda x, y: lax.mul(x, y), (((2, 3), (2, 1)), ((3, 1), (3, 2)), ((1, 2), (2, 2)))),
    "broadcast_in_dim": Family(
        "broadcast_in_dim", lambda x: lax.broadcast_in_dim(x, (2, *x.shape), range(1, x.ndim + 1)), one((), (3,), (1, 2), (2,))
    ),
    "reshape": Family("reshape", lambda x: lax.reshape(x, (x.size,)), one((2, 3), (3, 1), (2, 1, 2))),
    "squeeze": Family("squeeze", lambda x: lax.squeeze(x, (1,)), one((2, 1), (1, 1), (3, 1, 2))),
    "transpose": Family("transpose", jnp.transpose, one((2, 3), (3, 1), (2, 1, 2))),
    "rev": Family("rev", lambda x: lax.rev(x, (0,)), one((3,), (2, 2), (4,))),
    "slice": Family("slice", lambda x: lax.slice(x, (1,), (x.size,), (2,)), one((3,), (4,), (6,))),
    "pad": Family("pad", lambda x: lax.pad(x, np.float32(0), [(1, 0, 1)] * x.ndim), one((3,), (2,), (2, 2))),
    "concatenate": Family("concatenate", lambda x, y: lax.concatenate([x, y], 0), (((2,), (3,)), ((1, 2), (2, 2)), ((1,), (1,)))),
    "split": Family("split", lambda x: lax.split(x, (1, x.shape[0] - 1)), one((3,), (4,), (2, 3))),
    "select": Family("select_n", lambda x, y, p: lax.select_n(p, x, y), (((),) * 3, ((3,),) * 3, ((2, 1),) * 3, ((2,),) * 3), "bool"),
    "sum": Family("reduce_sum", lambda x: x.sum(0), one((3,), (2, 3), (2, 2, 2))),
    "max": Family("reduce_max", lambda x: x.max(-1), one((3,), (2, 3), (2, 2, 2))),
    "dot": Family("dot_general", jnp.matmul, (((3,), (3,)), ((2, 3), (3,)), ((2, 2), (2, 2)))),
    "dynamic_slice": Family(
        "dynamic_slice",
        lambda x, i: lax.dynamic_slice(x, (i,), (2,), allow_negative_indices=False),
        (((3,), ()), ((4,), ()), ((5,), ())),
        "index",
    ),
    "scan": Family("scan", lambda c, x: lax.scan(lambda c, y: (c + y, c * 2), c, x)[0], (((), (3,)), ((2,), (2, 2)), ((), (4,)))),
    "while": Family(
        "while",
        lambda x, n: lax.while_loop(lambda c: c[1] < 3, lambda c: (c[0] * 2 + c[2][::-1], c[1] + 1, c[2]), (x, n, x * 3)),
        (((2,), ()), ((3,), ()), ((1, 2), ())),
        "turns",
    ),
    "convert": Family("convert_element_type", lambda x: x.astype(np.float16), one((), (3,), (2, 2), (2,))),
    "iota": Family("iota", lambda x: x + lax.iota(np.float32, x.shape[0]), one((1,), (2,), (3,))),
    "argmax": Family("argmax", lambda x: lax.argmax(x, x.ndim - 1, np.int32), one((3,), (2, 3), (4,))),
    "argmin": Family("argmin", lambda x: lax.argmin(x, 0, np.int32), one((2,), (3, 2), (2, 1, 2))),
    "stack": Family("stack", lambda x, y: jnp.stack([x, y], axis=x.ndim // 2), (((), ()), ((2,), (2,)), ((2, 1), (2, 1)), ((3,), (3,)))),
    "tile": Family("tile", lambda x: lax.tile(x, (2,) * x.ndim), one((3,), (2, 2), (1, 3))),
    "fft": Family("jit", lambda x: lax.fft(lax.complex(x, x), "FFT", x.shape[-1:]), one((3,), (2, 2), (4,))),
    "cholesky": Family("cholesky", lambda a: lax.linalg.cholesky(a, symmetrize_input=False), MATRICES, "spd"),
    "lu": Family("lu", lambda a: lax.linalg.lu(a)[0], MATRICES),
    "qr": Family("qr", lambda a: lax.linalg.qr(a, full_matrices=False)[1], one((2, 2), (3, 2), (3, 3))),
    "eigh": Family("eigh", lambda a: lax.linalg.eigh(a, symmetrize_input=False)[1], one((2, 2), (3, 3), (4, 4)), "spd"),
    "solve": Family(
        "triangular_solve",
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True),
        (((1, 1), (1, 2)), ((2, 2), (2, 1)), ((3, 3), (3, 1))),
        "spd",
    ),
    "cumsum": Family("cumsum", lambda x: lax.cumsum(x, axis=x.ndim - 1), one((3,), (2, 3), (5,))),
    "cumprod": Family("cumprod", lambda x: lax.cumprod(x, reverse=True), one((3,), (3, 2), (4,))),
    "cummax": Family("cummax", lambda x: lax.cummax(x), one((3,), (3, 2), (4,))),
    "cummin": Family("cummin", lambda x: lax.cummin(x, reverse=True), one((3,), (2, 2), (4,))),
    "cumlogsumexp": Family("cumlogsumexp", lambda x: lax.cumlogsumexp(x), one((2,), (3,), (2, 2))),
    "conv": Family(
        "conv_general_dilated",
        lambda x, w: lax.conv_general_dilated(x[None, None], w[None, None], (1,), "SAME")[0, 0],
        (((4,), (2,)), ((3,), (3,)), ((5,), (1,))),
    ),
    "sort": Family("sort", lambda x: lax.sort(x, dimension=0), one((3,), (3, 2), (4,))),
    "top_k": Family("top_k", lambda x: lax.top_k(x, 2)[0], one((3,), (2, 3), (4,))),
    "reduce": Family(
        "reduce", lambda x: lax.reduce(x, np.float32(0), lambda a, b: a + 2 * b, (0,)), one((3,), (2, 3), (3, 2))
    ),
    "random bits": Family("random_bits", lambda k: jax.vmap(lambda k: jax.random.bits(k, (2,)))(k), one((1,), (2,), (3,)), "keys"),
    "generator": Family(
        "rng_bit_generator",
        lambda s, x: lax.rng_bit_generator(s, x.shape),
        (((4,), (2,)), ((4,), (3,)), ((4,), (2, 1))),
        "state",
    ),
    "fold in": Family(
        "random_fold_in",
        lambda k: jax.vmap(jax.random.fold_in)(k, np.arange(len(k), dtype=np.uint32)),
        one((1,), (2,), (3,)), "keys"),
    "call": Family("jit", lambda x: jax.jit(lambda v: jax.nn.softmax(v) + v[..., :1])(x), one((3,), (2, 2), (1, 3))),
    "custom": Family("custom_jvp_call", jax.nn.relu, one((), (3,), (2, 2), (2,))),
    "remat": Family("remat2", jax.checkpoint(lambda x: jnp.sin(x[::-1])), one((3,), (2, 2), (4,))),
    "cond": Family(
        "cond",
        lambda x: lax.cond(True, lambda v: v[::-1], jnp.sin, x),
        one((3,), (2, 2), (4,)),
    ),
    "cond chosen": Family(
        "cond",
        lambda x, p: lax.cond(p, lambda v: v[::-1] + 1, jnp.sin, x),
        (((3,), ()), ((2, 2), ()), ((4,), ())),
        "bool",
    ),
    "dynamic_update_slice": Family(
        "dynamic_update_slice",
        lambda x, u, i: lax.dynamic_update_slice(x, u, (i,), allow_negative_indices=False),
        (((4,), (2,), ()), ((3,), (1,), ()), ((5,), (2,), ())),
        "index",
    ),
    "gather": Family(
        "gather",
        lambda x, i: x.at[i].get(mode="clip", wrap_negative_indices=False),
        (((4,), (2,)), ((3, 2), (1,)), ((3,), (2, 1))),
        "index",
    ),
    "scatter": Family(
        "scatter",
        lambda x, u, i: x.at[i].set(u, wrap_negative_indices=False),
        (((4,), (), ()), ((3, 2), (2,), ()), ((2,), (), ())),
        "index",
    ),
}  # fmt: skip


def numbers(family: Family, shapes: tuple[Shape, ...], axes: tuple[int, ...], rng: np.random.Generator) -> list[Any]:
    """Arguments for all examples, those of each stacked along its batch axis."""
    found: list[Any] = []
    for n, (shape, at) in enumerate(zip(shapes, axes, strict=True)):
        last = n == len(shapes) - 1
        if family.given == "keys" and not n:
            words = np.asarray(rng.integers(1000, size=(EXAMPLES, *shape, 2)), np.uint32)
            found.append(jax.random.wrap_key_data(np.moveaxis(words, 0, at)))
        elif family.given == "state" and not n:  # which is about to carry into its high word
            each = rng.integers(2**32 - 3, 2**32, (EXAMPLES, *shape), np.uint32)
            found.append(np.moveaxis(each, 0, at))
        elif family.given in INTEGERS and last:
            each = rng.integers(
                0, shapes[0][0] if family.given == "index" else 4 if family.given == "turns" else 2, (EXAMPLES, *shape)
            )
            found.append(np.moveaxis(each, 0, at).astype(INTEGERS[family.given]))
        else:
            each = rng.normal(scale=3, size=(EXAMPLES, *shape))
            if family.given == "spd" and not n:
                each = each @ np.swapaxes(each, -1, -2) + 200 * np.eye(shape[-1])
            found.append(np.moveaxis(each, 0, at).astype(np.float32))
    return found


def marked(about: Subject, path: str, made: Equation, side: str, cell: Cell) -> set[Cell]:
    """The cells of the operands that are marked when a cell of one of an equation's results is picked."""
    output, index = cell
    found = origins.marks(about, path, Picked(made.outputs[output].name, index, side == "o"))
    assert found.picked[f"{'m' if side == 'l' else 'q'}{output}"] == index
    of = {n: found.sources[f"{side}{n}"] for n, operand in enumerate(made.inputs) if not is_literal(operand)}
    assert all(cells.exact for cells in of.values() if cells.count)
    return {(n, each) for n, cells in of.items() for each in cells.each()}


def ways(family: Family) -> list[tuple[int, tuple[int, ...]]]:
    """The number of every row of shapes with batch axes that come first, and with such that come last; of scalars it is the same."""
    rows = list(enumerate(family.shapes))
    return [(n, axes) for n, row in rows for axes in dict.fromkeys(((0,) * len(row), tuple(map(len, row))))]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_three_shapes_and_two_batch_axes_of_each(name: str) -> None:
    apart = [n for n, axes in ways(FAMILIES[name]) if any(axes)]
    assert len(apart) >= 3


class Way(NamedTuple):
    """A family's call with shapes and batch axes: its trace, and its equation in the original and in what vmap made of it."""

    shapes: tuple[Shape, ...]
    axes: tuple[int, ...]
    traced: Traced
    path: str
    made: tuple[Equation, Equation]

    def equations(self) -> list[Any]:
        """The two of JAX's."""
        jaxprs = self.traced.jaxprs[0], self.traced.jaxprs[-1]
        return [compat.opened(j).eqns[int(made.path)] for j, made in zip(jaxprs, self.made, strict=True)]

    def before(self, args: list[Any]) -> list[dict[Any, Any]]:
        """The values in front of the two, of the followed example and of all."""
        alone = [examples.take(x, at, FOLLOWED) for x, at in zip(args, self.axes, strict=True)]
        given = zip((self.traced.jaxprs[0], self.traced.jaxprs[-1]), (alone, args), self.made, strict=True)
        return [dict(steps(jaxpr, inputs, before=int(made.path))) for jaxpr, inputs, made in given]

    def subject(self, before: list[dict[Any, Any]], args: list[Any]) -> Subject:
        """What is drawn with these values; of a while the turns, too."""
        if self.made[0].primitive == "while":
            call = dataclasses.replace(self.traced.call, arguments=(tuple(args), {}))
            return Subject(self.traced.trace, evaluate.values(dataclasses.replace(self.traced, call=call)), (FOLLOWED,))
        names = self.traced.names[0], self.traced.names[-1]
        pairs = zip(before, names, strict=True)
        one, every = ({names[v]: preview(x) for v, x in values.items() if v in names} for values, names in pairs)
        return Subject(self.traced.trace, Values((FOLLOWED,), (one,), every), (FOLLOWED,))


def way(family: Family, which: int, axes: tuple[int, ...]) -> Way:
    shapes = family.shapes[which]
    traced = trace(family.fun, (Vmap(axes),), *numbers(family, shapes, axes, np.random.default_rng(5)))
    path = next(e.path for e in traced.trace.original.equations if e.primitive == family.primitive)
    one, main, _ = equation.drawn_equations(traced.trace, path)
    assert one is not None
    assert main is not None
    return Way(shapes, axes, traced, path, (one, main))


@cache
def every_way(name: str) -> tuple[list[Way], list[Any], Callable[[Any], Any]]:
    """All ways of a family, JAX's equations of all of them, two each, and what runs these."""
    found = [way(FAMILIES[name], *each) for each in ways(FAMILIES[name])]
    equations = [each for one in found for each in one.equations()]
    return found, equations, binding(equations)


class Drawn(NamedTuple):
    """What is drawn of a way with numbers that were drawn for it, and which cells really change which, for one example and for all."""

    subject: Subject
    changing: list[Changing]


@cache
def draw(name: str, seed: int) -> list[Drawn]:
    (found, equations, run), rng = every_way(name), np.random.default_rng(seed)
    given = [numbers(FAMILIES[name], each.shapes, each.axes, rng) for each in found]
    before = [each.before(args) for each, args in zip(found, given, strict=True)]
    known = [values for pair in before for values in pair]
    read = [
        [atom.val if compat.is_literal(atom) else values[atom] for atom in each.invars]
        for each, values in zip(equations, known, strict=True)
    ]
    changing = observed(equations, run, read, rng)
    return [
        Drawn(each.subject(pair, args), changing[2 * n : 2 * n + 2])
        for n, (each, pair, args) in enumerate(zip(found, before, given, strict=True))
    ]


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name, family in FAMILIES.items() for n, _ in enumerate(ways(family))]
)
def test_what_is_marked_is_what_changes_the_cell(name: str, number: int) -> None:
    each = every_way(name)[0][number]
    said: set[tuple[str, Cell, Cell]] = set()
    true: set[tuple[str, Cell, Cell]] = set()
    for seed in range(MOST_DRAWS):
        about, changing = draw(name, seed)[number]
        for side, made, truth in zip("lo", each.made, changing, strict=True):
            kept = [(n, value.shape) for n, value in enumerate(made.outputs) if value.name != "_"]
            for at in ((n, index) for n, shape in kept for index in np.ndindex(shape)):
                cells, changes = marked(about, each.path, made, side, at), truth.get(at, set())
                assert changes <= cells, f"{side}{at}: {sorted(changes - cells)} not marked"
                said |= {(side, at, source) for source in cells}
                true |= {(side, at, source) for source in changes}
        if said == true:
            return
    assert said == true, f"{sorted(said - true)[:5]} change nothing"


SWEPT_OVER = [name for name, family in FAMILIES.items() if family.primitive in SWEPT - {"iota"}]


@pytest.mark.parametrize("name", SWEPT_OVER)
def test_what_is_framed_while_it_runs_is_what_is_marked(name: str) -> None:
    number = ways(FAMILIES[name]).index((1, (0,) * len(FAMILIES[name].shapes[1])))
    each, about = every_way(name)[0][number], draw(name, 0)[number].subject
    still = equation.stills_of(about, each.path, (1800, 1200))[2][1]
    for side, made, result in zip("lo", each.made, ("m0", "q0"), strict=True):
        found = inside(still, result, result)
        if name in ("conv", "cond chosen") and side == "o":  # its result is one of other axes; a choice is no body
            assert not found
            continue
        (filled,) = found
        marks = {
            cell
            for cell in marked(about, each.path, made, side, (0, filled[1]))
            if (f"{side}{cell[0]}", cell[1]) in cells_drawn(still)
        }
        variables = [n for n, operand in enumerate(made.inputs) if not is_literal(operand)]
        framed = {(n, at) for n in variables for _, at in inside(still, f"{side}{n}", f"{side}{n}")}
        assert framed == marks
        assert framed


def cells_drawn(scene: Scene) -> dict[tuple[str, tuple[int, ...]], tuple[float, ...]]:
    """The cells of all arrays by array and index, with their places."""
    found = places(scene, "lmoq")
    return {(array, tuple(int(n) for n in index.split(",") if n)): place for (array, index), place in found.items()}


def inside(scene: Scene, array: str, frames: str) -> list[tuple[str, tuple[int, ...]]]:
    """The cells of an array that stand in the frames with this key."""
    drawn = [i for i in scene.items if isinstance(i, Rect) and i.key.startswith(f"{frames}~")]
    return [
        (name, index)
        for (name, index), (x, y, width, height) in cells_drawn(scene).items()
        if name == array
        for f in drawn
        if f.x <= x and f.y <= y and x + width <= f.x + f.width and y + height <= f.y + f.height
    ]
