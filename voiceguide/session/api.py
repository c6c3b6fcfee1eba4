"""The functions of the public interface; see docs/api.md.

They take every option as a keyword and know neither the user's settings file nor the environment variables of options:
the same call gives the same result on every machine with the same voice.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, Unpack

from voiceguide.audio.libraries import import_library
from voiceguide.errors import UnknownName, did_you_mean
from voiceguide.export.sidecars import sidecar_extensions
from voiceguide.options.output import OutputOptions
from voiceguide.options.session import GUIDANCE, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.limits import JOBS
from voiceguide.routine.model import Routine
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event
from voiceguide.session import making
from voiceguide.session.catalog import CatalogEntry, catalog
from voiceguide.session.duration_fit import DurationFit, Suggestion
from voiceguide.session.making import MakeResult, PlanResult
from voiceguide.session.source import Source, find_source
from voiceguide.session.verification import Verification
from voiceguide.speech.engine import Voice
from voiceguide.text.parsing import parse_duration_seconds

__all__ = [
    "CatalogEntry",
    "Chapter",
    "DurationFit",
    "Event",
    "MakeResult",
    "Plan",
    "PlanResult",
    "Routine",
    "Suggestion",
    "Verification",
    "Voice",
    "list_routines",
    "list_voices",
    "load_routine",
    "make",
    "make_bytes",
    "plan",
    "verify",
]

AnyPath: TypeAlias = str | os.PathLike[str]
AnyRoutine: TypeAlias = Routine | str | os.PathLike[str]
AnyDuration: TypeAlias = int | str
Names: TypeAlias = str | Sequence[str]


class PlanKeywords(TypedDict, total=False):
    """The options of a session and its voice."""

    hold: AnyDuration
    reps: int
    rest: AnyDuration
    minutes: float
    guidance: Literal["full", "brief", "cues", "chimes"]
    countdown: bool
    first_side: Literal["left", "right"]
    only: Names
    skip: Names
    engine: str
    voice: str
    pace: int
    chime_level: float
    jobs: int


class BytesKeywords(PlanKeywords, total=False):
    """The options of a session and its MP3 file."""

    cover: AnyPath | Literal[False]
    bit_rate: int
    sample_rate: int
    dated: bool
    url: str


class MakeKeywords(BytesKeywords, total=False):
    """The options of a session and its files."""

    sidecars: Names
    overwrite: bool


def make(routine: AnyRoutine, output: AnyPath | None = None, **options: Unpack[MakeKeywords]) -> MakeResult:
    """Make a session of a routine and write it to a file.

    Args:
        routine: the id of a built-in routine, the path of a routine file or of a file that voiceguide has made, or
            a ``Routine``.
        output: the file, whose extension chooses the format, or a folder; by default a file in ``output/`` that is
            named after the routine, such as ``output/lower-back-25s-2x.mp3``.
        options: see "Options" in docs/api.md.

    Returns:
        The file, its duration and chapters, and ``warnings``.

    Raises:
        OutputExists: the file exists; ``overwrite=True`` replaces it.
        VoiceguideError: the session cannot be made; no file was written.
    """
    choices = _choose(options, output)
    return making.make_session(
        _source(routine),
        choices.session,
        choices.voice,
        choices.output,
        duration_ms=choices.duration_ms,
        jobs=choices.jobs,
    )


def make_bytes(routine: AnyRoutine, **options: Unpack[BytesKeywords]) -> bytes:
    """Return the MP3 file of a session without writing it.

    Args:
        routine: see ``make``.
        options: see "Options" in docs/api.md.

    Raises:
        VoiceguideError: the session cannot be made.
    """
    choices = _choose(options)
    return making.make_session_bytes(
        _source(routine),
        choices.session,
        choices.voice,
        choices.output,
        duration_ms=choices.duration_ms,
        jobs=choices.jobs,
    )


def plan(routine: AnyRoutine, **options: Unpack[PlanKeywords]) -> PlanResult:
    """Plan a session: everything that is said and done, at its time, without a file.

    Args:
        routine: see ``make``.
        options: see "Options" in docs/api.md.

    Raises:
        VoiceguideError: the session cannot be planned.
    """
    choices = _choose(options)
    return making.plan_source(
        _source(routine),
        choices.session,
        choices.voice,
        duration_ms=choices.duration_ms,
        jobs=choices.jobs,
    )


def verify(path: AnyPath) -> Verification:
    """Measure an MP3 file that voiceguide has made against its plan; ``problems`` is empty if it is right.

    Raises:
        VoiceguideError: the file cannot be read, or voiceguide did not make it.
    """
    from voiceguide.session import verification

    _load_libraries()
    return verification.verify(Path(path))


def load_routine(path_or_id: AnyPath) -> Routine:
    """Return a routine by its id or file, or the routine of a file that voiceguide has made.

    Raises:
        VoiceguideError: there is none, or it cannot be used.
    """
    return _source(path_or_id).routine


def list_routines(tag: str | None = None) -> tuple[CatalogEntry, ...]:
    """Return the built-in routines, all or those with a tag.

    Raises:
        UsageError: no routine has the tag.
    """
    _load_libraries()
    return catalog(tag)


def list_voices(language: str | None = None) -> tuple[Voice, ...]:
    """Return the voices of this machine, all or those of a language such as ``en``; the default one is first."""
    from voiceguide.speech.registry import list_voices as found

    listing = found(language)
    return tuple(sorted(listing.voices, key=lambda voice: voice != listing.default))


@dataclass(frozen=True)
class _Choices:
    session: SessionOptions
    voice: VoiceOptions
    output: OutputOptions
    duration_ms: int | None
    jobs: int | None


def _choose(options: Mapping[str, Any], output: AnyPath | None = None) -> _Choices:
    """Return the options that keywords stand for.

    Raises:
        TypeError: there is no such keyword.
        UsageError: a value cannot be used.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if unknown := next((name for name in given if name not in MakeKeywords.__annotations__), None):
        known = tuple(MakeKeywords.__annotations__)
        raise TypeError(f"There is no option {unknown!r}. {did_you_mean(unknown, known)}")
    seconds = {name: _seconds(given[name]) for name in ("hold", "rest") if name in given}
    session = SessionOptions(
        hold_seconds=seconds.get("hold"),
        reps=given.get("reps"),
        rest_seconds=seconds.get("rest"),
        only=_names(given.get("only", ())),
        skip=_names(given.get("skip", ())),
        guidance=_one_of("guidance", given.get("guidance"), GUIDANCE),
        countdown=given.get("countdown"),
        first_side=_one_of("first side", given.get("first_side"), ("left", "right")),
    )
    voice = VoiceOptions(given.get("engine"), given.get("voice"), given.get("pace"), given.get("chime_level"))
    if "jobs" in given:
        JOBS.check(given["jobs"])
    minutes = given.get("minutes")
    duration_ms = None if minutes is None else round(60_000 * minutes)
    return _Choices(session, voice, _output_options(given, output), duration_ms, given.get("jobs"))


def _output_options(given: Mapping[str, Any], output: AnyPath | None) -> OutputOptions:
    cover = given.get("cover")
    is_new_folder = isinstance(output, str) and output.endswith(("/", os.sep))
    path = None if output is None else Path(output)
    return OutputOptions(
        path=None if is_new_folder else path,
        folder=path if is_new_folder else None,
        overwrite=given.get("overwrite", False),
        cover=Path(cover) if cover else cover,
        sidecars=sidecar_extensions(_names(given.get("sidecars", ()))),
        sample_rate_hz=given.get("sample_rate"),
        bitrate_kbps=given.get("bit_rate"),
        dated=given.get("dated", True),
        url=given.get("url"),
    )


def _seconds(duration: AnyDuration) -> int:
    return parse_duration_seconds(duration) if isinstance(duration, str) else duration


def _names(names: Names) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else tuple(names)


def _one_of(kind: str, value: Any, known: tuple[str, ...]) -> Any:
    if value is not None and value not in known:
        raise UnknownName(kind, str(value), known)
    return value


def _source(routine: AnyRoutine) -> Source:
    _load_libraries()
    return Source(routine) if isinstance(routine, Routine) else find_source(str(routine))


def _load_libraries() -> None:
    """Import what every session needs."""
    for name in ("ruamel.yaml", "numpy"):
        import_library(name)
