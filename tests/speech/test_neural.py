"""The neural voice: its samples depend on text, voice and rate, and on nothing else that is installed."""

import statistics
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from voiceguide.audio.clip import Clip
from voiceguide.audio.normalization import trim_silence
from voiceguide.speech.neural import NeuralEngine

WINDOW_MS = 5
BEGINNINGS = (
    "Ease your hips back to your heels.",
    "Lie down on your back.",
    "On to the next one.",
    "And now the other side.",
    "The session is over.",
    "Over to the left.",
    "Let go, feet down one by one.",
    "Loosen your jaw.",
    "Roll onto one side.",
    "Nod slowly.",
    "Move slowly.",
)

# Speaks two phrases in a process of its own, where SciPy may be hidden; prints a digest of the samples, and
# which transforms hibari itself has found.
_SPEAK = """
import hashlib, sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "scipy":
            raise ImportError(f"No module named {name!r}")

if sys.argv[1] == "hidden":
    sys.meta_path.insert(0, Hidden())
from voiceguide.speech.neural import NeuralEngine

engine = NeuralEngine()
voice = engine.default_voice("en")
digest = hashlib.sha256()
for text, rate in (("Halfway.", 1.0), ("Let both knees roll over to the left, and look to the right.", 0.7)):
    digest.update(engine.speak(text, voice, rate).pcm)
import hibari.dsp
print(digest.hexdigest(), hibari.dsp.FFT_BACKEND)
"""


def speak_with_scipy(presence: str) -> tuple[str, str]:
    """Return the digest of two phrases, and the transforms that hibari itself has found."""
    command = [sys.executable, "-P", "-c", _SPEAK, presence]
    digest, backend = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return digest, backend


@pytest.mark.slow
@pytest.mark.skipif(find_spec("hibari") is None, reason="hibari-tts is not installed")
def test_a_phrase_is_the_same_bytes_with_scipy_and_without() -> None:
    """And hibari stays as it is for other users in the same process."""
    with_scipy, without = speak_with_scipy("visible"), speak_with_scipy("hidden")
    assert (with_scipy[1], without[1]) == ("scipy", "numpy")
    assert with_scipy[0] == without[0]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("hibari") is None, reason="hibari-tts is not installed")
def test_slow_speech_begins_with_its_first_sound() -> None:
    """Not with a hum before it, which makes “Ease” sound like “Yees”: the level rises at once.

    Measured from 30 to 12 dB below the loudest of the first 300 ms; without a lead-in, the median is 65 ms.
    """
    engine = NeuralEngine()
    voice = engine.default_voice("en")
    assert voice
    rises_ms = [rise_ms(engine.speak(text, voice, 0.7)) for text in BEGINNINGS]
    assert statistics.median(rises_ms) <= 25


def rise_ms(clip: Clip) -> int:
    """Return how long the level of a phrase takes to rise, to 5 ms."""
    heard = trim_silence(clip)
    assert heard
    samples = np.frombuffer(heard.pcm, "<i2").astype(float)
    window = heard.sample_rate_hz * WINDOW_MS // 1000
    powers = (samples[: len(samples) // window * window].reshape(-1, window) ** 2).mean(1)
    levels_db = 10 * np.log10(powers + 1e-9)
    loudest_db = levels_db[: 300 // WINDOW_MS].max()
    begins, is_there = (int(np.argmax(levels_db > loudest_db - below_db)) for below_db in (30, 12))
    return (is_there - begins) * WINDOW_MS
