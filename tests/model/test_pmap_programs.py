"""pmap's program beside the original: what stands level with what, how it is called and explained, and the words around it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.model.traces import PROGRAMS, on_devices, traced
from vmapviz.export.programs import programs_svg, summary
from vmapviz.export.text import text
from vmapviz.model.actions import order
from vmapviz.model.experiment import Experiment
from vmapviz.model.explain import sentence
from vmapviz.model.programs import Layout, Row, layout
from vmapviz.model.programs.columns import columns
from vmapviz.model.programs.index import index, unwrapped
from vmapviz.model.programs.layout import PAD
from vmapviz.model.programs.text import params_text
from vmapviz.model.programs.words import selectable, spoken
from vmapviz.model.scenes.programs.items import row_items
from vmapviz.model.scenes.programs.picture import header_items, headings, picture
from vmapviz.model.scenes.scene import Path, Text
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.trace import Equation, Level, Program, Trace, Value

ALONE = [name for name, (_, levels, _) in PROGRAMS.items() if len(levels) == 1]


def row(placed: Layout, primitive: str, column: int = 1) -> Row:
    return next(
        r for r in placed.rows[column] if r.kind == "equation" and r.equation and r.equation.primitive == primitive
    )


def title(trace: Trace) -> str:
    parts, name = headings(trace, "f")[1]
    return f"{''.join(part for part, _ in parts)}: {name}"


# --- the layout -------------------------------------------------------------------------------------------------------


def test_an_original_is_level_with_what_every_device_runs() -> None:
    placed = layout(on_devices("matvec"))
    assert row(placed, "dot_general").y == row(placed, "dot_general", 0).y
    (ribbon,) = [link for link in placed.links.things if link.kind == "ribbon"]
    assert (ribbon.root, ribbon.left) == ("0", ribbon.right)
    assert not [link for link in placed.links.things if link.kind == "nothing"]


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("devices", [8, 1])
def test_rows_never_overlap_and_every_equation_can_be_seen_or_opened(name: str, devices: int) -> None:
    if devices == 1 and PROGRAMS[name][1][0].axis_name:
        return
    trace = on_devices(name, devices)
    placed = layout(trace)
    for rows in placed.rows:
        for above, below in pairwise(sorted(rows, key=lambda r: r.y)):
            assert above.y + above.height <= below.y
    whole = unwrapped(trace.batched)
    shown = {r.path for r in placed.rows[1] if r.kind == "equation"} | {e.path for r in placed.rows[1] for e in r.run}
    assert {e.path for e in (*whole.wrappers, *whole.equations)} <= shown


def test_what_stands_around_is_named_indented_and_cannot_be_folded() -> None:
    placed = layout(on_devices("matvec"))
    bodies = [r for r in placed.rows[1] if r.kind == "body"]
    assert [(r.text, r.depth, r.fold) for r in bodies] == [("body", 1, ""), ("body, on each of 5 devices", 2, "")]
    assert [row(placed, name).depth for name in ("jit", "shard_map", "squeeze", "dot_general")] == [0, 1, 2, 2]
    assert len(placed.rules.things) == 2
    column = columns(placed, 900)[1]
    assert not [item for item in row_items(bodies[0], column) if isinstance(item, Path)]  # no chevron


def test_what_pmap_added_says_so_beside_it() -> None:
    placed = layout(on_devices("matvec"))
    added = [(r.text, r.y) for r in placed.rows[0] if r.kind == "added"]
    names = ("jit", "shard_map", "squeeze", "broadcast_in_dim")
    assert added == [("added by pmap", row(placed, name).y) for name in names]
    stubs = [link.right[0] for link in placed.links.things if link.kind == "inserted"]
    assert stubs == [row(placed, name).y - PAD for name in names]


def test_what_vmap_added_on_every_device_says_so_too() -> None:
    added = [r.text for r in layout(on_devices("matvec", 1)).rows[0] if r.kind == "added"]
    assert added == ["added by pmap", "added by pmap", "added by pmap", "added by vmap and pmap"]


def test_labels_count_what_stands_inside() -> None:
    assert list(index(on_devices("layer", 1)).labels[1].values()) == [
        "+",
        "+",
        "+",
        "1",
        "2a",
        "2b",
        "2c",
        "3",
        "+",
        "+",
    ]


def test_a_body_inside_is_linked_by_lines_and_folds_with_the_original() -> None:
    placed = layout(on_devices("guarded root"))
    inner = {link.root for link in placed.links.things if link.kind == "inner"}
    assert inner == {"2.branches[0].0", "2.branches[1].0"}
    folded = layout(on_devices("guarded root"), frozenset({"2.branches[0]"}))
    assert len(folded.rows[1]) == len(placed.rows[1]) - 1


def test_raw_shows_the_mesh_and_else_only_what_is_cut() -> None:
    shown, raw = layout(on_devices("matvec")), layout(on_devices("matvec"), raw=True)
    assert row(raw, "shard_map").height >= row(shown, "shard_map").height
    equation = row(shown, "shard_map").equation
    assert equation is not None
    assert params_text(equation) == "in_specs=(P(), P('<axis>')) out_specs=(P('<axis>'),)"
    assert "Mesh(" in params_text(equation, raw=True)


def test_a_function_that_does_nothing_has_its_wrappers_too() -> None:
    whole = unwrapped(on_devices("alike").batched)
    assert [e.primitive for e in whole.wrappers] == ["jit", "shard_map"]
    assert [e.primitive for e in whole.equations] == ["squeeze", "broadcast_in_dim"]


def test_nothing_stands_around_what_vmap_made() -> None:
    for name in PROGRAMS:
        assert all(not unwrapped(program).wrappers for program in traced(name).programs[1:])


def test_what_can_be_selected_and_what_is_read_aloud() -> None:
    placed = layout(on_devices("matvec"))
    assert order(placed.trace) == ("+0", "+0.jaxpr.0", "+0.jaxpr.0.jaxpr.0", "0", "+0.jaxpr.0.jaxpr.2")
    assert selectable(placed) == ("+0", "+0.jaxpr.0", "+0.jaxpr.0.jaxpr.0", "0", "+0.jaxpr.0.jaxpr.2")
    assert spoken(placed, "+0.jaxpr.0") == "added by pmap: + shard_map"
    assert spoken(placed, "0") == "equation 1, dot_general, became 1 equation: 1 dot_general"


# --- the words around it ----------------------------------------------------------------------------------------------


def test_headings_say_how_many_devices_and_examples() -> None:
    assert title(on_devices("matvec")) == "5 devices, 1 example each: pmap(f)"
    assert title(on_devices("matvec", 1)) == "1 device, 5 examples each: pmap(vmap(f))"
    scene = picture(layout(on_devices("matvec")), "matvec", 900)
    assert scene.title == "matvec and pmap(matvec)"


def test_a_control_before_the_last_heading_moves_it_and_takes_the_room_of_the_caption() -> None:
    placed = layout(on_devices("matvec"))

    def texts(width: float, after: float) -> dict[str, float]:
        items = header_items(placed.trace, "f", columns(placed, width), after)
        return {item.text: item.x for item in items if isinstance(item, Text)}

    assert texts(900, 120)["5"] == texts(900, 0)["5"] + 120
    assert "batch axis" in texts(900, 120)
    assert "batch axis" not in texts(600, 120)


def test_inputs_say_what_is_copied_and_what_is_cut() -> None:
    hints = [
        [r.hint for r in layout(t).rows[1] if r.kind == "input"]
        for t in (on_devices("matvec"), on_devices("matvec", 1))
    ]
    assert hints == [
        ["copied to every device", "5 examples"],
        ["copied to every device", "5 examples, 5 for each device"],
    ]


def test_the_summary_counts_what_runs_on_a_device() -> None:
    assert summary(on_devices("matvec")) == (
        "1 equation for one example became 3 equations on each of 5 devices, for 1 example; pmap added 4 equations."
    )
    assert "on one device, for 5 examples; " in summary(on_devices("matvec", 1))


def test_exports_take_it_as_they_take_vmaps() -> None:
    trace = on_devices("matvec")
    written = text(Snapshot({}, Experiment(function="matvec"), trace))
    assert "5 devices, 1 example each: pmap(matvec)" in written
    assert "shard_map" in written
    assert "shard_map" in programs_svg(trace, "matvec", "0")


# --- the sentence -----------------------------------------------------------------------------------------------------

EACH = "each of the 5 devices"
SAID = {
    (
        "matvec",
        8,
        "+0",
    ): "pmap is **jit** of **shard_map**: what it makes of the function is compiled once, for the 5 devices.",
    ("matvec", 8, "+0.jaxpr.0"): (
        f"Added by pmap: **shard_map** cuts `e` along the batch axis, one piece for {EACH}, and copies `d` to all of them. "
        "Each runs the body on its own piece."
    ),
    ("many", 8, "+0.jaxpr.0"): (
        f"Added by pmap: **shard_map** cuts 5 arrays along the batch axis, one piece for {EACH}. Each runs the body on its own piece."
    ),
    ("matvec", 8, "+0.jaxpr.0.jaxpr.0"): (
        "Added by pmap: on every device **squeeze** takes its example out of the device's piece: `f32[1,3]` becomes `f32[3]`."
    ),
    ("matvec", 1, "+0.jaxpr.0.jaxpr.0"): (
        "Added by pmap: on every device **squeeze** takes its 5 examples out of the device's piece: `f32[1,5,3]` becomes `f32[5,3]`."
    ),
    ("matvec", 8, "+0.jaxpr.0.jaxpr.2"): (
        "Added by pmap: on every device **broadcast_in_dim** makes the result a piece of the whole: `f32[2]` becomes `f32[1,2]`."
    ),
    ("from nothing", 8, "+0.jaxpr.0.jaxpr.1"): (
        "Added by pmap: on every device **broadcast_in_dim** makes the result a piece of the whole: a number becomes `f32[1]`."
    ),
    ("matvec", 1, "+0.jaxpr.0.jaxpr.2"): (
        "Added on every device by `out_axes=0`: **transpose** moves the batch axis of `j` from the end to the front."
    ),
    ("matvec", 8, "0"): f"**dot_general** stays as it is: {EACH} runs it for its own example, without a batch axis.",
    ("layer", 1, "2"): (
        "On the one device: **max** takes the larger, number by number, for all 5 examples at once. The batch axis stays axis 0 "
        "from `p` to `q`."
    ),
    (
        "shared inside",
        8,
        "0",
    ): f"**sin** stays as it is: no operand differs between examples, so {EACH} computes the same.",
    ("shared inside", 8, "2"): f"**mul** stays as it is: {EACH} runs it for its own example, without a batch axis.",
    ("numbers", 8, "3"): f"**add** stays as it is: {EACH} runs it for its own example, without a batch axis.",
    ("psum", 8, "0"): "**psum** stays, and here the devices really talk: each gets the sum of what the 5 devices hold.",
    (
        "guarded root",
        8,
        "2",
    ): f"**cond** stays: {EACH} has one example, so it runs only the branch which that example needs.",
    ("guarded root", 8, "2.branches[1].0"): (
        f"**sqrt** stays as it is: {EACH} runs it for its own example, without a batch axis."
    ),
    ("newton", 8, "0"): f"**while** stays: {EACH} has one example, and stops when that one is done.",
    (
        "talks in a cond",
        8,
        "0",
    ): f"**cond** stays: {EACH} runs it for its own example, and inside they talk with each other.",
}


@pytest.mark.parametrize(("name", "devices", "root"), SAID)
def test_the_sentence(name: str, devices: int, root: str) -> None:
    assert sentence(on_devices(name, devices), root) == SAID[name, devices, root]


def made(body: tuple[Equation, ...], primitive: str = "psum") -> Trace:
    """A trace whose pmap has one device, made by hand for what JAX does not do today."""
    value = Value("a", None, "float32", ())
    first = Equation("0", primitive, (), (), (value,), (), None, None)
    jit = Equation("0", "jit", (), (), (), (("jaxpr", Program((), (), body, ())),), None, None)
    level = Level(1, None, "0", "0", 1)
    return Trace(True, (level,), (Program((), (), (first,), ()), Program((), (), (jit,), ())))


def became(path: str, primitive: str, origin: str | None) -> Equation:
    return Equation(path, primitive, (), (), (Value("b", None, "float32", (), (), (None,)),), (), None, origin)


def test_one_device_has_nobody_to_talk_to() -> None:
    trace = made((became("0.jaxpr.0", "psum", "0"),))
    assert sentence(trace, "0") == "**psum** stays, but there is no other device to talk to."


def test_without_a_shard_map_nothing_is_said_of_what_differs() -> None:
    trace = made((became("0.jaxpr.0", "sin", "0"),), "sin")
    assert (
        sentence(trace, "0")
        == "**sin** stays as it is: the one device runs it for its own example, without a batch axis."
    )


def test_what_became_several_equations_or_came_from_nowhere_is_said_plainly() -> None:
    several = made(
        (became("0.jaxpr.0", "mul", "0"), became("0.jaxpr.1", "add", "0"), became("0.jaxpr.2", "tanh", None))
    )
    assert sentence(several, "0") == "**psum** became two equations on every device."
    plainly = "Added by pmap: **tanh** belongs to no equation of the program for one example."
    assert sentence(several, "+0.jaxpr.2") == plainly
