"""Everything that can go wrong, as one tree.

    VoiceguideError              one plain sentence for the person; exit code 1
    ├── UsageError               what was asked for cannot be: unknown name, value out of range; exit code 2
    ├── RoutineError             a routine file is wrong; knows file, line, column and key
    ├── SpeechError
    │   ├── EngineUnavailable    the engine cannot be used here: stop, or fall back and say so
    │   └── PhraseFailed         the engine works but this phrase failed: try again, then stop
    ├── EncodingError            the encoder gave something other than what was planned
    └── OutputError              the result cannot be written where it should go

Foreign exceptions are translated where they are met (``raise … from error``); one handler in the
command line prints the sentence and chooses the exit code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class VoiceguideError(Exception):
    """The base of every error that voiceguide raises on purpose; its text is for the person."""

    exit_code = 1


class UsageError(VoiceguideError):
    """What was asked for cannot be done as asked."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file.

    Attributes:
        where: the file, as the person named it.
        line, column: counted from 1; None where the fault belongs to no line.
        key: the dotted path of the field, such as ``exercises.2.position``.
        problem: what is wrong, what is allowed, and the next step.
    """

    where: str
    line: int | None
    column: int | None
    key: str
    problem: str

    def __str__(self) -> str:
        # Editors make a link of "FILE, line 2, column 1".
        places = (("", self.where), ("line ", self.line), ("column ", self.column))
        place = ", ".join(f"{word}{at}" for word, at in places if at is not None)
        key = f" ({self.key})" if self.key else ""
        return f"{place}{key}: {self.problem}"


class RoutineError(VoiceguideError):
    """A routine file cannot be used.

    Attributes:
        faults: every fault found, in the order of the file; at least one.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Say the first fault, and how many more there are."""
        self.faults = faults
        more = len(faults) - 1
        rest = f" ({more} more after that)" if more else ""
        super().__init__(f"{faults[0]}{rest}")


class SpeechError(VoiceguideError):
    """Speech could not be made."""


class EngineUnavailable(SpeechError):
    """An engine, or a voice of it, cannot be used on this machine."""


class PhraseFailed(SpeechError):
    """An engine that works failed on one phrase."""


class EncodingError(VoiceguideError):
    """The encoder gave something other than what was planned; nothing is written."""


class OutputError(VoiceguideError):
    """The result cannot be written where it should go."""


_SHORT = 4


def nearest(name: str, known: Iterable[str], cutoff: float | None = None) -> tuple[str, ...]:
    """Return the known names that may be meant: the nearest one, or up to three that begin like it."""
    known = tuple(known)
    asked = name.lower()
    if cutoff is None:  # of a short word, two letters of three are much
        cutoff = 0.7 if len(asked) > _SHORT else 0.6
    near = get_close_matches(asked, known, n=1, cutoff=cutoff)
    return tuple(near) or tuple(one for one in known if len(asked) > 2 and one.startswith(asked))[:3]


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return a sentence that offers the nearest known name, or lists them all.

    Args:
        name: what was asked for.
        known: what there is; may be empty.
    """
    if near := nearest(name, known):
        return f"Did you mean {' or '.join(map(repr, near))}?"
    if not known:
        return "There is none."
    shown = ", ".join(known[:12])
    return f"There is: {shown}{', …' if len(known) > 12 else '.'}"
