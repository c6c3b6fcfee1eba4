"""Loudness and true peak by EBU R 128, measured with FFmpeg's ebur128 filter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log10

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import run

# A session is heard as mono on two loudspeakers, which is 3 LU louder than the mono meter says
# (EBU Tech 3344, "dual mono"): -19 on the mono meter is -16 as heard.
SPEECH_LUFS = -19.0
DUAL_MONO_LU = 3.01


@dataclass(frozen=True, slots=True)
class Loudness:
    """What a meter says of one mono signal.

    Attributes:
        integrated_lufs: over the whole, gated (ITU-R BS.1770-4 §2.8); -70 where all is silence.
        momentary_lufs: the loudest 400 ms.
    """

    integrated_lufs: float
    momentary_lufs: float


def measure(clip: Clip) -> Loudness:
    """Measure a clip; one shorter than 400 ms is measured with silence after it."""
    return measure_pieces([clip, Clip(bytes(2 * (clip.sample_rate_hz // 2)), clip.sample_rate_hz)])


def measure_pieces(clips: Iterable[Clip]) -> Loudness:
    """Measure one long sound that comes in pieces; at least 400 ms in all."""
    integrated, momentary = -70.0, -120.0
    for reading in _readings(clips, "metadata=1"):
        integrated = float(reading["lavfi.r128.I"])
        momentary = max(momentary, float(reading["lavfi.r128.M"]))
    return Loudness(integrated, momentary)


def true_peak_dbtp(clips: Iterable[Clip]) -> float:
    """Return the highest peak between samples (ITU-R BS.1770-4 annex 2); -120 for silence.

    Args:
        clips: one sound in pieces.
    """
    amplitudes = [float(found["lavfi.r128.true_peak"]) for found in _readings(clips, "metadata=1:peak=true")]
    return 20 * log10(max(amplitudes, default=0.0) or 1e-6)


def _readings(clips: Iterable[Clip], options: str) -> Iterator[dict[str, str]]:
    """Yield what the meter says, every 100 ms."""
    for frame in run(clips, ("ebur128", options)):
        if "lavfi.r128.I" in frame.metadata:
            yield frame.metadata
