"""A session as samples: every one of them, at its place, whatever the lengths."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.audio.clip import Clip
from voiceguide.audio.mixing import mix
from voiceguide.audio.pcm import session_pcm
from voiceguide.audio.placement import PlacedClip

# Gap before it, length, and height of a sound; in samples, which are seldom whole milliseconds.
SOUNDS = st.lists(
    st.tuples(st.integers(0, 40_000), st.integers(1, 4000), st.integers(-9000, 9000)), min_size=1, max_size=5
)


def laid(parts: list[tuple[int, int, int]], rate: int) -> list[PlacedClip]:
    """Sounds one after the other."""
    sounds, position = [], 0
    for gap, length, height in parts:
        sounds.append(PlacedClip(position + gap, Clip(np.full(length, height, "<i2").tobytes(), rate)))
        position += gap + length
    return sounds


@given(SOUNDS, st.sampled_from([24_000, 48_000]), st.integers(0, 3000))
def test_no_sample_is_lost(parts: list[tuple[int, int, int]], rate: int, after: int) -> None:
    """The length is to the sample, and each sound is where it should be."""
    sounds = laid(parts, rate)
    total = sounds[-1].end_sample + after
    planned = np.zeros(total, np.int64)
    for sound in sounds:
        planned[sound.start_sample : sound.end_sample] += np.frombuffer(sound.clip.pcm, "<i2")
    found = np.frombuffer(b"".join(session_pcm(sounds, total, rate)), "<i2")
    assert np.array_equal(found, planned)


@given(st.integers(1, 5000), st.integers(-300, 300), st.integers(1, 900))
def test_a_stretch_is_as_long_as_asked_for(samples: int, start: int, length: int) -> None:
    """Also where a sound begins before it, or goes beyond it."""
    clip = Clip(np.full(length, 1000, "<i2").tobytes(), 24_000)
    found = np.frombuffer(mix([PlacedClip(start, clip)], samples, 24_000), "<i2")
    assert len(found) == samples
    inside = range(max(0, start), min(samples, start + length))
    assert np.count_nonzero(found) == len(inside)
