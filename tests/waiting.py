"""Waiting for something to become true, however busy the machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

# Far beyond what anything here takes on a machine with a load of eight: it only ends what hangs.
LIMIT_SECONDS = 120.0
_PAUSE_SECONDS = 0.01

T = TypeVar("T")


def wait_until(found: Callable[[], T]) -> T:
    """Call a function until what it returns is true, and return that."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not (value := found()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never true within {LIMIT_SECONDS:.0f} seconds: {found}")
        time.sleep(_PAUSE_SECONDS)
    return value
