"""Turns an engine's raw audio into a finished clip: sample rate, trimmed silence, level, fades."""

from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import apply_filters, as_array, as_clip
from voiceguide.audio.levels import CLIP_PEAK_LIMIT_DB, to_amplitude

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Windows of 5 ms this far below the loudest one count as silence at the ends of a phrase. Soft consonants
# (the "h" of "halfway", the "th" of "three") lie above, the noise floor of every engine below.
TRIM_BELOW_LOUDEST_DB = -50.0
_WINDOW_MS = 5
# Short enough to leave consonants intact, long enough to prevent clicks.
FADE_IN_MS = 5
FADE_OUT_MS = 15


def trim_silence(clip: Clip) -> Clip | None:
    """Return the clip without the silence at its ends, or None if it is all silence."""
    levels = _window_levels(clip)
    loudest = levels.max()
    if loudest < 1.0:  # less than one 16-bit step: digital silence, with or without dither
        return None
    sounding = (levels > loudest * to_amplitude(TRIM_BELOW_LOUDEST_DB)).nonzero()[0]
    step = _sample_count(_WINDOW_MS, clip)
    start, end = int(sounding[0]) * step, min((int(sounding[-1]) + 2) * step, clip.sample_count)
    return as_clip(as_array(clip)[start:end], clip.sample_rate_hz)


def apply_fades(clip: Clip) -> Clip:
    """Return the clip with short fades (raised cosine), so that it starts and ends without a click."""
    import numpy as np

    samples = as_array(clip).astype(np.float64)
    rise = min(_sample_count(FADE_IN_MS, clip), clip.sample_count // 2)
    fall = min(_sample_count(FADE_OUT_MS, clip), clip.sample_count // 2)
    samples[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, endpoint=False)) ** 2
    samples[clip.sample_count - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return as_clip(samples, clip.sample_rate_hz)


def resample(clip: Clip, sample_rate_hz: int) -> Clip:
    """Return the clip at another sample rate."""
    if clip.sample_rate_hz == sample_rate_hz:
        return clip
    return apply_filters(clip, ("aresample", str(sample_rate_hz)), sample_rate_hz=sample_rate_hz)


def apply_gain(clip: Clip, gain_db: float) -> Clip:
    """Return the clip with a constant gain; a limiter holds peaks at ``CLIP_PEAK_LIMIT_DB``.

    A phrase that does not reach the limit passes through the limiter unchanged.
    """
    return apply_filters(clip, ("volume", f"{gain_db:.2f}dB"), _limiter(CLIP_PEAK_LIMIT_DB))


def limit_peaks(clip: Clip, limit_db: float) -> Clip:
    """Return the clip with its sample peaks limited to a level in dBFS."""
    return apply_filters(clip, _limiter(limit_db))


def _limiter(limit_db: float) -> tuple[str, str]:
    # Attack and release in ms: the limiter looks ahead by its attack, and `latency` takes the delay off again.
    return "alimiter", f"limit={to_amplitude(limit_db):.4f}:level=0:attack=5:release=50:latency=1"


def _sample_count(milliseconds: int, clip: Clip) -> int:
    return milliseconds * clip.sample_rate_hz // 1000


def _window_levels(clip: Clip) -> "NDArray[np.float64]":
    """Return the RMS level of each window in 16-bit units; shape (windows,)."""
    import numpy as np

    step = _sample_count(_WINDOW_MS, clip)
    samples = as_array(clip).astype(np.float64)
    padded = np.pad(samples, (0, -len(samples) % step))
    return np.asarray(np.sqrt((padded.reshape(-1, step) ** 2).mean(axis=1)))
