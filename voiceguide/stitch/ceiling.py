"""The ceiling: what a listener's decoder gives must not clip, whatever the encoder made of the sound."""

from voiceguide.clip import Clip
from voiceguide.sound.conditioning import held_below
from voiceguide.sound.decode import decode_mp3
from voiceguide.sound.graph import as_array
from voiceguide.sound.loudness import measure
from voiceguide.stitch.encoder import encode
from voiceguide.stitch.mp3 import Mp3Format

# A tenth under the -1 dBTP that is promised: meters differ by as much.
TRUE_PEAK_DBTP = -1.1
# Between two samples the sound hardly ever rises this far above both; below it, no meter is needed.
_BETWEEN_SAMPLES_DB = 1.5
_TRIES = 5
_FULL_SCALE = 32768


def encode_below(ceiling_dbtp: float, sound: Clip, form: Mp3Format) -> list[bytes]:
    """Return the frames of a sound whose true peak, decoded, is below the ceiling.

    An encoder moves a peak by a decibel or two, seldom more. Where one comes out too high, the sound's
    peaks are held back by as much, and it is encoded again.

    Raises:
        EncodingError: the encoder failed, or gave other frames than planned.
    """
    frames = encode(sound.pcm, form)
    limit_db = _sample_peak_db(sound)
    for _ in range(_TRIES):
        excess_db = _decoded_peak_dbtp(frames, ceiling_dbtp) - ceiling_dbtp
        if excess_db <= 0:
            break
        limit_db -= excess_db + 0.2
        frames = encode(held_below(sound, limit_db).pcm, form)
    return frames


def _decoded_peak_dbtp(frames: list[bytes], ceiling_dbtp: float) -> float:
    """Return the true peak where it may be above the ceiling, else the sample peak, which is quick to find."""
    decoded = decode_mp3(b"".join(frames))
    peak_db = _sample_peak_db(decoded)
    if peak_db < ceiling_dbtp - _BETWEEN_SAMPLES_DB:
        return peak_db
    return measure(decoded).true_peak_dbtp


def _sample_peak_db(clip: Clip) -> float:
    import numpy as np

    highest = int(np.abs(as_array(clip).astype(np.int32)).max())
    return float(20 * np.log10(max(highest, 1) / _FULL_SCALE))
