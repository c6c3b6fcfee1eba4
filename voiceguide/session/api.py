"""The functions of the public interface; see docs/api.md.

They take every option as a keyword and read neither the user's settings file nor the environment variables of options:
the same call gives the same result on every machine with the same voice.
"""

import os
from pathlib import Path
from typing import TypeAlias, Unpack

from voiceguide.audio.libraries import import_library
from voiceguide.errors import Suggestion
from voiceguide.options.keywords import AnyPath, BytesKeywords, MakeKeywords, PlanKeywords
from voiceguide.options.table import read
from voiceguide.routine.model import Routine
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import Chapter, Event
from voiceguide.session import making
from voiceguide.session.catalog import CatalogEntry, catalog
from voiceguide.session.duration_fit import DurationFit
from voiceguide.session.making import MakeResult, PlanResult
from voiceguide.session.source import Source, find_source, source_of
from voiceguide.session.verification import Verification
from voiceguide.speech.engine import Voice

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

AnyRoutine: TypeAlias = Routine | str | os.PathLike[str]


def make(routine: AnyRoutine, output: AnyPath | None = None, **options: Unpack[MakeKeywords]) -> MakeResult:
    """Make a session of a routine and write it to a file.

    Args:
        routine: the id of a built-in routine, the path of a routine file or of a file made by voiceguide, or
            a ``Routine``.
        output: the file, whose extension chooses the format, or a folder; by default a file in ``output/`` that is
            named after the routine, such as ``output/lower-back-25s-2x.mp3``.
        options: see "Options" in docs/api.md.

    Returns:
        The file, its duration and chapters, and ``warnings``. If the same file is there already, it is kept, and
        ``is_new`` is False.

    Raises:
        OutputExists: another file is there; ``overwrite=True`` replaces it.
        LengthNotReached: no session within what is advised comes within a minute of ``minutes``; ``any_length=True``
            makes the nearest.
        VoiceguideError: the session cannot be made; no file was written.
    """
    return making.make_session(_source(routine), read("make", {"output": output, **options}))


def make_bytes(routine: AnyRoutine, **options: Unpack[BytesKeywords]) -> bytes:
    """Return the MP3 file of a session without writing it.

    Args:
        routine: see ``make``.
        options: see "Options" in docs/api.md.

    Raises:
        LengthNotReached: see ``make``.
        VoiceguideError: the session cannot be made.
    """
    return making.make_session_bytes(_source(routine), read("make_bytes", options))


def plan(routine: AnyRoutine, **options: Unpack[PlanKeywords]) -> PlanResult:
    """Plan a session: everything that is said and done, with its time, without a file.

    Args:
        routine: see ``make``.
        options: see "Options" in docs/api.md.

    Raises:
        VoiceguideError: the session cannot be planned.
    """
    return making.plan_source(_source(routine), read("plan", options))


def verify(path: AnyPath) -> Verification:
    """Measure an MP3 file made by voiceguide against its plan; ``problems`` is empty if it is as planned.

    Raises:
        VoiceguideError: the file cannot be read, or voiceguide did not make it.
    """
    from voiceguide.session import verification

    _load_libraries()
    return verification.verify(Path(path))


def load_routine(path_or_id: AnyPath) -> Routine:
    """Return a routine by its id or file, or the routine of a file made by voiceguide.

    Raises:
        VoiceguideError: it does not exist, or cannot be used.
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
    """Return the voices on this computer, all or those of a language such as ``en``; the default one is first."""
    from voiceguide.speech.registry import list_voices as found

    listing = found(language)
    return tuple(sorted(listing.voices, key=lambda voice: voice != listing.default))


def _source(routine: AnyRoutine) -> Source:
    _load_libraries()
    return source_of(routine) if isinstance(routine, Routine) else find_source(str(routine))


def _load_libraries() -> None:
    """Import what every session needs."""
    for name in ("ruamel.yaml", "numpy"):
        import_library(name)
