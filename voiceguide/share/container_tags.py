"""The tags of sound files other than MP3, and what any finished file carries."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.errors import OutputError
from voiceguide.share.carried import DESCRIPTION, MOST_PACKED_BYTES
from voiceguide.share.tags import ARTIST, GENRE, Tags, id3_frames

if TYPE_CHECKING:
    from mutagen import FileType
    from mutagen.flac import Picture

# What a file carries about itself, as an MP4 freeform atom and as a Vorbis comment.
_MP4_SESSION = "----:org.voiceguide:session"
_VORBIS_SESSION = "VOICEGUIDE_SESSION"


def tag_file(path: Path, ending: str, tags: Tags) -> None:
    """Write tags into a finished sound file.

    Args:
        path: of the file, under whatever name.
        ending: says which kind it is.
        tags: what it tells of itself.

    Raises:
        OutputError: the tags cannot be written.
    """
    from mutagen import MutagenError

    try:
        _WRITERS[ending](path, tags)
    except (MutagenError, OSError) as error:
        raise OutputError(f"The tags of {path} cannot be written: {error}.") from error


def _tag_mp4(path: Path, tags: Tags) -> None:
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

    file = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = tags.plan.title, ARTIST, tags.routine.title
    file["\xa9gen"], file["\xa9cmt"], file["\xa9lyr"] = GENRE, tags.comment, tags.text
    file["stik"] = [2]  # an audiobook: players remember the place and show chapters
    # As text: FFmpeg reads every freeform atom as text, and stumbles over bytes.
    file[_MP4_SESSION] = MP4FreeForm(base64.b64encode(tags.carried), AtomDataType.UTF8)
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
    file["GENRE"], file["COMMENT"], file["LANGUAGE"] = GENRE, tags.comment, tags.routine.language
    file[_VORBIS_SESSION] = base64.b64encode(tags.carried).decode()
    if tags.text:
        file["LYRICS"] = tags.text
    if tags.made_on:
        file["DATE"] = tags.made_on.isoformat()
    for number, chapter in enumerate(tags.plan.chapters):
        seconds, rest = divmod(chapter.start_ms, 1000)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
        file[f"CHAPTER{number:03}"], file[f"CHAPTER{number:03}NAME"] = clock, chapter.title


def _picture(tags: Tags) -> "Picture | None":
    from mutagen.flac import Picture
    from mutagen.id3 import PictureType

    if tags.cover is None:
        return None
    picture = Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, "image/jpeg", tags.cover
    return picture


# --- reading -----------------------------------------------------------------------------------


def carried_bytes(path: Path) -> bytes | None:
    """Return what a finished file of any format carries; None where it carries nothing. It is untrusted."""
    read = _READERS.get(path.suffix.lower(), _from_id3)
    data = _read(path, read)
    return data if data is not None and len(data) <= MOST_PACKED_BYTES else None


def cover_of(path: Path) -> bytes | None:
    """Return the cover of an MP3 file; None where it has none."""
    return _read(path, _cover_from_id3)


def _read(path: Path, read: Callable[[Path], bytes]) -> bytes | None:
    """Let a reader loose on a file that may hold anything."""
    from mutagen import MutagenError

    try:
        return read(path)
    except (MutagenError, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return None


def _from_id3(path: Path) -> bytes:
    from mutagen.id3 import ID3

    return bytes(ID3(path).getall(f"GEOB:{DESCRIPTION}")[0].data)


def _cover_from_id3(path: Path) -> bytes:
    from mutagen.id3 import ID3

    return bytes(ID3(path).getall("APIC")[0].data)


def _from_mp4(path: Path) -> bytes:
    from mutagen.mp4 import MP4

    return base64.b64decode(bytes(MP4(path)[_MP4_SESSION][0]), validate=True)


def _from_comments(path: Path) -> bytes:
    from mutagen import File

    return base64.b64decode(File(path)[_VORBIS_SESSION][0], validate=True)


def _from_wav(path: Path) -> bytes:
    from mutagen.wave import WAVE

    return bytes(WAVE(path)[f"GEOB:{DESCRIPTION}"].data)


_READERS: dict[str, Callable[[Path], bytes]] = {
    ".m4b": _from_mp4,
    ".m4a": _from_mp4,
    ".opus": _from_comments,
    ".flac": _from_comments,
    ".wav": _from_wav,
}
