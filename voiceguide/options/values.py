"""How the values of options are written, and what they are read as.

A value may be text (command line, environment), a TOML value (settings file) or a Python value (keyword); one reader
serves them all.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from voiceguide.errors import InvalidValue, UnknownName, UsageError
from voiceguide.routine.limits import STEP_SECONDS, Limit
from voiceguide.text.parsing import (
    DURATION_EXAMPLES,
    parse_duration_seconds,
    parse_whole_number,
    quote_shortened,
    shortened,
    whole_if_integral,
)
from voiceguide.text.printable import unprintable

# Beyond every limit; a longer number may have thousands of digits, which take long to print.
_MAX_NUMBER = 10**12
_MAX_CHARACTERS = 400
_SWITCHES = {"true": True, "yes": True, "on": True, "1": True}
_SWITCHES |= {"false": False, "no": False, "off": False, "0": False}


SWITCH_WORDS = frozenset(_SWITCHES)


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of an option's value.

    Attributes:
        read: returns the value that was written; raises ``UsageError``.
        metavar: stands for the value in help.
        description: of the values that Python code passes, in Markdown, for docs/api.md.
        annotation: their Python type, as ``options/keywords.py`` writes it.
        choices: all possible values, where there are only a few.
        form: how it is given on the command line: one word, a switch without a value, or several words.
    """

    read: Callable[[Any], Any]
    metavar: str
    description: str
    annotation: str
    choices: tuple[str, ...] = ()
    form: Literal["word", "switch", "words"] = "word"


def whole_number(metavar: str, limit: Limit | None = None, description: str = "number") -> ValueType:
    """Return the type of whole numbers within a limit."""

    def read(value: Any) -> int:
        number = parse_whole_number(value) if isinstance(value, str) else value
        return _checked(number, limit)

    return ValueType(read, metavar, description, "int")


def duration(limit: Limit, *, may_be_zero: bool = False) -> ValueType:
    """Return the type of durations in whole or half seconds; 0 may switch something off."""

    def read(value: Any) -> int | float:
        seconds = parse_duration_seconds(value) if isinstance(value, str) else value
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise InvalidValue("", _quoted(seconds), "a duration", f"Write it as {DURATION_EXAMPLES}.")
        if may_be_zero and seconds == 0:
            return 0
        limit.check(max(min(seconds, _MAX_NUMBER), -_MAX_NUMBER))
        if seconds % STEP_SECONDS:
            raise InvalidValue(
                "", f"{seconds:g}", "a whole or half second", f"Write it as {DURATION_EXAMPLES}."
            )
        return whole_if_integral(seconds)

    return ValueType(read, "DURATION", 'seconds, or `"1m30s"`', "float | str")


def seconds_counted(limit: Limit) -> ValueType:
    """Return the type of a number of seconds that is counted aloud: ``5`` or ``5s``."""

    def read(value: Any) -> int:
        number: Any = parse_duration_seconds(value) if isinstance(value, str) else value
        return _checked(number, limit)

    return ValueType(read, "SECONDS", "seconds", "int")


def one_of_numbers(numbers: tuple[int, ...], when_on: int) -> ValueType:
    """Return the type of one of some numbers; the words of a switch stand for ``when_on`` and 0."""
    expected = ", ".join(map(str, numbers[:-1])) + f" or {numbers[-1]}"

    def read(value: Any) -> int:
        if not isinstance(value, bool) and str(value).strip() in map(str, numbers):
            return int(value)
        switch = _SWITCHES.get(str(value).strip().lower())
        if switch is None:
            raise InvalidValue("", _quoted(value), expected)
        return when_on if switch else 0

    choices = tuple(map(str, numbers))
    return ValueType(read, "|".join(choices), f"{expected}, or `True`, `False`", "int | bool", choices)


def choice(kind: str, choices: tuple[str, ...]) -> ValueType:
    """Return the type of an option with a few named values, which may be written in any case."""

    def read(value: Any) -> str:
        found = _in_any_case(value, choices)
        if found is None:
            raise UnknownName(kind, shortened(str(value)), choices)
        return found

    named = ", ".join(f'`"{name}"`' for name in choices)
    literal = ", ".join(f'"{name}"' for name in choices)
    return ValueType(read, "|".join(choices), named, f"Literal[{literal}]", choices)


def name_or_one_of(choices: tuple[str, ...]) -> ValueType:
    """Return the type of a name for which some values, in any case, have a meaning of their own."""

    def read(value: Any) -> str:
        name = _read_name(value)
        return _in_any_case(name, choices) or name

    return ValueType(read, "NAME", "name", "str")


def _in_any_case(value: Any, choices: tuple[str, ...]) -> str | None:
    written = str(value).strip().lower()
    return next((name for name in choices if name.lower() == written), None)


def decibels(limit: Limit) -> ValueType:
    """Return the type of levels."""

    def read(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue("", _quoted(value), "a number of decibels") from None
        limit.check(number)
        return number

    return ValueType(read, "DB", "dB", "float")


def _checked(number: Any, limit: Limit | None) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidValue("", _quoted(number), "a whole number")
    if limit:
        limit.check(max(min(number, _MAX_NUMBER), -_MAX_NUMBER))
    return number


def _read_total_ms(value: Any) -> int:
    """Return the length of a session in ms. A plain number is minutes, which may have tenths or seconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _MAX_NUMBER:
        return round(60_000 * value)
    text = value if isinstance(value, str) else ""
    minutes = re.fullmatch(r"(\d{1,6})(?:[.,](\d)|:([0-5]\d))?", text.strip(), re.ASCII)
    if minutes:
        return 60_000 * int(minutes[1]) + 6000 * int(minutes[2] or 0) + 1000 * int(minutes[3] or 0)
    try:
        return round(1000 * parse_duration_seconds(text))
    except UsageError as error:
        example = "Write it in minutes, such as 12, 12:30 or 12m30s."
        raise InvalidValue("", _quoted(value), "a length", example) from error


def _read_switch(value: Any) -> bool:
    found = _SWITCHES.get(str(value).lower())
    if found is None:
        raise InvalidValue("", _quoted(value), "'on' or 'off'")
    return found


def _read_name(value: Any) -> str:
    return _read_text(value, "a name")


def _read_text(value: Any, expected: str, example: str = "") -> str:
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or not text.strip() or unprintable(text) or len(text) > _MAX_CHARACTERS:
        raise InvalidValue("", _quoted(value), expected, example)
    return text


def _read_names(value: Any) -> tuple[str, ...]:
    """Return the names of a text with commas, or of several texts."""
    parts: list[Any] = (
        [value] if isinstance(value, str) else [*value] if isinstance(value, Iterable) else [None]
    )
    if not all(isinstance(part, str) for part in parts):
        raise InvalidValue("", _quoted(value), "a list of names")
    return tuple(name.strip() for part in parts for name in part.split(",") if name.strip())


def _read_exercises(value: Any) -> tuple[str, ...]:
    """Return ids, numbers and names of exercises; which exercises they are, only the routine knows."""
    parts = [value] if isinstance(value, (str, int)) or not isinstance(value, Iterable) else [*value]
    if any(isinstance(part, bool) or not isinstance(part, (str, int)) for part in parts):
        raise InvalidValue("", _quoted(value), "a list of exercises", "Write it as 1,3 or as names or ids.")
    return _read_names(
        [str(max(min(part, _MAX_NUMBER), -_MAX_NUMBER)) if isinstance(part, int) else part for part in parts]
    )


def _read_path(value: Any) -> str:
    """Return the path as it is written, since a slash at its end says that it is a folder."""
    if not isinstance(value, (str, os.PathLike)) or not str(value):
        raise InvalidValue("", _quoted(value), "a path")
    return os.fspath(value)


def _read_picture(value: Any) -> Path | Literal[False]:
    is_none = value is False or (isinstance(value, str) and value.lower() == "none")
    return False if is_none else Path(_read_path(value))


def _read_folder(value: Any) -> str:
    """Return the folder as it is written, which may begin with ``~``."""
    try:
        Path(_read_text(value, "a path")).expanduser()
    except RuntimeError as error:
        example = "There is no such user here; write the whole path."
        raise InvalidValue("", _quoted(value), "a path", example) from error
    return str(value)


def _read_url(value: Any) -> str:
    expected, example = "a URL", "Include https://, such as https://example.org/back."
    text = _read_text(value, expected, example)
    if not re.fullmatch(r"https?://[^\s/]\S*", text):
        raise InvalidValue("", _quoted(value), expected, example)
    return text


def _quoted(value: Any) -> str:
    return quote_shortened(str(value))


TOTAL = ValueType(_read_total_ms, "LENGTH", "minutes", "float | str")
SWITCH = ValueType(_read_switch, "", "`True`, `False`", "bool", form="switch")
NAME = ValueType(_read_name, "NAME", "name", "str")
NAMES = ValueType(_read_names, "NAMES", "names", "Names", form="words")
EXERCISES = ValueType(_read_exercises, "EXERCISES", "numbers, names or ids", "Exercises", form="words")
PATH = ValueType(_read_path, "PATH", "path", "AnyPath")
PICTURE = ValueType(_read_picture, "FILE", "path, or `False`", "AnyPath | Literal[False]")
FOLDER = ValueType(_read_folder, "FOLDER", "path", "AnyPath")
URL = ValueType(_read_url, "URL", "URL", "str")
