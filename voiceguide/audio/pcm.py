"""A whole session as samples, piece by piece: for formats in which frames cannot be spliced."""

from collections.abc import Iterable, Iterator

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.mixing import mix
from voiceguide.audio.placement import PlacedClip, islands

# Silence between sounds of this length or more is handed on without mixing; one second at a time.
_APART_MS = 600
_PIECE_MS = 1000


def samples_of(sounds: Iterable[PlacedClip], samples: int, sample_rate_hz: int) -> Iterator[bytes]:
    """Yield signed 16-bit little-endian mono samples; memory does not grow with the length.

    Args:
        sounds: in order of their start; clips at the sample rate.
        samples: how many in all.
        sample_rate_hz: of the clips and of what is yielded.
    """
    position = 0
    for island in islands(sounds, _APART_MS * sample_rate_hz // 1000):
        start, end = island[0].start_sample, max(sound.end_sample for sound in island)
        yield from _silence(start - position, sample_rate_hz)
        moved = [PlacedClip(sound.start_sample - start, sound.clip) for sound in island]
        yield mix(moved, end - start, sample_rate_hz)
        position = end
    yield from _silence(samples - position, sample_rate_hz)


def _silence(samples: int, sample_rate_hz: int) -> Iterator[bytes]:
    step = _PIECE_MS * sample_rate_hz // 1000
    for start in range(0, samples, step):
        yield bytes(min(step, samples - start) * BYTES_PER_SAMPLE)
