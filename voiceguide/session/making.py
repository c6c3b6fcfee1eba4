"""Sessions become files: the audio file with its cover, and its sidecars."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from voiceguide.errors import (
    InvalidValue,
    OutputExists,
    SameOutput,
    UnsupportedFormat,
    UsageError,
    VoiceguideError,
)
from voiceguide.export.cover import read_cover
from voiceguide.export.formats import CONTAINERS, MP3, AudioFormat, audio_format
from voiceguide.export.sidecars import SIDECAR_WRITERS, sidecar_extensions
from voiceguide.export.tags import Cover
from voiceguide.files.paths import is_file, is_folder
from voiceguide.files.writing import Writer, check_output, write_pieces, write_together
from voiceguide.options.output import OutputOptions
from voiceguide.options.request import Request
from voiceguide.options.session import ResolvedOptions, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.script.naming import file_stem
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event
from voiceguide.session.planning import Session, plan_session
from voiceguide.session.progress import Progress, no_progress, share_of
from voiceguide.session.source import Source
from voiceguide.store.port import Store
from voiceguide.store.user_cache import user_cache
from voiceguide.text.formatting import format_duration
from voiceguide.text.parsing import parse_whole_number, quote_shortened
from voiceguide.text.printable import counted

if TYPE_CHECKING:
    from voiceguide.session.duration_fit import DurationFit

OUTPUT_FOLDER = Path("output")


@dataclass(frozen=True, repr=False)
class PlanResult:
    """A session that is planned, without a file.

    Attributes:
        fit: how close the session comes to the duration, if one was asked for.
    """

    session: Session
    fit: "DurationFit | None" = None

    @property
    def plan(self) -> Plan:
        """Everything that is said and done, with its time."""
        return self.session.plan

    @property
    def title(self) -> str:
        """What players show, such as ``Lower back · 25 s × 2``."""
        return self.session.title

    @property
    def duration_ms(self) -> int:
        """How long the session is."""
        return self.session.timeline.duration_ms

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The parts of the session, one for each exercise."""
        return self.session.timeline.chapters

    @property
    def events(self) -> tuple[Event, ...]:
        """What is said and done, in order."""
        return self.session.timeline.events

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the listener should know about the session, one sentence each."""
        missed = (self.fit.summary,) if self.fit and not self.fit.is_close else ()
        return (*missed, *self.session.notes)

    def to_dict(self) -> dict[str, object]:
        """Return the plan as values JSON can hold."""
        return self.plan.to_dict()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._heading}>"

    def __str__(self) -> str:
        return "\n".join((self._heading, *(f"  Warning: {warning}" for warning in self.warnings)))

    @property
    def _heading(self) -> str:
        parts = (self.title, format_duration(self.duration_ms), counted(len(self.chapters), "chapter"))
        return f"{', '.join(parts)}, voice {self.session.voice.name}"


@dataclass(frozen=True, repr=False)
class MakeResult(PlanResult):
    """A session whose files are written.

    Attributes:
        path: of the audio file.
        size_bytes: of the audio file.
        sidecars: the files next to it, such as captions.
        is_new: whether the audio file was written; False if the same file was there already.
    """

    path: Path = field(kw_only=True)
    size_bytes: int = field(kw_only=True)
    sidecars: tuple[Path, ...] = field(default=(), kw_only=True)
    is_new: bool = field(default=True, kw_only=True)

    @property
    def _heading(self) -> str:
        return f"{self.path}: {super()._heading}, {self.size_bytes / 1_000_000:.1f} MB"


@dataclass(frozen=True)
class MakeFailure:
    """A session that could not be made, and why."""

    path: Path
    error: VoiceguideError


def plan_source(source: Source, request: Request, *, progress: Progress = no_progress) -> PlanResult:
    """Plan a session without making a file; for the arguments, see ``make_sessions``.

    Raises:
        VoiceguideError: the session cannot be planned.
    """
    request = request.merge(source.request)
    with user_cache() as store:
        planner = _Planner(source, request, store)
        fit = planner.fit(request.session, progress)
        session = fit.session if fit else planner.plan(request.session.resolve(source.routine), progress)
        return PlanResult(session, fit)


def make_session(source: Source, request: Request, *, progress: Progress = no_progress) -> MakeResult:
    """Make a session and write its files; for the arguments see ``make_sessions``.

    Raises:
        VoiceguideError: with the reason; no file was written.
    """
    (result,) = make_sessions(source, [request], progress=progress)
    if isinstance(result, MakeFailure):
        raise result.error
    return result


def make_sessions(
    source: Source, requests: Sequence[Request], *, progress: Progress = no_progress
) -> Iterator[MakeResult | MakeFailure]:
    """Make several sessions of one routine, and yield each when its files are written; if one fails, the others are still made.

    Args:
        source: the routine; its options fill in what a request leaves open.
        requests: one for each session; all with the same voice and file format.
        progress: called with the stages ``speech`` and ``file``.

    Raises:
        VoiceguideError: none of the sessions can be made; nothing was written.
    """
    requests = [request.merge(source.request) for request in requests]
    with _open_maker(source, requests[0]) as maker:
        planned = [maker.job(request.session, progress) for request in requests]
        _check_names_differ(planned)
        for number, job in enumerate(planned):
            shared = progress if len(planned) == 1 else share_of(progress, number, len(planned))
            try:
                result: MakeResult | MakeFailure = maker.make(job, shared)
            except VoiceguideError as error:
                _reraise_interruption(error)
                result = MakeFailure(job.path, error)
            yield result


def each_session(
    source: Source, requests: Sequence[Request], *, progress: Progress = no_progress
) -> Iterator[tuple[Session, bytes | None]]:
    """Yield several sessions of one routine without writing them, each with its cover; for the arguments see ``make_sessions``.

    Raises:
        VoiceguideError: a session cannot be made.
    """
    requests = [request.merge(source.request) for request in requests]
    with _open_maker(source, requests[0]) as maker:
        for number, request in enumerate(requests):
            job = maker.job(request.session, no_progress)
            maker.check_length(job)
            session = maker.session(job, share_of(progress, number, len(requests)))
            yield session, maker.cover(session)


def make_session_bytes(source: Source, request: Request) -> bytes:
    """Return the MP3 file of a session without writing it; for the arguments see ``make_sessions``.

    Raises:
        VoiceguideError: the session cannot be made.
    """
    request = request.merge(source.request)
    with _open_maker(source, request) as maker:
        job = maker.job(request.session, no_progress)
        maker.check_length(job)
        session = maker.session(job, no_progress)
        return b"".join(session.stream(cover=partial(maker.cover, session)))


def _reraise_interruption(error: VoiceguideError) -> None:
    """Raise the interruption that caused an error, if one did: a library may have turned it into an error of its own."""
    behind: list[BaseException] = [error]
    for one in behind:
        if not isinstance(one, Exception):
            raise one
        behind += [other for other in (one.__cause__, one.__context__) if other and other not in behind]


@dataclass(frozen=True)
class _Job:
    """One session to make; ``fit`` is set if a duration was asked for."""

    options: ResolvedOptions
    path: Path
    fit: "DurationFit | None"


def _check_names_differ(jobs: list[_Job]) -> None:
    if len({job.path for job in jobs}) < len(jobs):
        raise SameOutput(jobs[0].path, len(jobs))


@dataclass(frozen=True)
class _Planner:
    """Plans the sessions of one routine, with the voice and jobs of a request that has been merged with the source's."""

    source: Source
    request: Request
    store: Store
    file_format: AudioFormat = MP3

    def fit(self, options: SessionOptions, progress: Progress) -> "DurationFit | None":
        """Return the session of a duration, if one is asked for."""
        if options.duration_ms is None:
            return None
        from voiceguide.session.duration_fit import fit_session

        how = self._how(progress)
        fit = fit_session(self.source.routine, options, self.request.voice, options.duration_ms, **how)
        return replace(fit, session=replace(fit.session, source_notes=self.source.notes))

    def plan(self, options: ResolvedOptions, progress: Progress, *, for_file: bool = False) -> Session:
        """Plan one session."""
        how = self._how(progress)
        session = plan_session(self.source.routine, options, self.request.voice, for_file=for_file, **how)
        return replace(session, source_notes=self.source.notes)

    def _how(self, progress: Progress) -> dict[str, Any]:
        return {
            "file_format": self.file_format,
            "store": self.store,
            "jobs": self.request.jobs,
            "progress": progress,
        }


@contextmanager
def _open_maker(source: Source, request: Request) -> "Iterator[_Maker]":
    """Yield a maker with the user's cache; invalid options raise before any work is done."""
    output = request.output
    file_format = _output_format(output)
    made_on = _today() if output.dated else None
    picture = read_cover(output.cover) if output.cover else None
    extensions = sidecar_extensions(output.sidecars)
    with user_cache() as store:
        yield _Maker(_Planner(source, request, store, file_format), output, extensions, picture, made_on)


@dataclass(frozen=True)
class _Maker:
    """Makes the sessions of one routine; what they share is read once."""

    planner: _Planner
    output: OutputOptions
    sidecars: tuple[str, ...]
    picture: bytes | None
    made_on: date | None

    def job(self, options: SessionOptions, progress: Progress) -> _Job:
        """Return one session to make; if a duration is asked for, sessions are planned to find the nearest."""
        routine = self.planner.source.routine
        fit = self.planner.fit(options, progress)
        resolved = fit.session.options if fit else options.resolve(routine)
        return _Job(resolved, output_path(self.output, routine, resolved, self.planner.request.voice), fit)

    def make(self, job: _Job, progress: Progress) -> MakeResult:
        """Make one session and write its files; the same file that is there already is kept."""
        self.check_length(job)
        sidecars = tuple(job.path.with_suffix(f".{extension}") for extension in self.sidecars)
        if not self.output.overwrite and self._may_be_there(job):
            return self._kept(job, sidecars, progress)
        for path in (job.path, *sidecars):
            check_output(path, force=self.output.overwrite)
        session = self.session(job, progress)
        texts = _sidecar_texts(session, sidecars)
        size_bytes = write_file(
            session,
            job.path,
            partial(self.cover, session),
            texts,
            force=self.output.overwrite,
            progress=progress,
        )
        return MakeResult(session, job.fit, path=job.path, size_bytes=size_bytes, sidecars=sidecars)

    def check_length(self, job: _Job) -> None:
        """Refuse a session that is far from the duration asked for, unless any length will do.

        Raises:
            LengthNotReached: names what comes closer.
        """
        if job.fit and job.fit.is_far and not self.output.any_length:
            raise job.fit.error

    def _may_be_there(self, job: _Job) -> bool:
        """Return whether the file that is there says that it is this session, spoken by the same voice."""
        if not is_file(job.path):
            return False
        from voiceguide.session.existing_file import says_the_same

        request = self.planner.request
        return says_the_same(job.path, self.planner.source.routine, job.options, request.voice)

    def _kept(self, job: _Job, sidecars: tuple[Path, ...], progress: Progress) -> MakeResult:
        """Return the result for a file that is there already; only sidecars that are missing are written.

        Raises:
            OutputExists: the file, or a sidecar, differs from the one that would be made.
        """
        from voiceguide.session.existing_file import is_the_file_of, is_the_text_of, recorded_day

        session = self.session(job, progress)
        if session.made_on:
            session = replace(session, made_on=recorded_day(job.path) or session.made_on)
        if not is_the_file_of(session, job.path, self.cover(session)):
            raise OutputExists(job.path)
        texts = _sidecar_texts(session, sidecars)
        missing = {path: text for path, text in texts.items() if not is_the_text_of(path, text)}
        if missing:
            write_together(_text_writers(missing), force=False)
        return MakeResult(
            session,
            job.fit,
            path=job.path,
            size_bytes=job.path.stat().st_size,
            sidecars=sidecars,
            is_new=False,
        )

    def session(self, job: _Job, progress: Progress) -> Session:
        """Return the planned session, with the date and URL that its file states."""
        session = job.fit.session if job.fit else self.planner.plan(job.options, progress, for_file=True)
        return replace(session, made_on=self.made_on, url=self.output.url)

    def cover(self, session: Session) -> bytes | None:
        """Return the picture for the file."""
        return None if self.output.cover is False else self.picture or session.drawn_cover()


def _sidecar_texts(session: Session, paths: tuple[Path, ...]) -> dict[Path, bytes]:
    return {path: SIDECAR_WRITERS[path.suffix[1:]](session.plan, session.routine) for path in paths}


def _text_writers(texts: Mapping[Path, bytes]) -> dict[Path, Writer]:
    return {path: partial(write_pieces, pieces=[text]) for path, text in texts.items()}


def write_file(
    session: Session,
    path: Path,
    cover: Cover = None,
    sidecars: Mapping[Path, bytes] = MappingProxyType({}),
    *,
    force: bool = False,
    progress: Progress = no_progress,
) -> int:
    """Write the audio file of a session and its sidecars in one step; return the size of the audio file in bytes.

    Raises:
        OutputError, EncodingError: no file was written; one that was there before still is.
    """
    audio = {path: lambda temporary: session.file_format.write(temporary, session, cover, progress)}
    return write_together({**_text_writers(sidecars), **audio}, force=force)[path]


def output_path(
    output: OutputOptions, routine: Routine, options: ResolvedOptions, voice: VoiceOptions
) -> Path:
    """Return where the file goes: the path or folder of the options, or the default folder."""
    name = f"{file_stem(routine, options, voice)}.mp3"
    if output.path is None:
        return output_folder(output) / name
    return Path(output.path) / name if _names_folder(output.path) else Path(output.path)


def output_folder(output: OutputOptions) -> Path:
    """Return the folder for files that have no path of their own."""
    return Path(output.folder or OUTPUT_FOLDER).expanduser()


def _names_folder(path: Path | str) -> bool:
    """Return whether a path is a folder: it ends with a slash, or such a folder exists."""
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return str(path).endswith(separators) or is_folder(Path(path))


def _output_format(output: OutputOptions) -> AudioFormat:
    """Return the format that the path's extension chooses; MP3 for a folder.

    Raises:
        UsageError: no format has that extension, or the format does not support the rates asked for.
    """
    path = output.path
    extension = ".mp3" if path is None or _names_folder(path) else Path(path).suffix
    if extension.lower() not in CONTAINERS:
        raise UnsupportedFormat(path or "", CONTAINERS)
    return audio_format(extension, output.sample_rate_hz, output.bit_rate_kbps)


def _today() -> date:
    """Return the date to store in files: that of ``SOURCE_DATE_EPOCH``, else today's.

    Raises:
        InvalidValue: the variable is not a valid time.
    """
    chosen = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        seconds = parse_whole_number(chosen) if chosen else time.time()
        return datetime.fromtimestamp(seconds, UTC).date()
    except (UsageError, ValueError, OverflowError, OSError) as error:
        expected = "a time in seconds since 1970"
        advice = "Set it to a number such as 1800000000, or leave it out."
        raise InvalidValue("SOURCE_DATE_EPOCH", quote_shortened(chosen or ""), expected, advice) from error
