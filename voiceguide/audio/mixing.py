"""Mixes the clips and chimes of one block with pydub; no other module uses it."""

import warnings
from typing import TYPE_CHECKING

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.placement import PlacedClip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydub import AudioSegment


def mix(sounds: "Iterable[PlacedClip]", samples: int, sample_rate_hz: int) -> bytes:
    """Return the mix of some sounds.

    Each overlay copies the whole mix, which is cheap because blocks are short. (A whole session mixed this
    way would be copied once for each clip.)

    Args:
        sounds: starts count from the first sample of the mix; what lies before it is left out.
        samples: the length of the mix.
        sample_rate_hz: of the mix and of every clip.

    Returns:
        Signed 16-bit little-endian mono samples, shape (samples,).
    """
    # pydub drops the fraction of a millisecond at the end: mix whole milliseconds, then cut.
    milliseconds = -(-samples * 1000 // sample_rate_hz)
    mixed = _segment(bytes(milliseconds * sample_rate_hz // 1000 * BYTES_PER_SAMPLE), sample_rate_hz)
    for sound in sounds:
        audible = sound.clip.pcm[max(0, -sound.start_sample) * BYTES_PER_SAMPLE :]
        # pydub accepts fractions of a millisecond and rounds down to a sample: half a sample is added.
        position = (max(0, sound.start_sample) + 0.5) * 1000 / sample_rate_hz
        mixed = mixed.overlay(_segment(audible, sample_rate_hz), position=position)
    return bytes(mixed.raw_data[: samples * BYTES_PER_SAMPLE])


def _segment(pcm: bytes, sample_rate_hz: int) -> "AudioSegment":
    with warnings.catch_warnings():
        # pydub looks for the ffmpeg program when it is imported; nothing here needs it.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment(data=pcm, sample_width=BYTES_PER_SAMPLE, frame_rate=sample_rate_hz, channels=1)
