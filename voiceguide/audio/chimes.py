"""The chimes: sets of synthesised struck bells.

In every set, begin, release and end differ in the number of strikes (one, two, three) as well as in pitch, so that any
listener can tell them apart at once, even on a loudspeaker without bass. "Next" is quick and rising; it
announces the next exercise in sessions without words. The energy lies between 400 Hz and 5 kHz, where
phone loudspeakers are at their best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from voiceguide.audio.clip import Clip
from voiceguide.audio.filters import as_clip
from voiceguide.audio.levels import CHIME_PEAK_LIMIT, SPEECH_LUFS, to_amplitude
from voiceguide.audio.loudness import measure
from voiceguide.routine.limits import DEFAULT_BELLS, NO_BELLS
from voiceguide.script.segments import CHIME_MS, ChimeKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A chime sounds as loud as speech when its loudest 400 ms match those of speech. They lie this far above the
# integrated loudness, measured on spoken passages.
_SPEECH_MOMENTARY_LU = 3.0

# Raise this with every change to the sound: stored chimes and blocks are then re-created.
CHIMES_VERSION = 1

# Partials: ratio to the strike note, amplitude, and relative rate of decay.
_HAND_BELL = ((1.0, 1.0, 1.0), (2.0, 0.55, 1.6), (3.0, 0.22, 2.6), (4.16, 0.12, 4.2), (5.43, 0.06, 6.5))
# A singing bowl has few and widely spaced partials, of which the lowest rings longest.
_SINGING_BOWL = ((1.0, 1.0, 1.0), (2.71, 0.45, 1.4), (5.15, 0.12, 2.8))
# A wood block: the partials of a free bar (Fletcher and Rossing, "The Physics of Musical Instruments", 2.13), which stop
# at once.
_WOOD_BLOCK = ((1.0, 1.0, 1.0), (2.76, 0.5, 1.8), (5.4, 0.2, 3.0))
# Short enough to sound struck, long enough not to click.
_ATTACK_MS = 3
# The last of the ringing fades out, so that the chime ends without a click.
_FADE_MS = 60
# The level at which a chime is measured before its gain is known; any level far from clipping would do.
_MEASURED_PEAK = 0.25
_INT16_MAX = 32_767
_MIN_MEASURED_MS = 1000

_A4, _C5, _E5, _G5, _A5 = 440.0, 523.25, 659.26, 783.99, 880.0


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
_BOWL_STRIKES: dict[ChimeKind, tuple[Strike, ...]] = {
    "begin": (Strike(0, _E5, 520),),
    "release": (Strike(0, _C5, 420), Strike(320, _A4, 620)),
    "next": (Strike(0, _A4, 260), Strike(180, _E5, 360)),
    "end": (Strike(0, _G5, 600), Strike(640, _E5, 700), Strike(1280, _C5, 1100)),
}
_WOOD_STRIKES: dict[ChimeKind, tuple[Strike, ...]] = {
    "begin": (Strike(0, _A5, 80),),
    "release": (Strike(0, _G5, 70), Strike(200, _C5, 90)),
    "next": (Strike(0, _C5, 60), Strike(110, _G5, 70)),
    "end": (Strike(0, _G5, 85), Strike(300, _E5, 90), Strike(600, _C5, 100)),
}
_WOOD_MS: dict[ChimeKind, int] = {"begin": 300, "release": 500, "next": 400, "end": 1000}


class Chimes(Protocol):
    """What sounds at the beginning and the end of a hold."""

    @property
    def identity(self) -> str:
        """What tells it from every other set that sounds different; empty for the default set."""

    def strike(self, kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip | None:
        """Return a chime, no longer than ``CHIME_MS[kind]``; None where nothing is to be heard.

        Args:
            kind: which chime.
            level_db: its loudness relative to the voice; 0 is equally loud.
            sample_rate_hz: of the clip.
        """


@dataclass(frozen=True, slots=True)
class StruckChimes:
    """Chimes that are synthesised from strikes."""

    identity: str
    strikes: Mapping[ChimeKind, tuple[Strike, ...]]
    partials: tuple[tuple[float, float, float], ...]
    lengths_ms: Mapping[ChimeKind, int]

    def strike(self, kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip:
        """See ``Chimes``."""
        import numpy as np

        sound = np.zeros(self.lengths_ms[kind] * sample_rate_hz // 1000)
        for strike in self.strikes[kind]:
            start = strike.at_ms * sample_rate_hz // 1000
            sound[start:] += _ring(strike, self.partials, len(sound) - start, sample_rate_hz)
        return at_level(sound, level_db, sample_rate_hz)


@dataclass(frozen=True, slots=True)
class NoChimes:
    """Nothing is heard."""

    identity: str = "none"

    def strike(self, kind: ChimeKind, level_db: float, sample_rate_hz: int) -> None:
        """See ``Chimes``."""


BELLS = StruckChimes("", STRIKES, _HAND_BELL, CHIME_MS)
# By the names that listeners choose them by.
CHIME_SETS: dict[str, Chimes] = {
    DEFAULT_BELLS: BELLS,
    "bowls": StruckChimes("bowls", _BOWL_STRIKES, _SINGING_BOWL, CHIME_MS),
    "wood": StruckChimes("wood", _WOOD_STRIKES, _WOOD_BLOCK, _WOOD_MS),
    NO_BELLS: NoChimes(),
}


def strike_chime(kind: ChimeKind, level_db: float, sample_rate_hz: int) -> Clip:
    """Return a chime of the default set; see ``Chimes.strike``."""
    return BELLS.strike(kind, level_db, sample_rate_hz)


def at_level(sound: "NDArray[np.float64]", level_db: float, sample_rate_hz: int) -> Clip:
    """Return a sound as loud as the voice, or so many dB louder, that fades out at its end.

    Args:
        sound: any amplitude; shape (samples,).
        level_db: relative to the voice.
        sample_rate_hz: of the sound.
    """
    import numpy as np

    fade = min(_FADE_MS * sample_rate_hz // 1000, len(sound))
    sound[len(sound) - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    sound /= np.abs(sound).max()
    # The meter needs a whole block of 400 ms; a shorter sound is measured with silence after it.
    measured_sound = np.pad(sound, (0, max(0, _MIN_MEASURED_MS * sample_rate_hz // 1000 - len(sound))))
    measured = measure(as_clip(measured_sound * _MEASURED_PEAK * _INT16_MAX, sample_rate_hz))
    gain_db = SPEECH_LUFS + _SPEECH_MOMENTARY_LU + level_db - measured.momentary_lufs
    peak = min(_MEASURED_PEAK * to_amplitude(gain_db), CHIME_PEAK_LIMIT)
    return as_clip(sound * peak * _INT16_MAX, sample_rate_hz)


def _ring(
    strike: Strike, partials: tuple[tuple[float, float, float], ...], sample_count: int, sample_rate_hz: int
) -> "NDArray[np.float64]":
    import numpy as np

    time = np.arange(sample_count) / sample_rate_hz
    sound = np.zeros(sample_count)
    for ratio, amplitude, decay_rate in partials:
        decay = np.exp(-time * 1000 * decay_rate / strike.decay_ms)
        sound += amplitude * decay * np.sin(2 * np.pi * strike.frequency_hz * ratio * time)
    attack = _ATTACK_MS * sample_rate_hz // 1000
    sound[:attack] *= np.sin(np.linspace(0, np.pi / 2, attack, endpoint=False)) ** 2
    return sound
