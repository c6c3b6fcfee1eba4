"""Every option of a session, its voice and its file: one row each.

The command line, the environment variables, the settings file, the keywords of the Python interface and the tables of
docs/options.md and docs/api.md are made from these rows, so a new option is a row, and the code that acts on it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, TypeAlias

from voiceguide.errors import InvalidValue, did_you_mean
from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.options.session import DEFAULT_COUNTDOWN, GUIDANCE, SessionOptions
from voiceguide.options.values import (
    EXERCISES,
    FOLDER,
    NAME,
    NAMES,
    PATH,
    PICTURE,
    SWITCH,
    TOTAL,
    URL,
    ValueType,
    choice,
    decibels,
    duration,
    name_or_one_of,
    one_of_numbers,
    seconds_counted,
    whole_number,
)
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.limits import (
    BELLS,
    CALL_EVERY_SECONDS,
    CHIME_LEVEL_DB,
    COUNTDOWNS,
    DEFAULT_PACE_WPM,
    HOLD_SECONDS,
    JOBS,
    LEAD_IN,
    PACE_WPM,
    REPS,
    REST_SECONDS,
)
from voiceguide.text.parsing import DURATION_EXAMPLES, shortened

Panel: TypeAlias = Literal["Session", "Voice and sound", "File"]
# What takes an option: commands, and functions of the Python interface of the same name.
Taker: TypeAlias = Literal["make", "make_bytes", "plan", "say", "voices try", "publish"]

_PLANNING: tuple[Taker, ...] = ("make", "make_bytes", "plan")
_SPEAKING: tuple[Taker, ...] = (*_PLANNING, "say")
# Takes the voice as an argument.
_TRYING: tuple[Taker, ...] = (*_SPEAKING, "voices try")
_MAKING: tuple[Taker, ...] = ("make", "make_bytes")
_WRITING: tuple[Taker, ...] = ("make",)
# Those of which several values make several sessions.
_VARYING: tuple[Taker, ...] = (*_PLANNING, "publish")


_WHAT_SEVERAL_MAKE: dict[Taker, str] = {
    "make": "make several files",
    "publish": "are what visitors choose from",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the table.

    Attributes:
        name: on the command line, without the dashes, and in the settings file.
        field: what it sets in a ``Request``, such as ``session.reps``.
        value: how its values are written.
        panel: the group in which help shows it.
        help: what it does; one sentence.
        default: what applies without it.
        takers: the commands and functions that take it.
        is_setting: whether it can be set for all sessions.
        aliases: other names on the command line; one letter makes a short option, such as ``-o``.
        negation: the name on the command line that switches it off.
        keyword: its name in the Python interface, if that is not the name with underscores.
        bare: what it means on the command line without a value; then its negation means 0.
        several: whether ``make`` and ``publish`` take several values, separated by commas.
        range_example: a range of values, where these may be written so.
    """

    name: str
    field: str
    value: ValueType
    panel: Panel
    help: str
    default: str = ""
    takers: tuple[Taker, ...] = _PLANNING
    is_setting: bool = False
    aliases: tuple[str, ...] = ()
    negation: str = ""
    keyword: str = ""
    bare: str = ""
    several: bool = False
    range_example: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "keyword", self.keyword or self.name.replace("-", "_"))

    @property
    def command_line_names(self) -> list[str]:
        """Its names on the command line, without dashes: short ones first, the negation last."""
        named = sorted((self.name, *self.aliases), key=lambda name: len(name) > 1)
        return [*named, self.negation] if self.negation else named

    def help_of(self, taker: Taker) -> str:
        """Its help text in a command."""
        if not self.several or taker not in _WHAT_SEVERAL_MAKE:
            return self.help
        or_range = f" or as a range such as {self.range_example}" if self.range_example else ""
        return f"{self.help} Several values, separated by commas{or_range}, {_WHAT_SEVERAL_MAKE[taker]}."

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"VOICEGUIDE_{self.name.upper().replace('-', '_')}"


OPTIONS: tuple[Option, ...] = (
    Option(
        "hold",
        "session.hold_seconds",
        duration(HOLD_SECONDS),
        "Session",
        f"How long each hold lasts, such as {DURATION_EXAMPLES}; {HOLD_SECONDS.minimum} s to {HOLD_SECONDS.maximum // 60} min.",
        "the routine's own",
        takers=_VARYING,
        is_setting=True,
        aliases=("holds",),
        several=True,
        range_example="15-60/5",
    ),
    Option(
        "reps",
        "session.reps",
        whole_number("N", REPS),
        "Session",
        f"Repetitions of each exercise; {REPS.minimum} to {REPS.maximum}.",
        "the routine's own",
        takers=_VARYING,
        is_setting=True,
        several=True,
        range_example="1-4",
    ),
    Option(
        "rest",
        "session.rest_seconds",
        duration(REST_SECONDS),
        "Session",
        f"Rest between repetitions, from chime to chime; up to {REST_SECONDS.maximum // 60} min.",
        "the routine's own, or as long as its words need",
        is_setting=True,
    ),
    Option(
        "minutes",
        "session.duration_ms",
        TOTAL,
        "Session",
        "Length of the whole session, such as 12 or 12m30s; guidance (full or brief), rest, hold and repetitions are "
        "chosen to fit, within the ranges that the routine advises.",
        "as long as it takes",
        aliases=("total",),
    ),
    Option(
        "any-length",
        "output.any_length",
        SWITCH,
        "Session",
        "Make the session that is nearest to the length asked for, even if it misses it by more than a minute.",
        "nothing is made then",
        takers=_MAKING,
    ),
    Option(
        "guidance",
        "session.guidance",
        choice("guidance", GUIDANCE),
        "Session",
        "How much is said: everything (full), short forms (brief), only names, sides and counts (cues), or nothing "
        "(chimes).",
        "full",
        takers=_VARYING,
        is_setting=True,
        several=True,
    ),
    Option(
        "countdown",
        "session.countdown",
        one_of_numbers(COUNTDOWNS, DEFAULT_COUNTDOWN),
        "Session",
        "Count down the last seconds of each hold of 10 s or more, from 3, 5 or 10; 0 to not count.",
        str(DEFAULT_COUNTDOWN),
        is_setting=True,
        negation="no-countdown",
        bare=str(DEFAULT_COUNTDOWN),
    ),
    Option(
        "lead-in",
        "session.lead_in",
        seconds_counted(LEAD_IN),
        "Session",
        f"Count so many seconds before each hold begins; up to {LEAD_IN.maximum}.",
        "the routine's own; usually 0",
        is_setting=True,
    ),
    Option(
        "call-every",
        "session.call_every_seconds",
        duration(CALL_EVERY_SECONDS, may_be_zero=True),
        "Session",
        "In long holds, say the time that is left every so many seconds, such as 60; 0 to not say it.",
        "the routine's own; usually 0",
        is_setting=True,
    ),
    Option(
        "side",
        "session.side",
        choice("side", ("left", "right")),
        "Session",
        "Do only this side of everything that has sides.",
        "both",
        is_setting=True,
    ),
    Option(
        "first-side",
        "session.first_side",
        choice("first side", ("left", "right")),
        "Session",
        "The side that goes first.",
        "left",
        is_setting=True,
    ),
    Option(
        "only",
        "session.only",
        EXERCISES,
        "Session",
        "Do only these exercises, by number, name or id, such as 1,3 or 'cat and cow'; separate several with commas.",
        "all",
    ),
    Option(
        "skip",
        "session.skip",
        EXERCISES,
        "Session",
        "Skip these exercises, by number, name or id; separate several with commas.",
        "none",
    ),
    Option(
        "engine",
        "voice.engine",
        NAME,
        "Voice and sound",
        "What speaks: neural (the natural English voice that comes with voiceguide), system (the computer's own "
        "voices), piper (Piper voices that you have downloaded), or an engine of another package.",
        "the best that works",
        takers=_TRYING,
        is_setting=True,
    ),
    Option(
        "voice",
        "voice.voice",
        NAME,
        "Voice and sound",
        "A voice, by its id (see: voiceguide voices); for Piper, also a file or folder.",
        "the engine's own",
        takers=_SPEAKING,
        is_setting=True,
    ),
    Option(
        "pace",
        "voice.pace_wpm",
        whole_number("WPM", PACE_WPM, "words a minute"),
        "Voice and sound",
        f"Speaking pace in words a minute, including the pauses between sentences; {PACE_WPM.minimum} to {PACE_WPM.maximum}.",
        f"{DEFAULT_PACE_WPM}, a calm pace",
        takers=_TRYING,
        is_setting=True,
    ),
    Option(
        "chime-level",
        "voice.chime_level_db",
        decibels(CHIME_LEVEL_DB),
        "Voice and sound",
        f"Level of the chimes relative to the voice; {CHIME_LEVEL_DB.minimum} to {CHIME_LEVEL_DB.maximum} dB.",
        "0, as loud as the voice",
        is_setting=True,
    ),
    Option(
        "bells",
        "session.bells",
        name_or_one_of(BELLS),
        "Voice and sound",
        "The chimes: bells, bowls or wood; none; or a sound file of your own.",
        "bells",
        is_setting=True,
    ),
    Option(
        "output",
        "output.path",
        PATH,
        "File",
        "The file to write, or a folder for it; the extension chooses the format: .mp3, .m4b, .m4a, .opus, .flac or .wav.",
        "output/ROUTINE-HOLDs-REPSx.mp3",
        takers=_WRITING,
        aliases=("o",),
    ),
    Option(
        "output",
        "output.folder",
        FOLDER,
        "File",
        "The folder for files that are named after their routine.",
        takers=(),
        is_setting=True,
    ),
    Option(
        "force",
        "output.overwrite",
        SWITCH,
        "File",
        "Replace files that exist.",
        "existing files are kept",
        takers=_WRITING,
        keyword="overwrite",
    ),
    Option(
        "cover",
        "output.cover",
        PICTURE,
        "File",
        "A picture to use as the cover; 'none' for no cover.",
        "drawn for the session",
        takers=_MAKING,
    ),
    Option(
        "with",
        "output.sidecars",
        NAMES,
        "File",
        "More files to write next to the audio file: vtt or srt (captions), lrc (lyrics), txt (transcript), html (cue "
        "sheet to print), json (plan); separate several with commas.",
        "none",
        takers=_WRITING,
        keyword="sidecars",
    ),
    Option(
        "bitrate",
        "output.bit_rate_kbps",
        whole_number("KBPS", description="kbit/s"),
        "File",
        "Bit rate in kbit/s.",
        "the format's own; 64 for MP3",
        takers=_MAKING,
        keyword="bit_rate",
    ),
    Option(
        "sample-rate",
        "output.sample_rate_hz",
        whole_number("HZ", description="Hz"),
        "File",
        "Sample rate in Hz.",
        "24000; 48000 for Opus",
        takers=_MAKING,
    ),
    Option(
        "dated",
        "output.dated",
        SWITCH,
        "File",
        "Store the date of making in the file; undated, the same session is the same file on any day.",
        "dated",
        takers=_MAKING,
        negation="undated",
    ),
    Option(
        "url",
        "output.url",
        URL,
        "File",
        "Your own web address, to store in the tags of the file.",
        "none",
        takers=_MAKING,
        is_setting=True,
    ),
    Option(
        "jobs",
        "jobs",
        whole_number("N", JOBS),
        "File",
        f"How many phrases to speak, or blocks to encode, at the same time; {JOBS.minimum} to {JOBS.maximum}.",
        "one for each core; at most 8 for speech",
    ),
)


def options_of(taker: Taker) -> tuple[Option, ...]:
    """Return the options of a command, or of a function of the Python interface."""
    return tuple(option for option in OPTIONS if taker in option.takers)


def settings() -> dict[str, Option]:
    """Return the options that can be set for all sessions, by name."""
    return {option.name: option for option in OPTIONS if option.is_setting}


def read(taker: Taker, given: Mapping[str, Any]) -> Request:
    """Return the request for some keywords; None leaves an option open.

    Raises:
        TypeError: there is no such keyword.
        UsageError: a value cannot be used; ``InvalidValue`` names its keyword.
    """
    return request((option, _read(option, value)) for option, value in _chosen(taker, given))


def read_variations(taker: Taker, given: Mapping[str, Any]) -> list[Request]:
    """Return a request for each combination of values; options that allow several take them with commas.

    Raises:
        UsageError: a value cannot be used.
    """
    alternatives = []
    for option, value in _chosen(taker, given):
        written = _values_of(option, value) if option.several else [value]
        alternatives.append([(option, one) for one in dict.fromkeys(_read(option, one) for one in written)])
    return [request(chosen) for chosen in product(*alternatives)]


# A range of values, such as 15-60/5.
_RANGE = re.compile(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*(?:/\s*(\d{1,5})\s*)?\Z")
_MAX_VALUES = 100


def _values_of(option: Option, text: str) -> list[str]:
    """Return the values of a list with commas, in which a range stands for all of its numbers."""
    values: list[str] = []
    for written in text.split(","):
        found = _RANGE.match(written) if option.range_example else None
        if found is None:
            values.append(written)
            continue
        first, last, step = (int(number or 1) for number in found.groups())
        numbers = range(first, last + 1, step or 1)
        if not step or not 0 < len(numbers) <= _MAX_VALUES:
            example = f"Write a range of at most {_MAX_VALUES} values, such as 15-60/5."
            raise InvalidValue(
                option.keyword, shortened(written), "a range from the smaller number to the larger", example
            )
        values += map(str, numbers)
    return values


def _chosen(taker: Taker, given: Mapping[str, Any]) -> list[tuple[Option, Any]]:
    known = {option.keyword: option for option in options_of(taker)}
    chosen = {keyword: value for keyword, value in given.items() if value is not None}
    if unknown := next((keyword for keyword in chosen if keyword not in known), None):
        raise TypeError(f"There is no option {unknown!r}. {did_you_mean(unknown, tuple(known))}")
    return [(known[keyword], value) for keyword, value in chosen.items()]


def _read(option: Option, value: Any) -> Any:
    try:
        return option.value.read(value)
    except InvalidValue as error:
        raise InvalidValue(option.keyword, error.value, error.expected, error.example) from error


def request(values: Iterable[tuple[Option, Any]]) -> Request:
    """Return the request with these values, which have been read."""
    parts: dict[str, dict[str, Any]] = {"session": {}, "voice": {}, "output": {}, "": {}}
    for option, value in values:
        part, _, field = option.field.rpartition(".")
        parts[part][field] = value
    return Request(
        SessionOptions(**parts["session"]),
        VoiceOptions(**parts["voice"]),
        OutputOptions(**parts["output"]),
        **parts[""],
    )


def overridden_settings(chosen: Request) -> frozenset[str]:
    """Return the names of the settings that a request overrides."""
    return frozenset(
        option.name for option in settings().values() if _value(chosen, option.field) not in (None, ())
    )


def _value(chosen: Request, path: str) -> Any:
    value: Any = chosen
    for name in path.split("."):
        value = getattr(value, name)
    return value
