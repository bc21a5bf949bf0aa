"""What a primitive computes from one example, in a few words made of the equation's own parameters."""

from __future__ import annotations

from collections.abc import Callable

from vmapviz.model.explanations.case import Case, param
from vmapviz.model.explanations.phrases import PRINTS, WHOLE
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


def _squeeze(equation: Equation) -> str | None:
    dropped = param(equation, "dimensions")
    if not isinstance(dropped, list) or not dropped:
        return None
    return f"drops the size-1 {axis_words(dropped)} of each example"


def _cut(equation: Equation) -> str | None:
    sizes, axis = param(equation, "sizes"), param(equation, "axis")
    if not isinstance(sizes, list) or not isinstance(axis, int):
        return None
    return f"cuts each example along axis {axis} into {number(len(sizes))} part{'' if len(sizes) == 1 else 's'}"


def _counts(equation: Equation) -> str | None:
    along, shape = param(equation, "dimension"), equation.outputs[0].shape if equation.outputs else ()
    if not isinstance(along, int) or along >= len(shape):
        return None
    return f"counts from 0 to {shape[along] - 1}" if shape[along] else "counts nothing"


def _fft(equation: Equation) -> str | None:
    lengths = param(equation, "fft_lengths")
    if not isinstance(lengths, list) or not lengths:
        return None
    return f"takes the Fourier transform of {' × '.join(map(str, lengths))} numbers"


COMPUTES: dict[str, What] = {
    **{name: said(words) for name, words in WHOLE.items()},
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
    "reshape": _shape("gives each example the shape"),
    "dynamic_slice": _shape("cuts out, at a place that is computed, a part of the shape"),
    "reduce_window_max": _window("takes the largest of"),
    "reduce_window_min": _window("takes the smallest of"),
    "reduce_window_sum": _window("sums"),
    "reduce_window": _window("combines, by a function of its own,"),
    "random_split": _split,
    "bitcast_convert_type": _bitcast,
    "squeeze": _squeeze,
    "split": _cut,
    "iota": _counts,
    "fft": _fft,
}
