"""The chimes: synthesised struck bells.

Begin, release and end differ in the number of strikes (one, two, three) as well as in pitch, so that any
listener can tell them apart at once, even on a loudspeaker without bass. "Next" is quick and rising; it
announces the next exercise in sessions without words. All energy lies between 500 Hz and 5 kHz, where
phone loudspeakers are at their best.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_clip
from voiceguide.audio.levels import CHIME_PEAK_LIMIT, SPEECH_LUFS, to_amplitude
from voiceguide.audio.loudness import measure
from voiceguide.script.segments import CHIME_MS, ChimeKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A chime sounds as loud as speech when its loudest 400 ms match those of speech. They lie this far above the
# integrated loudness, measured on spoken passages.
_SPEECH_MOMENTARY_LU = 3.0

# Raise this with every change to the sound: stored chimes and blocks are then re-created.
CHIMES_VERSION = 1

# Partials of a small hand bell: ratio to the strike note, amplitude, and relative rate of decay.
_PARTIALS = ((1.0, 1.0, 1.0), (2.0, 0.55, 1.6), (3.0, 0.22, 2.6), (4.16, 0.12, 4.2), (5.43, 0.06, 6.5))
# Short enough to sound struck, long enough not to click.
_ATTACK_MS = 3
# The last of the ringing fades out, so that the chime ends without a click.
_FADE_MS = 60
# The level at which a chime is measured before its gain is known; any level far from clipping would do.
_MEASURED_PEAK = 0.25
_INT16_MAX = 32_767

_C5, _E5, _G5, _A5 = 523.25, 659.26, 783.99, 880.0


@dataclass(frozen=True, slots=True)
class Strike:
    """One strike of a chime: when, its note, and the time in which it decays to 1/e."""

    at_ms: int
    frequency_hz: float
    decay_ms: int


STRIKES: dict[ChimeKind, tuple[Strike, ...]] = {
    "begin": (Strike(0, _A5, 330),),
    "release": (Strike(0, _G5, 260), Strike(240, _C5, 420)),
    "next": (Strike(0, _C5, 200), Strike(140, _G5, 260)),
    "end": (Strike(0, _G5, 420), Strike(480, _E5, 480), Strike(960, _C5, 900)),
}


def strike_chime(kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip:
    """Return a chime; it lasts ``CHIME_MS[kind]``.

    Args:
        kind: which chime.
        level_db: its loudness relative to the voice; 0 is equally loud.
        sample_rate_hz: of the clip.
    """
    import numpy as np

    sound = np.zeros(CHIME_MS[kind] * sample_rate_hz // 1000)
    for strike in STRIKES[kind]:
        start = strike.at_ms * sample_rate_hz // 1000
        sound[start:] += _ring(strike, len(sound) - start, sample_rate_hz)
    fade = _FADE_MS * sample_rate_hz // 1000
    sound[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    sound /= np.abs(sound).max()
    measured = measure(as_clip(sound * _MEASURED_PEAK * _INT16_MAX, sample_rate_hz))
    gain_db = SPEECH_LUFS + _SPEECH_MOMENTARY_LU + level_db - measured.momentary_lufs
    peak = min(_MEASURED_PEAK * to_amplitude(gain_db), CHIME_PEAK_LIMIT)
    return as_clip(sound * peak * _INT16_MAX, sample_rate_hz)


def _ring(strike: Strike, sample_count: int, sample_rate_hz: int) -> "NDArray[np.float64]":
    import numpy as np

    time = np.arange(sample_count) / sample_rate_hz
    sound = np.zeros(sample_count)
    for ratio, amplitude, decay_rate in _PARTIALS:
        decay = np.exp(-time * 1000 * decay_rate / strike.decay_ms)
        sound += amplitude * decay * np.sin(2 * np.pi * strike.frequency_hz * ratio * time)
    attack = _ATTACK_MS * sample_rate_hz // 1000
    sound[:attack] *= np.sin(np.linspace(0, np.pi / 2, attack, endpoint=False)) ** 2
    return sound
