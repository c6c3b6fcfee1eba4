"""Routine files and the built-in library."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from voiceguide.errors import Fault, RoutineError, UsageError, did_you_mean
from voiceguide.limits import ROUTINE_FILE_BYTES
from voiceguide.routine.faults import faults
from voiceguide.routine.model import Routine
from voiceguide.routine.yaml_tree import Tree, read_tree

_SUFFIXES = (".yaml", ".yml")


def built_in_ids() -> tuple[str, ...]:
    """Return the ids of the routines that come with the program, sorted."""
    library = resources.files("voiceguide.routine") / "library"
    names = [entry.name for entry in library.iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


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
    raise UsageError(
        f"There is no routine called {name!r}. {did_you_mean(name, built_in_ids())} "
        "A routine file of your own is named with its ending, such as my-routine.yaml."
    )


def looks_like_a_path(name: str) -> bool:
    """Tell whether a person means a file: a separator, a YAML ending, or something that is there."""
    return name.endswith(_SUFFIXES) or "/" in name or "\\" in name or _is_file(Path(name))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


@dataclass(frozen=True)
class PlacedRoutine:
    """A routine, and where in its file each value stands."""

    routine: Routine
    tree: Tree


def read_routine(path: Path) -> Routine:
    """Read one routine file.

    Raises:
        UsageError: there is no such file, or it is a folder.
        RoutineError: the file is no valid routine; holds every fault found.
    """
    return read_placed(path).routine


def read_placed(path: Path) -> PlacedRoutine:
    """Read one routine file, with the places of its values; see ``read_routine``."""
    return _placed(_read_text(path), str(path))


def parse_routine(text: str, where: str) -> Routine:
    """Make a routine from YAML text.

    Args:
        text: the whole file.
        where: what to call the file in messages.

    Raises:
        RoutineError: with every fault found.
    """
    return _placed(text, where).routine


def _placed(text: str, where: str) -> PlacedRoutine:
    tree = read_tree(text, where)
    try:
        return PlacedRoutine(Routine.model_validate(tree.plain), tree)
    except ValidationError as error:
        raise RoutineError(faults(error, tree, where)) from None


@cache
def _built_in(name: str) -> Routine:
    file = resources.files("voiceguide.routine") / "library" / f"{name}.yaml"
    return parse_routine(file.read_text(encoding="utf-8"), f"{name}.yaml")


def _read_text(path: Path) -> str:
    shown = str(path)
    try:
        if path.is_dir():
            raise UsageError(f"{shown} is a folder; name the routine file in it.")
        with path.open("rb") as file:
            data = file.read(ROUTINE_FILE_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {shown}. Check the name, or see the built-in ones: voiceguide routines"
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > ROUTINE_FILE_BYTES:
        raise _fault(
            shown,
            f"is larger than {ROUTINE_FILE_BYTES // 1000} kB; no routine needs that. Is it the right file?",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _fault(shown, "is not a text file in UTF-8; save it as UTF-8, or name another file.") from None


def _fault(where: str, problem: str) -> RoutineError:
    return RoutineError((Fault(where, None, None, "", problem),))
