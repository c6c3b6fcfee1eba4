"""The port for text-to-speech systems. The written contract is docs/engines.md."""

from dataclasses import dataclass, field
from typing import Protocol

from voiceguide.audio.clip import Clip

# The range that hibari documents for its voices; the other engines use the same range.
SLOWEST_RATE = 0.5
FASTEST_RATE = 2.0


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one engine.

    Attributes:
        id: names the voice; unique within the engine.
        name: for people.
        language: a BCP 47 tag such as ``en-US``; empty if the engine does not say.
        engine: the engine's name.
        version: changes whenever the voice would sound different.
        location: where the engine finds the voice again, if it needs to know; never written to a file.
    """

    id: str
    name: str
    language: str
    engine: str
    version: str
    location: str = field(default="", compare=False, repr=False)


# The voice of a session without words.
NO_VOICE = Voice("", "none", "", "", "")


class Engine(Protocol):
    """A text-to-speech system. One thread at a time uses an engine.

    Subclasses need not define ``problems``.

    Attributes:
        name: as a person chooses it, such as ``neural``.
    """

    name: str

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that can speak now, without downloading anything; the default one first.

        Raises:
            EngineUnavailable: the engine cannot be used here.
        """

    def default_voice(self, language: str) -> Voice | None:
        """Return the voice for a language if none is named; None if no voice fits.

        Raises:
            EngineUnavailable: the engine cannot be used here.
        """

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice that a person names, by its id or as the engine knows it; None if there is none.

        Raises:
            EngineUnavailable: the engine cannot be used here.
            UsageError: the name stands for something that is not a usable voice.
        """

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase as the engine speaks it, including the silence around it.

        Args:
            text: one sentence.
            voice: one that this engine or another one of the same name has returned.
            rate: 1.0 is the voice's natural rate, 0.5 half as fast; from 0.5 to 2.

        Raises:
            PhraseFailed: this phrase could not be spoken; another one may.
            EngineUnavailable: the engine can no longer be used.
        """

    def problems(self) -> tuple[str, ...]:
        """Return why voices that a person would expect are missing, one sentence each; empty if none are.

        Raises:
            EngineUnavailable: the engine cannot be used here.
        """
        return ()

    def close(self) -> None:
        """Release everything the engine holds; may be called twice."""


def same_language(one: str, other: str) -> bool:
    """Return whether two BCP 47 tags name the same language, in any region."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()


def voice_by_id(voices: tuple[Voice, ...], name: str) -> Voice | None:
    """Return the voice with an id, in any case; None if there is none."""
    return next((voice for voice in voices if voice.id.lower() == name.lower()), None)


def best_voice(voices: tuple[Voice, ...], language: str) -> Voice | None:
    """Return the voice whose tag is nearest to a language: the same tag, else the same language.

    Args:
        voices: in the engine's order of preference.
        language: a BCP 47 tag.
    """
    same = [voice for voice in voices if same_language(voice.language, language)]
    # English without a region: an American voice, as the neural one.
    tag = "en-us" if language.lower() == "en" else language.lower()
    exact = [voice for voice in same if voice.language.lower() == tag]
    return next(iter(exact or same), None)
