"""How loud a sound is, tenth of a second by tenth: enough to tell one phrase from another, and whole from broken."""

import warnings
from collections.abc import Iterator
from functools import cache
from math import log10
from typing import TYPE_CHECKING

from voiceguide.audio.clip import BYTES_PER_SAMPLE, Clip

if TYPE_CHECKING:
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

WINDOW_MS = 100
_QUIETEST_DB = -90
_FULL_SCALE = 32768
# A level is one printable character: this one is full scale, each further one a decibel less.
_LOUDEST = ord("!")


def level_envelope(clip: Clip) -> str:
    """Return the level (RMS against full scale, in dB) of each 100 ms of a clip, one character each.

    Without numpy, so that a session of known phrases need not load it.
    """
    audioop = _audioop()
    step = BYTES_PER_SAMPLE * WINDOW_MS * clip.sample_rate_hz // 1000
    pieces = (clip.pcm[start : start + step] for start in range(0, len(clip.pcm), step))
    return "".join(_character(audioop.rms(piece, BYTES_PER_SAMPLE)) for piece in pieces)


def level_envelope_of_samples(samples: "NDArray[np.float32]", sample_rate_hz: int) -> str:
    """Return the same of samples, shape (samples,), 1.0 being full scale."""
    import numpy as np

    step = WINDOW_MS * sample_rate_hz // 1000
    pieces = np.split(samples.astype(np.float64), range(step, len(samples), step))
    return "".join(
        _character(round(float(np.sqrt((piece**2).mean())) * _FULL_SCALE)) for piece in pieces if len(piece)
    )


def clip_id(words: str, chime: str | None = None) -> str:
    """Return the name under which a profile is kept: the words, or the kind of chime."""
    return words or f"chime {chime}"


def levels_db(written: str) -> Iterator[int]:
    """Yield the levels of a profile."""
    return (_LOUDEST - ord(character) for character in written)


@cache
def _character(rms: int) -> str:
    level_db = max(_QUIETEST_DB, round(20 * log10(max(rms, 1) / _FULL_SCALE)))
    return chr(_LOUDEST - min(level_db, 0))


def _audioop() -> "ModuleType":
    """Return the standard library's module; from Python 3.13 on, audioop-lts brings it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop

    return audioop
