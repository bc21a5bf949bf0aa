"""What is there, for what may be missing elsewhere: the types know it from then on."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def there(found: T | None) -> T:
    """What was found; a test that finds nothing fails here."""
    assert found is not None
    return found
