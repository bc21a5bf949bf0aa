"""The explanation for the terminal: every equation, its sentence, and what it became."""

from __future__ import annotations

import msgspec

from tests.export.live import dense, nested
from vmapviz.export.explained import WIDTH, explained
from vmapviz.model.explain import sentence


def test_every_equation_stands_above_its_sentence_and_what_it_became() -> None:
    written = explained(dense())
    assert written.startswith("vmap(layer, in_axes=(None, 0, None), out_axes=1)\n")
    blocks = written.split("\n\n")[1:]
    assert [block.split()[0] for block in blocks] == ["1", "2", "3", "Added"]
    second = blocks[1].splitlines()
    assert second[0] == "2    e:f32[2] = add d c"
    told = " ".join(line.strip() for line in second[1:-3])
    assert told == sentence(dense().trace, "1").replace("**", "")
    assert [line.split()[0] for line in second[-3:]] == ["2a", "2b", "2c"]
    assert second[-1].strip() == "2c   g:f32[5,2] = add e f"
    assert blocks[3].splitlines()[-1] == "     +    i:f32[2,5] = transpose h"


def test_lines_fit_a_terminal_and_levels_count() -> None:
    written = explained(nested())
    assert max(map(len, written.splitlines())) <= WIDTH
    assert "1ba" in written


def test_what_is_not_exact_is_said() -> None:
    snapshot = dense()
    wrong = msgspec.structs.replace(snapshot, trace=msgspec.structs.replace(snapshot.trace, exact=False))
    assert "links may be incomplete" in explained(wrong)
    assert "links may be incomplete" not in explained(snapshot)
