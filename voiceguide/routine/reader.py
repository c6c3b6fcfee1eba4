"""Routine files and the built-in library.

The library's files are read as the JSON that ``scripts/generate.py`` makes of them: so a session of a built-in
routine needs no YAML parser.
"""

import json
import stat
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from voiceguide.errors import (
    Diagnostic,
    RoutineError,
    UsageError,
    did_you_mean,
)
from voiceguide.files.paths import is_file
from voiceguide.routine.limits import ROUTINE_FILE_BYTES
from voiceguide.routine.model import Routine

if TYPE_CHECKING:
    from voiceguide.routine.yaml_tree import Tree

_SUFFIXES = (".yaml", ".yml")


def built_in_ids() -> tuple[str, ...]:
    """Return the ids of the routines that come with the program, sorted."""
    return tuple(sorted(_library()))


def find_routine(name: str) -> Routine:
    """Return the routine that a person means: a built-in id, or the path of a file.

    Raises:
        UsageError: there is no such routine or file.
        RoutineError: the file is no valid routine.
    """
    if looks_like_a_path(name):
        return read_routine(Path(name))
    if name in built_in_ids():
        return _built_in(name)
    raise UsageError(f"There is no routine called {name!r}. {_where_else(name)}")


def _where_else(name: str) -> str:
    beside = next((f"{name}{suffix}" for suffix in _SUFFIXES if is_file(Path(f"{name}{suffix}"))), None)
    if beside:
        return f"There is a file of that name, which is named with its ending: {beside}"
    return (
        f"{did_you_mean(name, built_in_ids())} "
        "A routine file of your own is named with its ending, such as my-routine.yaml."
    )


def looks_like_a_path(name: str) -> bool:
    """Tell whether a person means a file: a separator, a YAML ending, or something that is there."""
    return name.lower().endswith(_SUFFIXES) or "/" in name or "\\" in name or is_file(Path(name))


@dataclass(frozen=True)
class Examined:
    """A routine file that was read, whatever is wrong with it.

    Attributes:
        tree: its values and where each stands; None where it is no YAML.
        routine: None where something is wrong.
        diagnostics: every error, in the order of the text.
        warnings: what the routine can be used with, and should be changed.
    """

    tree: "Tree | None"
    routine: Routine | None
    diagnostics: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def read_routine(path: Path) -> Routine:
    """Read one routine file.

    Raises:
        UsageError: there is no such file, or it is a folder.
        RoutineError: the file is no valid routine; holds every fault found.
    """
    return parse_routine(_read_text(path), str(path))


def parse_routine(text: str, where: str) -> Routine:
    """Make a routine from YAML text.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: with every fault found.
    """
    examined = _examined(text, where)
    if examined.routine is None:
        raise RoutineError(examined.diagnostics)
    return examined.routine


def examine(name: str) -> Examined:
    """Read a routine file, or a built-in routine by its id, and tell all that is wrong with it.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    path = Path(name)
    if name in built_in_ids() and not is_file(path):
        return _examined(_library_text(name), name)
    try:
        return _examined(_read_text(path), name)
    except RoutineError as error:
        return Examined(None, None, error.diagnostics)


def _examined(text: str, where: str) -> Examined:
    from voiceguide.routine.diagnostics import diagnostics, rename_old_keys
    from voiceguide.routine.yaml_tree import read_tree

    try:
        tree = read_tree(text, where)
    except RoutineError as error:
        return Examined(None, None, error.diagnostics)
    warnings = rename_old_keys(tree, where)
    try:
        # Once for the many that are as they should be; what is wrong takes several readings.
        routine = None if tree.diagnostics else Routine.model_validate(tree.plain)
    except ValidationError:
        routine = None
    return Examined(tree, routine, () if routine else diagnostics(tree, where), warnings)


@cache
def _built_in(name: str) -> Routine:
    return Routine.model_validate(_library()[name])


@cache
def _library() -> dict[str, Any]:
    """Return the data of every built-in routine by its id."""
    text = (resources.files("voiceguide.routine") / "library.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _library_text(name: str) -> str:
    file = resources.files("voiceguide.routine") / "library" / f"{name}.yaml"
    return file.read_text(encoding="utf-8")


def _read_text(path: Path) -> str:
    shown = str(path)
    try:
        if path.is_dir():
            raise UsageError(f"{shown} is a folder; name the routine file in it.")
        # A pipe that nobody writes to would be waited for without end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(f"{shown} is no ordinary file; name a routine file, such as my-routine.yaml.")
        with path.open("rb") as file:
            data = file.read(ROUTINE_FILE_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {shown}. Check the name, or see the built-in ones: voiceguide routines"
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > ROUTINE_FILE_BYTES:
        problem = (
            f"is larger than {ROUTINE_FILE_BYTES // 1000} kB; no routine needs that. Is it the right file?"
        )
        raise RoutineError((Diagnostic(shown, None, None, "", problem),))
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise RoutineError((_no_utf_8(shown, data, error.start),)) from None


def _no_utf_8(where: str, data: bytes, at: int) -> Diagnostic:
    line = data.count(b"\n", 0, at) + 1
    column = len(data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")) + 1
    return Diagnostic(
        where, line, column, "", "is not a text file in UTF-8; save it as UTF-8, or name another file."
    )
