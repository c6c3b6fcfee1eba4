"""Everything that can go wrong, as one tree.

    VoiceguideError              one plain sentence for a person; exit code 1
    ├── UsageError               the request cannot be fulfilled; exit code 2
    │   ├── ValueOutOfRange      name, value, minimum, maximum
    │   ├── InvalidValue         name, value, expected, example
    │   ├── UnknownName          kind, name, known
    │   │   └── UnknownExercise  routine, choices
    │   ├── AmbiguousExercise    routine, name, choices
    │   ├── VoiceOfOtherEngine   voice, engine, other
    │   ├── UnsupportedFormat    path, known
    │   ├── SameOutput           path, sessions
    │   ├── RateNotSupported     format, quantity, value, allowed, unit
    │   ├── InputNotFound        path
    │   │   └── RoutineNotFound  path
    │   ├── NoExerciseLeft       no exercise is left to do
    │   ├── NumberTooLong        text, milliseconds
    │   └── SessionTooLong       hours, maximum_hours
    ├── RoutineError             diagnostics: file, line, column and key of each
    ├── InvalidFile              path, reason
    │   └── DamagedFile          path, reason: a finished file that is cut short or broken
    │   ├── FileTooLarge         path, reason, maximum_bytes
    │   └── InvalidInput         path, reason; also a UsageError: a file given as an option
    ├── SpeechError
    │   ├── EngineUnavailable    engine, remedy: it cannot be used here; stop, or fall back and say so
    │   │   └── NoVoice          language
    │   └── PhraseFailed         the engine works but this phrase failed: try again, then stop
    ├── LengthNotReached         wished_ms, nearest_ms, ways: no session within what is advised is that long
    ├── EncodingError            the encoder returned something other than what was planned
    └── OutputError              path, reason
        └── OutputExists         path

Errors carry fields and never mention the command line: ``cli/advice`` adds which option helps, by the type of the
error and its fields. Foreign exceptions are translated where they occur (``raise … from error``); one handler in
the command line prints the sentence and chooses the exit code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeAlias


class VoiceguideError(Exception):
    """The base of every error that voiceguide raises on purpose; its text is for a person."""

    exit_code = 1


class UsageError(VoiceguideError):
    """The request cannot be fulfilled."""

    exit_code = 2


class ValueOutOfRange(UsageError):
    """A number outside its limits.

    Attributes:
        name: of the quantity, as a person calls it, such as ``hold``.
        value, minimum, maximum: in ``unit``.
        unit: as it follows a number, such as `` seconds``; may be empty.
    """

    def __init__(
        self, name: str, value: float, minimum: float, maximum: float, unit: str = "", note: str = ""
    ) -> None:
        """Say the value and the range; ``note`` follows the range."""
        self.name, self.value, self.minimum, self.maximum, self.unit = name, value, minimum, maximum, unit
        super().__init__(
            f"A {name} of {value:g}{unit} is not possible. Choose {minimum:g} to {maximum:g}{unit}{note}."
        )


class InvalidValue(UsageError):
    """A value that is not what it should be.

    Attributes:
        name: of the option or setting; empty if the caller adds it.
        value: as it was given, shortened if it is long.
        expected: what it should be, such as ``a whole number``.
        example: a sentence with an example; may be empty.
    """

    def __init__(self, name: str, value: object, expected: str, example: str = "") -> None:
        """Say what is expected."""
        self.name, self.value, self.expected, self.example = name, value, expected, example
        where = f"{name}: " if name else ""
        super().__init__(f"{where}{value} is not {expected}.{example and f' {example}'}")


class UnknownName(UsageError):
    """A name that does not exist.

    Attributes:
        kind: what the name is of, such as ``routine`` or ``voice``.
        name: as it was given.
        known: the names that exist.
    """

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        sentence: str = "",
        advice: str = "",
        suggestion: str | None = None,
    ) -> None:
        """Say that it does not exist, and suggest the nearest.

        Args:
            kind, name, known: see the attributes.
            sentence: replaces "There is no KIND called NAME."
            advice: a sentence to add.
            suggestion: replaces the sentence that suggests the nearest known name, or lists them all; may be empty.
        """
        self.kind, self.name, self.known = kind, name, tuple(known)
        first = sentence or f"There is no {kind} called {name!r}."
        second = did_you_mean(name, self.known) if suggestion is None else suggestion
        super().__init__(" ".join(filter(None, (first, second, advice))))


class UnknownExercise(UnknownName):
    """An exercise that a routine does not have.

    Attributes:
        routine: its title.
        choices: number, id and name of every exercise that it has.
    """

    def __init__(
        self, routine: str, name: str, choices: Iterable[tuple[int, str, str]], near: Iterable[str] = ()
    ) -> None:
        """List the exercises; ``near`` are those that may be meant."""
        self.routine, self.choices = routine, tuple(choices)
        called = name if name.isdecimal() else f"called {name!r}"
        super().__init__(
            "exercise",
            name,
            (exercise_id for _, exercise_id, _ in self.choices),
            f"{routine} has no exercise {called}.",
            f"Choose by number, name or id: {_exercises(self.choices)}.",
            _did_you_mean(near),
        )


class AmbiguousExercise(UsageError):
    """A name that several exercises of a routine have.

    Attributes:
        routine: its title.
        name: as it was given.
        choices: number, id and name of each exercise of that name.
    """

    def __init__(self, routine: str, name: str, choices: Iterable[tuple[int, str, str]]) -> None:
        """List those exercises."""
        self.routine, self.name, self.choices = routine, name, tuple(choices)
        super().__init__(
            f"{routine} has {len(self.choices)} exercises called {name!r}. "
            f"Choose by number or id: {_exercises(self.choices)}."
        )


class VoiceOfOtherEngine(UsageError):
    """A voice that the named engine does not have, but another one has."""

    def __init__(self, voice: str, engine: str, other: str) -> None:
        """Name both engines."""
        self.voice, self.engine, self.other = voice, engine, other
        super().__init__(
            f"The {engine} engine has no voice called {voice!r}; it is one of the {other} engine."
        )


class RateNotSupported(UsageError):
    """A sample rate or a bit rate that a file format does not have.

    Attributes:
        format: its name.
        quantity: ``sample rate`` or ``bit rate``.
        value, allowed: in ``unit``; none is allowed where the format has no such rate.
    """

    def __init__(self, format: str, quantity: str, value: int, allowed: Iterable[int], unit: str) -> None:  # noqa: A002
        """Say what is possible."""
        self.format, self.quantity, self.value, self.allowed = format, quantity, value, tuple(allowed)
        self.unit = unit
        if self.allowed:
            choice = f"Choose one of: {', '.join(map(str, self.allowed))}."
            super().__init__(f"{format} does not support a {quantity} of {value} {unit}. {choice}")
        else:
            super().__init__(f"{format} is lossless and has no {quantity}.")


class UnsupportedFormat(UsageError):
    """A file whose extension belongs to no format."""

    def __init__(self, path: Path | str, known: Iterable[str]) -> None:
        """List the extensions that can be used."""
        self.path, self.known = Path(path), tuple(known)
        super().__init__(
            f"{path} does not end in one of {', '.join(self.known)}, the formats that can be made."
        )


class SameOutput(UsageError):
    """Several sessions that would be written to one file."""

    def __init__(self, path: Path | str, sessions: int) -> None:
        """Say how many, and to which file."""
        self.path, self.sessions = Path(path), sessions
        super().__init__(f"{sessions} sessions cannot all be written to {path}.")


class InputNotFound(UsageError):
    """A file that does not exist."""

    def __init__(self, path: Path | str, advice: str = "") -> None:
        """Say which; ``advice`` is a sentence to add."""
        self.path = Path(path)
        super().__init__(f"There is no file {path}.{advice and f' {advice}'}")


class RoutineNotFound(InputNotFound):
    """A routine file that does not exist."""


class NoExerciseLeft(UsageError):
    """The options leave no exercise to do."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No exercise is left to do.")


class SessionTooLong(UsageError):
    """A session that is longer than the limit."""

    def __init__(self, hours: float, maximum_hours: int) -> None:
        """Say both lengths."""
        self.hours, self.maximum_hours = hours, maximum_hours
        super().__init__(
            f"This session would last {hours:.1f} hours; at most {maximum_hours} hours are possible."
        )


class TooManyChoices(UsageError):
    """A page that would offer more sessions than anyone could choose from."""

    def __init__(self, routine: str, count: int, maximum: int) -> None:
        """Say how many there would be."""
        self.routine, self.count, self.maximum = routine, count, maximum
        super().__init__(f"{routine} would have {count} choices; at most {maximum} are possible.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of one option that comes closer to a duration; it was tried.

    Attributes:
        option: its keyword, such as ``rest``.
        value: what to set it to; ids of exercises for ``only`` and ``skip``.
        duration_ms: of the session with that change.
        advised: whether that session stays within the routine's advice.
    """

    option: str
    value: int | str | tuple[str, ...]
    duration_ms: int
    advised: bool


class LengthNotReached(VoiceguideError):
    """No session within what is advised comes near the length that was asked for; none was made.

    Attributes:
        wished_ms: the length asked for.
        nearest_ms: the length of the session that comes closest.
        ways: the changes that come closest to it, at most two.
    """

    def __init__(self, message: str, wished_ms: int, nearest_ms: int, ways: Iterable[Suggestion]) -> None:
        """Keep both lengths and the ways as well as the sentence."""
        self.wished_ms, self.nearest_ms, self.ways = wished_ms, nearest_ms, tuple(ways)
        super().__init__(message)


class InvalidFile(VoiceguideError):
    """A file that exists but cannot be used.

    Attributes:
        path: of the file.
        reason: completes a sentence that begins with the path, without a full stop.
    """

    def __init__(self, path: Path | str, reason: str, advice: str = "") -> None:
        """Say which and why; ``advice`` is a sentence to add."""
        self.path, self.reason = Path(path), reason
        super().__init__(f"{path} {reason}.{advice and f' {advice}'}")


class DamagedFile(InvalidFile):
    """A finished file with a part that is missing or cannot be played."""


class FileTooLarge(InvalidFile):
    """A file that is larger than the limit for its kind."""

    def __init__(self, path: Path | str, maximum_bytes: int) -> None:
        """Say the limit, in kB or MB."""
        self.maximum_bytes = maximum_bytes
        kilobytes = maximum_bytes // 1000
        limit = f"{kilobytes} kB" if kilobytes < 1000 else f"{kilobytes // 1000} MB"
        super().__init__(path, f"is larger than {limit}")


class InvalidInput(UsageError, InvalidFile):
    """A file that was given as an option, such as a cover, and cannot be used."""


Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to correct, or to reconsider, in a file.

    Attributes:
        where: the file, as the person named it.
        line, column: counted from 1; None where it belongs to no line.
        key: the dotted path of the field, such as ``exercises.2.position``.
        problem: what is wrong, what is allowed, and the next step.
        severity: a file with an error cannot be used; one with a warning can.
    """

    where: str
    line: int | None
    column: int | None
    key: str
    problem: str
    severity: Severity = "error"

    def __str__(self) -> str:
        # Editors make a link of "FILE, line 2, column 1".
        places = (("", self.where), ("line ", self.line), ("column ", self.column))
        place = ", ".join(f"{word}{at}" for word, at in places if at is not None)
        key = f" ({self.key})" if self.key else ""
        return f"{place}{key}: {self.problem}"


class NumberTooLong(UsageError):
    """A number that is counted takes longer than the repetition it counts.

    Attributes:
        text: the number.
        milliseconds: how long it takes.
    """

    def __init__(self, text: str, milliseconds: int) -> None:
        """Say what would have to be longer."""
        self.text, self.milliseconds = text, milliseconds
        super().__init__(
            f"“{text}” takes {milliseconds / 1000:.1f} s, and each repetition needs a number and a moment of silence. "
            "Give the repetitions more time, or count fewer of them."
        )


class RoutineError(VoiceguideError):
    """A routine file cannot be used.

    Attributes:
        diagnostics: every error found, in the order of the file; at least one.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Say the first error, and how many more there are."""
        self.diagnostics = diagnostics
        more = len(diagnostics) - 1
        rest = f" ({more} more after that)" if more else ""
        super().__init__(f"{diagnostics[0]}{rest}")


class SpeechError(VoiceguideError):
    """Speech could not be made."""


class EngineUnavailable(SpeechError):
    """An engine, or a voice of it, cannot be used on this machine.

    Attributes:
        engine: its name; empty where it is not about one.
        remedy: a sentence with the command or step that fixes it; may be empty.
    """

    def __init__(self, message: str, engine: str = "", remedy: str = "") -> None:
        """Say what is wrong, and then the remedy."""
        self.engine, self.remedy = engine, remedy
        super().__init__(f"{message} {remedy}".rstrip())


class NoVoice(EngineUnavailable):
    """No voice on this computer speaks a language."""

    def __init__(self, language: str) -> None:
        """Say which language."""
        self.language = language
        super().__init__(f"No voice on this computer speaks {language!r}, the language of the routine.")


class PhraseFailed(SpeechError):
    """An engine that works failed on one phrase."""


class EncodingError(VoiceguideError):
    """The encoder returned something other than planned; nothing is written."""


class OutputError(VoiceguideError):
    """The result cannot be written where it should go.

    Attributes:
        path: of the file; None where it is not about one file.
    """

    def __init__(self, message: str, path: Path | str | None = None) -> None:
        """Keep the path as well as the sentence."""
        self.path = Path(path) if path is not None else None
        super().__init__(message)


class OutputExists(OutputError):
    """The file exists already, and is kept."""

    def __init__(self, path: Path | str) -> None:
        """Say which."""
        super().__init__(f"{path} already exists and was kept.", path)


_SHORT = 4
_MAX_LISTED = 12


def nearest(name: str, known: Iterable[str], cutoff: float | None = None) -> tuple[str, ...]:
    """Return the known names that may be meant: the nearest one, or up to three that start with it."""
    known = tuple(known)
    asked = name.lower()
    if cutoff is None:  # in a short word, two letters of three are a close match
        cutoff = 0.7 if len(asked) > _SHORT else 0.6
    near = get_close_matches(asked, known, n=1, cutoff=cutoff)
    return tuple(near) or tuple(one for one in known if len(asked) > 2 and one.startswith(asked))[:3]


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """Return a sentence that suggests the nearest known name, or lists them all.

    Args:
        name: what was asked for.
        known: the names that exist; may be empty.
    """
    if near := nearest(name, known):
        return _did_you_mean(near)
    if not known:
        return "There is none."
    shown = ", ".join(known[:_MAX_LISTED])
    return f"Choose one of: {shown}{', …' if len(known) > _MAX_LISTED else '.'}"


def _did_you_mean(near: Iterable[str]) -> str:
    quoted = " or ".join(one if one.isdecimal() else repr(one) for one in near)
    return quoted and f"Did you mean {quoted}?"


def _exercises(choices: tuple[tuple[int, str, str], ...]) -> str:
    shown = [f"{number} {name} ({exercise_id})" for number, exercise_id, name in choices[:_MAX_LISTED]]
    return ", ".join(shown) + (f", … up to {choices[-1][0]}" if len(choices) > _MAX_LISTED else "")
