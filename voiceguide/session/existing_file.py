"""Finds out whether a file that is there already is the one that would be made."""

import filecmp
import json
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from voiceguide.errors import OutputExists, VoiceguideError
from voiceguide.export.finished_file import day_of, read_metadata
from voiceguide.files.reading import read_limited
from voiceguide.options.session import ResolvedOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.session.planning import Session
from voiceguide.speech.registry import choose_voice


def says_the_same(
    path: Path, routine: Routine, options: ResolvedOptions, voice_options: VoiceOptions
) -> bool:
    """Return whether a file says that it is a session of this routine with these options, in the voice to be used.

    That is quick, and costs nothing where the file is another one. It is no proof: the words that a new version of the
    program or of the voice has for the same options, and damage, show only in the file as a whole.
    """
    try:
        metadata = read_metadata(path)
        with_voice = voice_options.resolve()
        wanted = {
            **options.to_dict(),
            "pace_wpm": with_voice.pace_wpm,
            "chime_level_db": with_voice.chime_level_db,
        }
        told = dict(metadata.plan.options)
        engine = told.pop("engine", None)
        if told != json.loads(json.dumps(wanted)) or metadata.routine != routine:
            return False
        if not metadata.plan.voice:  # nothing is said
            return True
        choice = choose_voice(
            routine.language, voice_options.engine, voice_options.voice, from_file=voice_options.from_file
        )
        choice.engine.close()
    except VoiceguideError:
        return False
    return (choice.voice.engine, choice.voice.id) == (engine, metadata.plan.voice)


def recorded_day(path: Path) -> date | None:
    """Return the day on which a file says it was made; None if it does not."""
    with suppress(VoiceguideError, ValueError):
        return date.fromisoformat(day_of(path) or "")
    return None


def is_the_file_of(session: Session, path: Path, cover: bytes | None) -> bool:
    """Return whether a file is, byte for byte, the one of a session."""
    with tempfile.TemporaryDirectory(prefix="voiceguide-") as folder:
        new = Path(folder) / path.name
        session.file_format.write(new, session, cover, lambda *_: None)
        return filecmp.cmp(new, path, shallow=False)


def is_the_text_of(path: Path, text: bytes) -> bool:
    """Return whether a file holds a text; False if there is no file.

    Raises:
        OutputExists: it holds something else.
    """
    if not path.exists():
        return False
    try:
        found = read_limited(path, len(text))
    except VoiceguideError:
        found = b""
    if found != text:
        raise OutputExists(path)
    return True
