"""Reads what finished files say about themselves; anyone may have written them."""

import errno
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from voiceguide.errors import InputNotFound, InvalidFile
from voiceguide.export.embedded_metadata import MAX_SERIALIZED_BYTES, SessionMetadata, deserialize
from voiceguide.export.formats.registry import CONTAINERS, find_container
from voiceguide.files.reading import open_regular, unreadable

# Enough to recognize a format.
_HEAD_BYTES = 12


def read_metadata(path: Path) -> SessionMetadata:
    """Return the metadata of a finished file.

    Raises:
        InputNotFound: there is no such file.
        InvalidFile: it cannot be read, or carries no session.
    """
    try:
        blob = embedded_bytes(path)
    except InputNotFound as error:
        raise InputNotFound(path, "Give a file made by voiceguide.") from error
    if blob is None:
        raise InvalidFile(
            path,
            "carries no voiceguide session; another program made it, or its tags were removed",
            "Give a file made by voiceguide.",
        )
    try:
        return deserialize(blob)
    except ValueError as error:
        raise InvalidFile(
            path,
            f"carries a session that cannot be used: {error}",
            "Get the file again from where it came, or make it again from its routine.",
        ) from error


def mpeg_length_ms(path: Path) -> int:
    """Return the duration that an MP3 declares, no matter who encoded it; 0 if there is no audio in it."""
    from mutagen import MutagenError
    from mutagen.mp3 import MP3

    try:
        with open_regular(path) as file:
            info = MP3(file).info
    except MutagenError:
        info = None
    return int(1000 * info.length) if info else 0


def embedded_bytes(path: Path) -> bytes | None:
    """Return the metadata embedded in a file of any format, unchecked; None if there is none.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    data = _read(path, _find_embedded)
    return data if data is not None and len(data) <= MAX_SERIALIZED_BYTES else None


def day_of(path: Path) -> str | None:
    """Return the day that an MP3 file states, such as ``2026-11-26``; None if it states none.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    from voiceguide.export.formats.mp3 import read_id3

    # mutagen makes one field of the year and the day.
    found = _read(path, lambda file: str(read_id3(file, b"TYER", b"TDAT")["TDRC"]).encode())
    return None if found is None else found.decode()


def cover_of(path: Path) -> bytes | None:
    """Return the cover of an MP3 file; None if it has none.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    from voiceguide.export.formats.mp3 import read_id3

    return _read(path, lambda file: bytes(read_id3(file, b"APIC").getall("APIC")[0].data))


def _read(path: Path, read: Callable[[BinaryIO], bytes]) -> bytes | None:
    """Call a reader, and return None if the file is damaged, on which libraries may raise anything."""
    from mutagen import MutagenError

    try:
        with open_regular(path) as file:
            return read(file)
    except (MutagenError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return None
    except (struct.error, RuntimeError, EOFError):  # a RuntimeError where it is nested too deeply
        return None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a negative position to seek to
            return None
        raise unreadable(path, error) from error


def _find_embedded(file: BinaryIO) -> bytes:
    """Read a file by its content, regardless of its name."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    for container in map(find_container, CONTAINERS):
        if container.recognizes(head):
            return container.read(file)
    raise ValueError("it is not an audio file of a known format")
