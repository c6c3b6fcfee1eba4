"""What an engine is: the port behind which every text-to-speech system stands."""

from dataclasses import dataclass
from typing import Protocol

from voiceguide.audio.clip import Clip

# How far from its natural pace any engine may be asked to speak; beyond, voices stop sounding human.
SLOWEST_RATE = 0.5
FASTEST_RATE = 2.0


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one engine.

    Attributes:
        id: what ``--voice`` takes; unique within the engine.
        name: for people.
        language: a BCP 47 tag such as ``en-US``; empty where the engine does not say.
        engine: the engine's name.
        version: changes whenever the voice would sound different.
    """

    id: str
    name: str
    language: str
    engine: str
    version: str


# For a session without a word.
NO_VOICE = Voice("", "none", "", "", "")


class Engine(Protocol):
    """A text-to-speech system.

    An engine is used by one thread at a time. Making one may be slow and may fail with
    EngineUnavailable; every later call may too, for an engine that goes away.
    """

    name: str

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that can speak now, without fetching anything; the default one first.

        Raises:
            EngineUnavailable: the engine cannot be used here.
        """

    def default_voice(self, language: str) -> Voice | None:
        """Return the voice to take for a language where none was asked for; None where none fits.

        Raises:
            EngineUnavailable: the engine cannot be used here.
        """

    def find_voice(self, wanted: str) -> Voice | None:
        """Return the voice that a person names, by its id or as the engine knows it; None where there is none.

        Raises:
            EngineUnavailable: the engine cannot be used here.
            UsageError: what is named is no whole voice.
        """

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase as the engine gives it, with its own silence around.

        Args:
            text: one sentence.
            voice: one of ``voices()``.
            rate: 1.0 is the voice's natural pace, 0.5 half as fast; between 0.5 and 2.

        Raises:
            PhraseFailed: this phrase could not be spoken; another may.
            EngineUnavailable: the engine cannot be used any more.
        """

    def close(self) -> None:
        """Let go of what the engine holds; it may be called twice."""


def same_language(one: str, other: str) -> bool:
    """Tell whether two BCP 47 tags name the same language, whatever the region."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def voice_by_id(voices: tuple[Voice, ...], wanted: str) -> Voice | None:
    """Return the voice with an id, in any case; None where there is none."""
    return next((voice for voice in voices if voice.id.lower() == wanted.lower()), None)


def best_voice(voices: tuple[Voice, ...], language: str) -> Voice | None:
    """Return the voice whose tag is nearest to a language: the same tag, else the same language.

    Args:
        voices: in the engine's order of preference.
        language: a BCP 47 tag.
    """
    fitting = [voice for voice in voices if same_language(voice.language, language)]
    # English without a region: the American voice, as the neural one.
    wanted = ("en-us",) if language.lower() == "en" else (language.lower(),)
    exact = [voice for voice in fitting if voice.language.lower() in wanted]
    return next(iter(exact or fitting), None)
