"""Pictures between stills."""

from __future__ import annotations

import pytest

from vmapviz.model.scenes.scene import Item, Path, Rect, Scene, Text
from vmapviz.model.scenes.tween import along, between, in_out_cubic, linear, out_cubic

A = Scene(100, 50, (Rect(0, 0, 10, 10, "b1_fill", key="r"), Text(5, 5, "1", key="t"), Text(0, 40, "going")), "a")
B = Scene(100, 50, (Rect(50, 20, 20, 10, "b1_fill", key="r"), Text(55, 25, "1", key="t"), Text(0, 40, "coming")), "b")


def rect(scene: Scene) -> Rect:
    (found,) = [item for item in scene.items if isinstance(item, Rect)]
    return found


def test_the_ends_are_the_stills_themselves() -> None:
    assert between(A, B, 0) is A
    assert between(A, B, 1) is B
    assert along((A, B, A), 0.5) is B
    assert along((A,), 0.7) is A


def test_what_has_the_same_key_travels_and_keeps_its_opacity() -> None:
    half = between(A, B, 0.5, linear)
    assert (rect(half).x, rect(half).y, rect(half).width, rect(half).opacity) == (25, 10, 15, 1)
    assert [i.x for i in half.items if i.key == "t"] == [30]


def test_the_rest_goes_before_what_is_new_comes() -> None:
    def seen(u: float) -> list[str]:
        return [i.text for i in between(A, B, u).items if isinstance(i, Text) and not i.key]

    assert seen(0.2) == ["going"]
    assert seen(0.398) == ["going"]
    assert seen(0.401) == ["coming"]
    assert seen(0.8) == ["coming"]


def test_no_moment_is_empty() -> None:
    a, b = (Scene(100, 50, (Text(0, 10, text, "ink"),)) for text in ("going", "coming"))
    for n in range(1001):
        shown = between(a, b, n / 1000).items
        assert shown
        assert len(shown) == 1 or max(i.opacity for i in shown) < 0.01


def test_a_new_look_comes_over_the_old_one() -> None:
    b = Scene(100, 50, (Rect(50, 20, 20, 10, "b1_strong", key="r"),))
    fills = [(i.fill, i.opacity) for i in between(A, b, 0.5, linear).items if isinstance(i, Rect)]
    assert fills == [("b1_fill", 1.0), ("b1_strong", 0.5)]


def test_lines_travel_point_by_point() -> None:
    a, b = (Scene(9, 9, (Path(((0, y), (10, y)), "ink", key="p"),)) for y in (0.0, 10.0))
    (half,) = between(a, b, 0.5).items
    assert isinstance(half, Path)
    assert half.points == ((0, 5), (10, 5))


def test_easings_run_from_0_to_1() -> None:
    for easing in (linear, in_out_cubic, out_cubic):
        assert (easing(0), easing(1)) == (0, 1)
        values = [easing(n / 20) for n in range(21)]
        assert values == sorted(values)
    assert in_out_cubic(0.5) == 0.5
    assert out_cubic(0.5) > 0.5


def test_what_lies_right_below_another_neither_comes_nor_goes() -> None:
    def scene(x: float, copies: int) -> Scene:
        return Scene(100, 50, tuple(Rect(x, 0, 10, 10, "b1_fill", key=f"r{n}") for n in reversed(range(copies))))

    alone, double = scene(0, 1), scene(50, 2)
    assert [i.key for i in between(alone, double, 0.7).items] == ["r0"]
    assert [i.key for i in between(double, alone, 0.3).items] == ["r0"]
    assert [i.key for i in between(double, scene(0, 2), 0.7).items] == ["r1", "r0"]
    frames = Scene(100, 50, tuple(Rect(50, 0, 10, 10, line="b1", key=f"f{n}") for n in range(2)))
    assert [i.key for i in between(alone, frames, 0.7).items] == ["f1"]
    unlike = Scene(100, 50, (Rect(50, 0, 10, 10, line="b2", key="f0"), *frames.items[1:]))
    assert [i.key for i in between(alone, unlike, 0.7).items] == ["f0", "f1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Text(10, 20, "11", "ink", key="a"), Text(50, 20, "11", "ink3", key="a")),
        (Path(((0, 0), (0, 9)), "edge", key="a"), Path(((40, 0), (40, 9)), "ink2", 1.5, key="a")),
        (Rect(0, 0, 9, 9, line="edge", key="a"), Rect(40, 0, 9, 9, line="b1", thickness=2.5, key="a")),
    ],
    ids=["text", "path", "rectangle"],
)
def test_what_changes_its_look_on_its_way_goes_over_into_it(one: Item, other: Item) -> None:
    for u, shares in ((0.01, (1, 0)), (0.5, (0.5, 0.5)), (0.99, (0, 1))):
        old, new = between(Scene(99, 99, (one,)), Scene(99, 99, (other,)), u).items
        assert (_looks(old), _looks(new)) == (_looks(one), _looks(other))
        assert (old.opacity, new.opacity) == pytest.approx(shares, abs=1e-4)


def _looks(item: Item) -> tuple[object, ...]:
    return (item.colour,) if isinstance(item, Text) else (item.line, item.thickness)
