"""Sessions become files: the sound with its cover, and what stands beside it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.export.container_tags import tag_file
from voiceguide.export.containers import write_sound
from voiceguide.export.cover import read_cover
from voiceguide.export.formats import CONTAINERS, AudioFormat, audio_format
from voiceguide.export.sidecars import SIDECAR_WRITERS
from voiceguide.files.paths import is_folder
from voiceguide.files.writing import check_output, make_together, write_pieces
from voiceguide.options.output import OutputOptions
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.session.planning import Session, plan_session
from voiceguide.session.recording import Progress, no_progress
from voiceguide.session.source import Source
from voiceguide.store.port import Store
from voiceguide.store.user_cache import user_cache

OUTPUT_FOLDER = Path("output")
# One session is so many steps of the bar that many sessions share: speech, then the file.
_STEPS = 100


@dataclass(frozen=True)
class MakeResult:
    """A session whose files are written; ``beside`` are the files beside the sound."""

    session: Session
    path: Path
    size_bytes: int
    beside: tuple[Path, ...]


@dataclass(frozen=True)
class MakeFailure:
    """A session that could not be made, and why."""

    path: Path
    error: VoiceguideError


@dataclass(frozen=True, slots=True)
class Speaking:
    """How a session is spoken: the wishes, and how many may work at once."""

    wishes: VoiceOptions = field(default_factory=VoiceOptions)
    jobs: int | None = None


def make_session(
    source: Source,
    wishes: SessionOptions,
    speaking: Speaking,
    file: OutputOptions,
    progress: Progress = no_progress,
) -> MakeResult:
    """Make a session and write its files.

    Args:
        source: the routine; the wishes that came with it hold where ``wishes`` leave the choice.
        wishes: what the listener asked of the session.
        speaking: what the listener asked of the voice.
        file: what the listener asked of the file.
        progress: told about the stages ``speech`` and ``file``.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    (made,) = make_sessions(source, [wishes], speaking, file, progress)
    if isinstance(made, MakeFailure):
        raise made.error
    return made


def make_sessions(
    source: Source,
    variations: Iterable[SessionOptions],
    speaking: Speaking,
    file: OutputOptions,
    progress: Progress = no_progress,
    store: Store | None = None,
) -> Iterator[MakeResult | MakeFailure]:
    """Make several sessions of one routine, and yield each when its files are written; one may fail alone.

    Args:
        source, speaking, file, progress: as for ``make_session``.
        variations: what the listener asked of each.
        store: where clips and blocks are kept; the user's cache where None.

    Raises:
        VoiceguideError: what was asked for cannot be, whatever the session; nothing was written.
    """
    jobs = [_job(source, wishes.merge(source.wishes), file) for wishes in variations]
    _refuse_one_name_for_many(jobs)
    picture = read_cover(file.cover) if file.cover else None
    speaking = replace(speaking, wishes=speaking.wishes.merge(source.speech))
    with nullcontext(store) if store else user_cache() as cache:
        maker = _Maker(source.routine, speaking, file, picture, cache)
        for number, job in enumerate(jobs):
            shared = progress if len(jobs) == 1 else _share_of_one_bar(progress, number, len(jobs))
            try:
                made: MakeResult | MakeFailure = maker.made(job, shared)
            except VoiceguideError as error:
                _go_on_with_a_stop(error)
                made = MakeFailure(job.path, error)
            yield made


def _go_on_with_a_stop(error: VoiceguideError) -> None:
    """Raise what asked the program to end, where an error only came of that: a library may have caught it."""
    behind: list[BaseException] = [error]
    for one in behind:
        if not isinstance(one, Exception):
            raise one
        behind += [other for other in (one.__cause__, one.__context__) if other and other not in behind]


def _share_of_one_bar(progress: Progress, number: int, sessions: int) -> Progress:
    """Return a progress function for one of several sessions: half for its speech, half for its file."""

    def share(stage: str, done: int, total: int) -> None:
        half = _STEPS // 2
        part = half * done // max(total, 1) + (half if stage == "file" else 0)
        progress("sessions", _STEPS * number + part, _STEPS * sessions)

    return share


@dataclass(frozen=True)
class _Job:
    wishes: SessionOptions
    path: Path
    form: AudioFormat


def _job(source: Source, wishes: SessionOptions, file: OutputOptions) -> _Job:
    path = output_path(file, source.routine, wishes.resolve(source.routine))
    return _Job(wishes, path, audio_format(path.suffix, file.sample_rate_hz, file.bit_rate_kbps))


def _refuse_one_name_for_many(jobs: list[_Job]) -> None:
    if len({job.path for job in jobs}) < len(jobs):
        raise UsageError(
            f"{len(jobs)} sessions cannot have one name, {jobs[0].path}. Name a folder with -o, such as "
            "sessions/, or leave it out."
        )


@dataclass(frozen=True)
class _Maker:
    """Makes the sessions of one routine: what they have in common is read once."""

    routine: Routine
    speaking: Speaking
    file: OutputOptions
    picture: bytes | None
    store: Store

    def made(self, job: _Job, progress: Progress) -> MakeResult:
        """Make one session and write its files."""
        beside = tuple(job.path.with_suffix(f".{ending}") for ending in self.file.beside)
        for path in (job.path, *beside):
            check_output(path, force=self.file.force)
        session = plan_session(
            self.routine,
            job.wishes,
            self.speaking.wishes,
            form=job.form,
            store=self.store,
            jobs=self.speaking.jobs,
            for_file=True,
            progress=progress,
        )
        session = replace(session, made_on=session.made_on if self.file.dated else None, url=self.file.url)
        texts = {path: SIDECAR_WRITERS[path.suffix[1:]](session.plan, session.routine) for path in beside}
        size_bytes = write_file(
            session, job.path, self._cover(session), texts, force=self.file.force, progress=progress
        )
        return MakeResult(session, job.path, size_bytes, beside)

    def _cover(self, session: Session) -> bytes | None:
        return None if self.file.without_cover else self.picture or session.drawn_cover()


def write_file(
    session: Session,
    path: Path,
    cover: bytes | None = None,
    beside: Mapping[Path, bytes] = MappingProxyType({}),
    *,
    force: bool = False,
    progress: Progress = no_progress,
) -> int:
    """Write the sound of a session and what stands beside it in one step; return the size of the sound in bytes.

    Raises:
        OutputError, EncodingError: no file was written; one that was there before still is.
    """

    def make_mp3(temporary: Path) -> None:
        with closing(session.stream(progress, cover)) as pieces:
            write_pieces(temporary, pieces)

    def make_other(temporary: Path) -> None:
        chapters = [(part.start_ms, part.end_ms, part.title) for part in session.plan.chapters]
        write_sound(temporary, _counted(session, progress), session.form, chapters)
        tag_file(temporary, session.form.ending, session.tags(cover))

    makers = {place: partial(write_pieces, pieces=[text]) for place, text in beside.items()}
    sound = {path: make_mp3 if session.form.ending == ".mp3" else make_other}
    return make_together({**makers, **sound}, force=force)[path]


def _counted(session: Session, progress: Progress) -> Iterator[bytes]:
    total = session.samples * 2
    done = 0
    progress("file", 0, _STEPS)
    for piece in session.sound():
        yield piece
        done += len(piece)
        progress("file", done * _STEPS // total, _STEPS)


def output_path(file: OutputOptions, routine: Routine, options: ResolvedOptions) -> Path:
    """Return where the file goes: as asked, into a folder that was asked for, or the default.

    Raises:
        UsageError: the ending is none that can be made.
    """
    name = f"{options.file_stem(routine)}.mp3"
    asked = file.path
    if asked is None:
        return (file.folder or OUTPUT_FOLDER) / name
    if is_folder(asked):
        return asked / name
    if asked.suffix.lower() not in CONTAINERS:
        raise UsageError(
            f"{asked} does not end in one of {', '.join(CONTAINERS)}, which are the formats that can be made. "
            f"Name it with -o {asked}.mp3"
        )
    return asked
