"""Models and solvers that others wrote are shown exactly: equinox, flax.nnx, optax, numpyro, diffrax."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine import walkers
from tests.engine.corpus.case import Case, many, one
from tests.engine.numbers import check_numbers
from vmapviz.engine.calls import Vmap
from vmapviz.engine.trace import trace
from vmapviz.engine.verify import verify

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what other projects still use is theirs to change
    diffrax = pytest.importorskip("diffrax", reason="the extra `models` is not installed")
    eqx = pytest.importorskip("equinox")
    nnx = pytest.importorskip("flax.nnx")
    numpyro = pytest.importorskip("numpyro")
    optax = pytest.importorskip("optax")
    from numpyro import distributions as dist
    from numpyro.infer.util import log_density

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

KEY = jax.random.key(0)
X = np.asarray(np.arange(24).reshape(4, 6) % 5 - 1.5, np.float32)
TOKENS = np.asarray(np.arange(96).reshape(4, 3, 8) % 7 - 3, np.float32) / 3
Y = np.asarray([0.5, -1.0, 2.0, 0.25], np.float32)


# --- equinox ----------------------------------------------------------------------------------------------------------


def eqx_mlp() -> Case:
    model = eqx.nn.MLP(6, 2, 8, 2, key=KEY)
    return one(lambda x: model(x), X, out=1)


def eqx_mlp_gradient() -> Case:
    params, static = eqx.partition(eqx.nn.MLP(6, "scalar", 8, 1, key=KEY), eqx.is_array)

    def loss(params: Any, x: Any, y: Any) -> Any:
        return (eqx.combine(params, static)(x) - y) ** 2

    return one(jax.grad(loss), params, X, Y, axes=(None, 0, 0))


def eqx_ensemble() -> Case:
    make = eqx.filter_vmap(lambda key: eqx.nn.Linear(6, 3, key=key))
    layers = make(jax.random.split(KEY, 2))
    return many(lambda layer, x: jax.nn.gelu(layer(x)), (Vmap((None, 0)), Vmap((0, None))), layers, X)


def eqx_attention() -> Case:
    attention = eqx.nn.MultiheadAttention(2, 8, key=KEY)
    norm = eqx.nn.LayerNorm(8)
    return one(lambda x: x + attention(*[jax.vmap(norm)(x)] * 3), TOKENS)


def eqx_convolution() -> Case:
    conv, pool = eqx.nn.Conv1d(3, 4, 3, padding=1, key=KEY), eqx.nn.MaxPool1d(2, 2)
    return one(lambda x: pool(jax.nn.relu(conv(x))), TOKENS, out=1)


def eqx_gru() -> Case:
    cell = eqx.nn.GRUCell(8, 5, key=KEY)
    return one(lambda xs: jax.lax.scan(lambda h, x: (cell(x, h), h[0]), jnp.zeros(5), xs), TOKENS)


def eqx_dropout() -> Case:
    dropout = eqx.nn.Dropout(0.5)
    return one(lambda x, key: dropout(x, key=key), X, jax.random.split(KEY, 4))


# --- flax.nnx ---------------------------------------------------------------------------------------------------------


def nnx_mlp() -> Case:
    rngs = nnx.Rngs(0)
    graph, state = nnx.split(nnx.Sequential(nnx.Linear(6, 8, rngs=rngs), nnx.relu, nnx.Linear(8, 2, rngs=rngs)))
    return one(lambda state, x: nnx.merge(graph, state)(x), state, X, axes=(None, 0))


def nnx_transformer() -> Case:
    rngs = nnx.Rngs(0)
    graph, state = nnx.split(
        nnx.Sequential(
            nnx.LayerNorm(8, rngs=rngs),
            nnx.MultiHeadAttention(num_heads=2, in_features=8, decode=False, rngs=rngs),
            nnx.Linear(8, 3, rngs=rngs),
        )
    )
    return one(lambda state, x: nnx.merge(graph, state)(x), state, TOKENS, axes=(None, 0), out=1)


def nnx_gradient() -> Case:
    graph, state = nnx.split(nnx.Linear(6, 1, rngs=nnx.Rngs(0)))
    return one(jax.grad(lambda state, x, y: (nnx.merge(graph, state)(x)[0] - y) ** 2), state, X, Y, axes=(None, 0, 0))


def nnx_convolution() -> Case:
    graph, state = nnx.split(nnx.Conv(8, 4, (3,), rngs=nnx.Rngs(0)))
    return one(lambda state, x: nnx.avg_pool(nnx.merge(graph, state)(x[None]), (3,)), state, TOKENS, axes=(None, 0))


# --- optax ------------------------------------------------------------------------------------------------------------


def optax_step(optimizer: Any) -> Case:
    params = {"w": X, "b": Y}
    state = jax.vmap(optimizer.init)(params)

    def step(params: Any, state: Any, x: Any) -> Any:
        gradient = jax.grad(lambda p: jnp.tanh((p["w"] @ x + p["b"]) / 9) ** 2)(params)
        updates, state = optimizer.update(gradient, state, params)
        return optax.apply_updates(params, updates), state

    return one(step, params, state, X[0], axes=(0, 0, None))


def optax_sgd() -> Case:
    return optax_step(optax.sgd(optax.exponential_decay(0.1, 10, 0.9), momentum=0.9, nesterov=True))


def optax_adamw() -> Case:
    return optax_step(optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(1e-2)))


def optax_lion() -> Case:
    return optax_step(optax.lion(1e-2))


def optax_loss() -> Case:
    return one(lambda x, i: optax.softmax_cross_entropy_with_integer_labels(x, i), X, np.arange(4))


# --- numpyro ----------------------------------------------------------------------------------------------------------


def regression(x: Any, y: Any) -> None:
    slope = numpyro.sample("slope", dist.Normal(0.0, 1.0))
    scale = numpyro.sample("scale", dist.HalfNormal(1.0))
    with numpyro.plate("data", x.shape[0]):
        numpyro.sample("y", dist.StudentT(3.0, slope * x, scale), obs=y)


def density(params: Any, x: Any, y: Any) -> Any:
    return log_density(regression, (x, y), {}, params)[0]


def numpyro_density() -> Case:
    return one(density, {"slope": Y, "scale": Y**2 + 0.1}, X[0], X[1], axes=(0, None, None))


def numpyro_gradient() -> Case:
    return one(jax.grad(density), {"slope": Y, "scale": Y**2 + 0.1}, X, X[1], axes=({"slope": 0, "scale": 0}, 0, None))


# --- diffrax ----------------------------------------------------------------------------------------------------------


def solved(y0: Any, rate: Any, solver: Any, controller: Any) -> Any:
    term = diffrax.ODETerm(lambda t, y, rate: -rate * y)
    saved = diffrax.SaveAt(ts=jnp.linspace(0.0, 1.0, 3))
    return diffrax.diffeqsolve(
        term, solver, 0.0, 1.0, 0.1, y0, rate, saveat=saved, stepsize_controller=controller, max_steps=64
    ).ys


def diffrax_constant_steps() -> Case:
    return one(
        lambda y0, rate: solved(y0, rate, diffrax.Euler(), diffrax.ConstantStepSize()),
        X,
        np.float32(0.5),
        axes=(0, None),
    )


def diffrax_adaptive() -> Case:
    return one(
        lambda y0, rate: solved(y0, rate, diffrax.Tsit5(), diffrax.PIDController(rtol=1e-3, atol=1e-5)), X, Y**2, out=1
    )


MODELS: tuple[Callable[[], Case], ...] = (
    *(eqx_mlp, eqx_mlp_gradient, eqx_ensemble, eqx_attention, eqx_convolution, eqx_gru, eqx_dropout),
    *(nnx_mlp, nnx_transformer, nnx_gradient, nnx_convolution),
    *(optax_sgd, optax_adamw, optax_lion, optax_loss),
    *(numpyro_density, numpyro_gradient),
    *(diffrax_constant_steps, diffrax_adaptive),
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_models_of_others_are_exact(model: Callable[[], Case]) -> None:
    case = model()
    traced = trace(case.fun, case.levels, *case.args)
    result, note = verify(traced)
    assert (result.exact, note) == (True, "")
    assert walkers.described(traced.jaxprs[-1], {}) == walkers.described(walkers.plain(case), {})
    walkers.check_shape_rule(result, dropped=False)
    walkers.check_origins(result)
    walkers.check_names(result)
    walkers.check_linked_axes(result)
    walkers.check_grown_axes(result, case, unknown=False)
    check_numbers(traced.jaxprs[-1], case)
