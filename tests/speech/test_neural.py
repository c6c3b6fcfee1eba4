"""The neural voice: its samples depend on text, voice and rate, and on nothing else that is installed."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

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
