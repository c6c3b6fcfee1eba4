"""Chimes made from a person's own sound file."""

import hashlib
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voiceguide.audio.chimes import CHIME_SETS, Chimes, at_level
from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_array, as_clip
from voiceguide.audio.normalization import apply_fades, resample, trim_silence
from voiceguide.errors import InvalidInput, UnknownName
from voiceguide.files.paths import is_file
from voiceguide.files.reading import read_limited
from voiceguide.routine.limits import BELLS, DEFAULT_BELLS, MAX_SOUND_FILE_BYTES
from voiceguide.script.segments import CHIME_MS, ChimeKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Of the file, only so much is decoded: no chime is longer.
_MAX_DECODED_MS = 10_000
_MIN_SOUND_MS = 30
_SAMPLE_RATES_HZ = range(4000, 192_001)
_MAX_CHANNELS = 8
# No compressed frame of audio holds more; a forged one could.
_MAX_FRAMES = 20_000
# Formats that hold their own sound: others, such as playlists, would open further files.
_FORMATS = "wav,aiff,caf,flac,ogg,mp3,mov,aac,matroska"
_ADVICE = (
    "Name a short sound, such as a WAV or MP3 file of a bell, or choose one of: " + ", ".join(BELLS) + "."
)
# When the sound is struck: told apart by their number, as in the built-in sets.
_STRIKES_MS: dict[ChimeKind, tuple[int, ...]] = {
    "begin": (0,),
    "release": (0, 320),
    "next": (0, 160),
    "end": (0, 640, 1280),
}


@dataclass(frozen=True)
class OwnChimes:
    """Chimes of one sound, struck once, twice or three times.

    Attributes:
        identity: the SHA-256 of the sound.
        sound: trimmed, at its own sample rate.
    """

    identity: str
    sound: Clip

    def strike(self, kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip:
        """See ``Chimes``."""
        import numpy as np

        samples = as_array(resample(self.sound, sample_rate_hz)).astype(np.float64)
        starts = [at_ms * sample_rate_hz // 1000 for at_ms in _STRIKES_MS[kind]]
        whole = np.zeros(min(starts[-1] + len(samples), CHIME_MS[kind] * sample_rate_hz // 1000))
        for number, start in enumerate(starts):
            until = starts[number + 1] if number + 1 < len(starts) else len(whole)
            _damp_into(whole, samples, start, until, sample_rate_hz)
        return at_level(whole, level_db, sample_rate_hz)


def _damp_into(
    whole: "NDArray[np.float64]", samples: "NDArray[np.float64]", start: int, until: int, sample_rate_hz: int
) -> None:
    """Add a strike that gives way to the next one, so that strikes stay apart however long the sound is."""
    import numpy as np

    count = min(len(samples), len(whole) - start)
    strike = samples[:count].copy()
    fade_from = until - start
    if fade_from < count:
        fall = np.exp(-np.arange(count - fade_from) / (0.05 * sample_rate_hz))
        strike[fade_from:] *= fall
    whole[start : start + count] += strike


def chimes_of(name: str | None) -> Chimes:
    """Return the chimes that a listener chose: the default set, a built-in one by its name, or a sound file.

    Raises:
        UnknownName: there is neither such a set nor such a file.
        InvalidInput: the file has no sound that can be used.
    """
    if name is None or name in CHIME_SETS:
        return CHIME_SETS[name or DEFAULT_BELLS]
    path = Path(name).expanduser()
    if not is_file(path) and not path.suffix and not path.parent.name:
        advice = "For a sound of your own, name its file, such as bell.wav."
        raise UnknownName("set of bells", name, BELLS, advice=advice)
    return read_own_chimes(path)


def read_own_chimes(path: Path) -> OwnChimes:
    """Return the chimes made from a sound file in any format that FFmpeg reads.

    Raises:
        InvalidInput, InputNotFound: it has no sound that can be used.
    """
    data = read_limited(path, MAX_SOUND_FILE_BYTES)
    sound = trim_silence(_decoded(data, path))
    if sound is None or sound.duration_ms < _MIN_SOUND_MS:
        raise InvalidInput(path, "holds no sound that could be heard", _ADVICE)
    return OwnChimes(hashlib.sha256(sound.digest.encode()).hexdigest(), apply_fades(sound))


def _decoded(data: bytes, path: Path) -> Clip:
    """Return the first seconds of a file, as one mono clip at its own sample rate."""
    import av

    try:
        with av.open(io.BytesIO(data), options={"format_whitelist": _FORMATS}) as container:
            stream = container.streams.audio[0]
            if stream.sample_rate not in _SAMPLE_RATES_HZ or stream.channels > _MAX_CHANNELS:
                rates = (
                    f"{_SAMPLE_RATES_HZ[0]} to {_SAMPLE_RATES_HZ[-1]} Hz and at most {_MAX_CHANNELS} channels"
                )
                raise InvalidInput(path, f"needs a sample rate of {rates}", _ADVICE)
            return as_clip(_mono(container, stream.sample_rate), stream.sample_rate)
    except (av.error.FFmpegError, OSError, ValueError, IndexError, MemoryError) as error:
        raise InvalidInput(path, "does not contain audio that can be read", _ADVICE) from error


def _mono(container: Any, rate_hz: int) -> "NDArray[np.int16]":
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
    parts, wanted = [], _MAX_DECODED_MS * rate_hz // 1000
    for frame in islice(container.decode(audio=0), _MAX_FRAMES):
        parts += [part.to_ndarray().reshape(-1) for part in resampler.resample(frame)]
        if sum(map(len, parts)) >= wanted:
            break
    return np.concatenate(parts)[:wanted].astype(np.int16)
