"""What a person has set once for all sessions: by the environment, or in a file of their own.

The order is: option, environment, settings file, routine, program.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import platformdirs

from voiceguide.errors import OutputError, UsageError, VoiceguideError, did_you_mean
from voiceguide.limits import CHIME_LEVEL_DB, HOLD_SECONDS, PACE_WPM, REPS, REST_SECONDS, Limit
from voiceguide.script.options import GUIDANCE, Wishes
from voiceguide.share.output import write_atomically
from voiceguide.speech.wishes import SpeechWishes

_MOST_BYTES = 200_000
Value = Any


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it comes from, as a person would call it."""

    value: Value
    origin: str


@dataclass(frozen=True)
class Settings:
    """Everything that is set.

    Attributes:
        values: by name; see ``KINDS``.
        say: the person's own pronunciation list.
    """

    values: Mapping[str, Setting] = field(default_factory=dict)
    say: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """Return a value; None where it is not set."""
        return self.values[name].value if name in self.values else None

    @cached_property
    def wishes(self) -> Wishes:
        """What is set of the session itself."""
        return Wishes(
            hold_seconds=self.value("hold"),
            reps=self.value("reps"),
            rest_seconds=self.value("rest"),
            guidance=self.value("guidance"),
            countdown=self.value("countdown"),
            first_side=self.value("first-side"),
        )

    @cached_property
    def speech(self) -> SpeechWishes:
        """What is set of voice and sound."""
        return SpeechWishes(
            self.value("engine"),
            self.value("voice"),
            self.value("pace"),
            self.value("chime-level"),
            say=self.say,
        )

    @property
    def output(self) -> Path | None:
        """The folder for finished files."""
        folder = self.value("output")
        return Path(folder).expanduser() if folder else None


# --- what a value may be -----------------------------------------------------------------------


def _number(limit: Limit, unit: str) -> Callable[[Value], Value]:
    def checked(value: Value) -> Value:
        if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"{value!r} is not a whole number{unit}.")
        limit.check(value)
        return value

    return checked


def _decibels(value: Value) -> Value:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{value!r} is not a number of decibels.") from None
    CHIME_LEVEL_DB.check(number)
    return number


def _one_of(*names: str) -> Callable[[Value], Value]:
    def checked(value: Value) -> Value:
        if value not in names:
            raise UsageError(f"{value!r} is not possible. Choose {', '.join(names[:-1])} or {names[-1]}.")
        return value

    return checked


def _truth(value: Value) -> Value:
    truths = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = truths.get(str(value).lower())
    if found is None:
        raise UsageError(f"{value!r} is neither true nor false.")
    return found


def _text(value: Value) -> Value:
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > 400:
        raise UsageError(f"{str(value)[:40]!r} is not a name.")
    return value


# Every setting, with what checks and converts it. The names are those of the options.
KINDS: dict[str, Callable[[Value], Value]] = {
    "hold": _number(HOLD_SECONDS, " of seconds"),
    "reps": _number(REPS, ""),
    "rest": _number(REST_SECONDS, " of seconds"),
    "guidance": _one_of(*GUIDANCE),
    "countdown": _truth,
    "first-side": _one_of("left", "right"),
    "engine": _text,
    "voice": _text,
    "pace": _number(PACE_WPM, " of words a minute"),
    "chime-level": _decibels,
    "output": _text,
}


# --- reading and writing -----------------------------------------------------------------------


def settings_path() -> Path:
    """Return where the settings file is: in ``VOICEGUIDE_CONFIG_DIR``, else the user's config folder."""
    chosen = os.environ.get("VOICEGUIDE_CONFIG_DIR")
    folder = Path(chosen) if chosen else Path(platformdirs.user_config_dir("voiceguide", appauthor=False))
    return folder / "settings.toml"


def variable(name: str) -> str:
    """Return the name of the environment variable for a setting."""
    return f"VOICEGUIDE_{name.upper().replace('-', '_')}"


def read_settings() -> Settings:
    """Return what is set, the environment above the file.

    Raises:
        UsageError: a value cannot be; names where it stands.
    """
    path = settings_path()
    data = _file_data(path)
    say = data.pop("say", {})
    values = {name: _setting(name, value, str(path)) for name, value in data.items()}
    for name in KINDS:
        if (text := os.environ.get(variable(name))) is not None:
            values[name] = _setting(name, text, variable(name))
    return Settings(values, _say_list(say, path))


def write_setting(name: str, text: str) -> Path:
    """Set one value in the file, and keep everything else in it as it is.

    Raises:
        UsageError: there is no such setting, or the value cannot be.
        OutputError: the file cannot be written.
    """
    import tomlkit

    path = settings_path()
    setting = _setting(name, text, "the command line")
    _file_data(path)
    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    document[name] = setting.value
    write_atomically(path, [tomlkit.dumps(document).encode()], force=True)
    return path


def _file_data(path: Path) -> dict[str, Value]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_MOST_BYTES).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise OutputError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The settings file {path} is no TOML: {error}. Mend it, or remove it.") from error


def _setting(name: str, value: Value, origin: str) -> Setting:
    if name not in KINDS:
        raise UsageError(f"There is no setting {name!r} ({origin}). {did_you_mean(name, tuple(KINDS))}")
    try:
        return Setting(KINDS[name](value), origin)
    except VoiceguideError as error:
        raise UsageError(f"{name} in {origin}: {error}") from error


def _say_list(value: Value, path: Path) -> dict[str, str]:
    from pydantic import TypeAdapter, ValidationError

    from voiceguide.routine.model import SayList

    try:
        return dict(TypeAdapter(SayList).validate_python(value, strict=True))
    except ValidationError as error:
        raise UsageError(
            f'[say] in {path} is a list of words and how they are spoken, such as psoas = "so-as".'
        ) from error
