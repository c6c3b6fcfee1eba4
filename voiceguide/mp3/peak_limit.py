"""The ceiling: what a listener's decoder gives must not clip, whatever the encoder made of the sound."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.decoding import decode_mp3
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.loudness import true_peak_dbtp
from voiceguide.audio.normalization import limit_peaks
from voiceguide.mp3.encoder import encode
from voiceguide.mp3.frames import Mp3Format

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A tenth under the -1 dBTP that is promised: meters differ by as much.
TRUE_PEAK_DBTP = -1.1
# Between two samples the sound hardly ever rises this far above both; below it, no meter is needed.
_BETWEEN_SAMPLES_DB = 1.5
_TRIES = 5
# A decoded frame holds half of the one before.
_SETTLING_FRAMES = 2
_FULL_SCALE = 32768
_HALF_DB = 6.0206


def encode_below(ceiling_dbtp: float, sound: Clip, context_frames: int, form: Mp3Format) -> list[bytes]:
    """Return the frames of a sound whose true peak, decoded, is below the ceiling, without its context.

    An encoder moves a peak by a decibel or two, seldom more. Where one comes out too high, the sound's
    peaks are held back by as much, and it is encoded again.

    Args:
        ceiling_dbtp: the highest true peak allowed.
        sound: the context, then what is wanted.
        context_frames: how many frames at the start are only heard by the encoder.
        form: of the frames.

    Raises:
        EncodingError: the encoder failed, or gave other frames than planned.
    """
    import numpy as np

    frames = encode(sound.pcm, form)
    limit_db = _level_db(as_array(sound).astype(np.float32) / np.float32(_FULL_SCALE))
    for _ in range(_TRIES):
        excess_db = decoded_peak_dbtp(frames, context_frames, form) - ceiling_dbtp
        if excess_db <= 0:
            break
        limit_db -= excess_db + 0.2
        frames = encode(limit_peaks(sound, limit_db).pcm, form)
    return frames[context_frames:]


def decoded_peak_dbtp(frames: Sequence[bytes], first: int, form: Mp3Format) -> float:
    """Return the true peak where it may be above the ceiling, else the sample peak, which is quick to find.

    Args:
        frames: in order.
        first: the frame from which on it is wanted; one or two before it are decoded, too.
        form: of the frames.
    """
    settling = min(first, _SETTLING_FRAMES)
    decoded = decode_mp3(frames[first - settling :], form.samples_per_frame)
    decoded = decoded[settling * form.samples_per_frame :]
    peak_db = _level_db(decoded)
    if peak_db < TRUE_PEAK_DBTP - _BETWEEN_SAMPLES_DB:
        return peak_db
    # Half as loud, so that what is above full scale is not cut off before it is measured.
    halved = as_clip(decoded * (_FULL_SCALE / 2), form.sample_rate_hz)
    return true_peak_dbtp([halved]) + _HALF_DB


def _level_db(samples: "NDArray[np.float32]") -> float:
    """Return the sample peak against full scale."""
    import numpy as np

    return float(20 * np.log10(max(np.abs(samples).max(), 1e-6)))
