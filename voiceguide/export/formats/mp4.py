"""M4B and M4A: AAC in an MP4 file, with chapters, and tags as iTunes has them."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, ClassVar

from voiceguide.export.formats.base import Container
from voiceguide.export.tags import ARTIST, Tags, from_base64

# What the file carries about its session, and where its maker is found: iTunes has no field for either.
_SESSION = "----:org.voiceguide:session"
_CONTACT = "----:com.apple.iTunes:CONTACT"
_AUDIOBOOK = 2  # media kind: players remember the position and show chapters


class _Mp4(Container):
    codec, muxer = "aac", "ipod"
    bit_rates_kbps: ClassVar[tuple[int, ...]] = (48, 56, 64, 80, 96, 112, 128, 160, 192)
    default_bit_rate_kbps = 64

    def chapters(self, tags: Tags) -> Iterable[tuple[int, int, str]]:
        """Return all chapters: FFmpeg writes them as a track and as a list, which mutagen cannot."""
        return [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in tags.plan.chapters]

    def tag(self, path: Path, tags: Tags) -> None:
        """Write the metadata atoms."""
        from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

        file = MP4(path)
        file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = tags.plan.title, ARTIST, tags.routine.title
        file["\xa9gen"], file["\xa9cmt"], file["\xa9lyr"] = tags.genre, tags.comment, tags.text
        file["stik"] = [_AUDIOBOOK]
        # As text: FFmpeg reads every freeform atom as text, and stumbles over bytes.
        file[_SESSION] = MP4FreeForm(base64.b64encode(tags.embedded_metadata), AtomDataType.UTF8)
        if tags.contact:
            file[_CONTACT] = MP4FreeForm(tags.contact.encode(), AtomDataType.UTF8)
        if tags.made_on:
            file["\xa9day"] = tags.made_on.isoformat()
        if tags.cover:
            file["covr"] = [MP4Cover(tags.cover, MP4Cover.FORMAT_JPEG)]
        file.save()

    def recognizes(self, head: bytes) -> bool:
        """Return whether it begins with the file type (ISO/IEC 14496-12 §4.3)."""
        return head[4:8] == b"ftyp"

    def read(self, file: BinaryIO) -> bytes:
        """Return the content of our freeform atom."""
        from mutagen.mp4 import MP4

        return from_base64(bytes(MP4(file)[_SESSION][0]))


class M4b(_Mp4):
    """An audiobook, which players resume where it was stopped."""

    name = "M4B (AAC)"
    extension = ".m4b"
    # With the index before the audio, it plays while it is still loading.
    muxer_options: ClassVar[Mapping[str, str]] = {"movflags": "+faststart", "brand": "M4B "}


class M4a(_Mp4):
    """The same, under the extension that music players expect."""

    name = "M4A (AAC)"
    extension = ".m4a"
    muxer_options: ClassVar[Mapping[str, str]] = {"movflags": "+faststart", "brand": "M4A "}
