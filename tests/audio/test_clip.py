"""A clip: whole samples, a rate, and a name of its own."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.audio.clip import Clip
from voiceguide.errors import VoiceguideError

clips = st.builds(
    Clip, st.binary(min_size=1, max_size=100).map(lambda half: half * 2), st.sampled_from((8000, 24_000))
)


@pytest.mark.parametrize(
    ("pcm", "rate_hz"), [(b"", 24_000), (b"\0", 24_000), (b"\0" * 5, 24_000), (b"\0\0", 0), (b"\0\0", -1)]
)
def test_what_could_not_be_a_sound_is_no_clip(pcm: bytes, rate_hz: int) -> None:
    """No samples, half a sample, no rate: the message tells what was given."""
    with pytest.raises(VoiceguideError) as caught:
        Clip(pcm, rate_hz)
    assert str(caught.value) == (
        f"A clip needs whole 16-bit samples and a sample rate; this one has {len(pcm)} bytes at {rate_hz} Hz."
    )


@pytest.mark.parametrize(
    ("samples", "rate_hz", "duration_ms"),
    [
        (1, 24_000, 1),
        (24, 24_000, 1),
        (25, 24_000, 2),
        (24_000, 24_000, 1000),
        (22_051, 22_050, 1001),
        (441, 44_100, 10),
    ],
)
def test_a_duration_is_rounded_up(samples: int, rate_hz: int, duration_ms: int) -> None:
    """So that the sound always fits into it."""
    clip = Clip(bytes(2 * samples), rate_hz)
    assert clip.sample_count == samples
    assert clip.duration_ms == duration_ms


@given(clips)
def test_a_clip_fits_into_its_duration(clip: Clip) -> None:
    """And a ms less would be too short."""
    assert (
        (clip.duration_ms - 1) * clip.sample_rate_hz
        < clip.sample_count * 1000
        <= clip.duration_ms * clip.sample_rate_hz
    )


@given(clips, clips)
def test_only_the_same_sound_has_the_same_digest(one: Clip, other: Clip) -> None:
    """Samples and rate both count."""
    assert (one.digest == other.digest) == (one == other)
    assert Clip(one.pcm, one.sample_rate_hz).digest == one.digest
    assert Clip(one.pcm, one.sample_rate_hz + 1).digest != one.digest


def test_the_rate_cannot_run_into_the_samples_of_a_digest() -> None:
    """A digit more in the rate is no byte of the samples."""
    assert Clip(b"0:", 1).digest != Clip(b":0", 10).digest


def test_a_clip_cannot_be_changed() -> None:
    """A changed sound is a new clip."""
    clip = Clip(b"\0\0", 24_000)
    with pytest.raises(FrozenInstanceError):
        clip.pcm = b""  # type: ignore[misc]
