"""Checks what an untrusted path leads to; any name may be asked about, however long or odd."""

from collections.abc import Callable
from pathlib import Path


def is_file(path: Path) -> bool:
    """Return whether there is a file with this name."""
    return _answer(path.is_file)


def is_folder(path: Path) -> bool:
    """Return whether there is a folder with this name."""
    return _answer(path.is_dir)


def _answer(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):  # the name is too long, or cannot be that of a file
        return False
