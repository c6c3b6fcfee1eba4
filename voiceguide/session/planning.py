"""The only place where the steps meet: routine, script, speech, timeline, frames."""

import os
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from voiceguide.audio.pcm import session_pcm
from voiceguide.errors import UsageError
from voiceguide.export.cover import COVER_VERSION, draw, drawing_of
from voiceguide.export.formats import MP3, AudioFormat
from voiceguide.export.tags import Tags, id3
from voiceguide.language.phrase_file import read_wording
from voiceguide.language.pronunciation import Pronunciation
from voiceguide.mp3.blocks import split_into_blocks
from voiceguide.mp3.frames import Mp3Format
from voiceguide.mp3.splice import Splicer
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.script.builder import build_script
from voiceguide.script.notes import notes_about_choices
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Timeline
from voiceguide.session.recording import (
    Progress,
    Recording,
    no_progress,
    record,
)
from voiceguide.speech.engine import (
    NO_VOICE,
    Engine,
    Voice,
    same_language,
)
from voiceguide.speech.pool import EnginePool
from voiceguide.speech.registry import ENGINES, open_engine, with_a_working_voice
from voiceguide.speech.renderer import SpeechRenderer
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import Store, store_key
from voiceguide.store.user_cache import cache_folder
from voiceguide.text.parsing import parse_whole_number, quote_shortened


@dataclass(frozen=True)
class Session:
    """A session that is planned and spoken; its file is made when asked for."""

    routine: Routine
    options: ResolvedOptions
    speech: VoiceOptions
    voice: Voice
    recording: Recording = field(repr=False)
    form: AudioFormat = field(repr=False)
    store: Store = field(repr=False)
    jobs: int | None = field(default=None, repr=False)
    made_on: date | None = None
    url: str | None = None

    @property
    def timeline(self) -> Timeline:
        """Everything at its time."""
        return self.recording.timeline

    @property
    def title(self) -> str:
        """What players show, such as ``Lower back · 25 s × 2``."""
        hold, reps = self._shown
        return f"{self.routine.title} · {hold} s × {reps}"

    @property
    def _shown(self) -> tuple[str, str]:
        return self.options.hold_shown(self.routine), self.options.reps_shown(self.routine)

    @cached_property
    def samples(self) -> int:
        """The length of the session at the format's sample rate."""
        return self.timeline.duration_ms * self.form.sample_rate_hz // 1000

    @cached_property
    def splicer(self) -> Splicer:
        """What makes the frames of the MP3."""
        return Splicer(_mp3(self.form), self.store, self.jobs)

    def sound(self) -> Iterator[bytes]:
        """Yield the samples, signed 16-bit little-endian mono, for formats that cannot be spliced."""
        return session_pcm(self.recording.sounds, self.samples, self.form.sample_rate_hz)

    def remarks(self) -> tuple[str, ...]:
        """Return what the listener should know about the choices made."""
        remarks = list(notes_about_choices(self.routine, self.options))
        if self.voice.language and not same_language(self.voice.language, self.routine.language):
            remarks.append(
                f"The voice {self.voice.name} speaks {self.voice.language}, the routine is written in "
                f"{self.routine.language}; others: voiceguide voices."
            )
        return tuple(remarks)

    @cached_property
    def plan(self) -> Plan:
        """The plan, as ``--json`` prints it and the file carries it."""
        options = {**asdict(self.options), "pace_wpm": self.speech.pace}
        options |= {"engine": self.voice.engine or None, "chime_level_db": self.speech.chime_level}
        return Plan.of(
            self.timeline, routine=self.routine.id, title=self.title, options=options, voice=self.voice.id
        )

    def stream(self, progress: Progress = no_progress, cover: bytes | None = None) -> Generator[bytes]:
        """Yield the bytes of the MP3 as they come: tags, Info frame, sound.

        Args:
            progress: told about the stage ``file``.
            cover: a JPEG file for the tags.

        Raises:
            EncodingError: the encoder gave other frames than planned; what was yielded is no file.
        """
        form = self.splicer.format
        total = sum(1 for _ in split_into_blocks(self.recording.sounds, form))
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            progress("file", done, total)

        progress("file", 0, total)
        yield id3(self.tags(cover))
        yield form.info_frame(self.samples)
        yield from self.splicer.frames(self.recording.sounds, self.samples, one_more)

    def tags(self, cover: bytes | None = None) -> Tags:
        """Return what the file tells of itself."""
        return Tags(self.plan, self.routine, cover, self.made_on, self.url, self.recording.level_envelopes)

    def drawn_cover(self) -> bytes:
        """Return the cover drawn for the session; the same drawing is made only once."""
        drawing = drawing_of(self.plan, self.routine.title, *self._shown)
        key = store_key("cover", version=COVER_VERSION, **asdict(drawing))
        kept = self.store.get(key)
        if kept is None:
            kept = draw(drawing)
            self.store.put(key, kept)
        return kept


def _mp3(form: AudioFormat) -> Mp3Format:
    return Mp3Format(form.sample_rate_hz, form.bit_rate_kbps or 64)


def _today() -> date:
    """Return the day that files are dated with: that of ``SOURCE_DATE_EPOCH``, else today's.

    Raises:
        UsageError: the variable is no time at which a file can be made.
    """
    chosen = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        seconds = parse_whole_number(chosen) if chosen else time.time()
        return datetime.fromtimestamp(seconds, UTC).date()
    except (UsageError, ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {quote_shortened(chosen or '')}; set it to seconds since 1970, such as 1800000000, "
            "or leave it out."
        ) from error


def plan_session(
    routine: Routine,
    wishes: SessionOptions,
    speech: VoiceOptions,
    *,
    form: AudioFormat = MP3,
    store: Store | None = None,
    jobs: int | None = None,
    for_file: bool = False,
    progress: Progress = no_progress,
) -> Session:
    """Plan a session and speak what was never spoken before.

    Args:
        routine: see ``find_routine``.
        wishes: what the listener asked of the session.
        speech: what the listener asked of the voice.
        form: of the file, if one is to be made; sets the sample rate.
        store: where clips and blocks are kept; the user's cache folder where None.
        jobs: how many phrases, and how many blocks, may be made at once; the machine's cores where None.
        for_file: whether a file is wanted, so that parts are encoded while others are still spoken.
        progress: told about the stage ``speech``.

    Raises:
        UsageError: the wishes cannot be met.
        SpeechError: the words could not be spoken.
    """
    options = wishes.resolve(routine)
    wording = read_wording(routine.language)
    script = build_script(routine, options, wording)
    kept = store or LayeredStore(MemoryStore(), FolderStore(cache_folder()))
    ahead = Splicer(_mp3(form), kept, jobs) if for_file and form.ending == ".mp3" else None

    def recorded(engine: Engine, voice: Voice) -> tuple[Voice, Recording]:
        with closing(EnginePool(engine, lambda: open_engine(voice.engine), jobs)) as crew:
            studio = SpeechRenderer(
                crew,
                voice,
                kept,
                pace_wpm=speech.pace,
                chime_level_db=speech.chime_level,
                sample_rate_hz=form.sample_rate_hz,
                pronounce=Pronunciation(wording, {**routine.say, **speech.say}).spoken,
            )
            return voice, record(script, studio, form.sample_rate_hz, ahead, progress)

    if not script.utterances:  # chimes alone need nobody, so they sound also where no voice is
        voice, recording = recorded(open_engine(next(iter(ENGINES))), NO_VOICE)
    else:
        voice, recording = with_a_working_voice(
            routine.language, speech.engine, speech.voice, recorded, carried=speech.carried
        )
    return Session(routine, options, speech, voice, recording, form, kept, jobs, _today())
