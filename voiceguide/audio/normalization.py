"""From what an engine gives to a finished clip: one sample rate, no silence of its own, one level, no clicks."""

from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import apply_filters, as_array, as_clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Where a voice begins and ends: 5 ms stretches this far below its loudest stretch are silence. Soft
# consonants (the "h" of "halfway", the "th" of "three") lie above; the floor of every engine below.
SILENCE_DB = -50.0
_STRETCH_MS = 5
FADE_IN_MS = 5
FADE_OUT_MS = 15

# Headroom under -1 dBTP for what the MP3 adds: nearly always less than 1.6 dB at 64 kbit/s.
LIMIT_DB = -3.2


def trim_silence(clip: Clip) -> Clip | None:
    """Return the clip without the silence at its ends, or None where it is all silence."""
    levels = _stretch_levels(clip)
    loudest = levels.max()
    if loudest < 1.0:  # one unit of 16 bits: digital silence, dither included
        return None
    sounding = (levels > loudest * 10 ** (SILENCE_DB / 20)).nonzero()[0]
    step = _samples(_STRETCH_MS, clip)
    start, end = int(sounding[0]) * step, min((int(sounding[-1]) + 2) * step, clip.samples)
    return as_clip(as_array(clip)[start:end], clip.sample_rate_hz)


def apply_fades(clip: Clip) -> Clip:
    """Return the clip with short fades, so that it starts and ends without a click."""
    import numpy as np

    samples = as_array(clip).astype(np.float64)
    rise = min(_samples(FADE_IN_MS, clip), clip.samples // 2)
    fall = min(_samples(FADE_OUT_MS, clip), clip.samples // 2)
    samples[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, endpoint=False)) ** 2
    samples[clip.samples - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return as_clip(samples, clip.sample_rate_hz)


def resample(clip: Clip, sample_rate_hz: int) -> Clip:
    """Return the clip at another sample rate."""
    if clip.sample_rate_hz == sample_rate_hz:
        return clip
    return apply_filters(clip, ("aresample", str(sample_rate_hz)), sample_rate_hz=sample_rate_hz)


def apply_gain(clip: Clip, gain_db: float) -> Clip:
    """Return the clip louder by a constant gain; only peaks that would clip are held back.

    The limiter looks ahead by its attack time and lets go within a few cycles, so a phrase that does
    not reach the limit passes through unchanged.
    """
    return apply_filters(clip, ("volume", f"{gain_db:.2f}dB"), _limiter(LIMIT_DB))


def limit_peaks(clip: Clip, limit_db: float) -> Clip:
    """Return the clip with its peaks held below a level against full scale."""
    return apply_filters(clip, _limiter(limit_db))


def _limiter(limit_db: float) -> tuple[str, str]:
    return "alimiter", f"limit={10 ** (limit_db / 20):.4f}:level=0:attack=5:release=50:latency=1"


def _samples(milliseconds: int, clip: Clip) -> int:
    return milliseconds * clip.sample_rate_hz // 1000


def _stretch_levels(clip: Clip) -> "NDArray[np.float64]":
    """Return the RMS level of each stretch, in 16-bit units; shape (stretches,)."""
    import numpy as np

    step = _samples(_STRETCH_MS, clip)
    samples = as_array(clip).astype(np.float64)
    padded = np.pad(samples, (0, -len(samples) % step))
    return np.asarray(np.sqrt((padded.reshape(-1, step) ** 2).mean(axis=1)))
