"""Sessions become files: the sound with its cover, and the sidecar files."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.export.cover import read_cover
from voiceguide.export.formats import CONTAINERS, AudioFormat, audio_format
from voiceguide.export.sidecars import SIDECAR_WRITERS
from voiceguide.files.paths import is_folder
from voiceguide.files.writing import check_output, write_pieces, write_together
from voiceguide.options.output import OutputOptions
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.session.duration_fit import DurationFit, fit_session
from voiceguide.session.planning import Session, plan_session
from voiceguide.session.progress import Progress, no_progress, share_of
from voiceguide.session.source import Source
from voiceguide.store.port import Store
from voiceguide.store.user_cache import user_cache
from voiceguide.text.parsing import parse_whole_number, quote_shortened

OUTPUT_FOLDER = Path("output")


@dataclass(frozen=True)
class MakeResult:
    """A session whose files are written.

    Attributes:
        sidecars: the files beside the sound, such as captions.
        fit: how the session was found, where a duration was asked for.
    """

    session: Session
    path: Path
    size_bytes: int
    sidecars: tuple[Path, ...]
    fit: DurationFit | None = None


@dataclass(frozen=True)
class MakeFailure:
    """A session that could not be made, and why."""

    path: Path
    error: VoiceguideError


def make_session(
    source: Source,
    options: SessionOptions,
    voice_options: VoiceOptions,
    output: OutputOptions,
    *,
    duration_ms: int | None = None,
    jobs: int | None = None,
    progress: Progress = no_progress,
) -> MakeResult:
    """Make a session and write its files; for the arguments see ``make_sessions``.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    (result,) = make_sessions(
        source, [options], voice_options, output, duration_ms=duration_ms, jobs=jobs, progress=progress
    )
    if isinstance(result, MakeFailure):
        raise result.error
    return result


def make_sessions(
    source: Source,
    variations: Iterable[SessionOptions],
    voice_options: VoiceOptions,
    output: OutputOptions,
    *,
    duration_ms: int | None = None,
    jobs: int | None = None,
    progress: Progress = no_progress,
    store: Store | None = None,
) -> Iterator[MakeResult | MakeFailure]:
    """Make several sessions of one routine, and yield each when its files are written; one may fail alone.

    Args:
        source: the routine; the options that come with it hold where the arguments leave the choice.
        variations: the options of each session.
        voice_options, output: of all of them.
        duration_ms: how long each should be; hold, repetitions and rest are then found for it.
        jobs: how many phrases, and how many blocks, may be made at once; the machine's cores if None.
        progress: called with the stages ``speech`` and ``file``.
        store: where clips and blocks are kept; the user's cache if None.

    Raises:
        VoiceguideError: none of the sessions can be made; nothing was written.
    """
    voice_options = voice_options.merge(source.speech)
    form = _output_format(output)
    made_on = _today() if output.dated else None
    picture = read_cover(output.cover) if output.cover else None
    with nullcontext(store) if store else user_cache() as cache:
        maker = _Maker(source, voice_options, output, form, picture, made_on, cache, jobs)
        planned = [maker.job(options, source, duration_ms, progress) for options in variations]
        _refuse_one_name_for_many(planned)
        for number, job in enumerate(planned):
            shared = progress if len(planned) == 1 else share_of(progress, number, len(planned))
            try:
                result: MakeResult | MakeFailure = maker.make(job, shared)
            except VoiceguideError as error:
                _reraise_interruption(error)
                result = MakeFailure(job.path, error)
            yield result


def _reraise_interruption(error: VoiceguideError) -> None:
    """Raise the interruption behind an error, if there is one: a library may have caught it and raised its own."""
    behind: list[BaseException] = [error]
    for one in behind:
        if not isinstance(one, Exception):
            raise one
        behind += [other for other in (one.__cause__, one.__context__) if other and other not in behind]


@dataclass(frozen=True)
class _Job:
    """One session to make; ``fit`` is there where it was planned in search of a duration."""

    options: ResolvedOptions
    path: Path
    fit: DurationFit | None = None


def _refuse_one_name_for_many(jobs: list[_Job]) -> None:
    if len({job.path for job in jobs}) < len(jobs):
        raise UsageError(
            f"{len(jobs)} sessions cannot have one name, {jobs[0].path}. Name a folder with -o, such as "
            "sessions/, or leave it out."
        )


@dataclass(frozen=True)
class _Maker:
    """Makes the sessions of one routine: what they have in common is read once."""

    source: Source
    voice_options: VoiceOptions
    output: OutputOptions
    form: AudioFormat
    picture: bytes | None
    made_on: date | None
    store: Store
    jobs: int | None

    @property
    def routine(self) -> Routine:
        return self.source.routine

    def job(
        self, options: SessionOptions, source: Source, duration_ms: int | None, progress: Progress
    ) -> _Job:
        """Return what is to be made; where a duration is wanted, the session is planned to find it."""
        if duration_ms is None:
            resolved = options.merge(source.wishes).resolve(self.routine)
            return _Job(resolved, output_path(self.output, self.routine, resolved))
        fit = fit_session(
            self.routine,
            options.merge(source.wishes.without_timing()),
            self.voice_options,
            duration_ms,
            form=self.form,
            store=self.store,
            jobs=self.jobs,
            progress=progress,
        )
        found = fit.session.options
        return _Job(found, output_path(self.output, self.routine, found), fit)

    def make(self, job: _Job, progress: Progress) -> MakeResult:
        """Make one session and write its files."""
        sidecars = tuple(job.path.with_suffix(f".{ending}") for ending in self.output.beside)
        for path in (job.path, *sidecars):
            check_output(path, force=self.output.force)
        session = replace(
            self._session(job, progress),
            made_on=self.made_on,
            url=self.output.url,
            source_notes=self.source.notes,
        )
        texts = {path: SIDECAR_WRITERS[path.suffix[1:]](session.plan, session.routine) for path in sidecars}
        size_bytes = write_file(
            session, job.path, self._cover(session), texts, force=self.output.force, progress=progress
        )
        return MakeResult(session, job.path, size_bytes, sidecars, job.fit)

    def _session(self, job: _Job, progress: Progress) -> Session:
        if job.fit:
            return job.fit.session
        return plan_session(
            self.routine,
            job.options,
            self.voice_options,
            form=self.form,
            store=self.store,
            jobs=self.jobs,
            for_file=True,
            progress=progress,
        )

    def _cover(self, session: Session) -> bytes | None:
        return None if self.output.without_cover else self.picture or session.drawn_cover()


def write_file(
    session: Session,
    path: Path,
    cover: bytes | None = None,
    sidecars: Mapping[Path, bytes] = MappingProxyType({}),
    *,
    force: bool = False,
    progress: Progress = no_progress,
) -> int:
    """Write the sound of a session and its sidecars in one step; return the size of the sound in bytes.

    Raises:
        OutputError, EncodingError: no file was written; one that was there before still is.
    """
    writers = {place: partial(write_pieces, pieces=[text]) for place, text in sidecars.items()}
    sound = {path: lambda temporary: session.form.write(temporary, session, cover, progress)}
    return write_together({**writers, **sound}, force=force)[path]


def output_path(output: OutputOptions, routine: Routine, options: ResolvedOptions) -> Path:
    """Return where the file goes: the path or folder of the options, or the default folder."""
    name = f"{options.file_stem(routine)}.mp3"
    if output.path is None:
        return (output.folder or OUTPUT_FOLDER) / name
    return output.path / name if is_folder(output.path) else output.path


def _output_format(output: OutputOptions) -> AudioFormat:
    """Return the format that the path's extension chooses; MP3 where it names no file.

    Raises:
        UsageError: there is no format with that extension, or it does not have the rates asked for.
    """
    path = output.path
    extension = ".mp3" if path is None or is_folder(path) else path.suffix
    if extension.lower() not in CONTAINERS:
        raise UsageError(
            f"{path} does not end in one of {', '.join(CONTAINERS)}, which are the formats that can be made. "
            f"Name it with -o {path}.mp3"
        )
    return audio_format(extension, output.sample_rate_hz, output.bit_rate_kbps)


def _today() -> date:
    """Return the day that files are dated with: that of ``SOURCE_DATE_EPOCH``, else today's.

    Raises:
        UsageError: the variable is not a time at which a file can be made.
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
