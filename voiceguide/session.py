"""The only place where the steps meet: routine, script, speech, timeline, frames, file."""

import os
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import platformdirs

from voiceguide.errors import UsageError
from voiceguide.recording import Progress, Recording, no_progress, record
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.builder import build_script
from voiceguide.script.options import Options, Wishes
from voiceguide.script.phrase_file import read_wording
from voiceguide.script.segments import Script
from voiceguide.script.timeline import Timeline
from voiceguide.share.output import check_output, is_folder, write_atomically
from voiceguide.share.plan import Plan, plan_of
from voiceguide.share.tags import Tags, id3
from voiceguide.speech.crew import Crew
from voiceguide.speech.engine import NOBODY, Engine, Voice
from voiceguide.speech.registry import ENGINES, choose_voice, open_engine
from voiceguide.speech.studio import Studio
from voiceguide.speech.wishes import SpeechWishes
from voiceguide.stitch.blocks import cut
from voiceguide.stitch.mp3 import Mp3Format
from voiceguide.stitch.splice import Splicer
from voiceguide.store import FolderStore, LayeredStore, MemoryStore, Store

OUTPUT_FOLDER = Path("output")

# What the cache may hold before that which was not used for longest goes; in megabytes.
CACHE_MEGABYTES = 500


def cache_folder() -> Path:
    """Return where clips and blocks are kept: ``VOICEGUIDE_CACHE_DIR``, else the user's cache folder."""
    chosen = os.environ.get("VOICEGUIDE_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("voiceguide", appauthor=False))


def cache_limit_bytes() -> int:
    """Return how much the cache may hold: ``VOICEGUIDE_CACHE_MB``, else the program's limit.

    Raises:
        UsageError: the variable is no whole number.
    """
    chosen = os.environ.get("VOICEGUIDE_CACHE_MB", str(CACHE_MEGABYTES))
    if not chosen.isdecimal():
        raise UsageError(
            f"VOICEGUIDE_CACHE_MB is {chosen!r}; set it to whole megabytes, such as {CACHE_MEGABYTES}."
        )
    return int(chosen) * 1_000_000


@dataclass(frozen=True)
class Session:
    """A session that is planned and spoken; its file is made when asked for."""

    routine: Routine
    options: Options
    speech: SpeechWishes
    voice: Voice
    recording: Recording = field(repr=False)
    splicer: Splicer = field(repr=False)

    @property
    def timeline(self) -> Timeline:
        """Everything at its time."""
        return self.recording.timeline

    @property
    def title(self) -> str:
        """What players show, such as ``Lower back · 25 s × 2``."""
        return f"{self.routine.title} · {self.options.hold_seconds} s × {self.options.reps}"

    @cached_property
    def samples(self) -> int:
        """The length of the session at the format's sample rate."""
        return self.timeline.duration_ms * self.splicer.form.sample_rate_hz // 1000

    def remarks(self) -> tuple[str, ...]:
        """Return what the listener should know about the choices made."""
        return tuple(_advice(self.routine, self.options))

    @cached_property
    def plan(self) -> Plan:
        """The plan, as ``--json`` prints it and the file carries it."""
        options = {**asdict(self.options), "pace_wpm": self.speech.pace}
        options |= {"engine": self.voice.engine or None, "chime_level_db": self.speech.chime_level}
        return plan_of(
            self.timeline, routine=self.routine.id, title=self.title, options=options, voice=self.voice.id
        )

    def stream(self, progress: Progress = no_progress) -> Generator[bytes]:
        """Yield the bytes of the MP3 as they come: tags, Info frame, sound.

        Raises:
            EncodingError: the encoder gave other frames than planned; what was yielded is no file.
        """
        form = self.splicer.form
        total = sum(1 for _ in cut(self.recording.sounds, form))
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            progress("file", done, total)

        progress("file", 0, total)
        yield id3(self.tags())
        yield form.info_frame(self.samples)
        yield from self.splicer.frames(self.recording.sounds, self.samples, one_more)

    def write(self, path: Path, *, force: bool = False, progress: Progress = no_progress) -> int:
        """Write the MP3 in one step and return its size in bytes.

        Raises:
            OutputError, EncodingError: no file was written; one that was there before still is.
        """
        with closing(self.stream(progress)) as pieces:
            return write_atomically(path, pieces, force=force)

    def tags(self) -> Tags:
        """Return what the file tells of itself."""
        return Tags(self.plan, self.routine, made_on=_today())


def _today() -> date:
    """Return the day that files are dated with: that of ``SOURCE_DATE_EPOCH``, else today's."""
    chosen = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = float(chosen) if chosen.isdecimal() else time.time()
    return datetime.fromtimestamp(seconds, UTC).date()


def plan_session(
    routine: Routine,
    wishes: Wishes,
    speech: SpeechWishes,
    *,
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
        store: where clips and blocks are kept; the user's cache folder where None.
        jobs: how many phrases, and how many blocks, may be made at once; the machine's cores where None.
        for_file: whether a file is wanted, so that parts are encoded while others are still spoken.
        progress: told about the stage ``speech``.

    Raises:
        UsageError: the wishes cannot be met.
        SpeechError: the words could not be spoken.
    """
    options = wishes.settled(routine)
    script = build_script(routine, options, read_wording(routine.language))
    kept = store or LayeredStore(MemoryStore(), FolderStore(cache_folder()))
    splicer = Splicer(Mp3Format(), kept, jobs)
    engine, voice = _cast(script, routine.language, speech)
    crew = Crew(engine, lambda: open_engine(voice.engine), jobs)
    try:
        studio = Studio(
            crew,
            voice,
            kept,
            pace_wpm=speech.pace,
            chime_level_db=speech.chime_level,
            sample_rate_hz=splicer.form.sample_rate_hz,
        )
        recording = record(script, studio, splicer.form, splicer if for_file else None, progress)
    finally:
        crew.close()
    return Session(routine, options, speech, voice, recording, splicer)


def _cast(script: Script, language: str, speech: SpeechWishes) -> tuple[Engine, Voice]:
    """Return who speaks; chimes alone need nobody, so they sound also where no voice is."""
    if not script.utterances:
        return open_engine(next(iter(ENGINES))), NOBODY
    return choose_voice(language, speech.engine, speech.voice, voice_may_differ=speech.voice_may_differ)


def make_session(
    name: str,
    wishes: Wishes,
    speech: SpeechWishes,
    output: Path | None = None,
    *,
    force: bool = False,
    jobs: int | None = None,
    progress: Progress = no_progress,
) -> tuple[Session, Path, int]:
    """Make a session from a routine's name or file, and write it.

    Returns:
        The session, the path of its file, and the file's size in bytes.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    routine = find_routine(name)
    path = output_path(output, routine, wishes.settled(routine))
    check_output(path, force=force)
    limit_bytes = cache_limit_bytes()
    cache = FolderStore(cache_folder())
    kept = LayeredStore(MemoryStore(), cache)
    session = plan_session(routine, wishes, speech, store=kept, jobs=jobs, for_file=True, progress=progress)
    size_bytes = session.write(path, force=force, progress=progress)
    if cache.grew:
        cache.prune(limit_bytes)
    return session, path, size_bytes


def output_path(asked: Path | None, routine: Routine, options: Options) -> Path:
    """Return where the file goes: as asked, into a folder that was asked for, or the default.

    Raises:
        UsageError: the ending is none that can be made.
    """
    name = f"{routine.id}-{options.hold_seconds}s-{options.reps}x.mp3"
    if asked is None:
        return OUTPUT_FOLDER / name
    if is_folder(asked):
        return asked / name
    if asked.suffix.lower() != ".mp3":
        raise UsageError(
            f"{asked} does not end in .mp3, and only MP3 files are made. Name it with -o {asked}.mp3"
        )
    return asked


def _advice(routine: Routine, options: Options) -> Iterator[str]:
    advised = routine.advised_hold_seconds
    chosen = [exercise for exercise in routine.exercises if exercise.id in options.exercises]
    outside = sorted(
        {
            seconds
            for exercise in chosen
            if advised and not advised.least <= (seconds := options.hold_seconds_of(exercise)) <= advised.most
        }
    )
    if advised and outside:
        yield (
            f"The source of this routine advises holds of {advised.least} to {advised.most} seconds; "
            f"this session holds {' and '.join(map(str, outside))}."
        )
