"""Vorbis comments, which Opus and FLAC share; chapters as Xiph's wiki and FFmpeg have them."""

import base64
from typing import TYPE_CHECKING

from voiceguide.export.tags import ARTIST, Tags, from_base64
from voiceguide.text.formatting import format_timecode

if TYPE_CHECKING:
    from mutagen import FileType
    from mutagen.flac import Picture

_SESSION = "VOICEGUIDE_SESSION"


def add_comments(file: "FileType", tags: Tags) -> None:
    """Add the tags, except the cover, to an opened file."""
    if file.tags is None:
        file.add_tags()
    file["TITLE"], file["ARTIST"], file["ALBUM"] = tags.plan.title, ARTIST, tags.routine.title
    file["tags.genre"], file["COMMENT"], file["LANGUAGE"] = tags.genre, tags.comment, tags.routine.language
    file[_SESSION] = base64.b64encode(tags.embedded_metadata).decode()
    if tags.contact:
        file["CONTACT"] = tags.contact
    if tags.text:
        file["LYRICS"] = tags.text
    if tags.made_on:
        file["DATE"] = tags.made_on.isoformat()
    for number, chapter in enumerate(tags.plan.chapters):
        file[f"CHAPTER{number:03}"] = format_timecode(chapter.start_ms)
        file[f"CHAPTER{number:03}NAME"] = chapter.title


def picture(cover: bytes) -> "Picture":
    """Return a JPEG cover as FLAC's picture block."""
    from mutagen.flac import Picture
    from mutagen.id3 import PictureType

    block = Picture()
    block.type, block.mime, block.data = PictureType.COVER_FRONT, "image/jpeg", cover
    return block


def embedded_session(file: "FileType") -> bytes:
    """Return what an opened file carries about its session."""
    return from_base64(file[_SESSION][0])
