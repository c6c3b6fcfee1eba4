"""An engine as another package may bring it; built only from what docs/engines.md promises."""

import math
import struct

from voiceguide.audio.clip import Clip
from voiceguide.speech.engine import Engine, Voice

_SAMPLE_RATE_HZ = 22_050


class ToneEngine(Engine):
    """Plays a tone as long as the text."""

    name = "tone"

    def voices(self) -> tuple[Voice, ...]:
        """Return one voice."""
        return (Voice("a", "A", "en-GB", self.name, "tone 1"),)

    def default_voice(self, language: str) -> Voice | None:
        """Return the voice for English."""
        return self.voices()[0] if language.startswith("en") else None

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice by its id."""
        return self.voices()[0] if name.lower() == "a" else None

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return a tone."""
        samples = round((0.2 + 0.06 * len(text)) / rate * _SAMPLE_RATE_HZ)
        wave = (round(8000 * math.sin(440 * math.tau * at / _SAMPLE_RATE_HZ)) for at in range(samples))
        return Clip(struct.pack(f"<{samples}h", *wave), _SAMPLE_RATE_HZ)

    def close(self) -> None:
        """Release nothing."""


class BrokenEngine(ToneEngine):
    """Cannot be made."""

    def __init__(self) -> None:
        raise RuntimeError("This engine is broken.\nIn two lines.")


class PartialEngine:
    """Lacks most of the methods."""

    name = "partial"

    def voices(self) -> tuple[Voice, ...]:
        """Return no voice."""
        return ()
