"""Known sounds are found to the sample, and nothing is found where they are not."""

import numpy as np
import pytest

from voiceguide.audio.chimes import strike_chime
from voiceguide.audio.filters import as_array
from voiceguide.audio.matched_filter import find_onset

RATE_HZ = 24_000
TEMPLATE = as_array(strike_chime("begin", 0.0, RATE_HZ))[: RATE_HZ * 4 // 10].astype(np.float64)


@pytest.mark.parametrize("onset", [0, 1, 1234, 7200])
def test_a_chime_is_found_to_the_sample(onset: int) -> None:
    """At another level, and in noise 30 dB below it."""
    recording = np.random.default_rng(onset).normal(0, 30, 7200 + len(TEMPLATE))
    recording[onset : onset + len(TEMPLATE)] += TEMPLATE / 3
    assert find_onset(recording, TEMPLATE) == onset


def test_nothing_is_found_in_noise_silence_or_another_chime() -> None:
    """Noise and silence do not resemble a chime, and the chimes do not resemble each other."""
    samples = 7200 + len(TEMPLATE)
    other = as_array(strike_chime("release", 0.0, RATE_HZ))[:samples].astype(np.float64)
    for recording in (np.random.default_rng(1).normal(0, 1000, samples), np.zeros(samples), other):
        assert find_onset(recording, TEMPLATE) is None
