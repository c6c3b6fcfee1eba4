"""Knows all engines, and chooses the voice for a session."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from voiceguide.errors import (
    EngineUnavailable,
    NoVoice,
    UnknownName,
    UsageError,
    VoiceguideError,
    VoiceOfOtherEngine,
)
from voiceguide.speech.engine import Engine, Voice, same_language, voice_by_id
from voiceguide.speech.validating import ValidatingEngine

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Result = TypeVar("Result")

# The built-in engines: name -> class, in order of preference. An engine is imported when it is opened.
ENGINES: dict[str, str] = {
    "neural": "voiceguide.speech.neural:NeuralEngine",
    "system": "voiceguide.speech.system:SystemEngine",
    "piper": "voiceguide.speech.piper:PiperEngine",
}
# Not installed by default, so they are reported as missing only where they were named.
OPTIONAL = frozenset({"piper"})
# Can be named, but is neither listed nor chosen: it hums instead of speaking.
_TEST_ENGINES: dict[str, str] = {"fake": "voiceguide.speech.fake:FakeEngine"}
# It lists every voice of the computer, for every language: 130 where eSpeak NG speaks.
_MANY_VOICES = "system"
# Of one engine, as many voices as are heard through before choosing.
_MAX_FIRST = 8
# Other packages add engines under this entry point group; see docs/engines.md.
ENTRY_POINT_GROUP = "voiceguide.engines"
# What the registry and its users call; checked when an engine of another package is opened.
_METHODS = ("voices", "default_voice", "find_voice", "speak", "problems", "close")


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """The engine and voice for a session.

    Attributes:
        engine: open; the caller closes it.
        voice: one of its voices.
        notes: what the listener should know about the choice, one sentence each.
    """

    engine: Engine
    voice: Voice
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceListing:
    """The voices on this computer.

    Attributes:
        voices: of every engine that works, engines in order of preference.
        default: the one that speaks if none is named; None if none speaks the language.
        notes: why other engines or voices cannot be used, one sentence each.
        first: the few of them that are worth trying first, the default one before the others.
    """

    voices: tuple[Voice, ...]
    default: Voice | None
    notes: tuple[str, ...]
    first: tuple[Voice, ...] = ()


def engine_names() -> tuple[str, ...]:
    """Return the names of all engines: the built-in ones in order of preference, then those of other packages."""
    return (*ENGINES, *_extensions())


def known_engine(name: str) -> str:
    """Return the name of an engine, which may be given in any case.

    Raises:
        UnknownName: there is no engine of that name; offers the nearest.
    """
    built_in = (*ENGINES, *_TEST_ENGINES)
    if name in built_in:  # then those of other packages need not be searched for
        return name
    if found := _in_any_case(name, (*built_in, *_extensions())):
        return found
    raise UnknownName("engine", name, engine_names())


def _in_any_case(name: str, known: tuple[str, ...]) -> str | None:
    return name if name in known else next((one for one in known if one.lower() == name.lower()), None)


def open_engine(name: str) -> Engine:
    """Return an engine by name. Opening one loads nothing heavy.

    Raises:
        UnknownName: there is no engine of that name.
        EngineUnavailable: the engine belongs to another package and cannot be loaded.
    """
    name = known_engine(name)
    if built_in := {**ENGINES, **_TEST_ENGINES}.get(name):
        module, _, attribute = built_in.partition(":")
        make: Callable[[], Engine] = getattr(import_module(module), attribute)
        return ValidatingEngine(make())
    return ValidatingEngine(_open_extension(_extensions()[name]))


def choose_voice(
    language: str, engine: str | None = None, voice: str | None = None, *, from_file: bool = False
) -> VoiceChoice:
    """Return the engine and voice for a session.

    A named engine or voice is used, or it is an error. Otherwise the engines are tried in order of preference, and
    using another one than the first that should speak the language is noted.

    Args:
        language: of the routine.
        engine: its name; None for the best that works.
        voice: its id, or a name that the engine knows; None for the engine's choice for the language.
        from_file: whether engine and voice are named by a file, which anyone may have written. Then the name is never a
            path, and a voice that is not on this computer is replaced by another, with a note.

    Raises:
        UsageError: an unknown engine or voice.
        EngineUnavailable: no voice here can speak the language.
    """
    if from_file and (engine or voice):
        return _voice_named_by_file(language, engine, voice)
    names: Iterable[str] = (known_engine(engine),) if engine else _engines_for(voice)
    return _first_that_speaks(language, names, voice)


def with_working_voice(
    language: str,
    engine: str | None,
    voice: str | None,
    speak: Callable[[VoiceChoice], Result],
    *,
    from_file: bool = False,
) -> Result:
    """Have something spoken; if the chosen engine does not load, the next one speaks, with a note.

    Whether an engine works is known only once it has loaded, which a session of stored clips never needs.

    Args:
        language, engine, voice, from_file: as for ``choose_voice``.
        speak: speaks with a choice, and closes its engine.

    Raises:
        SpeechError: as ``choose_voice``; a named engine or voice is never replaced.
    """
    choice = choose_voice(language, engine, voice, from_file=from_file)
    try:
        return speak(choice)
    except EngineUnavailable as error:
        if (engine or voice) and not from_file:
            raise
        others = (name for name in _all_names() if name != choice.voice.engine)
        try:
            other = _first_that_speaks(language, others, None)
        except EngineUnavailable:
            raise error from None
        return speak(
            VoiceChoice(other.engine, other.voice, (*choice.notes, _replacement(error, other.voice)))
        )


def list_voices(language: str | None = None) -> VoiceListing:
    """Return the voices on this computer, all or those of one language."""
    voices: list[Voice] = []
    defaults: list[Voice] = []
    first: list[Voice] = []
    notes: list[str] = []
    for name in engine_names():
        try:
            engine = open_engine(name)
        except EngineUnavailable as error:
            notes.append(str(error))
            continue
        try:
            found = engine.voices()
            default = engine.default_voice(language or "en")
            fitting = [voice for voice in found if not language or same_language(voice.language, language)]
            voices += fitting
            defaults += [default] if default else []
            first += _worth_trying(name, fitting, default)
            notes += engine.problems()
        except EngineUnavailable as error:
            if name not in OPTIONAL:
                notes.append(str(error))
        finally:
            engine.close()
    chosen = defaults[0] if defaults else None
    # The system's voice comes last: it is there for those who have no other.
    first.sort(key=lambda voice: (voice != chosen, voice.engine == _MANY_VOICES))
    return VoiceListing(tuple(voices), chosen, tuple(notes), tuple(first))


def _worth_trying(engine: str, voices: list[Voice], default: Voice | None) -> list[Voice]:
    """Return the voices of an engine that a person should hear first: the default one, then a few others."""
    best = [voice for voice in voices if voice == default]
    others = [voice for voice in voices if voice != default]
    return best if engine == _MANY_VOICES and best else [*best, *others][:_MAX_FIRST]


# --- engines of other packages -------------------------------------------------------------------


def _extensions() -> "dict[str, EntryPoint]":
    """Return the engines of other packages by name; none of them takes the name of a built-in one."""
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return {
        point.name: point for point in found if point.name not in ENGINES and point.name not in _TEST_ENGINES
    }


def _open_extension(point: "EntryPoint") -> Engine:
    package = point.dist.name if point.dist else point.module
    try:
        engine: Engine = point.load()()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(". :")
        raise EngineUnavailable(
            f"The engine {point.name!r} of the package {package} cannot be loaded: {reason}.", point.name
        ) from error
    missing = [method for method in _METHODS if not callable(getattr(engine, method, None))]
    if missing or getattr(engine, "name", None) != point.name:
        lack = f"it has no {missing[0]}()" if missing else f"its name is {getattr(engine, 'name', None)!r}"
        raise EngineUnavailable(
            f"The engine {point.name!r} of the package {package} does not follow the contract: {lack}.",
            point.name,
        )
    return engine


def _all_names() -> Iterator[str]:
    """Yield the names of all engines; those of other packages are searched for only when they are reached."""
    yield from ENGINES
    yield from _extensions()


# --- the choice ----------------------------------------------------------------------------------


def _voice_named_by_file(language: str, engine: str | None, voice: str | None) -> VoiceChoice:
    listed = engine_names()
    named = _in_any_case(engine, listed) if engine else None
    for name in (named,) if named else () if engine else listed:
        try:
            opened = open_engine(name)
        except EngineUnavailable:
            continue
        try:
            found = voice_by_id(opened.voices(), voice) if voice else opened.default_voice(language)
        except EngineUnavailable:
            found = None
        except BaseException:
            opened.close()
            raise
        if found is not None:
            return VoiceChoice(opened, found)
        opened.close()
    choice = _first_that_speaks(language, _all_names(), None)
    note = f"The voice {voice or engine} is not on this computer. {choice.voice.name} speaks instead."
    return VoiceChoice(choice.engine, choice.voice, (*choice.notes, note))


def _first_that_speaks(language: str, names: Iterable[str], voice: str | None) -> VoiceChoice:
    tried: list[str] = []
    failures: list[EngineUnavailable] = []
    for name in names:
        tried.append(name)
        try:
            engine = open_engine(name)
        except EngineUnavailable as error:
            failures.append(error)
            continue
        try:
            found = engine.find_voice(voice) if voice else engine.default_voice(language)
        except EngineUnavailable as error:
            failures.append(error)
            found = None
        except BaseException:
            engine.close()
            raise
        if found is not None:
            important = _important(failures)
            return VoiceChoice(engine, found, (_replacement(important[0], found),) if important else ())
        engine.close()
    raise _no_voice(language, voice, tuple(tried), failures)


def _important(failures: list[EngineUnavailable]) -> list[EngineUnavailable]:
    """Return the failures of engines that should work."""
    return [failure for failure in failures if failure.engine not in OPTIONAL]


def _replacement(failure: EngineUnavailable, voice: Voice) -> str:
    return f"{failure} The {voice.engine} voice {voice.name} speaks instead."


def _no_voice(
    language: str, voice: str | None, tried: tuple[str, ...], failures: list[EngineUnavailable]
) -> VoiceguideError:
    if len(tried) == 1 and failures:
        return failures[0]
    if voice:
        return _unknown_voice(voice, tried)
    return next(iter(_important(failures)), NoVoice(language))


def _engines_for(voice: str | None) -> Iterable[str]:
    """Return the engines that may have a voice; a model file is Piper's."""
    return ("piper",) if voice and voice.endswith(".onnx") else _all_names()


def _unknown_voice(name: str, engines: tuple[str, ...]) -> UsageError:
    if "neural" in engines and (hint := _how_to_download(name)):
        return UsageError(hint)
    listing = list_voices()
    voices = tuple(dict.fromkeys((*listing.first, *listing.voices)))
    if elsewhere := voice_by_id(voices, name):
        return VoiceOfOtherEngine(name, engines[0], elsewhere.engine)
    where = f"The {engines[0]} engine" if len(engines) == 1 else "This computer"
    known = [voice.id for voice in voices if voice.engine in engines]
    return UnknownName("voice", name, known, sentence=f"{where} has no voice called {name!r}.")


def _how_to_download(name: str) -> str | None:
    """Return how to get a voice of the neural engine that is not on this computer; None if it is not such a voice."""
    from voiceguide.speech.neural import NeuralEngine

    try:
        missing = NeuralEngine().missing_voices()
    except EngineUnavailable:
        return None
    if name.lower() not in missing:
        return None
    return (
        f"The neural voice {name.lower()!r} is not on this computer yet. Download it once with: "
        f'hibari "Hello." --voice {name.lower()} -o hello.wav'
    )
