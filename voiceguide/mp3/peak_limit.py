"""Keeps the decoded true peak of encoded audio below a limit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.decoding import decode_mp3
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.levels import FULL_SCALE, to_db
from voiceguide.audio.loudness import true_peak_dbtp
from voiceguide.audio.normalization import limit_peaks
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The true peak of speech is hardly ever this far above its highest sample; if the sample peak is lower than
# that, the slower true-peak meter need not run.
_MAX_INTERSAMPLE_DB = 1.5
_MAX_ATTEMPTS = 5
# What each attempt takes off in addition to the measured excess, since the encoder's error changes with it.
_EXTRA_REDUCTION_DB = 0.2
# Decoded frames overlap by half, and the decoder needs one more to settle.
_SETTLING_FRAMES = 2
_HALF_DB = 6.0206  # 20 log10(2)


def encode_below(
    peak_limit_dbtp: float, sound: Clip, context_frame_count: int, mp3_format: Mp3Format
) -> list[bytes]:
    """Return the frames of a clip such that their decoded true peak is below a limit, without its context.

    Encoding usually moves a peak by a decibel or two. If the result is too high, the peaks of the clip
    are limited by as much and it is encoded again.

    Args:
        peak_limit_dbtp: the highest true peak allowed.
        sound: the context, followed by what is wanted.
        context_frame_count: the number of frames at the start that only serve as context.
        mp3_format: of the frames.

    Raises:
        EncodingError: the encoder failed, or returned different frames than planned.
    """
    frames = encode(sound.pcm, mp3_format)
    limit_db = _sample_peak_db(as_array(sound) / FULL_SCALE)
    for _ in range(_MAX_ATTEMPTS):
        excess_db = (
            decoded_peak_dbtp(frames, context_frame_count, mp3_format, peak_limit_dbtp) - peak_limit_dbtp
        )
        if excess_db <= 0:
            break
        limit_db -= excess_db + _EXTRA_REDUCTION_DB
        frames = encode(limit_peaks(sound, limit_db).pcm, mp3_format)
    return frames[context_frame_count:]


def decoded_peak_dbtp(
    frames: Sequence[bytes], first: int, mp3_format: Mp3Format, peak_limit_dbtp: float
) -> float:
    """Return the true peak if it may exceed the limit, otherwise the sample peak, which is quick to find.

    Args:
        frames: in order.
        first: index of the first frame to measure; one or two before it are decoded as well.
        mp3_format: of the frames.
        peak_limit_dbtp: the limit.
    """
    settling = min(first, _SETTLING_FRAMES)
    decoded = decode_mp3(frames[first - settling :], mp3_format.samples_per_frame)
    decoded = decoded[settling * mp3_format.samples_per_frame :]
    peak_db = _sample_peak_db(decoded)
    if peak_db < peak_limit_dbtp - _MAX_INTERSAMPLE_DB:
        return peak_db
    # At half the amplitude, so that what exceeds full scale is not clipped before it is measured.
    halved = as_clip(decoded * (FULL_SCALE / 2), mp3_format.sample_rate_hz)
    return true_peak_dbtp([halved]) + _HALF_DB


def _sample_peak_db(samples: "NDArray[np.floating]") -> float:
    import numpy as np

    return to_db(float(np.abs(samples).max()))
