"""Streams a whole session as samples, for formats whose frames cannot be spliced."""

from collections.abc import Iterable, Iterator

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.mixing import mix
from voiceguide.audio.placement import PlacedClip, split_at_silence

# Silence of at least this length is yielded without mixing, in pieces of one second.
_MIN_SILENCE_MS = 600
_PIECE_MS = 1000


def session_pcm(sounds: Iterable[PlacedClip], sample_count: int, sample_rate_hz: int) -> Iterator[bytes]:
    """Yield signed 16-bit little-endian mono samples; memory does not grow with the length.

    Args:
        sounds: in order of their start; clips at the sample rate.
        sample_count: the length of the session.
        sample_rate_hz: of the clips and of the result.
    """
    position = 0
    for region in split_at_silence(sounds, _MIN_SILENCE_MS * sample_rate_hz // 1000):
        start, end = region[0].start_sample, max(sound.end_sample for sound in region)
        yield from _silence(start - position, sample_rate_hz)
        shifted = [PlacedClip(sound.start_sample - start, sound.clip) for sound in region]
        yield mix(shifted, end - start, sample_rate_hz)
        position = end
    yield from _silence(sample_count - position, sample_rate_hz)


def _silence(sample_count: int, sample_rate_hz: int) -> Iterator[bytes]:
    step = _PIECE_MS * sample_rate_hz // 1000
    for start in range(0, sample_count, step):
        yield bytes(min(step, sample_count - start) * BYTES_PER_SAMPLE)
