"""voiceguide: an exercise routine becomes one voice-guided MP3 that a person follows with their eyes closed.

The names in ``__all__`` are the public interface, described in docs/api.md. They are loaded when first used, so that
importing the package takes almost no time.
"""

TYPE_CHECKING = False  # known to type checkers by this name; typing need not be imported for it
if TYPE_CHECKING:
    from voiceguide.errors import (
        AmbiguousExercise,
        DamagedFile,
        Diagnostic,
        EncodingError,
        EngineUnavailable,
        FileTooLarge,
        InputNotFound,
        InvalidFile,
        InvalidInput,
        InvalidValue,
        LengthNotReached,
        NoExerciseLeft,
        NoVoice,
        NumberTooLong,
        OutputError,
        OutputExists,
        PhraseFailed,
        RateNotSupported,
        RoutineError,
        RoutineNotFound,
        SameOutput,
        SessionTooLong,
        SpeechError,
        TooManyChoices,
        UnknownExercise,
        UnknownName,
        UnsupportedFormat,
        UsageError,
        ValueOutOfRange,
        VoiceguideError,
        VoiceOfOtherEngine,
    )
    from voiceguide.session.api import (
        CatalogEntry,
        Chapter,
        DurationFit,
        Event,
        MakeResult,
        Plan,
        PlanResult,
        Routine,
        Suggestion,
        Verification,
        Voice,
        list_routines,
        list_voices,
        load_routine,
        make,
        make_bytes,
        plan,
        verify,
    )

__version__ = "0.3.0"
__all__ = (
    "AmbiguousExercise",
    "CatalogEntry",
    "Chapter",
    "DamagedFile",
    "Diagnostic",
    "DurationFit",
    "EncodingError",
    "EngineUnavailable",
    "Event",
    "FileTooLarge",
    "InputNotFound",
    "InvalidFile",
    "InvalidInput",
    "InvalidValue",
    "LengthNotReached",
    "MakeResult",
    "NoExerciseLeft",
    "NoVoice",
    "NumberTooLong",
    "OutputError",
    "OutputExists",
    "PhraseFailed",
    "Plan",
    "PlanResult",
    "RateNotSupported",
    "Routine",
    "RoutineError",
    "RoutineNotFound",
    "SameOutput",
    "SessionTooLong",
    "SpeechError",
    "Suggestion",
    "TooManyChoices",
    "UnknownExercise",
    "UnknownName",
    "UnsupportedFormat",
    "UsageError",
    "ValueOutOfRange",
    "Verification",
    "Voice",
    "VoiceOfOtherEngine",
    "VoiceguideError",
    "__version__",
    "list_routines",
    "list_voices",
    "load_routine",
    "make",
    "make_bytes",
    "plan",
    "verify",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a public name when it is first used (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from voiceguide import errors

        if hasattr(errors, name):
            found = getattr(errors, name)
        else:
            from voiceguide.session import api

            found = getattr(api, name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
