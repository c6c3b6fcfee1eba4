"""An engine around an engine: checks everything it returns, and retries a failed phrase once."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from voiceguide.audio.clip import Clip
from voiceguide.audio.normalization import trim_silence
from voiceguide.errors import EngineUnavailable, PhraseFailed, VoiceguideError
from voiceguide.speech.engine import Engine, Voice
from voiceguide.text.printable import unprintable

_TRIES = 2
# How long speech may last for its characters. Measured with the neural voice and eSpeak NG: from 22 ms a character
# ("Oh." at twice the natural rate) to 965 ms ("1234567." at half of it); the limits leave room for other voices.
_MIN_MS_PER_CHARACTER = 8
_MAX_MS_PER_CHARACTER = 600
_MAX_EXTRA_MS = 4000
# Telephone to studio quality; another rate is a bug of the engine or its voice.
MIN_SAMPLE_RATE_HZ = 8_000
MAX_SAMPLE_RATE_HZ = 192_000
# BCP 47, section 2.1: a language tag is letters, digits and hyphens.
_NOT_IN_TAG = re.compile(r"[^A-Za-z0-9-]")
# Longer names are cut: the longest of Windows' and macOS' own voices have some 50 characters.
_MAX_NAME = 80

Result = TypeVar("Result")


class ValidatingEngine(Engine):
    """Passes on only printable voices and plausible speech, and never raises a foreign error."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine; closing this one closes it."""
        self.name = engine.name
        self._engine = engine

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of the wrapped engine."""
        return self._call(lambda: tuple(filter(None, map(_cleaned, self._engine.voices()))))

    def default_voice(self, language: str) -> Voice | None:
        """Return the default voice of the wrapped engine."""
        return self._call(lambda: _cleaned(self._engine.default_voice(language)))

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice that the wrapped engine knows by this name."""
        return self._call(lambda: _cleaned(self._engine.find_voice(name)))

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase, checked.

        Raises:
            PhraseFailed: the phrase failed twice; the message names it.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return _checked(self._engine.speak(text, voice, rate), text)
            except VoiceguideError as error:
                if not tries_left or not isinstance(error, PhraseFailed):
                    raise
            except Exception as error:
                if not tries_left:
                    raise PhraseFailed(
                        f"The {self.name} voice failed on {text!r}: {_reason(error)}."
                    ) from error
        raise PhraseFailed(f"{text!r} was never tried.")

    def problems(self) -> tuple[str, ...]:
        """Return the problems of the wrapped engine."""
        return self._call(lambda: tuple(map(printable_line, self._engine.problems())))

    def close(self) -> None:
        """Close the wrapped engine; a failure to close is ignored."""
        with suppress(Exception):
            self._engine.close()

    def _call(self, question: Callable[[], Result]) -> Result:
        try:
            return question()
        except VoiceguideError:
            raise
        except Exception as error:
            raise EngineUnavailable(
                f"The {self.name} voice cannot be used: {_reason(error)}.", self.name
            ) from error


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0].rstrip(". :")


def _cleaned(voice: Voice | None) -> Voice | None:
    """Return a voice that may be shown on a terminal or page; None for one whose id may not."""
    if voice is None or unprintable(voice.id) is not None:
        return None
    return replace(
        voice,
        name=printable_line(voice.name)[:_MAX_NAME] or voice.id,
        language=_NOT_IN_TAG.sub("", voice.language)[:_MAX_NAME],
    )


def printable_line(text: str) -> str:
    """Return a text from outside as one line without control and direction characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _checked(clip: Clip, text: str) -> Clip:
    if not MIN_SAMPLE_RATE_HZ <= clip.sample_rate_hz <= MAX_SAMPLE_RATE_HZ:
        raise PhraseFailed(
            f"The voice gave {text!r} at an impossible {clip.sample_rate_hz} samples a second."
        )
    sound = trim_silence(clip)
    if sound is None:
        raise PhraseFailed(f"The voice gave only silence for {text!r}.")
    min_ms = _MIN_MS_PER_CHARACTER * len(text)
    max_ms = _MAX_EXTRA_MS + _MAX_MS_PER_CHARACTER * len(text)
    if not min_ms <= sound.duration_ms <= max_ms:
        raise PhraseFailed(
            f"The voice gave {sound.duration_ms / 1000:.1f} s of sound for {text!r}, which cannot be right."
        )
    return clip
