"""The speech renderer: makes finished clips, each only once.

A finished clip is trimmed, faded, at the session's sample rate, and raised by the voice's constant gain. Rate and
gain are found once for each voice and pace, from one passage, so that every phrase keeps its natural level
relative to the others.
"""

import json
import math
import struct
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass

from voiceguide.audio.chimes import BELLS, CHIMES_VERSION, Chimes
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
from voiceguide.language.base import CalibrationPassage, Language
from voiceguide.options.voice import VoiceOptions
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.segments import ChimeKind, Utterance
from voiceguide.speech.engine import (
    FASTEST_RATE,
    SLOWEST_RATE,
    Engine,
    Voice,
)
from voiceguide.speech.pool import EnginePool
from voiceguide.speech.registry import VoiceChoice, open_engine
from voiceguide.store.port import Store, store_key

# Raise this with every change to trimming, fading or gain: stored clips are then made again.
CONDITIONING_VERSION = 1

_GAP_MS = 2000
_PACE_TOLERANCE = 0.015
_MAX_PACE_TRIES = 4
# The first guess: the neural voice and eSpeak NG at their natural rate, pauses between sentences included.
_NATURAL_WPM = 175
_LEVEL_TRIES = 3
# Sessions, with their many short phrases, measure this much quieter than the passage.
_PASSAGE_OFFSET_LU = 0.2
# While another process speaks a phrase: how often to look for it, and for how long before speaking it here, too. A
# phrase takes at most 30 s (PHRASE_SECONDS in system.py) and is tried twice.
_POLL_SECONDS = 0.05
_MAX_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What gives all voices the same pace and level: a rate relative to the natural pace, and a constant gain."""

    rate: float
    gain_db: float

    def __post_init__(self) -> None:
        """Refuse impossible values; a stored entry is untrusted.

        Raises:
            ValueError, TypeError: it is not a calibration.
        """
        if not SLOWEST_RATE <= self.rate <= FASTEST_RATE or not math.isfinite(self.gain_db):
            raise ValueError("not a calibration")


class SpeechRenderer:
    """Turns utterances and chimes into finished clips."""

    def __init__(
        self,
        engines: EnginePool,
        voice: Voice,
        store: Store,
        *,
        pace_wpm: int,
        chime_level_db: float = 0.0,
        chimes: Chimes = BELLS,
        sample_rate_hz: int = 24_000,
        passage: CalibrationPassage,
        pronounce: Callable[[str], str] = str,
    ) -> None:
        """Render with one voice.

        Args:
            engines: speak; see ``ValidatingEngine`` for engines that check their phrases.
            voice: one of the engines' voices.
            store: where finished clips are stored.
            pace_wpm: words a minute, including the pauses between sentences.
            chime_level_db: chimes relative to speech.
            chimes: what sounds at the beginning and the end of a hold.
            sample_rate_hz: of every clip.
            passage: what the voice reads so that its pace and level can be measured, in its language.
            pronounce: turns a sentence into what the voice reads.
        """
        self.voice = voice
        self.sample_rate_hz = sample_rate_hz
        self._engines = engines
        self._store = store
        self._pace_wpm = pace_wpm
        self._chime_level_db = chime_level_db
        self._chimes = chimes
        self._pronounce = pronounce
        self._passage = passage
        self._calibration: Calibration | None = None

    def stored_clips(self, utterances: Iterable[Utterance]) -> dict[Utterance, Clip]:
        """Return the finished clips of those utterances that were spoken before, in their order."""
        found = ((utterance, self._load(self._clip_key(utterance))) for utterance in utterances)
        return {utterance: clip for utterance, clip in found if clip is not None}

    def speak(self, utterances: Sequence[Utterance]) -> Generator[tuple[Utterance, Clip]]:
        """Speak utterances, and yield each with its finished clip when it is done.

        Phrases that another process is speaking come last, from the store that both share.

        Raises:
            SpeechError: a phrase could not be spoken; the others are cancelled.
        """
        remaining = tuple(utterances)
        waiting = _Waiting()
        while remaining:
            claimed_elsewhere = []
            work = self._make_clip if waiting.is_patient else self._make_unclaimed_clip
            with closing(self._engines.map_unordered(work, remaining)) as clips:
                for utterance, clip in clips:
                    if clip is None:
                        claimed_elsewhere.append(utterance)
                    else:
                        yield utterance, clip
            waiting.pause(progressed=len(claimed_elsewhere) < len(remaining))
            remaining = tuple(claimed_elsewhere)

    def chime(self, kind: ChimeKind) -> Clip | None:
        """Return a finished chime; None where none is to be heard."""
        chimes = {"chimes": self._chimes.identity} if self._chimes.identity else {}
        key = store_key(
            "chime",
            version=CHIMES_VERSION,
            kind=kind,
            level_db=self._chime_level_db,
            rate_hz=self.sample_rate_hz,
            **chimes,
        )
        chime = self._load(key)
        if chime is None:
            chime = self._chimes.strike(kind, self._chime_level_db, self.sample_rate_hz)
            if chime is not None:
                self._store.put(key, serialize(chime))
        return chime

    @property
    def calibration(self) -> Calibration:
        """The voice's rate and gain, found at the first phrase and stored."""
        if self._calibration is None:
            self._calibration = self._find_calibration()
        return self._calibration

    def _find_calibration(self) -> Calibration:
        key = self._key(
            "calibration",
            pace_wpm=self._pace_wpm,
            passage=[*self._passage.sentences, *self._passage.counted],
            pauses_ms=[SENTENCE_PAUSE_MS, _GAP_MS],
        )
        waiting = _Waiting()
        while (found := self._load_calibration(key)) is None:
            with self._store.claim(key) as granted:
                found = self._load_calibration(key)  # it may be there since the line above
                if found is None and (granted or not waiting.is_patient):
                    found = self._calibrate()
                    self._store.put(key, json.dumps(asdict(found)).encode())
            if found:
                return found
            waiting.pause()
        return found

    def _load_calibration(self, key: str) -> Calibration | None:
        with suppress(ValueError, TypeError):
            return Calibration(**json.loads(self._store.get(key) or b""))
        return None

    def _clip_key(self, utterance: Utterance) -> str:
        return self._phrase_key(
            self._pronounce(utterance.text), self._rate(utterance), self.calibration.gain_db
        )

    def _phrase_key(self, text: str, rate: float, gain_db: float) -> str:
        return self._key("clip", text=text, speech_rate=rate, gain_db=gain_db)

    def _make_clip(self, engine: Engine, utterance: Utterance) -> Clip | None:
        """Return the clip of an utterance; None while another process makes it."""
        key = self._clip_key(utterance)
        with self._store.claim(key) as granted:
            # Another process may have made it since this one looked.
            return self._load(key) or (self._make_unclaimed_clip(engine, utterance) if granted else None)

    def _make_unclaimed_clip(self, engine: Engine, utterance: Utterance) -> Clip:
        sound = self._speak(engine, self._pronounce(utterance.text), self._rate(utterance))
        clip = apply_gain(sound, self.calibration.gain_db)
        self._store.put(self._clip_key(utterance), serialize(clip))
        return clip

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

    def _load(self, key: str) -> Clip | None:
        clip = deserialize(self._store.get(key) or b"")
        return clip if clip and clip.sample_rate_hz == self.sample_rate_hz else None

    def _speak(self, engine: Engine, text: str, rate: float) -> Clip:
        """Return a phrase as spoken, trimmed and faded, before any gain."""
        raw = engine.speak(text, self.voice, rate)
        sound = trim_silence(resample(raw, self.sample_rate_hz))
        if sound is None:
            raise PhraseFailed(f"The voice gave only silence for {text!r}.")
        return apply_fades(sound)

    def _read_aloud(self, texts: tuple[str, ...], rate: float) -> dict[str, Clip]:
        """Return sentences as spoken, by their text and in their order."""
        spoken = dict(
            self._engines.map_unordered(lambda engine, text: self._speak(engine, text, rate), texts)
        )
        return {text: spoken[text] for text in texts}

    def _calibrate(self) -> Calibration:
        """Find the gain from single sentences, as most are in a session.

        A meter's 400 ms blocks at the edges of each sentence are partly silent and count. One long speech would
        have few of them, and sessions would come out 1 LU too quiet.
        """
        rate, passage = self._read_at_pace()
        countdown_rate = max(rate, 1.0)
        countdown = self._read_aloud(self._passage.counted, countdown_rate)
        gain_db = self._gain_for_level([*passage.values(), *countdown.values()])
        # Sessions contain some of these sentences.
        for clips, spoken_rate in ((passage, rate), (countdown, countdown_rate)):
            for text, clip in clips.items():
                key = self._phrase_key(text, spoken_rate, gain_db)
                self._store.put(key, serialize(apply_gain(clip, gain_db)))
        return Calibration(rate, gain_db)

    def _gain_for_level(self, clips: Sequence[Clip]) -> float:
        silence = bytes(2 * _GAP_MS * self.sample_rate_hz // 1000)
        gain_db = 0.0
        for _ in range(_LEVEL_TRIES):  # the limiter takes some of the loudness back
            speech = silence.join(apply_gain(clip, gain_db).pcm for clip in clips)
            measured = measure(Clip(speech, self.sample_rate_hz))
            gain_db += SPEECH_LUFS + _PASSAGE_OFFSET_LU - measured.integrated_lufs
        return round(gain_db, 1)

    def _read_at_pace(self) -> tuple[float, dict[str, Clip]]:
        """Return the rate, to 0.01, at which the passage is spoken at the pace, and the passage at that rate.

        Engines neither speak exactly twice as fast at twice the rate nor agree on a word count, so the passage
        is spoken and measured, and the rate corrected.
        """
        pauses_ms = SENTENCE_PAUSE_MS * len(self._passage.sentences)
        wanted_ms = self._passage.words * 60_000 / self._pace_wpm - pauses_ms
        rate = _possible_rate(self._pace_wpm / _NATURAL_WPM)
        for _ in range(_MAX_PACE_TRIES):
            passage = self._read_aloud(self._passage.sentences, rate)
            took_ms = sum(clip.duration_ms for clip in passage.values())
            corrected = _possible_rate(rate * took_ms / wanted_ms)
            if abs(took_ms / wanted_ms - 1) <= _PACE_TOLERANCE or corrected == rate:
                return rate, passage
            rate = corrected
        return rate, self._read_aloud(self._passage.sentences, rate)


class _Waiting:
    """Waits for other processes, up to a limit from the last progress: one of them may hang."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    @property
    def is_patient(self) -> bool:
        return time.monotonic() - self._since < _MAX_WAIT_SECONDS

    def pause(self, *, progressed: bool = False) -> None:
        if progressed:
            self._since = time.monotonic()
        else:
            time.sleep(_POLL_SECONDS)


def _possible_rate(rate: float) -> float:
    return min(max(round(rate, 2), SLOWEST_RATE), FASTEST_RATE)


def serialize(clip: Clip) -> bytes:
    """Return a clip as bytes: its sample rate, then its samples."""
    return struct.pack("<I", clip.sample_rate_hz) + clip.pcm


def deserialize(data: bytes) -> Clip | None:
    """Return the clip of serialized bytes; None if they are not a clip."""
    if len(data) <= 4 or len(data) % 2:
        return None
    return Clip(data[4:], *struct.unpack("<I", data[:4]))


@contextmanager
def open_renderer(
    choice: VoiceChoice,
    options: VoiceOptions,
    language: Language,
    store: Store,
    *,
    say: Mapping[str, str],
    sample_rate_hz: int,
    jobs: int | None = None,
    chimes: Chimes = BELLS,
) -> Iterator[SpeechRenderer]:
    """Yield a renderer for a voice; its engines are closed afterwards.

    Args:
        choice: engine and voice.
        options: pace and level of the chimes.
        language: of what will be spoken.
        store: where finished clips are stored.
        say: words, and how to pronounce them.
        sample_rate_hz: of every clip.
        jobs: how many phrases may be spoken at once; the machine's cores if None.
        chimes: what sounds at the beginning and the end of a hold.
    """
    resolved = options.resolve()
    with closing(EnginePool(choice.engine, lambda: open_engine(choice.voice.engine), jobs)) as engines:
        yield SpeechRenderer(
            engines,
            choice.voice,
            store,
            pace_wpm=resolved.pace_wpm,
            chime_level_db=resolved.chime_level_db,
            chimes=chimes,
            sample_rate_hz=sample_rate_hz,
            passage=language.calibration_passage,
            pronounce=lambda text: language.spoken_form(text, say),
        )
