"""Loudness and true peak by EBU R 128, measured with FFmpeg's ebur128 filter."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.clip import Clip
from voiceguide.sound.graph import run

if TYPE_CHECKING:
    import av

# A session is heard as mono on two loudspeakers, which is 3 LU louder than the mono meter says
# (EBU Tech 3344, "dual mono"): -19 on the mono meter is -16 as heard.
SPEECH_LUFS = -19.0
DUAL_MONO_LU = 3.01

_METER = ("ebur128", "metadata=1:peak=true")


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a meter says of one mono signal.

    Attributes:
        integrated_lufs: over the whole, gated (ITU-R BS.1770-4 §2.8); -70 where all is silence.
        momentary_lufs: the loudest 400 ms.
        true_peak_dbtp: the highest peak between samples (ITU-R BS.1770-4 annex 2).
    """

    integrated_lufs: float
    momentary_lufs: float
    true_peak_dbtp: float


def measure(clip: Clip) -> Loudness:
    """Measure a clip; one shorter than 400 ms is measured with silence after it."""
    seconds = max(0.5, clip.samples / clip.sample_rate_hz + 0.1)
    return _read(run([clip], ("apad", f"whole_dur={seconds:.3f}"), _METER))


def measure_pieces(clips: Iterable[Clip]) -> Loudness:
    """Measure one long sound that comes in pieces; at least 400 ms in all."""
    return _read(run(clips, _METER))


def _read(frames: "Iterable[av.AudioFrame]") -> Loudness:
    integrated, momentary, peak = -70.0, -120.0, 0.0
    for frame in frames:
        reading = frame.metadata
        if "lavfi.r128.I" in reading:
            integrated = float(reading["lavfi.r128.I"])
            momentary = max(momentary, float(reading["lavfi.r128.M"]))
            peak = max(peak, float(reading["lavfi.r128.true_peak"]))
    return Loudness(integrated, momentary, _decibels(peak))


def _decibels(amplitude: float) -> float:
    """FFmpeg gives the true peak as an amplitude where 1 is full scale."""
    from math import log10

    return 20 * log10(max(amplitude, 1e-6))
