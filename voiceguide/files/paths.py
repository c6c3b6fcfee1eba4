"""What there is at a path that anyone may have written; no name is too long or too odd to ask."""

from collections.abc import Callable
from pathlib import Path


def path_exists(path: Path) -> bool:
    """Tell whether there is anything of this name."""
    return _asked(path.exists)


def is_file(path: Path) -> bool:
    """Tell whether there is a file of this name."""
    return _asked(path.is_file)


def is_folder(path: Path) -> bool:
    """Tell whether there is a folder of this name."""
    return _asked(path.is_dir)


def _asked(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):  # too long, or no name of a file at all
        return False
