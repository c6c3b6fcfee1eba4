"""Which engines there are, and which voice a session takes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

from voiceguide.errors import (
    EngineUnavailable,
    UsageError,
    VoiceguideError,
    did_you_mean,
)
from voiceguide.speech.engine import (
    Engine,
    Voice,
    same_language,
    voice_by_id,
)
from voiceguide.speech.validating import ValidatingEngine

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Name -> where it is; in order of preference. An engine is imported when it is asked for.
ENGINES: dict[str, str] = {
    "neural": "voiceguide.speech.neural:NeuralEngine",
    "system": "voiceguide.speech.system:SystemEngine",
    "piper": "voiceguide.speech.piper:PiperEngine",
}
# Nobody needs to hear that these are not there, unless they asked for them.
OPTIONAL = frozenset({"piper"})
# Known, but neither listed nor taken on its own: it beeps instead of speaking.
_FOR_TESTS: dict[str, str] = {"fake": "voiceguide.speech.fake:FakeEngine"}


def known_engine(name: str) -> str:
    """Return the name of an engine that there is.

    Raises:
        UsageError: there is none of that name; offers the nearest.
    """
    if name not in ENGINES and name not in _FOR_TESTS:
        raise UsageError(f"There is no engine called {name!r}. {did_you_mean(name, tuple(ENGINES))}")
    return name


def open_engine(name: str) -> Engine:
    """Return an engine by name; making it loads nothing heavy.

    Raises:
        UsageError: there is no engine of that name.
    """
    module, _, attribute = {**ENGINES, **_FOR_TESTS}[known_engine(name)].partition(":")
    make: Callable[[], Engine] = getattr(import_module(module), attribute)
    return ValidatingEngine(make())


def choose_voice(
    language: str, engine: str | None = None, voice: str | None = None, *, carried: bool = False
) -> tuple[Engine, Voice]:
    """Return the engine and voice for a session; the caller closes the engine.

    An engine asked for by name is taken or the failure is told. Without a name the engines are tried
    in order of preference, and taking another than the first that speaks the language is told on the
    log.

    Args:
        language: of the routine.
        engine: a name, or None for the best that works.
        voice: a voice id, or None for the engine's choice for the language.
        carried: whether a file named engine and voice. It may be a stranger's: the voice is one that is
            listed here, whose id it names, and never a path; where there is none, another is taken and told of.

    Raises:
        UsageError: an unknown engine or voice.
        EngineUnavailable: nothing here can speak the language.
    """
    if carried and (engine or voice):
        return _carried(language, engine, voice)
    return _chosen(language, (engine,) if engine else _engines_for(voice), voice)


def _carried(language: str, engine: str | None, voice: str | None) -> tuple[Engine, Voice]:
    for name in (engine,) if engine in ENGINES else () if engine else tuple(ENGINES):
        opened = open_engine(name)
        try:
            found = voice_by_id(opened.voices(), voice) if voice else opened.default_voice(language)
        except EngineUnavailable:
            found = None
        if found is not None:
            return opened, found
        opened.close()
    opened, found = _chosen(language, tuple(ENGINES), None)
    log.warning("The voice %s is not on this machine. %s speaks instead.", voice or engine, found.name)
    return opened, found


def with_a_working_voice(
    language: str,
    engine: str | None,
    voice: str | None,
    speak: Callable[[Engine, Voice], Result],
    *,
    carried: bool = False,
) -> Result:
    """Have something spoken; an engine that only then turns out not to load gives way to the next, and it is told.

    Whether an engine really works is known when it has loaded, which a session of known phrases never needs.

    Args:
        language, engine, voice, carried: as for ``choose_voice``.
        speak: does it, with an engine and a voice of its; closes the engine.

    Raises:
        SpeechError: as ``choose_voice``; an engine or voice asked for by name never gives way.
    """
    opened, found = choose_voice(language, engine, voice, carried=carried)
    try:
        return speak(opened, found)
    except EngineUnavailable as error:
        if (engine or voice) and not carried:
            raise
        try:
            opened, other = _chosen(language, tuple(name for name in ENGINES if name != found.engine), None)
        except EngineUnavailable:
            raise error from None
        log.warning("%s The %s voice %s speaks instead.", error, other.engine, other.name)
        return speak(opened, other)


def _chosen(language: str, names: tuple[str, ...], voice: str | None) -> tuple[Engine, Voice]:
    troubles: list[EngineUnavailable] = []
    for name in names:
        opened = open_engine(name)
        try:
            found = opened.find_voice(voice) if voice else opened.default_voice(language)
        except EngineUnavailable as error:
            if name not in OPTIONAL or len(names) == 1:
                troubles.append(error)
            found = None
        except BaseException:
            opened.close()
            raise
        if found is not None:
            if troubles:
                log.warning("%s The %s voice %s speaks instead.", troubles[0], name, found.name)
            return opened, found
        opened.close()
    raise _nobody_speaks(language, voice, names, troubles)


def _nobody_speaks(
    language: str, voice: str | None, names: tuple[str, ...], troubles: list[EngineUnavailable]
) -> VoiceguideError:
    if voice and not (troubles and len(names) == 1):
        return _unknown_voice(voice, names)
    if troubles:
        return troubles[0]
    return EngineUnavailable(
        f"No voice here speaks the routine's language, {language!r}. See which there are with: voiceguide voices"
    )


@dataclass(frozen=True, slots=True)
class VoiceListing:
    """The voices of this machine.

    Attributes:
        voices: of every engine that works, engines in order of preference.
        default: the one taken where none is asked for; None where none speaks the language.
        troubles: why the other engines do not work, one sentence each.
    """

    voices: tuple[Voice, ...]
    default: Voice | None
    troubles: tuple[str, ...]


def list_voices(language: str | None = None) -> VoiceListing:
    """Return the voices of this machine, all or those of one language."""
    found: list[Voice] = []
    defaults: list[Voice] = []
    troubles: list[str] = []
    for name in ENGINES:
        engine = open_engine(name)
        try:
            found += [
                voice for voice in engine.voices() if not language or same_language(voice.language, language)
            ]
            default = engine.default_voice(language or "en")
            defaults += [default] if default else []
        except EngineUnavailable as error:
            if name not in OPTIONAL:
                troubles.append(str(error))
        finally:
            engine.close()
    return VoiceListing(tuple(found), defaults[0] if defaults else None, tuple(troubles))


def _engines_for(voice: str | None) -> tuple[str, ...]:
    """Return the engines that may have a voice; a model's file is Piper's."""
    return ("piper",) if voice and voice.endswith(".onnx") else tuple(ENGINES)


def _unknown_voice(wanted: str, engines: tuple[str, ...]) -> UsageError:
    if "neural" in engines and (hint := _how_to_fetch(wanted)):
        return UsageError(hint)
    voices = list_voices().voices
    known = tuple(voice.id for voice in voices if voice.engine in engines)
    where = f"The {engines[0]} engine" if len(engines) == 1 else "This machine"
    if elsewhere := voice_by_id(voices, wanted):
        return UsageError(
            f"{where} has no voice called {wanted!r}: it is one of the {elsewhere.engine} engine. Leave out --engine, or name that."
        )
    return UsageError(
        f"{where} has no voice called {wanted!r}. {did_you_mean(wanted, known)} All are listed by: voiceguide voices"
    )


def _how_to_fetch(wanted: str) -> str | None:
    """Voices of the neural engine that are not on this machine are named with the way to get them."""
    from voiceguide.speech.neural import NeuralEngine

    try:
        missing = NeuralEngine().missing_voices()
    except EngineUnavailable:
        return None
    if wanted.lower() not in missing:
        return None
    return (
        f"The neural voice {wanted.lower()!r} is not on this machine yet. Fetch it once, with a network, by: "
        f'hibari "Hello." --voice {wanted.lower()} -o hello.wav'
    )
