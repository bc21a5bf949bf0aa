"""What a primitive does to cells, in a few words under its arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vmapviz.model.scenes.operation import Operation, param
from vmapviz.model.scenes.symbols import CUMULATIVE, PAIRWISE, SCATTERS
from vmapviz.model.trace import type_text

LONGEST = 32


def caption(operation: Operation) -> str:
    """The words for an equation; "" where there are none, or they would be long."""
    write = CAPTIONS.get(operation.equation.primitive)
    text = write(operation) if write else ""
    if not text and operation.equation.primitive in PAIRWISE:
        text = "number by number"
    return text if len(text) <= LONGEST else ""


def _numbers(found: Any) -> str:
    return ", ".join(map(str, found))


def _axes(found: Any) -> str:
    return f"{'axis' if len(found) == 1 else 'axes'} {_numbers(found)}"


def _transpose(operation: Operation) -> str:
    return f"axes in order {_numbers(param(operation.equation, 'permutation'))}"


def _broadcast(operation: Operation) -> str:
    dims, shape = param(operation.equation, "broadcast_dimensions"), operation.operands[0].figure.shape
    result = operation.results[0].shape
    longer = [d for d, size in enumerate(result) if size > 1 and (d not in dims or shape[dims.index(d)] == 1)]
    return (
        f"again along {_axes(longer)}"
        if longer
        else f"size 1 at {_axes([d for d in range(len(result)) if d not in dims])}"
    )


def _slice(operation: Operation) -> str:
    starts, ends = param(operation.equation, "start_indices"), param(operation.equation, "limit_indices")
    steps = param(operation.equation, "strides") or [1] * len(starts)
    shape = operation.operands[0].figure.shape
    cut = [
        f"{start}:{end}" + (f":{step}" if step > 1 else "") if (start, end, step) != (0, size, 1) else ":"
        for start, end, step, size in zip(starts, ends, steps, shape, strict=True)
    ]
    return f"[{_numbers(cut)}]"


def _pad(operation: Operation) -> str:
    config = param(operation.equation, "padding_config")
    found = [f"{low} and {high}" for low, high, _ in config if low or high]
    inner = [str(inside) for _, _, inside in config if inside]
    if len(found) == 1 and not inner:
        return f"{found[0]} more, dashed"
    return "new cells dashed"


def _sort(operation: Operation) -> str:
    return f"by size along axis {param(operation.equation, 'dimension')}"


def _along(name: str, words: str) -> Callable[[Operation], str]:
    return lambda operation: f"{words} axis {param(operation.equation, name)}"


def _dims(name: str, words: str) -> Callable[[Operation], str]:
    return lambda operation: f"{words} {_axes(param(operation.equation, name) or ())}"


def _over(words: str) -> Callable[[Operation], str]:
    """Of a collective along dimensions, as vmap makes it, or along named axes of which none is told apart."""

    def text(operation: Operation) -> str:
        over = param(operation.equation, "axes") or param(operation.equation, "axis_name") or ()
        axes = [over] if isinstance(over, str) else list(over)
        dims, names = [at for at in axes if isinstance(at, int)], [at for at in axes if isinstance(at, str)]
        parts = [f"along {_axes(dims)}"] if dims else []
        parts += [f"over all of {', '.join(names)}"] if names else []
        return f"{words} {' and '.join(parts)}" if parts else ""

    return text


def _cumulative(operation: Operation) -> str:
    back = ", backwards" if param(operation.equation, "reverse") else ""
    return f"running along axis {param(operation.equation, 'axis')}{back}"


def _kinds(operation: Operation) -> str:
    return " to ".join(type_text(f.dtype, ()).partition("[")[0] for f in (operation.figures[0], operation.results[0]))


def _iota(operation: Operation) -> str:
    dim, shape = param(operation.equation, "dimension"), operation.results[0].shape
    return f"0 to {shape[dim] - 1} along axis {dim}" if shape[dim] else ""


def _cond(operation: Operation) -> str:
    which, last = operation.figures[0], len(operation.equation.subprograms) - 1
    chosen = which.cell(()) if not which.shape else None
    if which.shape or chosen is None:
        return f"one of {last + 1} branches runs"
    return f"only branch {min(max(int(chosen), 0), last)} of {last + 1} runs"


def _words(text: str) -> Callable[[Operation], str]:
    return lambda _: text


def _scatters(primitive: str) -> str:
    words = {"add": "added", "sub": "taken away", "mul": "multiplied", "min": "the smaller", "max": "the larger"}
    return f"{words.get(primitive[len('scatter') + 1 :], 'written')} at the index"


CAPTIONS: Mapping[str, Callable[[Operation], str]] = {
    **dict.fromkeys(CUMULATIVE, _cumulative),
    **{name: _words(_scatters(name)) for name in SCATTERS},
    "argmax": _dims("axes", "where, along"),
    "argmin": _dims("axes", "where, along"),
    "broadcast_in_dim": _broadcast,
    "clamp": _words("kept between the bounds"),
    "concatenate": _along("dimension", "joined along"),
    "cond": _cond,
    "conv_general_dilated": _words("window by window"),
    "convert_element_type": _kinds,
    "dynamic_slice": _words("from the index on"),
    "dynamic_update_slice": _words("written at the index"),
    "fft": _words("every number from all"),
    "gather": _words("read at the index"),
    "integer_pow": lambda operation: f"to the power {param(operation.equation, 'y')}",
    "iota": _iota,
    "jit": lambda operation: str(param(operation.equation, "name") or ""),
    "pad": _pad,
    "pmax": _over("the largest"),
    "pmin": _over("the smallest"),
    **dict.fromkeys(("psum", "psum_invariant"), _over("the sum")),
    **dict.fromkeys(("all_gather", "all_gather_invariant"), _over("gathered")),
    **dict.fromkeys(("all_to_all", "ppermute"), _over("exchanged")),
    "reduce_scatter": _over("a part of the sum"),
    "pbroadcast": _over("what one has,"),
    "random_bits": _words("bits drawn from the key"),
    "random_fold_in": _words("another key from key and number"),
    "random_seed": _words("a key from a number"),
    "random_split": _words("several keys from one"),
    "random_unwrap": _words("the words of the key"),
    "random_wrap": _words("a key of its words"),
    "threefry2x32": _words("bits mixed from key and counter"),
    "reduce_max": _dims("axes", "the largest along"),
    "reduce_min": _dims("axes", "the smallest along"),
    "reduce_prod": _dims("axes", "the product along"),
    "reduce_sum": _dims("axes", "the sum along"),
    "reshape": _words("row by row, anew"),
    "reduce_window_max": _words("the largest of a window"),
    "reduce_window_min": _words("the smallest of a window"),
    "reduce_window_sum": _words("the sum of a window"),
    "rev": _dims("dimensions", "backwards along"),
    "select_n": _words("each from its case"),
    "slice": _slice,
    "sort": _sort,
    "split": _along("axis", "cut along"),
    "squeeze": _dims("dimensions", "without"),
    "top_k": lambda operation: f"the {operation.results[0].shape[-1]} largest",
    "transpose": _transpose,
}
