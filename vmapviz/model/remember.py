"""Remembers the last results of a pure function of one large argument that is the same object again and again."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
R = TypeVar("R")


def by_identity(count: int = 2) -> Callable[[Callable[[A], R]], Callable[[A], R]]:
    """A decorator: the same object as one of the last `count` gives the result it gave then.

    Compared by `is`: traces and programs are frozen, too large to compare, and cannot be hashed.
    """

    def decorate(function: Callable[[A], R]) -> Callable[[A], R]:
        last: deque[tuple[A, R]] = deque(maxlen=count)

        @functools.wraps(function)
        def remembering(argument: A) -> R:
            for known, result in tuple(last):
                if known is argument:
                    return result
            result = function(argument)
            last.append((argument, result))
            return result

        return remembering

    return decorate
