"""What a primitive computes from one example, in a few words made of the equation's own parameters."""

from __future__ import annotations

from collections.abc import Callable

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.rules import joined, shared_words
from vmapviz.model.explanations.words import all_examples, axes, axis_words, equations, in_and_out, number, told
from vmapviz.model.trace import Equation, short_dtype

What = Callable[[Equation], str | None]


def computes(case: Case) -> str | None:
    """What it computes, for all examples at once, and the equations that help."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive not in COMPUTES:
        return None
    name, what = original.primitive, COMPUTES[original.primitive](original)
    if what is None or not main.outputs or not axes(main.outputs[0]):
        return None
    everyone, same = all_examples(case, main.outputs), main.primitive == name
    if len(case.became) > 1:
        words = told(case, f"`{case.label(main)}` {what}" if same else f"`{case.label(main)}` is **{main.primitive}**")
        start = f"**{name}** became" if same else f"**{name}** {what}; it became"
        return joined(f"{start} {equations(len(case.became))}: {words}.", in_and_out(case, main))
    if not same:
        return joined(f"**{name}** {what}; for {everyone} that is **{main.primitive}**.", in_and_out(case, main))
    return joined(f"**{name}** {what}, for {everyone} at once.", in_and_out(case, main), shared_words(case, main))


def prints(case: Case) -> str | None:
    """What gives nothing back and is done on the host: once for each example."""
    original, main = case.original, case.main
    if original is None or main is None or original.primitive not in PRINTS or main.outputs:
        return None
    times = sum(equation.primitive == original.primitive for equation in case.became)
    if times == 1:
        return f"**{original.primitive}** {PRINTS[original.primitive]} once, for {all_examples(case, ())} together."
    helpers = (
        f", and {number(len(case.became) - times)} helpers take the examples apart" if times < len(case.became) else ""
    )
    return f"**{original.primitive}** {PRINTS[original.primitive]} {number(times)} times, one example after the other{helpers}."


def said(text: str) -> What:
    """The same words for every equation."""
    return lambda _: text


def _along(words: str, name: str) -> What:
    """Words and the axis, or axes, that a parameter names, as one example has them."""

    def what(equation: Equation) -> str | None:
        found, rank = param(equation, name), _rank(equation)
        numbers = [found] if isinstance(found, int) else found
        if not isinstance(numbers, list) or not all(isinstance(n, int) for n in numbers):
            return None
        return f"{words} {axis_words([n % rank if rank else n for n in numbers])} of each example"

    return what


def _rank(equation: Equation) -> int:
    return len(equation.outputs[0].shape) if equation.outputs else 0


def _running(words: str) -> What:
    def what(equation: Equation) -> str | None:
        along = _along(words, "axis")(equation)
        return along and along + (", from its end" if param(equation, "reverse") else "")

    return what


def _window(words: str) -> What:
    def what(equation: Equation) -> str | None:
        sizes = param(equation, "window_dimensions")
        return f"{words} each window of {' × '.join(map(str, sizes))}" if isinstance(sizes, list) and sizes else None

    return what


def _sort(equation: Equation) -> str | None:
    along = _along("sorts along", "dimension")(equation)
    count = len(equation.inputs)
    return along if along is None or count == 1 else along.replace("sorts", f"sorts {count} arrays together", 1)


def _top_k(equation: Equation) -> str | None:
    k, axis = param(equation, "k"), param(equation, "axis")
    if not isinstance(k, int):
        return None
    where = (
        f"along axis {axis % _rank(equation)}" if isinstance(axis, int) and _rank(equation) else "along the last axis"
    )
    return f"finds the {k} largest {where} of each example"


def _approx_top_k(equation: Equation) -> str | None:
    k, most = param(equation, "k"), param(equation, "is_max_k")
    return (
        f"finds about the {k} {'largest' if most else 'smallest'} numbers of each example"
        if isinstance(k, int)
        else None
    )


def _shape(words: str) -> What:
    def what(equation: Equation) -> str | None:
        if not equation.outputs:
            return None
        shape = equation.outputs[0].shape
        return f"{words} ({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"

    return what


def _split(equation: Equation) -> str | None:
    shape = param(equation, "shape")
    return f"makes {' × '.join(map(str, shape))} keys of each key" if isinstance(shape, list) and shape else None


def _bitcast(equation: Equation) -> str | None:
    dtype = param(equation, "new_dtype")
    return f"reads the same bits as {short_dtype(dtype)}" if isinstance(dtype, str) else None


PRINTS = {"debug_print": "prints", "debug_callback": "calls a Python function"}
_AT = "at places given by index"
COMPUTES: dict[str, What] = {
    "sort": _sort,
    "top_k": _top_k,
    "approx_top_k": _approx_top_k,
    "cumsum": _running("sums up along"),
    "cumprod": _running("multiplies up along"),
    "cummax": _running("keeps the largest so far along"),
    "cummin": _running("keeps the smallest so far along"),
    "cumlogsumexp": _running("keeps the logarithm of the summed exponentials so far along"),
    "rev": _along("reverses", "dimensions"),
    "concatenate": _along("joins its operands along", "dimension"),
    "pad": said("puts padding around each example"),
    "slice": said("cuts a part out of each example"),
    "reshape": _shape("gives each example the shape"),
    "dynamic_slice": _shape("cuts out, at a place that is computed, a part of the shape"),
    "dynamic_update_slice": said("writes a part into its first operand, at a place that is computed"),
    "gather": said("looks values up by index"),
    "scatter": said(f"writes values {_AT}"),
    "scatter-add": said(f"adds values {_AT}"),
    "scatter-sub": said(f"subtracts values {_AT}"),
    "scatter-mul": said(f"multiplies by values {_AT}"),
    "scatter-max": said(f"keeps the larger of two values {_AT}"),
    "scatter-min": said(f"keeps the smaller of two values {_AT}"),
    "conv_general_dilated": said("slides a filter over its input"),
    "reduce_window_max": _window("takes the largest of"),
    "reduce_window_min": _window("takes the smallest of"),
    "reduce_window_sum": _window("sums"),
    "reduce_window": _window("combines, by a function of its own,"),
    "reduce": said("combines numbers by a function of its own"),
    "select_and_scatter_add": said("adds each value at the place that its window chooses"),
    "select_and_gather_add": said("takes from one array what stands where the windows of another choose"),
    "ragged_dot_general": said("multiplies groups of rows by a matrix for each group"),
    "lu": said("factors each matrix into a lower and an upper triangle"),
    "cholesky": said("factors each matrix into a triangle and its transpose"),
    "qr": said("factors each matrix into an orthogonal one and a triangle"),
    "svd": said("finds the singular values of each matrix"),
    "eig": said("finds the eigenvalues of each matrix"),
    "eigh": said("finds the eigenvalues of each symmetric matrix"),
    "schur": said("brings each matrix to Schur form"),
    "hessenberg": said("brings each matrix to Hessenberg form"),
    "tridiagonal": said("brings each symmetric matrix to tridiagonal form"),
    "triangular_solve": said("solves triangular systems"),
    "tridiagonal_solve": said("solves tridiagonal systems"),
    "custom_linear_solve": said("solves linear systems by the functions that it holds"),
    "symmetric_product": said("multiplies each matrix by its own transpose"),
    "random_bits": said("draws random bits from each key"),
    "random_clone": said("copies each key"),
    "random_fold_in": said("makes a new key of a key and a number"),
    "random_seed": said("makes a key of each seed"),
    "random_split": _split,
    "random_unwrap": said("takes keys as plain numbers"),
    "random_wrap": said("takes plain numbers as keys"),
    "random_gamma": said("draws from the gamma distribution"),
    "rng_bit_generator": said("draws random bits and gives a new state"),
    "threefry2x32": said("mixes key and counter into random bits"),
    "pure_callback": said("calls a Python function"),
    "io_callback": said("calls a Python function that may do more than compute"),
    "axis_index": said("says which example this is"),
    "ppermute": said("hands each example's value on to another"),
    "all_to_all": said("exchanges parts among the examples"),
    "reduce_scatter": said("sums over the examples and gives each of them a part"),
    "bitcast_convert_type": _bitcast,
    "optimization_barrier": said("keeps the compiler from moving work across it"),
    "sharding_constraint": said("says how its operand lies on the devices"),
    "pallas_call": said("runs a kernel of its own"),
    "new_ref": said("makes a reference, which can be written to"),
    "get": said("reads a reference"),
    "swap": said("writes to a reference and gives what stood there"),
    "addupdate": said("adds to what a reference holds"),
    "freeze": said("ends a reference and gives what it holds"),
}
