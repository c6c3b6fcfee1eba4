"""What a person has set for all sessions, in the environment or in a settings file.

Options override environment variables, which override the settings file, which overrides the routine.
"""

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from voiceguide.errors import (
    FileTooLarge,
    InputNotFound,
    InvalidFile,
    OutputError,
    UsageError,
    VoiceguideError,
    did_you_mean,
)
from voiceguide.files.reading import read_limited
from voiceguide.files.writing import write_atomically
from voiceguide.options import table
from voiceguide.options.request import Request
from voiceguide.speech.registry import known_engine
from voiceguide.text.parsing import quote_shortened

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_MAX_BYTES = 200_000
# Parsing a key takes memory that grows with the square of its parts; no setting needs a line near this long.
_MAX_LINE_LENGTH = 1000
Value = Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it comes from, in words for a person."""

    value: Value
    origin: str


@dataclass(frozen=True)
class Settings:
    """Everything that is set.

    Attributes:
        values: by name; see ``options.table.settings``.
        say: the person's own pronunciation list.
        notes: what the person should know, such as a settings file that cannot be read.
    """

    values: Mapping[str, Setting] = field(default_factory=dict)
    say: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> Value:
        """Return a value; None where it is not set."""
        return self.values[name].value if name in self.values else None

    @cached_property
    def request(self) -> Request:
        """The options that are set."""
        rows = table.settings()
        chosen = table.request((rows[name], setting.value) for name, setting in self.values.items())
        return replace(chosen, voice=replace(chosen.voice, say=self.say))


# --- reading and writing -----------------------------------------------------------------------


class _Unreadable(OutputError):
    """There is no permission to read the settings file."""


def settings_path() -> Path:
    """Return where the settings file is: in ``VOICEGUIDE_CONFIG_DIR``, else the user's config folder."""
    chosen = os.environ.get("VOICEGUIDE_CONFIG_DIR")
    folder = Path(chosen) if chosen else Path(platformdirs.user_config_dir("voiceguide", appauthor=False))
    return folder / "settings.toml"


def overriding_variable(name: str) -> str | None:
    """Return the environment variable that sets this, and so overrides the settings file; None if there is none."""
    row = table.settings().get(name)
    return row.variable if row and os.environ.get(row.variable) else None


def read_settings(*, overridden: Collection[str] = ()) -> Settings:
    """Return what is set; the environment overrides the file.

    Args:
        overridden: names of settings that an option overrides; they are ignored.

    Raises:
        UsageError: a value is not valid; says where it is set.
    """
    settings, troubles = find_settings(overridden=overridden)
    if troubles:
        raise troubles[0]
    return settings


def find_settings(*, overridden: Collection[str] = ()) -> tuple[Settings, tuple[UsageError, ...]]:
    """Return what is set, and an error for each value that is not valid, which says where it is set.

    Args:
        overridden: see ``read_settings``.

    Raises:
        UsageError: the file is not a settings file at all.
    """
    path = settings_path()
    notes: tuple[str, ...] = ()
    try:
        data = _file_data(path)
    except _Unreadable as error:  # if the home folder cannot be read, sessions are still made
        data, notes = {}, (f"{error} The defaults are used.",)
    say = data.pop("say", {})
    places = [(name, value, str(path)) for name, value in data.items()]
    places += [(name, os.environ.get(row.variable), row.variable) for name, row in table.settings().items()]
    values: dict[str, Setting] = {}
    troubles: list[UsageError] = []
    for name, value, origin in places:
        if value is None or name in overridden or (value == "" and origin != str(path)):
            continue
        try:
            values[name] = _setting(name, value, origin)
        except UsageError as error:
            values.pop(name, None)  # the value it overrides is not what is wanted either
            troubles.append(error)
    try:
        words = _say_list(say, path)
    except UsageError as error:
        words = {}
        troubles.append(error)
    return Settings(values, words, notes), tuple(troubles)


def write_setting(name: str, text: str) -> Path:
    """Set one value in the file, and keep everything else in it as it is.

    Raises:
        UsageError: there is no such setting, or the value is not valid.
        OutputError: the file cannot be written.
    """
    setting = _setting(name, text)
    return _changed(lambda document: document.__setitem__(name, setting.value))


def remove_setting(name: str) -> Path:
    """Remove one value from the file, even one that is not a setting, and keep everything else in it as it is.

    Raises:
        UsageError: there is no such setting.
        OutputError: the file cannot be written.
    """
    if name == "say" or name not in _file_data(settings_path()):
        _row(name)
    return _changed(lambda document: document.pop(name, None))


def _changed(change: Callable[["TOMLDocument"], object]) -> Path:
    import tomlkit

    path = settings_path()
    _file_data(path)  # a broken file is reported, and not changed
    try:
        document = tomlkit.parse(_file_text(path))
    except ValueError as error:  # it refuses some nesting that tomllib reads
        raise _not_toml(path, error) from error
    change(document)
    write_atomically(path, [tomlkit.dumps(document).encode()], force=True)
    return path


def _file_data(path: Path) -> dict[str, Value]:
    try:
        text = _file_text(path)
        longest = max(map(len, text.splitlines()), default=0)
        if longest > _MAX_LINE_LENGTH:
            raise UsageError(
                f"The settings file {path} has a line of {longest} characters; at most {_MAX_LINE_LENGTH} are allowed. "
                "Shorten it."
            )
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(path, error) from error


def _not_toml(path: Path, error: Exception) -> UsageError:
    return UsageError(f"The settings file {path} is not valid TOML: {error}. Correct it, or remove it.")


def _file_text(path: Path) -> str:
    """Return what is in the file, without a byte order mark; empty if it does not exist."""
    try:
        data = read_limited(path, _MAX_BYTES)
    except InputNotFound:
        return ""
    except FileTooLarge as error:
        raise UsageError(f"The settings file {path} {error.reason}. Shorten it.") from error
    except InvalidFile as error:
        is_private = isinstance(error.__cause__, PermissionError)
        kind = _Unreadable if is_private else OutputError
        raise kind(f"The settings file {path} {error.reason}.", path) from error
    return data.decode("utf-8-sig")


def _setting(name: str, value: Value, origin: str = "") -> Setting:
    """Return a checked setting; ``origin`` is where it is set, if not by the command itself."""
    row = _row(name, origin)
    try:
        read = row.value.read(value)
        return Setting(known_engine(read) if name == "engine" else read, origin)
    except VoiceguideError as error:
        raise UsageError(f"{name}{origin and f' in {origin}'}: {error}") from error


def _row(name: str, origin: str = "") -> table.Option:
    """Return the row of a setting; it is an error if there is none."""
    rows = table.settings()
    if name not in rows:
        plain = re.fullmatch(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,40}", name)
        remove = f" Or remove it: voiceguide config unset {name}" if origin and plain else ""
        known = did_you_mean(name, tuple(rows))
        raise UsageError(
            f"There is no setting {quote_shortened(name)}{origin and f' ({origin})'}. {known}{remove}"
        )
    return rows[name]


def _say_list(value: Value, path: Path) -> dict[str, str]:
    from pydantic import TypeAdapter, ValidationError

    from voiceguide.routine.model import SayList

    try:
        return dict(TypeAdapter(SayList).validate_python(value, strict=True))
    except ValidationError as error:
        raise UsageError(
            f'[say] in {path} must be a list of words and how to say them, such as psoas = "so-as".'
        ) from error
