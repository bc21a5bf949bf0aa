"""Where a cell comes from: a rule for every primitive, by its meaning."""

from __future__ import annotations

from collections.abc import Mapping

from vmapviz.model.depends import bodies, lookups, loops, matrices, moves, selections, sums
from vmapviz.model.depends.cells import Case, Cells, Index, Look, Rule, Sources, one, unknown, unknowns
from vmapviz.model.depends.collectives import COLLECTIVES
from vmapviz.model.explanations.phrases import NUMBER_BY_NUMBER
from vmapviz.model.trace import Equation, Program


def sources(case: Case) -> Sources:
    """The cells of every operand that a cell of an output depends on; any of them where nobody knows which."""
    return DEPENDS.get(case.equation.primitive, unknowns)(case)


def turn_before(case: Case) -> tuple[int, Cells]:
    """What a cell of a loop's turn is made of in the turns before it: the last of them that counts, -1 for none, and the cells of the
    same carried value after it."""
    try:
        return loops.turn_before(bodies.Walk(sources, case))
    except bodies.TooManyError:
        return (case.turn or 0) - 1, unknown(case.shape)


def turns_made(case: Case) -> int | None:
    """How many turns a loop makes for the example that a cell belongs to; None where that is not known."""
    return loops.turns_made(bodies.Walk(sources, case))


def through(
    program: Program,
    output: int,
    index: Index,
    looks: Mapping[str, Look],
    places: Mapping[str, Program],
    turns: Mapping[str, tuple[int, ...]] = bodies.NO_TURNS,
) -> Sources:
    """The cells of a program's inputs that a cell of one of its outputs depends on.

    `looks` are the known values by name, `turns` says how often each while at the top turned, by path, as in `Case`.
    """
    shapes = tuple(value.shape for value in program.inputs)
    case = Case(Equation("", "", (), (), (), (), None, None), shapes, (), output, index, places)
    whole = bodies.bounded(lambda walk: walk.back(program, [(output, one(index))], (), looks), sources, turns)
    return whole(case)


def _all(rule: Rule, *names: str) -> dict[str, Rule]:
    return dict.fromkeys(names, rule)


DEPENDS: Mapping[str, Rule] = {
    **_all(
        moves.same_place,
        *NUMBER_BY_NUMBER,
        "threefry2x32",
        "random_seed",
        "random_fold_in",
        "random_gamma",
        "rng_uniform",
    ),
    **_all(
        moves.passed_on, "optimization_barrier", "device_put", "sharding_constraint", "layout_constraint", "reshard"
    ),
    **_all(moves.nothing, "iota", "empty", "empty2", "create_token", "platform_index"),
    **COLLECTIVES,
    "broadcast_in_dim": moves.broadcast_in_dim,
    "reshape": moves.reshape,
    "squeeze": moves.squeeze,
    "expand_dims": moves.expand_dims,
    "transpose": moves.transpose,
    "rev": moves.rev,
    "slice": moves.slice_,
    "pad": moves.pad,
    "tile": moves.tile,
    "concatenate": moves.concatenate,
    "split": moves.split,
    "stack": moves.stack,
    "unstack": moves.unstack,
    "select_n": moves.select_n,
    **_all(moves.keyed, "random_bits", "random_split", "random_clone"),
    "rng_bit_generator": moves.bits_of_state,
    "random_wrap": moves.key_of_words,
    "random_unwrap": moves.keyed,
    "bitcast_convert_type": moves.bitcast,
    "dynamic_slice": lookups.dynamic_slice,
    "dynamic_update_slice": lookups.dynamic_update_slice,
    "gather": lookups.gather,
    "scatter": lookups.scatter,
    **_all(lookups.scatter_into, "scatter-add", "scatter-sub", "scatter-mul", "scatter-min", "scatter-max"),
    **_all(sums.reduced, *(f"reduce_{how}" for how in ("sum", "max", "min", "prod", "and", "or", "xor"))),
    **_all(sums.reduced, "reduce", "argmax", "argmin"),
    **_all(sums.cumulative, "cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"),
    "dot_general": sums.dot_general,
    "sort": sums.ordered,
    **_all(sums.ranked, "top_k", "approx_top_k"),
    "fft": sums.transformed,
    **_all(sums.windowed, "reduce_window", "reduce_window_sum", "reduce_window_max", "reduce_window_min"),
    "conv_general_dilated": sums.convolved,
    "cholesky": matrices.cholesky,
    "triangular_solve": matrices.triangular_solve,
    "lu": matrices.lu,
    "qr": matrices.qr,
    "eigh": matrices.eigh,
    **_all(matrices.whole_matrix, "svd", "eig", "schur", "hessenberg", "tridiagonal"),
    "tridiagonal_solve": matrices.tridiagonal_solve,
    "geqrf": matrices.geqrf,
    "householder_product": matrices.householder_product,
    "symmetric_product": matrices.symmetric_product,
    "lu_pivots_to_permutation": matrices.lu_pivots_to_permutation,
    "ragged_dot_general": selections.ragged_dot,
    "select_and_gather_add": selections.gathered_by_selection,
    "select_and_scatter_add": selections.scattered_by_selection,
    **_all(bodies.bounded(bodies.called, sources), "jit", "pjit", "closed_call", "core_call", "remat", "remat2"),
    **_all(
        bodies.bounded(bodies.called, sources),
        "checkpoint",
        "custom_jvp_call",
        "custom_vjp_call",
        "custom_vjp_call_jaxpr",
        "custom_vmap_call",
    ),
    "custom_linear_solve": bodies.bounded(bodies.linear_solve, sources),
    "cond": bodies.bounded(bodies.branched, sources),
    "scan": bodies.bounded(loops.scanned, sources),
    "while": bodies.bounded(loops.looped, sources),
}
