"""What a person names to make a session of: a built-in routine, a routine file, or a finished file."""

from dataclasses import dataclass, field
from pathlib import Path

from voiceguide.export.finished_file import read_metadata
from voiceguide.export.formats import CONTAINERS
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine_with_warnings
from voiceguide.settings import Settings


@dataclass(frozen=True)
class Source:
    """A routine, and the options that come with it: those of a finished file, and the settings.

    Attributes:
        notes: what should be changed in the routine's file, or is wrong with the settings, one sentence each.
    """

    routine: Routine
    options: SessionOptions = field(default_factory=SessionOptions)
    voice_options: VoiceOptions = field(default_factory=VoiceOptions)
    notes: tuple[str, ...] = ()


def find_source(name: str, settings: Settings | None = None) -> Source:
    """Return what a person means: a routine's id or file, or a file that voiceguide has made.

    Args:
        name: of the routine or the file.
        settings: hold where neither the listener nor the file makes a choice.

    Raises:
        VoiceguideError: there is none of that name, or it cannot be used.
    """
    settings = settings or Settings()
    path = Path(name)
    if path.suffix.lower() not in CONTAINERS:
        routine, warnings = find_routine_with_warnings(name)
        notes = (*settings.notes, *map(str, warnings))
        return Source(routine, settings.session_options, settings.voice_options, notes)
    metadata = read_metadata(path)
    options, voice_options = metadata.options()
    return Source(
        metadata.routine,
        options.merge(settings.session_options),
        voice_options.merge(settings.voice_options),
        settings.notes,
    )
