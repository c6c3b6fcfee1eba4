"""The chimes: struck bells, synthesised.

Begin, release and end differ in the number of strikes (one, two, three) as well as in pitch, so that
one is told from another at once, by any ear, on a loudspeaker that has no bass. The one that rises,
quickly, tells of the next exercise where no word does. All energy lies between 500 Hz and
5 kHz, where a phone is best.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_clip
from voiceguide.audio.loudness import SPEECH_LUFS, measure
from voiceguide.script.segments import ChimeKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A bell's loudest 400 ms against the integrated loudness of speech at which both sound equally loud:
# the loudest 400 ms of a spoken passage lie this far above its integrated loudness, too.
_AS_LOUD_AS_SPEECH_LU = 3.0

# Raise this with every change of sound: stored chimes and blocks are then made anew.
CHIMES_VERSION = 1

# Partials of a small hand bell: ratio to the strike note, amplitude, and how much faster it dies away.
_PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.55, 1.6), (3.0, 0.22, 2.6), (4.16, 0.12, 4.2), (5.43, 0.06, 6.5))
_ATTACK_MS = 3
# Leaves the MP3 its decibel below -1 dBTP.
_HIGHEST_PEAK = 0.73
_FADE_MS = 60

_C5, _E5, _G5, _A5 = 523.25, 659.26, 783.99, 880.0


@dataclass(frozen=True, slots=True)
class Strike:
    """One blow on one bell: when it falls, its note, and how fast it dies away (time to 1/e)."""

    at_ms: int
    frequency_hz: float
    decay_ms: int


@dataclass(frozen=True, slots=True)
class Bell:
    """A chime: its strikes, and how long it may ring."""

    length_ms: int
    strikes: tuple[Strike, ...]


CHIMES: dict[ChimeKind, Bell] = {
    "begin": Bell(1200, (Strike(0, _A5, 330),)),
    "release": Bell(1700, (Strike(0, _G5, 260), Strike(240, _C5, 420))),
    "next": Bell(1100, (Strike(0, _C5, 200), Strike(140, _G5, 260))),
    "end": Bell(4200, (Strike(0, _G5, 420), Strike(480, _E5, 480), Strike(960, _C5, 900))),
}


def strike_chime(kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip:
    """Return a chime.

    Args:
        kind: which one.
        level_db: its loudest 400 ms against the loudness of speech; 0 is as loud as the voice.
        sample_rate_hz: of the clip.
    """
    import numpy as np

    bell = CHIMES[kind]
    sound = np.zeros(bell.length_ms * sample_rate_hz // 1000)
    for strike in bell.strikes:
        start = strike.at_ms * sample_rate_hz // 1000
        sound[start:] += _ring(strike, len(sound) - start, sample_rate_hz)
    fade = _FADE_MS * sample_rate_hz // 1000
    sound[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    quiet = as_clip(sound / np.abs(sound).max() * 0.25 * 32767, sample_rate_hz)
    gain_db = SPEECH_LUFS + _AS_LOUD_AS_SPEECH_LU + level_db - measure(quiet).momentary_lufs
    peak = 0.25 * 10 ** (gain_db / 20)
    return as_clip(sound / np.abs(sound).max() * min(peak, _HIGHEST_PEAK) * 32767, sample_rate_hz)


def _ring(strike: Strike, samples: int, sample_rate_hz: int) -> "NDArray[np.float64]":
    import numpy as np

    time = np.arange(samples) / sample_rate_hz
    sound = np.zeros(samples)
    for ratio, amplitude, haste in _PARTIALS:
        decay = np.exp(-time * 1000 * haste / strike.decay_ms)
        sound += amplitude * decay * np.sin(2 * np.pi * strike.frequency_hz * ratio * time)
    attack = _ATTACK_MS * sample_rate_hz // 1000
    sound[:attack] *= np.sin(np.linspace(0, np.pi / 2, attack, endpoint=False)) ** 2
    return sound
