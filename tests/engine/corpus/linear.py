"""Linear algebra, statistics, and the solvers of jax.scipy."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jax.scipy.linalg as sla
import jax.scipy.optimize
import jax.scipy.stats as stats
import numpy as np
from jax import lax

from tests.engine.corpus.case import A5, A23, A35, A46, A53, A243, A423, SPD, SPD_LAST, SQUARE, UNIT, Case, one

PRODUCTS: dict[str, Case] = {
    "matvec": one(lambda m, v: m @ v, A23, A53, axes=(None, 0)),
    "matvec and its mean": one(lambda m, v: (m @ v).mean(), A423, A53[0], axes=(1, None)),
    "dot then sin": one(lambda a, b: jnp.sin(jnp.dot(a, b)), A53, A35, axes=(0, 1)),
    "outer": one(jnp.outer, A53, A23[0], axes=(0, None), out=2),
    "einsum": one(lambda a, b: jnp.einsum("ij,kj->ik", a, b) / 2, A423, A23, axes=(0, None), out=1),
    "einsum of three": one(
        lambda a, b, c: jnp.einsum("ij,jk,k->i", a, b, c), A423, A53[:3], A5[:3], axes=(0, None, None)
    ),
    "tensordot": one(lambda a, b: jnp.tensordot(a, b, 2) ** 3, A423, A423),
    "cross": one(jnp.cross, A53, A53[::-1]),
    "batched matmul": one(lambda a, b: jnp.matmul(a, b) + a.sum(), A423[:, None], A243[:1, :3], axes=(0, None)),
    "vecdot": one(lambda a, b: jnp.vecdot(a, b) > 1, A423, A23, axes=(0, None)),
    "matrix_power": one(lambda a: jnp.linalg.matrix_power(a, 3), SQUARE),
    "preferred type": one(
        lambda a, b: lax.dot_general(a, b, (((0,), (0,)), ((), ())), preferred_element_type=jnp.float32).T,
        A423.astype(np.float16),
        A23.astype(np.float16),
        axes=(0, None),
    ),
    "ragged_dot": one(
        lax.ragged_dot, np.stack([A46.T, A46.T * 2]), np.stack([A243, A243 + 1]), np.array([[2, 4], [3, 3]], np.int32)
    ),
}

FACTORS: dict[str, Case] = {
    "cholesky": one(jnp.linalg.cholesky, SPD.swapaxes(0, 1), axes=1),
    "cholesky of an outer": one(lambda x: jnp.linalg.cholesky(jnp.eye(3) * 4 + jnp.outer(x, x)), A53),
    "cholesky upper": one(lambda x: sla.cholesky(x, lower=False).sum(), SPD_LAST, axes=2),
    "qr": one(jnp.linalg.qr, SQUARE),
    "qr raw": one(lambda x: jnp.linalg.qr(x, mode="raw"), A423),
    "svd": one(lambda x: jnp.linalg.svd(x, compute_uv=False), A423, axes=0, out=1),
    "eigh": one(lambda x: jnp.linalg.eigh(x)[0], SPD_LAST, axes=-1),
    "eig": one(lambda x: lax.linalg.eig(x, compute_left_eigenvectors=False)[0], SQUARE),
    "lu": one(lambda x: sla.lu_factor(x), SQUARE),
    "lu with a permutation": one(lambda x: sla.lu(x), SQUARE),
    "hessenberg": one(lambda x: sla.hessenberg(x), SQUARE),
    "schur": one(lambda x: lax.linalg.schur(x, compute_schur_vectors=False)[0], SQUARE),
    "tridiagonal": one(lambda x: lax.linalg.tridiagonal(x)[1], SPD),
    "polar": one(lambda x: sla.polar(x)[0], SQUARE),
    "det": one(jnp.linalg.det, SQUARE.swapaxes(0, 1), axes=1),
    "slogdet": one(jnp.linalg.slogdet, SQUARE),
    "inv": one(jnp.linalg.inv, SQUARE),
    "pinv": one(jnp.linalg.pinv, A423),
    "expm": one(lambda x: sla.expm(x / 8), SQUARE),
    "symmetric_product": one(
        lambda a, c: lax.linalg.symmetric_product(a, c),
        A423,
        SPD[0, :2, :2],
        axes=(0, None),
        needs="jax.lax.linalg.symmetric_product",
    ),
    "toeplitz": one(sla.toeplitz, A53),
    "roots": one(lambda p: jnp.abs(jnp.roots(p, strip_zeros=False)), A53 + 1),
    "polyfit": one(lambda y: jnp.polyfit(jnp.arange(6.0), y, 2), A46),
}

SOLVES: dict[str, Case] = {
    "solve": one(jnp.linalg.solve, SQUARE, A53[:4]),
    "solve one matrix": one(lambda a, b: jnp.linalg.solve(a, b) * 2, SQUARE[0], A35, axes=(None, 1), out=1),
    "triangular": one(lambda a, b: sla.solve_triangular(a, b, lower=True), SPD, A53[0], axes=(0, None)),
    "cho_solve": one(lambda a, b: sla.cho_solve(sla.cho_factor(a), b), SPD, A53[:4]),
    "lu_solve": one(lambda a, b: sla.lu_solve(sla.lu_factor(a), b) + b, SPD, A53[:4]),
    "lstsq": one(lambda a, b: jnp.linalg.lstsq(a, b)[0], A423.swapaxes(1, 2), A5[:3], axes=(0, None)),
    "tridiagonal_solve": one(
        lambda d, b: lax.linalg.tridiagonal_solve(jnp.ones(3).at[0].set(0), d, jnp.ones(3).at[2].set(0), b[:, None]),
        A53 + 5,
        A53,
    ),
    "custom_linear_solve": one(
        lambda x: lax.custom_linear_solve(lambda v: 2.0 * v, x, lambda matvec, b: b / 2.0, symmetric=True), A53
    ),
    "custom_linear_solve of a batched operator": one(
        lambda d, x: lax.custom_linear_solve(lambda v: d * v, x, lambda matvec, b: b / d, lambda vecmat, b: b / d) + 1,
        A5,
        A53[0],
        axes=(0, None),
    ),
    "cg": one(lambda a, b: jax.scipy.sparse.linalg.cg(lambda v: a @ v, b, maxiter=4)[0], SPD, A53[1], axes=(0, None)),
    "cg of one matrix": one(
        lambda b: jax.scipy.sparse.linalg.cg(jnp.asarray(SPD[1]), b, maxiter=3)[0] * 2, A35, axes=1
    ),
    "root finding": one(
        lambda a: lax.custom_root(
            lambda x: x * x - a,
            1.0,
            lambda f, x0: lax.fori_loop(0, 6, lambda _, x: x - f(x) / (2 * x), x0),
            lambda g, y: y / g(1.0),
        ),
        A5,
    ),
    "gradient of root finding": one(
        jax.grad(
            lambda a: lax.custom_root(
                lambda x: x**3 - a,
                1.0,
                lambda f, x0: lax.while_loop(lambda x: jnp.abs(f(x)) > 1e-2, lambda x: x - f(x) / (3 * x * x), x0),
                lambda g, y: y / g(1.0),
            )
        ),
        A5,
    ),
    "minimize": one(
        lambda c: (
            jax.scipy.optimize.minimize(
                lambda x: jnp.sum((x - c) ** 2), jnp.zeros(2), method="BFGS", options={"maxiter": 2}
            ).x
        ),
        A5,
    ),
    "gradient of solve": one(jax.grad(lambda a, b: jnp.linalg.solve(a, b).sum()), SPD, A53[:4]),
    "gradient of cholesky": one(jax.grad(lambda a: jnp.linalg.cholesky(a).sum()), SPD, axes=0, out=1),
    "gradient of eigh": one(jax.grad(lambda a: jnp.linalg.eigh(a)[0][0]), SPD),
    "tangent of svd": one(lambda a: jax.jvp(lambda a: jnp.linalg.svd(a, full_matrices=False), (a,), (a,))[1][1], A423),
    "tangent of qr": one(lambda a: jax.jvp(jnp.linalg.qr, (a,), (a,))[1], SQUARE),
    "tangent of lu": one(lambda a: jax.jvp(lambda a: lax.linalg.lu(a)[0], (a,), (a,))[1], SQUARE),
}

STATISTICS: dict[str, Case] = {
    "norm.logpdf": one(stats.norm.logpdf, A5),
    "beta.logpdf": one(lambda x: stats.beta.logpdf(x, 2.0, 3.0), UNIT),
    "poisson.logpmf": one(lambda k, mu: stats.poisson.logpmf(k, mu), A5, UNIT),
    "multivariate_normal": one(
        lambda x, m: stats.multivariate_normal.logpdf(x, m, jnp.asarray(SPD[0])), A53, A53[0], axes=(0, None)
    ),
    "gaussian_kde": one(lambda x: stats.gaussian_kde(x)(jnp.arange(2.0)), A46),
    "truncnorm": one(lambda x: stats.truncnorm.logpdf(x, 0.0, 1.0), UNIT),
    "regular grid": one(
        lambda v, x: jax.scipy.interpolate.RegularGridInterpolator((jnp.arange(2.0), jnp.arange(3.0)), v)(x[None]),
        A423,
        UNIT[:2],
        axes=(0, None),
    ),
    "vq": one(lambda x, code: jax.scipy.cluster.vq.vq(x, code), A423, A23, axes=(0, None)),
}

PROGRAMS = {**PRODUCTS, **FACTORS, **SOLVES, **STATISTICS}
