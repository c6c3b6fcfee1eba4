"""An engine for tests: tones instead of words, fast, the same every time, nothing to install."""

import hashlib

from voiceguide.audio.clip import Clip
from voiceguide.speech.engine import Engine, Voice, voice_by_id

SAMPLE_RATE_HZ = 24_000
_SILENCE_MS = 120
_MS_PER_CHARACTER = 62
_MIN_MS = 260


class FakeEngine(Engine):
    """Hums each phrase: the text sets the pitch; the number of letters and the rate set the length."""

    name = "fake"

    def __init__(self) -> None:
        """Record what is spoken, so that a test can see what came from the cache."""
        self.spoken: list[str] = []

    def voices(self) -> tuple[Voice, ...]:
        """Return one voice, which claims to speak English."""
        return (Voice("hum", "Hum", "en", self.name, "1"),)

    def default_voice(self, language: str) -> Voice | None:
        """Return the one voice, for any language."""
        return self.voices()[0]

    def find_voice(self, name: str) -> Voice | None:
        """Return the voice with an id."""
        return voice_by_id(self.voices(), name)

    def speak(self, text: str, voice: Voice, rate: float) -> Clip:
        """Return a hum with silence around it, as engines do."""
        self.spoken.append(text)
        letters = sum(character.isalnum() for character in text)
        length_ms = max(_MIN_MS, round(letters * _MS_PER_CHARACTER / rate))
        pitch_hz = 180 + hashlib.sha256(text.encode()).digest()[0]
        silence = bytes(2 * _SILENCE_MS * SAMPLE_RATE_HZ // 1000)
        return Clip(silence + _hum(length_ms, pitch_hz) + silence, SAMPLE_RATE_HZ)

    def close(self) -> None:
        """Release nothing."""


def _hum(length_ms: int, pitch_hz: int) -> bytes:
    """A tone with an overtone, wavering slowly as syllables do."""
    import numpy as np

    sample_count = length_ms * SAMPLE_RATE_HZ // 1000
    # All frequencies are whole numbers of hertz, so that every second is like the first.
    angle = 2 * np.pi * np.arange(min(sample_count, SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = np.sin(pitch_hz * angle)
    overtone = tone * (3 - 4 * tone**2)  # sin 3x
    wave = 6000 * (0.75 + 0.25 * np.cos(4 * angle)) * (tone + 0.4 * overtone)
    return np.resize(np.round(wave).astype("<i2"), sample_count).tobytes()
