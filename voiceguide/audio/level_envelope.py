"""Level envelopes: how loud a clip is over time, small enough to be stored in a file's tags.

A file carries the envelope of each of its clips, so that verification can distinguish one phrase from another, and an
intact phrase from a damaged one.
"""

from collections.abc import Iterator, Sequence
from math import hypot, sqrt
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.levels import FULL_SCALE, to_db

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_MS = 100
# The RMS of a window is taken over 300 evenly spaced samples. The same ones are compared later, so more of them
# would take longer and find no more.
_SAMPLES_PER_MS = 3
# A level is stored as one printable character: "!" for 0 dBFS, the next one for each decibel below it.
_ZERO_DB = ord("!")
_MIN_LEVEL_DB = -90
# Quieter windows are not compared: an encoder changes them by more than a few decibels.
_MIN_COMPARED_DB = -50
# At 64 kbit/s an encoder changes the level of a window by a decibel or two. A sound is altered if one window
# differs by more than the first limit, or several by more than the second.
_MAX_DIFFERENCE_DB = 8
_MAX_REPEATED_DIFFERENCE_DB = 3


# Of the clips measured last, by their digests: the sessions of one routine consist of the same ones.
_MAX_KNOWN = 2000
_known: dict[str, str] = {}


def level_envelope(clip: Clip) -> str:
    """Return the RMS level of each 100 ms of a clip in dBFS, one character each.

    Works without NumPy, which a session of known phrases need not load.
    """
    known = _known.get(clip.digest)
    if known is None:
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        known = _known[clip.digest] = _measured(clip)
    return known


def _measured(clip: Clip) -> str:
    # Native byte order: every platform that PyAV has wheels for is little-endian, as clips are.
    spacing = max(1, clip.sample_rate_hz // (1000 * _SAMPLES_PER_MS))
    samples = memoryview(clip.pcm).cast("h")[::spacing].tolist()
    window = WINDOW_MS * _SAMPLES_PER_MS
    return "".join(_level(samples[start : start + window]) for start in range(0, len(samples), window))


def level_envelope_of_samples(samples: "NDArray[np.float32]", sample_rate_hz: int) -> str:
    """Return the same for samples of shape (samples,), 1.0 being full scale."""
    from voiceguide.audio.filters import as_clip

    return level_envelope(as_clip(samples * FULL_SCALE, sample_rate_hz))


def clip_id(words: str, chime: str | None = None) -> str:
    """Return the name under which an envelope is stored: the words, or the kind of chime."""
    return words or f"chime {chime}"


def sounds_differ(expected: str, measured: str) -> bool:
    """Return whether two envelopes belong to different sounds; the last window, often incomplete, is ignored."""
    pairs = zip(_levels_db(expected[:-1]), _levels_db(measured[:-1]), strict=False)
    differences = [abs(one - other) for one, other in pairs if max(one, other) > _MIN_COMPARED_DB]
    repeated = sum(difference > _MAX_REPEATED_DIFFERENCE_DB for difference in differences)
    return max(differences, default=0) > _MAX_DIFFERENCE_DB or repeated > 1


def _levels_db(envelope: str) -> Iterator[int]:
    return (_ZERO_DB - ord(character) for character in envelope)


def _level(samples: Sequence[int]) -> str:
    rms = hypot(*samples) / sqrt(len(samples))
    level_db = max(_MIN_LEVEL_DB, round(to_db(rms / FULL_SCALE)))
    return chr(_ZERO_DB - min(level_db, 0))
