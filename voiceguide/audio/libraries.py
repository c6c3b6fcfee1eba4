"""Imports of libraries that change the process's warning filters when they are imported."""

import sys
import warnings
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

# Their filters are for their own warnings.
_LIBRARIES = ("numpy", "ruamel", "scipy")
_importing = Lock()


def import_library(name: str) -> ModuleType:
    """Import a module, and remove the warning filters that libraries added meanwhile.

    Which warnings are shown is up to the program, of which voiceguide may be a small part.
    """
    if name in sys.modules:
        return sys.modules[name]
    with _importing:
        before = [*warnings.filters]
        module = import_module(name)
        for added in [entry for entry in warnings.filters if entry not in before]:
            if _is_of_a_library(added):
                warnings.filters.remove(added)  # type: ignore[attr-defined]
        return module


def _is_of_a_library(entry: tuple[Any, ...]) -> bool:
    """Return whether a warning filter names a library in its category, or at the beginning of its message."""
    _, message, category, *_ = entry
    pattern: str = getattr(message, "pattern", message) or ""
    return category.__module__.startswith(_LIBRARIES) or pattern.startswith(_LIBRARIES)
