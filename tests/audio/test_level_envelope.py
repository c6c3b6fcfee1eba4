"""Level envelopes tell one sound from another."""

import numpy as np
import pytest

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.level_envelope import level_envelope, level_envelope_of_samples, sounds_differ


def noise(milliseconds: int, amplitude: float, rate_hz: int = 24_000, seed: int = 1) -> Clip:
    samples = np.random.default_rng(seed).uniform(-1, 1, milliseconds * rate_hz // 1000)
    return as_clip(samples * amplitude * 32_768, rate_hz)


@pytest.mark.parametrize("rate_hz", [24_000, 48_000])
def test_one_character_for_each_tenth_of_a_second(rate_hz: int) -> None:
    """Noise of -20 dBFS (its RMS is 4.8 dB below its peak), and a last window that is incomplete."""
    envelope = level_envelope(noise(450, 10 ** (-20 / 20) * 3**0.5, rate_hz))
    assert len(envelope) == 5
    assert all(abs(ord(level) - ord("!") - 20) <= 1 for level in envelope[:4])


def test_silence_and_full_scale_are_the_ends_of_the_scale() -> None:
    """-90 dB and 0 dB."""
    assert level_envelope(Clip(bytes(4800), 24_000)) == chr(ord("!") + 90)
    assert level_envelope(Clip(b"\x00\x80" * 2400, 24_000)) == "!"


def test_the_same_sound_has_the_same_envelope_from_its_samples() -> None:
    """As a clip when it is made, and as decoded samples when it is verified."""
    clip = noise(1000, 0.3)
    assert level_envelope_of_samples(
        as_array(clip).astype(np.float32) / np.float32(32_768), 24_000
    ) == level_envelope(clip)


def test_small_differences_are_the_encoders() -> None:
    """A decibel or two anywhere, and one window by more; a longer or deeper change is another sound."""
    envelope = "+" * 10
    assert not sounds_differ(envelope, "-" * 10)
    assert not sounds_differ(envelope, "+++/++++++")
    assert sounds_differ(envelope, "+++//+++++")
    assert sounds_differ(envelope, "+++5++++++")
    quiet = chr(ord("!") + 51) * 10
    assert not sounds_differ(quiet, chr(ord("!") + 80) * 10)
