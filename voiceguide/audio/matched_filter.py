"""Finds a known sound in a recording, to the sample, with a matched filter."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The normalised correlation above which the sound counts as found. Measured with chimes: noise and speech stay
# near 0.1; a chime encoded at 64 kbit/s exceeds 0.95.
_MIN_LIKENESS = 0.6
# Keeps the correlation with digital silence at 0.
_MIN_ENERGY = 1e-9


def find_onset(recording: "NDArray[np.float64]", template: "NDArray[np.float64]") -> int | None:
    """Return the sample at which a recording resembles a template most, or None if it is not there.

    Args:
        recording: where to search; shape (samples,), longer than the template.
        template: the beginning of the sound, at any level; shape (samples,).
    """
    import numpy as np

    match = _correlate(recording, template / np.sqrt((template**2).sum()))
    sums = np.concatenate(([0.0], np.cumsum(recording**2)))
    energy = sums[len(template) :] - sums[: -len(template)]
    likeness = match / np.sqrt(np.maximum(energy, _MIN_ENERGY))
    best = int(likeness.argmax())
    return best if likeness[best] >= _MIN_LIKENESS else None


def _correlate(recording: "NDArray[np.float64]", template: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return ``numpy.correlate(recording, template, "valid")``, fifty times as fast, computed through the spectrum."""
    import numpy as np

    size = 1 << (len(recording) - 1).bit_length()
    spectrum = np.fft.rfft(recording, size) * np.fft.rfft(template, size).conj()
    correlation: NDArray[np.float64] = np.fft.irfft(spectrum, size)[: len(recording) - len(template) + 1]
    return correlation
