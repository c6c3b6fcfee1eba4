"""Finished files are read again: what they say of themselves."""

from pathlib import Path

from voiceguide.errors import InputNotFound, VoiceguideError
from voiceguide.export.container_tags import embedded_bytes
from voiceguide.export.embedded_metadata import SessionMetadata, unpacked
from voiceguide.files.reading import open_regular


def read_metadata(path: Path) -> SessionMetadata:
    """Return what a finished file says of itself.

    Raises:
        InputNotFound: there is no such file.
        VoiceguideError: the file cannot be read or carries nothing of voiceguide.
    """
    try:
        blob = embedded_bytes(path)
    except InputNotFound as error:
        raise InputNotFound(path, "Name a file that voiceguide has made.") from error
    if blob is None:
        raise VoiceguideError(
            f"{path} carries no session of voiceguide; it may be another program's, or its tags were "
            "removed. Name a file that voiceguide has made."
        )
    try:
        return unpacked(blob)
    except ValueError as error:
        raise VoiceguideError(
            f"What {path} carries about itself cannot be used: {error}. Ask for the file again, or make one "
            "from the routine: voiceguide make ROUTINE"
        ) from error


def mpeg_length_ms(path: Path) -> int:
    """Return how long an MP3 says that it is, whoever encoded it; 0 where there is no sound in it."""
    from mutagen import MutagenError
    from mutagen.mp3 import MP3

    try:
        with open_regular(path) as file:
            info = MP3(file).info
    except MutagenError:
        info = None
    return int(1000 * info.length) if info else 0
