"""What a session is made from: a built-in routine, a routine file, or a finished file."""

from dataclasses import dataclass, field
from pathlib import Path

from voiceguide.export.finished_file import read_metadata
from voiceguide.export.formats import CONTAINERS
from voiceguide.options.request import Request
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine_with_warnings
from voiceguide.settings import Settings


@dataclass(frozen=True)
class Source:
    """A routine, and the options that come with it: those of a finished file, and the settings.

    Attributes:
        request: fills in what the listener leaves open.
        notes: what should be changed in the routine's file, or is wrong with the settings, one sentence each.
    """

    routine: Routine
    request: Request = field(default_factory=Request)
    notes: tuple[str, ...] = ()


def source_of(routine: Routine) -> Source:
    """Return a routine that was built in code, with the voice and sound that it chooses."""
    return Source(routine, _request_of(routine))


def find_source(name: str, settings: Settings | None = None) -> Source:
    """Return the routine and options that a name stands for: a routine's id or file, or a file made by voiceguide.

    Args:
        name: of the routine or the file.
        settings: fill in what neither the listener nor the file chooses.

    Raises:
        VoiceguideError: it does not exist, or cannot be used.
    """
    settings = settings or Settings()
    path = Path(name)
    if path.suffix.lower() not in CONTAINERS:
        routine, warnings = find_routine_with_warnings(name)
        notes = (*settings.notes, *map(str, warnings))
        return Source(routine, settings.request.merge(_request_of(routine)), notes)
    metadata = read_metadata(path)
    options, voice_options = metadata.options()
    request = Request(options, voice_options).merge(settings.request).merge(_request_of(metadata.routine))
    return Source(metadata.routine, request, settings.notes)


def _request_of(routine: Routine) -> Request:
    """Return what a routine chooses for voice and sound; what it chooses for the session, ``SessionOptions`` reads.

    Anyone may have written the routine, so its voice counts as one from a file.
    """
    chosen = routine.defaults
    return Request(
        voice=VoiceOptions(
            chosen.engine,
            chosen.voice,
            chosen.pace_wpm,
            chosen.chime_level_db,
            from_file=True,
        )
    )
