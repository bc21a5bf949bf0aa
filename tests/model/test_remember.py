"""The same object gives the same result without computing it again; an equal one does not count as the same."""

from __future__ import annotations

from vmapviz.model.remember import by_identity


def test_the_last_objects_are_remembered_by_identity() -> None:
    calls: list[list[int]] = []

    @by_identity(2)
    def total(numbers: list[int]) -> int:
        calls.append(numbers)
        return sum(numbers)

    first, equal, third = [1, 2], [1, 2], [3]
    assert [total(first), total(first), total(equal), total(first)] == [3, 3, 3, 3]
    assert len(calls) == 2
    total(third)
    total(first)
    assert len(calls) == 4, "the one before the last two is forgotten"
