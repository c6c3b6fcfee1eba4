"""What measures a finished file from outside: other decoders and meters than the product's own."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyloudnorm
import soundfile
from numpy.typing import NDArray

from voiceguide.audio.chimes import strike_chime
from voiceguide.script.segments import ChimeKind

Samples = NDArray[np.float64]


def heard(path: Path) -> tuple[Samples, int]:
    """Decode a file with libsndfile; shape (samples,), 1.0 being full scale, and the sample rate in Hz."""
    samples, rate_hz = soundfile.read(str(path), dtype="float64")
    return samples, rate_hz


def loudness_as_heard(samples: Samples, rate_hz: int) -> float:
    """Integrated loudness of a mono sound on two loudspeakers, by pyloudnorm, in LUFS."""
    return float(pyloudnorm.Meter(rate_hz).integrated_loudness(np.column_stack((samples, samples))))


def true_peak_dbtp(samples: Samples) -> float:
    """The peak of the sound at eight times the sample rate (ITU-R BS.1770-4 annex 2 asks for four).

    Seconds whose samples are below a quarter of the highest are passed over: between its samples a sound of this
    filter's kernel (absolute sum below 4) rises to no more than four times them.
    """
    from scipy.signal import resample_poly

    parts = np.array_split(samples, max(1, len(samples) // 48_000))
    peaks = [np.abs(part).max(initial=0.0) for part in parts]
    loud = [part for part, peak in zip(parts, peaks, strict=True) if peak * 4 >= max(peaks)]
    return max(20 * float(np.log10(np.abs(resample_poly(part, 8, 1)).max() + 1e-9)) for part in loud)


def chime_onset_ms(
    samples: Samples, rate_hz: int, kind: ChimeKind, near_ms: int, level_db: float = 0.0
) -> float:
    """Where a chime begins, by the best match of its first 300 ms within 100 ms of a time."""
    bell = np.frombuffer(strike_chime(kind, level_db, rate_hz).pcm, dtype="<i2")[: rate_hz * 3 // 10]
    start = (near_ms - 100) * rate_hz // 1000
    stretch = samples[start : start + rate_hz // 5 + len(bell)]
    match = np.correlate(stretch, bell.astype(np.float64), mode="valid")
    return (start + int(match.argmax())) * 1000 / rate_hz


def loudest_db(samples: Samples) -> float:
    """The highest sample against full scale; -200 for silence."""
    return 20 * float(np.log10(max(np.abs(samples).max(initial=0.0), 1e-10)))


@dataclass(frozen=True)
class Fidelity:
    """How near a decoded sound is to what was encoded, in dB.

    Attributes:
        overall_db: signal to noise over all; windows_db: for every 100 ms with sound in it.
    """

    overall_db: float
    windows_db: Samples


def fidelity(decoded: Samples, original: Samples, rate_hz: int) -> Fidelity:
    """Compare two sounds of equal length."""
    step = rate_hz // 10
    whole = len(original) // step * step
    signal = (original[:whole].reshape(-1, step) ** 2).sum(axis=1)
    noise = ((decoded[:whole] - original[:whole]).reshape(-1, step) ** 2).sum(axis=1)
    sounding = signal > step * (10 ** (-50 / 20)) ** 2
    return Fidelity(
        overall_db=10 * float(np.log10(signal.sum() / noise.sum())),
        windows_db=10 * np.log10(signal[sounding] / np.maximum(noise[sounding], 1e-20)),
    )
