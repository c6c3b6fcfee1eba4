"""Loudness and true peak according to EBU R 128, measured with FFmpeg's ebur128 filter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voiceguide.audio.clip import BYTES_PER_SAMPLE, Clip
from voiceguide.audio.filters import run_filters
from voiceguide.audio.levels import to_db

# The meter's readings for silence: its absolute gate (ITU-R BS.1770-4 §2.8), and no signal at all.
_GATE_LUFS = -70.0
_SILENT_LUFS = -120.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """The meter's reading for one mono signal.

    Attributes:
        integrated_lufs: of the whole signal, gated (ITU-R BS.1770-4 §2.8); -70 for silence.
        momentary_lufs: of the loudest 400 ms.
    """

    integrated_lufs: float
    momentary_lufs: float


def measure(clip: Clip) -> Loudness:
    """Measure a clip; half a second of silence is appended, since the meter needs 400 ms."""
    return measure_pieces(
        [clip, Clip(bytes(BYTES_PER_SAMPLE * (clip.sample_rate_hz // 2)), clip.sample_rate_hz)]
    )


def measure_pieces(clips: Iterable[Clip]) -> Loudness:
    """Measure audio given in consecutive pieces; at least 400 ms in total."""
    integrated, momentary = _GATE_LUFS, _SILENT_LUFS
    for reading in _readings(clips, "metadata=1"):
        integrated = float(reading["lavfi.r128.I"])
        momentary = max(momentary, float(reading["lavfi.r128.M"]))
    return Loudness(integrated, momentary)


def true_peak_dbtp(clips: Iterable[Clip]) -> float:
    """Return the true peak, which may lie between samples (ITU-R BS.1770-4 annex 2); -120 for silence.

    Args:
        clips: consecutive pieces.
    """
    amplitudes = [float(found["lavfi.r128.true_peak"]) for found in _readings(clips, "metadata=1:peak=true")]
    return to_db(max(amplitudes, default=0.0))


def _readings(clips: Iterable[Clip], options: str) -> Iterator[dict[str, str]]:
    """Yield the meter's metadata every 100 ms."""
    for frame in run_filters(clips, ("ebur128", options)):
        if "lavfi.r128.I" in frame.metadata:
            yield frame.metadata
