"""Routine files are checked: every fault, and what is unwise, each at its place in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voiceguide.errors import Fault, RoutineError, UsageError
from voiceguide.routine.reader import read_placed
from voiceguide.routine.yaml_tree import dotted
from voiceguide.script.advice import advise
from voiceguide.script.phrase_file import read_wording


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong, or unwise, in a file."""

    severity: Literal["error", "warning"]
    fault: Fault


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A routine file and everything to say of it, in the order of its lines; nothing where all is well."""

    path: Path
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What keeps the file from being used."""
        return tuple(remark for remark in self.remarks if remark.severity == "error")


def check_files(paths: Iterable[Path]) -> tuple[CheckedFile, ...]:
    """Read every file, and collect everything to say of each."""
    return tuple(
        CheckedFile(path, tuple(sorted(_remarks(path), key=lambda remark: remark.fault.line or 0)))
        for path in paths
    )


def _remarks(path: Path) -> Iterator[Remark]:
    try:
        placed = read_placed(path)
        wording = read_wording(placed.routine.language)
    except RoutineError as error:
        yield from (Remark("error", fault) for fault in error.faults)
        return
    except UsageError as error:
        yield Remark("error", Fault(str(path), None, None, "", str(error)))
        return
    for advice in advise(placed.routine, wording):
        line, column = placed.tree.position(advice.path)
        yield Remark("warning", Fault(str(path), line, column, dotted(advice.path), advice.problem))
