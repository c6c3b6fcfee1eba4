"""Finished files are read again: what they say about themselves. They are untrusted."""

import errno
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from voiceguide.errors import InputNotFound, VoiceguideError
from voiceguide.export.embedded_metadata import MAX_SERIALIZED_BYTES, SessionMetadata, unpacked
from voiceguide.export.formats.registry import CONTAINERS, find_container
from voiceguide.files.reading import open_regular, unreadable

# Enough to recognize a format.
_HEAD_BYTES = 12


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


def embedded_bytes(path: Path) -> bytes | None:
    """Return what a finished file of any format carries; None where it carries nothing. It is untrusted.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    data = _read(path, _find_embedded)
    return data if data is not None and len(data) <= MAX_SERIALIZED_BYTES else None


def cover_of(path: Path) -> bytes | None:
    """Return the cover of an MP3 file; None where it has none.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    from voiceguide.export.formats.mp3 import read_id3

    return _read(path, lambda file: bytes(read_id3(file, b"APIC").getall("APIC")[0].data))


def _read(path: Path, read: Callable[[BinaryIO], bytes]) -> bytes | None:
    """Let a reader loose on a file that may hold anything."""
    from mutagen import MutagenError

    try:
        with open_regular(path) as file:
            return read(file)
    except (MutagenError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return None
    except (struct.error, RuntimeError, EOFError):  # too deep a nesting is a RuntimeError
        return None
    except OSError as error:
        if error.errno == errno.EINVAL:  # sent to a place before its beginning
            return None
        raise unreadable(path, error) from error


def _find_embedded(file: BinaryIO) -> bytes:
    """Read by what a file is, whatever its name says."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    for container in map(find_container, CONTAINERS):
        if container.recognizes(head):
            return container.read(file)
    raise ValueError("it is not a sound file of a known format")
