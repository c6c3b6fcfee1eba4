"""Routine files and the built-in library.

The library is read from the JSON that ``scripts/generate.py`` makes from its files, so a built-in routine needs no
YAML parser.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from voiceguide.errors import (
    Diagnostic,
    FileTooLarge,
    InputNotFound,
    InvalidFile,
    InvalidInput,
    RoutineError,
    RoutineNotFound,
    UnknownName,
)
from voiceguide.files.paths import is_file
from voiceguide.files.reading import read_limited
from voiceguide.routine.limits import MAX_ROUTINE_FILE_BYTES
from voiceguide.routine.model import Routine

if TYPE_CHECKING:
    from voiceguide.routine.yaml_tree import Tree

_SUFFIXES = (".yaml", ".yml")


def built_in_ids() -> tuple[str, ...]:
    """Return the ids of the routines that come with the program, sorted."""
    return tuple(sorted(_library()))


def find_routine(name: str) -> Routine:
    """Return a built-in routine by its id, or the routine in a file by its path.

    Raises:
        UnknownName: there is no such built-in routine.
        RoutineNotFound: there is no such file.
        RoutineError: the file is not a valid routine.
    """
    return find_routine_with_warnings(name)[0]


def find_routine_with_warnings(name: str) -> tuple[Routine, tuple[Diagnostic, ...]]:
    """Return what ``find_routine`` returns, and what should be changed in the file.

    Raises:
        VoiceguideError: as ``find_routine``.
    """
    if looks_like_a_path(name):
        read = _examine_text(_read_text(Path(name)), str(Path(name)))
        return _valid(read), read.warnings
    if name in built_in_ids():
        return _built_in(name), ()
    raise UnknownName("routine", name, built_in_ids(), **_file_of_that_name(name))


def _file_of_that_name(name: str) -> dict[str, str]:
    """Return advice on how to name a file, for ``UnknownName``."""
    file = next((f"{name}{suffix}" for suffix in _SUFFIXES if is_file(Path(f"{name}{suffix}"))), None)
    if file:
        return {"advice": f"There is a file {file}; give its full name."}
    return {"advice": "For a file of your own, give its full name, such as my-routine.yaml."}


def looks_like_a_path(name: str) -> bool:
    """Return whether a name is a path: it has a separator or a YAML extension, or such a file exists."""
    return name.lower().endswith(_SUFFIXES) or "/" in name or "\\" in name or is_file(Path(name))


@dataclass(frozen=True)
class Examined:
    """A routine file that was read, valid or not.

    Attributes:
        tree: its values and their positions; None if it is not YAML.
        routine: None if there is an error.
        diagnostics: every error, in the order of the text.
        warnings: what works, but should be changed.
    """

    tree: "Tree | None"
    routine: Routine | None
    diagnostics: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def read_routine(path: Path) -> Routine:
    """Read one routine file.

    Raises:
        RoutineNotFound, InvalidInput: the file cannot be read.
        RoutineError: the file is not a valid routine; has every error found.
    """
    return parse_routine(_read_text(path), str(path))


def parse_routine(text: str, where: str) -> Routine:
    """Make a routine from YAML text.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: with every error found.
    """
    return _valid(_examine_text(text, where))


def _valid(examined: Examined) -> Routine:
    if examined.routine is None:
        raise RoutineError(examined.diagnostics)
    return examined.routine


def examine(name: str) -> Examined:
    """Read a routine file, or a built-in routine by its id, with all diagnostics.

    Raises:
        RoutineNotFound, InvalidInput: the file cannot be read.
    """
    path = Path(name)
    if name in built_in_ids() and not is_file(path):
        return _examine_text(_library_text(name), name)
    try:
        return _examine_text(_read_text(path), name)
    except RoutineError as error:
        return Examined(None, None, error.diagnostics)


def _examine_text(text: str, where: str) -> Examined:
    from voiceguide.routine.diagnostics import diagnostics, rename_old_keys
    from voiceguide.routine.yaml_tree import read_tree

    try:
        tree = read_tree(text, where)
    except RoutineError as error:
        return Examined(None, None, error.diagnostics)
    warnings = rename_old_keys(tree, where)
    try:
        # Most files are valid: finding every error of those that are not takes several passes.
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
    try:
        data = read_limited(path, MAX_ROUTINE_FILE_BYTES)
    except InputNotFound as error:
        raise RoutineNotFound(path, "Check the name.") from error
    except FileTooLarge as error:
        problem = f"{error.reason}; no routine needs that much. Is this the right file?"
        raise RoutineError((Diagnostic(str(path), None, None, "", problem),)) from error
    except InvalidFile as error:
        raise InvalidInput(path, error.reason, "Name a routine file, such as my-routine.yaml.") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise RoutineError((_not_utf_8(str(path), data, error.start),)) from None


def _not_utf_8(where: str, data: bytes, at: int) -> Diagnostic:
    line = data.count(b"\n", 0, at) + 1
    column = len(data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")) + 1
    return Diagnostic(where, line, column, "", "is not UTF-8 text; save the file as UTF-8.")
