"""Plans a session: the routine becomes a script, which is spoken and laid out in time."""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property, partial

from voiceguide.audio.clip import Clip
from voiceguide.audio.damping import damped
from voiceguide.audio.level_envelope import clip_id, level_envelope
from voiceguide.audio.own_chimes import chimes_of
from voiceguide.audio.pcm import session_pcm
from voiceguide.audio.placement import PlacedClip
from voiceguide.export.cover import COVER_VERSION, draw, drawing_of
from voiceguide.export.formats import MP3, AudioFormat
from voiceguide.export.tags import Cover, Tags, id3
from voiceguide.language.base import Language
from voiceguide.language.registry import find_language
from voiceguide.mp3.blocks import split_into_blocks
from voiceguide.mp3.frames import Mp3Format
from voiceguide.mp3.splice import Splicer
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.script.builder import build_script
from voiceguide.script.grid import Lengths
from voiceguide.script.naming import dose_of, session_title
from voiceguide.script.notes import hurried_rests, option_notes
from voiceguide.script.plan import Plan
from voiceguide.script.segments import ChimeKind, Script, Utterance
from voiceguide.script.timeline import DAMPING_MS, Event, Timeline, lay_out
from voiceguide.session.encoding_ahead import EncodingAhead
from voiceguide.session.progress import Progress, no_progress
from voiceguide.speech.engine import NO_VOICE, Voice, same_language
from voiceguide.speech.registry import ENGINES, VoiceChoice, open_engine, with_working_voice
from voiceguide.speech.renderer import SpeechRenderer, open_renderer
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import Store, store_key
from voiceguide.store.user_cache import cache_folder

_CHIMES: tuple[ChimeKind, ...] = ("begin", "release", "next", "end")


@dataclass(frozen=True)
class Recording:
    """A script with its timeline and clips.

    Attributes:
        sounds: in order of their start.
        clips: every clip as it was made, by its text or its chime; without texts that are spoken at two rates.
    """

    timeline: Timeline
    sounds: tuple[PlacedClip, ...]
    clips: Mapping[str, Clip] = field(default_factory=dict)

    @property
    def level_envelopes(self) -> dict[str, str]:
        """How loud each clip is, by its id. Measured on demand, since a plan needs none."""
        return {name: level_envelope(clip) for name, clip in self.clips.items()}


@dataclass(frozen=True)
class Session:
    """A session that is planned and spoken; its file is made on demand."""

    routine: Routine
    options: ResolvedOptions
    voice_options: VoiceOptions
    voice: Voice
    recording: Recording = field(repr=False)
    file_format: AudioFormat = field(repr=False)
    store: Store = field(repr=False)
    jobs: int | None = field(default=None, repr=False)
    made_on: date | None = None
    url: str | None = None
    voice_notes: tuple[str, ...] = ()
    source_notes: tuple[str, ...] = ()

    @property
    def timeline(self) -> Timeline:
        """Everything that is said and done, with its time."""
        return self.recording.timeline

    @property
    def title(self) -> str:
        """What players show, such as ``Lower back · 25 s × 2``."""
        return session_title(self.routine, self.options, self.language)

    @property
    def language(self) -> Language:
        """The language of the routine."""
        return find_language(self.routine.language)

    @cached_property
    def sample_count(self) -> int:
        """The length of the session at the format's sample rate."""
        return self.timeline.duration_ms * self.file_format.sample_rate_hz // 1000

    @cached_property
    def splicer(self) -> Splicer:
        """What makes the frames of the MP3."""
        return Splicer(_mp3(self.file_format), self.store, self.jobs)

    def pcm(self) -> Iterator[bytes]:
        """Yield the samples, signed 16-bit little-endian mono, for formats that cannot be spliced."""
        return session_pcm(self.recording.sounds, self.sample_count, self.file_format.sample_rate_hz)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the listener should know about the routine's file, the choices made and the cache, one sentence each."""
        notes = [*self.source_notes, *self.voice_notes, *option_notes(self.routine, self.options)]
        notes += hurried_rests(self.routine, self.options, self.timeline)
        if self.voice.language and not same_language(self.voice.language, self.routine.language):
            notes.append(
                f"The voice {self.voice.name} speaks {self.voice.language}, but the routine is written in "
                f"{self.routine.language}."
            )
        return (*notes, *self.store.notes)

    @cached_property
    def plan(self) -> Plan:
        """The plan, which the file carries."""
        options, voice = self.options.to_dict(), self.voice_options.resolve()
        options |= {"pace_wpm": voice.pace_wpm, "chime_level_db": voice.chime_level_db}
        options |= {"engine": self.voice.engine or None}
        return Plan.of(
            self.timeline, routine=self.routine.id, title=self.title, options=options, voice=self.voice.id
        )

    def stream(self, progress: Progress = no_progress, cover: Cover = None) -> Generator[bytes]:
        """Yield the bytes of the MP3 as they come: tags, Info frame, audio.

        Args:
            progress: called with the stage ``file``.
            cover: a JPEG file for the tags; a function that returns it is called while audio is being encoded.

        Raises:
            EncodingError: the encoder returned different frames than planned; the bytes so far are not a whole file.
        """
        mp3_format = self.splicer.format
        total = sum(1 for _ in split_into_blocks(self.recording.sounds, mp3_format))
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            progress("file", done, total)

        progress("file", 0, total)
        with closing(self.splicer.frames(self.recording.sounds, self.sample_count, one_more)) as frames:
            next(frames)  # the encoders begin, and work while the tags are made
            yield self.tag(cover)
            yield mp3_format.info_frame(self.sample_count)
            yield from frames

    def tag(self, cover: Cover = None) -> bytes:
        """Return the ID3 tag of the MP3."""
        return id3(self.tags(cover))

    def tags(self, cover: Cover = None) -> Tags:
        """Return the metadata of the file."""
        picture = cover() if callable(cover) else cover
        return Tags(self.plan, self.routine, picture, self.made_on, self.url, self.recording.level_envelopes)

    def drawn_cover(self) -> bytes:
        """Return the cover drawn for the session; the same cover is drawn only once."""
        dose = dose_of(self.routine, self.options)
        drawing = drawing_of(self.plan, self.routine.title, dose, self.language)
        key = store_key("cover", version=COVER_VERSION, **asdict(drawing))
        kept = self.store.get(key)
        if kept is None:
            kept = draw(drawing)
            self.store.put(key, kept)
        return kept


def plan_session(
    routine: Routine,
    options: SessionOptions | ResolvedOptions,
    voice_options: VoiceOptions,
    *,
    file_format: AudioFormat = MP3,
    store: Store | None = None,
    jobs: int | None = None,
    for_file: bool = False,
    progress: Progress = no_progress,
) -> Session:
    """Plan a session, and speak every phrase that was never spoken before.

    Args:
        routine: see ``find_routine``.
        options: of the session; resolved here if they are not yet.
        voice_options: of voice and sound.
        file_format: of the file, if one is wanted; sets the sample rate.
        store: where clips and blocks are kept; the user's cache folder if None.
        jobs: how many phrases, and how many blocks, may be made at once; the machine's cores if None.
        for_file: whether a file is wanted, so that sections are encoded while others are still spoken.
        progress: called with the stage ``speech``.

    Raises:
        UsageError: an option cannot be fulfilled.
        SpeechError: a phrase could not be spoken.
    """
    resolved = options.resolve(routine) if isinstance(options, SessionOptions) else options
    language = find_language(routine.language)
    script = build_script(routine, resolved, language)
    kept = store or LayeredStore(MemoryStore(), FolderStore(cache_folder()))
    splicer = (
        Splicer(_mp3(file_format), kept, jobs) if for_file and file_format.container.is_spliced else None
    )

    chimes = chimes_of(resolved.bells)
    say = {**routine.say, **voice_options.say}

    def record_with(choice: VoiceChoice) -> tuple[VoiceChoice, Recording]:
        rate_hz = file_format.sample_rate_hz
        with open_renderer(
            choice,
            voice_options,
            language,
            kept,
            say=say,
            sample_rate_hz=rate_hz,
            jobs=jobs,
            chimes=chimes,
        ) as renderer:
            return choice, _record(script, renderer, splicer, progress)

    if not script.utterances:  # a session of chimes needs no voice
        choice, recording = record_with(VoiceChoice(open_engine(next(iter(ENGINES))), NO_VOICE))
    else:
        choice, recording = with_working_voice(
            routine.language,
            voice_options.engine,
            voice_options.voice,
            record_with,
            from_file=voice_options.from_file,
        )
    return Session(
        routine,
        resolved,
        voice_options,
        choice.voice,
        recording,
        file_format,
        kept,
        jobs,
        voice_notes=choice.notes,
    )


def _mp3(file_format: AudioFormat) -> Mp3Format:
    return Mp3Format(file_format.sample_rate_hz, file_format.bit_rate_kbps or 64)


def _record(
    script: Script, renderer: SpeechRenderer, splicer: Splicer | None, progress: Progress
) -> Recording:
    """Speak a script, and lay it out in time; a splicer, if given, encodes sections as they are spoken."""
    chimes = {kind: clip for kind in _CHIMES if (clip := renderer.chime(kind))}
    place_clips = partial(_place_clips, chimes=chimes, sample_rate_hz=renderer.sample_rate_hz)
    ahead = (
        EncodingAhead(script, lambda part, clips: place_clips(part, clips)[1], splicer) if splicer else None
    )
    clips = _speak(script, renderer, ahead, progress)
    timeline, sounds = place_clips(script, clips)
    # In the order of the script, not of speaking, so that the same session is the same file.
    times_used = Counter(utterance.text for utterance in script.utterances)
    named = {clip_id(words.text): clips[words] for words in script.utterances if times_used[words.text] == 1}
    return Recording(timeline, sounds, named | {clip_id("", kind): clip for kind, clip in chimes.items()})


def _speak(
    script: Script, renderer: SpeechRenderer, ahead: EncodingAhead | None, progress: Progress
) -> dict[Utterance, Clip]:
    """Return the clip of every phrase of a script."""
    utterances = script.utterances
    clips = renderer.stored_clips(utterances)
    missing = [utterance for utterance in utterances if utterance not in clips]
    progress("speech", len(clips), len(utterances))
    if not missing:
        return clips
    with ahead or nullcontext(), closing(renderer.speak(missing)) as spoken:
        if ahead:
            ahead.add(clips, tuple(clips))
        for utterance, clip in spoken:
            clips[utterance] = clip
            progress("speech", len(clips), len(utterances))
            if ahead:
                ahead.add(clips, (utterance,))
    return clips


def _place_clips(
    script: Script,
    clips: Mapping[Utterance, Clip],
    chimes: Mapping[ChimeKind, Clip],
    sample_rate_hz: int,
) -> tuple[Timeline, tuple[PlacedClip, ...]]:
    """Lay a spoken script out in time, and return its timeline with every clip at its sample."""
    speech_ms = {utterance: clip.duration_ms for utterance, clip in clips.items()}
    chimes_ms = {kind: clip.duration_ms for kind, clip in chimes.items()}
    timeline = lay_out(script, Lengths(speech=speech_ms, chimes=chimes_ms))

    def clip_of(event: Event) -> Clip | None:
        if event.chime:
            return damped(chimes[event.chime], event.duration_ms, DAMPING_MS)
        return clips[event.utterance] if event.utterance else None

    placed = ((event.start_ms * sample_rate_hz // 1000, clip_of(event)) for event in timeline.events)
    return timeline, tuple(PlacedClip(start, clip) for start, clip in placed if clip)
