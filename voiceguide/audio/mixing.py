"""pydub lays the clips and chimes of one block over each other. The one module that knows pydub."""

import warnings
from typing import TYPE_CHECKING

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.placement import PlacedClip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydub import AudioSegment


def mix(sounds: "Iterable[PlacedClip]", samples: int, sample_rate_hz: int) -> bytes:
    """Return one stretch of sound.

    The cost is linear in the number of sounds for a block of given length: each overlay copies the
    block once, and blocks are short. (Joining a whole session clip by clip would copy all of it for
    each clip.)

    Args:
        sounds: with starts counted from the first sample of the stretch; of one that starts before, the
            rest is heard.
        samples: the length of the stretch.
        sample_rate_hz: of the stretch and of every clip.

    Returns:
        Signed 16-bit little-endian mono samples, shape (samples,).
    """
    # pydub loses what is less than a millisecond at the end of a stretch: it gets whole ones, and is cut.
    milliseconds = -(-samples * 1000 // sample_rate_hz)
    stretch = _segment(bytes(milliseconds * sample_rate_hz // 1000 * BYTES_PER_SAMPLE), sample_rate_hz)
    for sound in sounds:
        heard = sound.clip.pcm[max(0, -sound.start_sample) * BYTES_PER_SAMPLE :]
        # pydub counts in milliseconds and takes fractions of them; half a sample more, because it cuts.
        position = (max(0, sound.start_sample) + 0.5) * 1000 / sample_rate_hz
        stretch = stretch.overlay(_segment(heard, sample_rate_hz), position=position)
    return bytes(stretch.raw_data[: samples * BYTES_PER_SAMPLE])


def _segment(pcm: bytes, sample_rate_hz: int) -> "AudioSegment":
    with warnings.catch_warnings():
        # pydub looks for the ffmpeg program when it is imported; nothing here needs it.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment(data=pcm, sample_width=BYTES_PER_SAMPLE, frame_rate=sample_rate_hz, channels=1)
