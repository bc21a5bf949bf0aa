"""Numbers computed by JAX: of all values of both programs, and the result with its check."""

from __future__ import annotations

import msgspec

from vmapviz.model.lanes import Lanes
from vmapviz.model.preview import Cell as Cell
from vmapviz.model.preview import Preview as Preview


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Cells of a variable beyond its preview: a box, `sizes` long from `start` on, row-major in `cells`; none of them where it could
    not be had.

    `batched`: one of the last program, else of the original, for that `example` (counted flat).
    """

    name: str
    batched: bool
    example: int
    start: tuple[int, ...]
    sizes: tuple[int, ...]
    cells: tuple[Cell, ...]

    def cell(self, index: tuple[int, ...]) -> Cell | None:
        """The value at an index; None where it is not in the box."""
        flat = 0
        for at, first, size in zip(index, self.start, self.sizes, strict=True):
            if not first <= at < first + size:
                return None
            flat = flat * size + at - first
        return self.cells[flat] if flat < len(self.cells) else None


class Turning(msgspec.Struct, frozen=True, gc=False):
    """A loop turn by turn: how often each example turns by itself (`turns`, counted flat, outermost level first; one number where all
    turn alike; none where that was not measured), and what the body makes of carried value `number` in the first turns.

    `made` is that value with one axis more, the last, for the turns; it holds what is made for examples that are done as well. None
    where it was not kept: `why` says so.
    """

    turns: tuple[int, ...]
    number: int = 0
    made: Preview | None = None
    why: str = ""

    @property
    def total(self) -> int:
        """How many turns are made for all together."""
        return max(self.turns, default=0)


class Values(msgspec.Struct, frozen=True):
    """Values of top-level variables by name.

    `one[k]` belongs to example k of `examples` (original program); `batched` to the last program. A name that is missing was not
    computed: `why` says so (too large, out of time). `pieces` are what was asked for afterwards, the newest last. `turning` holds the
    loops of the last program by path, `turning_one` those of the original for each of the `examples`. `inner` says how often the whiles
    in its calls and branches turned, for each example that ends by itself, by their way from the top ("3.jaxpr.0", which is no path where
    the body stands in full elsewhere); `inner_one` for an example (counted flat) those of the original.
    """

    examples: tuple[int, ...]
    one: tuple[dict[str, Preview], ...]
    batched: dict[str, Preview]
    why: str = ""
    pieces: tuple[Piece, ...] = ()
    turning: dict[str, Turning] = {}
    turning_one: tuple[dict[str, Turning], ...] = ()
    inner: dict[str, tuple[int, ...]] = {}
    inner_one: dict[int, dict[str, tuple[int, ...]]] = {}


class Check(msgspec.Struct, frozen=True):
    """The vmapped result against the loop, or against the reference.

    `examples` are those compared (for two levels flattened, outermost first), `same` says which agree within `tolerance` (relative),
    `differences` the largest absolute difference of each; `of` is the number of examples there are.
    """

    against: str
    of: int
    examples: tuple[int, ...]
    same: tuple[bool, ...]
    differences: tuple[float, ...]
    tolerance: float
    note: str = ""


class Leaf(msgspec.Struct, frozen=True):
    """One array of the result: where it stands in the pytree, its whole-batch preview and one preview per compared example."""

    path: str
    batched: Preview
    axes: tuple[int | None, ...]
    loop: tuple[Preview, ...]
    histogram: tuple[int, ...] = ()


class Result(msgspec.Struct, frozen=True):
    """The answer of the vmapped function with its checks; `checks` is empty when no loop exists, and `note` says why.

    `lanes` says what was on which device where pmap ran it, or why it did not; None of an experiment with vmap.
    """

    leaves: tuple[Leaf, ...]
    checks: tuple[Check, ...]
    seconds: float
    note: str = ""
    lanes: Lanes | None = None
