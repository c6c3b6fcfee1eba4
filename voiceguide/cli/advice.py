"""Which option or command helps with an error: the only place where errors mention the command line."""

from voiceguide.errors import (
    DamagedFile,
    EngineUnavailable,
    InvalidValue,
    LengthNotReached,
    NoExerciseLeft,
    NoVoice,
    OutputExists,
    PhraseFailed,
    RateNotSupported,
    RoutineNotFound,
    SameOutput,
    SessionTooLong,
    Suggestion,
    TooManyChoices,
    UnknownName,
    UnsupportedFormat,
    VoiceguideError,
    VoiceOfOtherEngine,
)
from voiceguide.text.formatting import format_duration

# The type of an error, the values of some fields, and a sentence, which may name other fields; the first match is used.
_ADVICE: tuple[tuple[type[VoiceguideError], dict[str, str], str], ...] = (
    (DamagedFile, {}, "Make it again with: voiceguide make {path}"),
    (InvalidValue, {"name": "base URL"}, "The option is --base-url."),
    (InvalidValue, {"name": "title"}, "The option is --title; without it, the site gets a default title."),
    (InvalidValue, {"name": "author"}, "The option is --author."),
    (InvalidValue, {"name": "contact"}, "The option is --contact."),
    (OutputExists, {}, "Replace it with --force, or choose another name with -o."),
    (RateNotSupported, {"quantity": "sample rate"}, "The option is --sample-rate."),
    (RateNotSupported, {"quantity": "bit rate"}, "The option is --bitrate."),
    (RoutineNotFound, {}, "List the built-in routines with: voiceguide routines"),
    (SameOutput, {}, "Name a folder with -o, such as sessions/, or leave it out."),
    (UnsupportedFormat, {}, "Name it with -o {path}.mp3"),
    (NoExerciseLeft, {}, "Choose fewer exercises with --skip."),
    (SessionTooLong, {}, "Choose a shorter --hold, fewer --reps, or fewer exercises with --only."),
    (TooManyChoices, {}, "Choose fewer with --holds, --reps and --guidance, such as --holds 15-60/5."),
    (UnknownName, {"kind": "voice"}, "List all voices with: voiceguide voices"),
    (UnknownName, {"kind": "sidecar"}, "The option is --with."),
    (VoiceOfOtherEngine, {}, "Leave out --engine, or use --engine {other}."),
    (NoVoice, {}, "List all voices with: voiceguide voices"),
    (EngineUnavailable, {"engine": "neural"}, "Or use --engine system."),
    (EngineUnavailable, {"engine": "system"}, "Then try: voiceguide doctor"),
    (PhraseFailed, {}, "Try another --voice or --engine."),
)


def with_advice(error: VoiceguideError) -> str:
    """Return the message of an error, followed by the option or command that helps."""
    if isinstance(error, LengthNotReached):
        return f"{error} {_nearest_ways(error)}"
    fields = vars(error)
    fitting = (
        sentence.format(**fields)
        for kind, needed, sentence in _ADVICE
        if isinstance(error, kind) and needed.items() <= fields.items()
    )
    return f"{error} {next(fitting, '')}".rstrip()


def suggested(suggestion: Suggestion) -> str:
    """Return a suggestion as it is typed, with what it leads to."""
    value = suggestion.value
    given = ",".join(value) if isinstance(value, tuple) else value
    advice = "" if suggestion.advised else ", outside the advice"
    return f"--{suggestion.option} {given} ({format_duration(suggestion.duration_ms)}{advice})"


def _nearest_ways(error: LengthNotReached) -> str:
    """Return the sentence that says what can be done."""
    anyway = f"take the {format_duration(error.nearest_ms)} with --any-length"
    closer = " or ".join(map(suggested, error.ways))
    return f"Come closer with {closer}, or {anyway}." if closer else f"{anyway[0].upper()}{anyway[1:]}."
