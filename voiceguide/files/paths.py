"""What a path that anyone may have written leads to; no name is too long or too odd to ask about."""

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
