"""What the times are spent on: shares of the measured best, and only what the numbers support is claimed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.sweeps import costly, of, over, shaken, sweep
from tests.there import there
from vmapviz.model.plots.labels import Box
from vmapviz.model.plots.why import (
    BEYOND_WORDS,
    chosen,
    percent,
    shares,
    stretches,
    ways,
    why_caption,
    why_rows,
    why_sentence,
)
from vmapviz.model.plots.why_scene import why
from vmapviz.model.scenes.measure import text_width
from vmapviz.model.scenes.scene import Text
from vmapviz.model.timing import Ceiling, Timings

BEST = Ceiling(flops_per_s=1e9, bytes_per_s=1e9, dispatch_s=30e-6)
# jit(vmap) takes 37 µs at 1 example and 8.6 ms at 4096, so 2000 flops for each make 8.2 ms of arithmetic there.
RUN = costly(sweep("loop", "loop jit", "jit(vmap)", "pmap"), 2000, 100, BEST)


def found_of(timings: Timings, way: str) -> dict[int, tuple[float | None, float | None, float | None]]:
    one = chosen(timings, way)
    assert one is not None
    return {found.point.at: (found.starting, found.memory, found.arithmetic) for found in shares(timings, one)}


def test_shares_are_of_the_measured_time() -> None:
    found = found_of(RUN, "jit(vmap)")
    assert found[1] == (pytest.approx(30 / 37), pytest.approx(0.1 / 37), pytest.approx(2 / 37))
    assert found[4096] == (pytest.approx(30 / 8600), pytest.approx(409.6 / 8600), pytest.approx(8192 / 8600))


def test_a_loop_over_a_compiled_function_starts_it_for_every_example() -> None:
    assert found_of(RUN, "loop jit")[64][0] == pytest.approx(64 * 30 / 1500)


def test_what_is_not_compiled_or_counted_is_not_known() -> None:
    assert set(found_of(RUN, "loop").values()) == {(None, None, None)}
    assert set(found_of(replace(RUN, ceiling=None), "jit(vmap)").values()) == {(None, None, None)}
    elsewhere = replace(RUN, devices="4 GPU devices")
    assert found_of(elsewhere, "pmap")[4][1:] == (None, None)
    assert found_of(elsewhere, "pmap")[4][0] == pytest.approx(30 / 1430)


def test_the_most_telling_way_comes_first() -> None:
    assert ways(RUN) == ("jit(vmap)", "loop jit", "pmap", "loop")
    assert there(chosen(RUN, "")).variant == "jit(vmap)"
    assert chosen(Timings("", "", ()), "") is None
    assert why_caption(RUN, chosen(RUN, "pmap")).startswith("share of the time of pmap ")


def test_the_sentence_says_what_limits_where() -> None:
    assert why_sentence(RUN, chosen(RUN, "")) == (
        "At 1 example, 81 % of the time of `jit(vmap)` is starting the program. "
        "At 4096 examples its arithmetic runs at 95 % of this machine's measured best."
    )
    moving = costly(sweep("jit(vmap)"), 10, 2000, BEST)
    assert why_sentence(moving, chosen(moving, "")).endswith("it moves memory at 95 % of this machine's measured best.")
    wide = costly(over(sweep("jit(vmap)"), "D", 64), 2000, 100, BEST)
    assert why_sentence(wide, chosen(wide, "")).startswith("At D = 1, 81 % of the time")


def test_the_first_point_names_its_way() -> None:
    moving = costly(sweep("jit(vmap)", sizes=1), 10, 30_000, replace(BEST, dispatch_s=1e-6))
    assert why_sentence(moving, chosen(moving, "")) == (
        "At 1 example `jit(vmap)` moves memory at 81 % of this machine's measured best."
    )
    working = costly(sweep("jit(vmap)", sizes=1), 30_000, 10, replace(BEST, dispatch_s=1e-6))
    assert why_sentence(working, chosen(working, "")).startswith(
        "At 1 example the arithmetic of `jit(vmap)` runs at 81 %"
    )


def test_what_the_numbers_do_not_explain_is_said_to_be_so() -> None:
    slow = costly(sweep("jit(vmap)"), 10, 10, replace(BEST, dispatch_s=1e-6))
    assert why_sentence(slow, chosen(slow, "")) == (
        "At 4096 examples nothing measured accounts for most of the time of `jit(vmap)`: "
        "starting programs under 1 %, moving memory under 1 %, arithmetic under 1 %."
    )
    point = slow.series[0].points[-1]
    compiled = there(point.compiled)
    compiled = replace(compiled, cost=replace(there(compiled.cost), flops=None))
    loops = replace(slow, series=(replace(slow.series[0], points=(replace(point, compiled=compiled),)),))
    assert "XLA does not count its arithmetic." in why_sentence(loops, chosen(loops, ""))
    assert "did not measure" in why_sentence(replace(RUN, ceiling=None), chosen(RUN, ""))
    assert "Python starts every equation by itself" in why_sentence(RUN, chosen(RUN, "loop"))
    shaky = shaken(costly(of(jit_vmap=(1,)), 1, 1, BEST), 1, unstable=True)
    assert why_sentence(shaky, chosen(shaky, "")).startswith("Every point is unstable")
    assert why_sentence(RUN, None) == ""


def test_more_than_the_best_is_no_share() -> None:
    cached = costly(sweep("jit(vmap)"), 10, 50_000, BEST)
    said = why_sentence(cached, chosen(cached, ""))
    assert BEYOND_WORDS["memory"] in said
    assert "moves memory at" not in said
    starts = why_sentence(costly(RUN, 1, 1, replace(BEST, dispatch_s=1e-4)), chosen(RUN, "loop jit"))
    assert BEYOND_WORDS["starting"] in starts


def test_nothing_is_claimed_of_an_unstable_point() -> None:
    shaky = shaken(RUN, 1, unstable=True)
    one = chosen(shaky, "")
    assert one is not None
    assert shares(shaky, one)[0].limit is None
    assert "At 1 example" not in why_sentence(shaky, one)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(1e-7, 1e-3))
def test_what_is_said_to_limit_takes_at_least_half_of_the_time(flops: float, moved: float, dispatch: float) -> None:
    timings = costly(sweep("jit(vmap)"), flops, moved, replace(BEST, dispatch_s=dispatch))
    one = chosen(timings, "")
    assert one is not None
    found = shares(timings, one)
    for part, first, last in stretches(found):
        assert all(0.5 <= getattr(each, part) <= 1.05 and not each.point.unstable for each in found[first : last + 1])
    for number in re.findall(r"(\d+) % of (?:the time|this)", why_sentence(timings, one)):
        assert 50 <= int(number) <= 100


def test_percent() -> None:
    assert [percent(share) for share in (None, 0.0, 0.004, 0.926, 0.997, 1.04)] == [
        "an unknown part", "under 1 %", "under 1 %", "93 %", "100 %", "100 %"
    ]  # fmt: skip


def test_a_column_is_read_out() -> None:
    one = chosen(RUN, "jit(vmap)")
    assert one is not None
    assert dict(why_rows(shares(RUN, one)[-1])) == {
        "time": "8.6 ms",
        "starting programs": "under 1 %",
        "moving memory": "5 %, XLA counts 410 kB",
        "arithmetic": "95 %, XLA counts 8.19 million flops",
        "memory at most": "410 kB",
    }


@pytest.mark.parametrize("size", [(560.0, 180.0), (700.0, 300.0), (1000.0, 500.0)])
def test_the_picture_has_room_for_its_words(size: tuple[float, float]) -> None:
    scene, made = why(RUN, "", "What it says.", *size)
    assert made is not None
    area = Box(0, 0, *size)
    for item in scene.items:
        if isinstance(item, Text):
            left = item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * text_width(
                item.text, item.size, item.mono, item.weight
            )
            right = left + text_width(item.text, item.size, item.mono, item.weight)
            assert area.x - 1 <= left <= right <= area.width + 1, item
            assert 0 <= item.y <= area.height, item
    words = [item.text for item in scene.items if isinstance(item, Text)]
    assert "arithmetic 95 %" in words
    assert scene.caption.startswith("What it says.\n1 example: time 37 µs, starting programs 81 %")


def test_the_table_grows_with_the_height_and_the_nearest_column_answers() -> None:
    counts = [
        [item.text for item in why(RUN, "", "", 700, height)[0].items if isinstance(item, Text) and "XLA" in item.text]
        for height in (160, 190, 400)
    ]
    assert counts == [[], ["XLA: flops"], ["XLA: flops", "XLA: bytes", "XLA: memory"]]
    made = why(RUN, "", "", 700, 300)[1]
    assert made is not None
    found = made.card_at(made.columns[2][0] + 5)
    assert found is not None
    assert (found[0].title, found[1]) == ("jit(vmap), 16 examples", 2)
    assert made.card_at(2) is None
    assert why(RUN, "", "", 30, 20)[1] is None
    assert why(Timings("", "", ()), "", "", 700, 300)[1] is None
