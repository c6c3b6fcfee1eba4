"""An engine around an engine: checks every phrase, and tries a failed one once more."""

from voiceguide.audio.clip import Clip
from voiceguide.audio.normalization import trim_silence
from voiceguide.errors import PhraseFailed
from voiceguide.speech.engine import Engine, Voice

_TRIES = 2
# What a word may last: a whispered "a" to a long number read digit by digit, at half the natural pace.
_MIN_MS_A_CHARACTER = 8
_MAX_MS_A_CHARACTER = 600
_MAX_MS_EXTRA = 4000


class ValidatingEngine:
    """Passes on only speech that can be the phrase asked for."""

    def __init__(self, engine: Engine) -> None:
        """Wrap an engine; closing this closes it."""
        self.name = engine.name
        self._engine = engine

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of the engine inside."""
        return self._engine.voices()

    def default_voice(self, language: str) -> Voice | None:
        """Return the default voice of the engine inside."""
        return self._engine.default_voice(language)

    def find_voice(self, wanted: str) -> Voice | None:
        """Return the voice that the engine inside knows by this name."""
        return self._engine.find_voice(wanted)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return one phrase, checked.

        Raises:
            PhraseFailed: the phrase failed twice; the message names it.
        """
        for left in reversed(range(_TRIES)):
            try:
                return _checked(self._engine.speak(text, voice, rate), text)
            except PhraseFailed:
                if not left:
                    raise
        raise PhraseFailed(f"{text!r} was never tried.")

    def close(self) -> None:
        """Close the engine inside."""
        self._engine.close()


def _checked(clip: Clip, text: str) -> Clip:
    sound = trim_silence(clip)
    if sound is None:
        raise PhraseFailed(f"The voice gave only silence for {text!r}. Try another --voice or --engine.")
    least = _MIN_MS_A_CHARACTER * len(text)
    most = _MAX_MS_EXTRA + _MAX_MS_A_CHARACTER * len(text)
    if not least <= sound.duration_ms <= most:
        raise PhraseFailed(
            f"The voice gave {sound.duration_ms / 1000:.1f} s of sound for {text!r}, which cannot be right. "
            "Try another --voice or --engine."
        )
    return clip
