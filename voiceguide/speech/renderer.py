"""The studio: makes finished clips, each only once.

A finished clip is trimmed, faded, at the session's sample rate, and louder by the voice's constant
gain. Rate and gain are found once a voice and pace, from one passage, so that every phrase keeps its
natural weight against the others.
"""

import json
import math
import struct
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from functools import cached_property

from voiceguide.audio.chimes import CHIMES_VERSION, strike_chime
from voiceguide.audio.clip import Clip
from voiceguide.audio.levels import SPEECH_LUFS
from voiceguide.audio.loudness import measure
from voiceguide.audio.normalization import (
    apply_fades,
    apply_gain,
    resample,
    trim_silence,
)
from voiceguide.errors import PhraseFailed
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.segments import ChimeKind, Utterance
from voiceguide.speech.engine import (
    FASTEST_RATE,
    SLOWEST_RATE,
    Engine,
    Voice,
)
from voiceguide.speech.pool import EnginePool
from voiceguide.store.port import Store, store_key

# Raise this with every change to trimming, fading or levelling: stored clips are then made anew.
CONDITIONING_VERSION = 1

# Read for pace and level: the mixture of long and short sentences that sessions are made of.
PASSAGE = (
    "Move slowly and gently, and only as far as feels good.",
    "Come onto your hands and knees.",
    "Draw your belly in, round your back up toward the ceiling, and let your head sink.",
    "Hold for twenty-five seconds.",
    "Left side, first of two.",
    "Breathe into your lower back.",
    "Halfway.",
    "Bring your knees back to the middle, and rest.",
)
# Said at the natural rate, as in a countdown.
COUNTED = ("Three.", "Two.", "One.")
_APART_MS = 2000
_PACE_TOLERANCE = 0.015
_PACE_TRIES = 4
# Where to begin: most voices speak about so many words a minute by nature, pauses included.
_USUAL_WPM = 175
_LEVEL_TRIES = 3
# Sessions, with their many short phrases, measure this much softer than the passage.
_SOFTER_LU = 0.2


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one voice needs to sound as every other: rate against its natural pace, and constant gain."""

    rate: float
    gain_db: float

    def __post_init__(self) -> None:
        """Refuse what no voice can have been found to need; a kept entry is untrusted.

        Raises:
            ValueError, TypeError: it is no calibration.
        """
        if not SLOWEST_RATE <= self.rate <= FASTEST_RATE or not math.isfinite(self.gain_db):
            raise ValueError("no calibration")


class SpeechRenderer:
    """Turns utterances and chimes into finished clips."""

    def __init__(
        self,
        crew: EnginePool,
        voice: Voice,
        store: Store,
        *,
        pace_wpm: int,
        chime_level_db: float = 0.0,
        sample_rate_hz: int = 24_000,
        pronounce: Callable[[str], str] = str,
    ) -> None:
        """Record with one voice.

        Args:
            crew: speaks; see ``CarefulEngine`` for engines that check what they pass on.
            voice: one of the crew's engines'.
            store: where finished clips are kept.
            pace_wpm: words a minute as spoken, the pauses between sentences included.
            chime_level_db: chimes against speech.
            sample_rate_hz: of every clip.
            pronounce: turns a sentence into what the voice is to read.
        """
        self._pronounce = pronounce
        self.voice = voice
        self._crew = crew
        self._store = store
        self._pace_wpm = pace_wpm
        self._chime_level_db = chime_level_db
        self.sample_rate_hz = sample_rate_hz
        self._passage: dict[tuple[str, float], Clip] = {}

    def kept(self, utterances: Iterable[Utterance]) -> dict[Utterance, Clip]:
        """Return the finished clips of those utterances that were spoken before, in their order."""
        found = ((utterance, self._kept(self._clip_key(utterance))) for utterance in utterances)
        return {utterance: clip for utterance, clip in found if clip is not None}

    def speak(self, utterances: Sequence[Utterance]) -> Generator[tuple[Utterance, Clip]]:
        """Speak utterances, and yield each with its finished clip as it gets ready.

        Raises:
            SpeechError: a phrase could not be spoken; the rest is given up.
        """
        with closing(self._crew.each(utterances, self._finished)) as finished:
            for utterance, clip in finished:
                self._store.put(self._clip_key(utterance), packed(clip))
                yield utterance, clip

    def chime(self, kind: ChimeKind) -> Clip:
        """Return a finished chime."""
        key = store_key(
            "chime",
            version=CHIMES_VERSION,
            kind=kind,
            level_db=self._chime_level_db,
            rate_hz=self.sample_rate_hz,
        )
        kept = self._kept(key)
        if kept is None:
            kept = strike_chime(kind, self._chime_level_db, self.sample_rate_hz)
            self._store.put(key, packed(kept))
        return kept

    @cached_property
    def calibration(self) -> Calibration:
        """The voice's rate and gain, found at the first phrase and kept."""
        key = self._key(
            "calibration",
            pace_wpm=self._pace_wpm,
            passage=[*PASSAGE, *COUNTED],
            pauses_ms=[SENTENCE_PAUSE_MS, _APART_MS],
        )
        with suppress(ValueError, TypeError):
            return Calibration(**json.loads(self._store.get(key) or b""))
        found = self._calibrate()
        self._store.put(key, json.dumps(asdict(found)).encode())
        return found

    def _clip_key(self, utterance: Utterance) -> str:
        rate, gain_db = self._rate(utterance), self.calibration.gain_db
        return self._key("clip", text=self._pronounce(utterance.text), speech_rate=rate, gain_db=gain_db)

    def _finished(self, engine: Engine, utterance: Utterance) -> Clip:
        sound = self._spoken(engine, self._pronounce(utterance.text), self._rate(utterance))
        return apply_gain(sound, self.calibration.gain_db)

    def _rate(self, utterance: Utterance) -> float:
        return max(self.calibration.rate, 1.0) if utterance.natural_rate else self.calibration.rate

    def _key(self, kind: str, **parts: object) -> str:
        voice = asdict(self.voice)
        return store_key(
            kind,
            conditioning=CONDITIONING_VERSION,
            voice=[voice["engine"], voice["id"], voice["version"]],
            rate_hz=self.sample_rate_hz,
            **parts,
        )

    def _kept(self, key: str) -> Clip | None:
        clip = unpacked(self._store.get(key) or b"")
        return clip if clip and clip.sample_rate_hz == self.sample_rate_hz else None

    def _spoken(self, engine: Engine, text: str, rate: float) -> Clip:
        """Return a phrase as spoken, trimmed and faded, not yet levelled."""
        if (text, rate) in self._passage:
            return self._passage[text, rate]
        raw = engine.speak(text, self.voice, rate)
        sound = trim_silence(resample(raw, self.sample_rate_hz))
        if sound is None:
            raise PhraseFailed(f"The voice gave only silence for {text!r}. Try another --voice or --engine.")
        return apply_fades(sound)

    def _read(self, texts: tuple[str, ...], rate: float) -> list[Clip]:
        """Return sentences of the calibration passage, and remember them: sessions say some of them, too."""
        spoken = self._crew.each(texts, lambda engine, text: self._spoken(engine, text, rate))
        self._passage.update({(text, rate): clip for text, clip in spoken})
        return [self._passage[text, rate] for text in texts]

    def _calibrate(self) -> Calibration:
        """Find the gain from sentences that stand alone, as most do in a session.

        A meter's 400 ms blocks at the edges of each are partly silent and count; in one long speech
        there would be few of them, and sessions would come out 1 LU too quiet.
        """
        rate = self._rate_for_pace()
        silence = bytes(2 * _APART_MS * self.sample_rate_hz // 1000)
        spoken = self._read(PASSAGE, rate) + self._read(COUNTED, max(rate, 1.0))
        gain_db = 0.0
        for _ in range(_LEVEL_TRIES):  # the limiter takes some of the loudness back
            passage = silence.join(apply_gain(clip, gain_db).pcm for clip in spoken)
            measured = measure(Clip(passage, self.sample_rate_hz))
            gain_db += SPEECH_LUFS + _SOFTER_LU - measured.integrated_lufs
        return Calibration(rate, round(gain_db, 1))

    def _rate_for_pace(self) -> float:
        """Return the rate, to 0.01, at which the passage takes as long as the pace says.

        Engines speak neither exactly twice as fast at twice the rate nor the same words a minute as
        they are told, so the passage is spoken and measured, and the rate put right.
        """
        words = sum(len(text.replace("-", " ").split()) for text in PASSAGE)
        wanted_ms = words * 60_000 / self._pace_wpm - SENTENCE_PAUSE_MS * len(PASSAGE)
        rate = _possible(self._pace_wpm / _USUAL_WPM)
        for _ in range(_PACE_TRIES):
            took_ms = sum(clip.duration_ms for clip in self._read(PASSAGE, rate))
            if abs(took_ms / wanted_ms - 1) <= _PACE_TOLERANCE:
                break
            rate = _possible(rate * took_ms / wanted_ms)
        return rate


def _possible(rate: float) -> float:
    return min(max(round(rate, 2), SLOWEST_RATE), FASTEST_RATE)


def packed(clip: Clip) -> bytes:
    """Return a clip as bytes: its sample rate, then its samples."""
    return struct.pack("<I", clip.sample_rate_hz) + clip.pcm


def unpacked(data: bytes) -> Clip | None:
    """Return the clip that was packed, or None where the bytes are none."""
    if len(data) <= 4 or len(data) % 2:
        return None
    return Clip(data[4:], *struct.unpack("<I", data[:4]))
