"""The tags of sound files other than MP3, and what any finished file carries."""

import base64
import errno
import os
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from voiceguide.errors import OutputError
from voiceguide.export.embedded_metadata import DESCRIPTION, MAX_SERIALIZED_BYTES
from voiceguide.export.id3_reader import plain_tag
from voiceguide.export.tags import (
    ARTIST,
    Tags,
    id3_frames,
)
from voiceguide.files.reading import open_regular, unreadable
from voiceguide.text.formatting import format_timecode

if TYPE_CHECKING:
    from mutagen import FileType
    from mutagen.flac import Picture
    from mutagen.id3 import ID3

# What a file carries about itself, as an MP4 freeform atom and as a Vorbis comment.
_MP4_SESSION = "----:org.voiceguide:session"
_VORBIS_SESSION = "VOICEGUIDE_SESSION"
# Where whoever made the file is found; MP4 has no field for it but those of one's own.
_MP4_CONTACT = "----:com.apple.iTunes:CONTACT"


def tag_file(path: Path, ending: str, tags: Tags) -> None:
    """Write tags into a finished sound file.

    Args:
        path: of the file, under whatever name.
        ending: says which kind it is.
        tags: what it tells of itself.

    Raises:
        OutputError: the tags cannot be written.
        OSError: the disk failed.
    """
    from mutagen import MutagenError

    try:
        _WRITERS[ending](path, tags)
    except MutagenError as error:
        if isinstance(error.__context__, OSError):
            raise error.__context__ from None
        raise OutputError(f"The tags of {path} cannot be written: {error}.") from error


def _tag_mp4(path: Path, tags: Tags) -> None:
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = tags.plan.title, ARTIST, tags.routine.title
    file["\xa9gen"], file["\xa9cmt"], file["\xa9lyr"] = tags.genre, tags.comment, tags.text
    file["stik"] = [2]  # an audiobook: players remember the place and show chapters
    # As text: FFmpeg reads every freeform atom as text, and stumbles over bytes.
    file[_MP4_SESSION] = MP4FreeForm(base64.b64encode(tags.carried), AtomDataType.UTF8)
    if tags.contact:
        file[_MP4_CONTACT] = MP4FreeForm(tags.contact.encode(), AtomDataType.UTF8)
    if tags.made_on:
        file["\xa9day"] = tags.made_on.isoformat()
    if tags.cover:
        file["covr"] = [MP4Cover(tags.cover, MP4Cover.FORMAT_JPEG)]
    file.save()


def _tag_opus(path: Path, tags: Tags) -> None:
    from mutagen.oggopus import OggOpus

    file = OggOpus(path)
    _add_comments(file, tags)
    if picture := _picture(tags):
        file["METADATA_BLOCK_PICTURE"] = base64.b64encode(picture.write()).decode()
    file.save()


def _tag_flac(path: Path, tags: Tags) -> None:
    from mutagen.flac import FLAC

    file = FLAC(path)
    _add_comments(file, tags)
    if picture := _picture(tags):
        file.add_picture(picture)
    file.save()


def _tag_wav(path: Path, tags: Tags) -> None:
    from mutagen.wave import WAVE

    file = WAVE(path)
    file.add_tags()
    for frame in id3_frames(tags).values():
        file[frame.HashKey] = frame
    file.save(v2_version=3)


_WRITERS: dict[str, Callable[[Path, Tags], None]] = {
    ".m4b": _tag_mp4,
    ".m4a": _tag_mp4,
    ".opus": _tag_opus,
    ".flac": _tag_flac,
    ".wav": _tag_wav,
}


def _add_comments(file: "FileType", tags: Tags) -> None:
    """Add Vorbis comments; chapters as Xiph's wiki and FFmpeg have them."""
    if file.tags is None:
        file.add_tags()
    file["TITLE"], file["ARTIST"], file["ALBUM"] = tags.plan.title, ARTIST, tags.routine.title
    file["GENRE"], file["COMMENT"], file["LANGUAGE"] = tags.genre, tags.comment, tags.routine.language
    file[_VORBIS_SESSION] = base64.b64encode(tags.carried).decode()
    if tags.contact:
        file["CONTACT"] = tags.contact
    if tags.text:
        file["LYRICS"] = tags.text
    if tags.made_on:
        file["DATE"] = tags.made_on.isoformat()
    for number, chapter in enumerate(tags.plan.chapters):
        file[f"CHAPTER{number:03}"] = format_timecode(chapter.start_ms)
        file[f"CHAPTER{number:03}NAME"] = chapter.title


def _picture(tags: Tags) -> "Picture | None":
    from mutagen.flac import Picture
    from mutagen.id3 import PictureType

    if tags.cover is None:
        return None
    picture = Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, "image/jpeg", tags.cover
    return picture


# --- reading -----------------------------------------------------------------------------------


def embedded_bytes(path: Path) -> bytes | None:
    """Return what a finished file of any format carries; None where it carries nothing. It is untrusted.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    data = _read(path, _carried)
    return data if data is not None and len(data) <= MAX_SERIALIZED_BYTES else None


def cover_of(path: Path) -> bytes | None:
    """Return the cover of an MP3 file; None where it has none.

    Raises:
        InputNotFound, InvalidFile: the file cannot be read.
    """
    return _read(path, lambda file: bytes(_id3(file, b"APIC").getall("APIC")[0].data))


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


def _carried(file: BinaryIO) -> bytes:
    """Read by what a file is, whatever its name says."""
    head = file.read(12)
    file.seek(0)
    for mark, place, read in _READERS:
        if head[place:].startswith(mark):
            return read(file)
    raise ValueError("it is no sound file that is known")


def _id3(file: BinaryIO, *names: bytes) -> "ID3":
    from mutagen.id3 import ID3

    return ID3(BytesIO(plain_tag(file, frozenset(names))))


def _from_id3(file: BinaryIO) -> bytes:
    return bytes(_id3(file, b"GEOB").getall(f"GEOB:{DESCRIPTION}")[0].data)


def _from_mp4(file: BinaryIO) -> bytes:
    from mutagen.mp4 import MP4

    return _from_base64(bytes(MP4(file)[_MP4_SESSION][0]))


def _from_flac(file: BinaryIO) -> bytes:
    from mutagen.flac import FLAC

    return _from_base64(FLAC(file)[_VORBIS_SESSION][0])


def _from_opus(file: BinaryIO) -> bytes:
    from mutagen.oggopus import OggOpus

    return _from_base64(OggOpus(file)[_VORBIS_SESSION][0])


def _from_base64(text: bytes | str) -> bytes:
    if len(text) > 2 * MAX_SERIALIZED_BYTES:
        raise ValueError("it is too large")
    return base64.b64decode(text, validate=True)


def _from_wav(file: BinaryIO) -> bytes:
    """Read the ID3 chunk of a RIFF file, in which every chunk has a name, a size, and an even length."""
    file.seek(12)
    for _ in range(_MAX_CHUNKS):
        name, size = struct.unpack("<4sI", file.read(8))
        if name.lower() == b"id3 ":
            return _from_id3(file)
        file.seek(size + size % 2, os.SEEK_CUR)
    raise ValueError("it has no ID3 chunk")


# What a file begins with, and after how many bytes.
_READERS: tuple[tuple[bytes, int, Callable[[BinaryIO], bytes]], ...] = (
    (b"ID3", 0, _from_id3),
    (b"ftyp", 4, _from_mp4),
    (b"OggS", 0, _from_opus),
    (b"fLaC", 0, _from_flac),
    (b"RIFF", 0, _from_wav),
)
_MAX_CHUNKS = 1000
