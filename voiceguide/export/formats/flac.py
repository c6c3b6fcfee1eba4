"""FLAC: every sample is kept."""

from pathlib import Path
from typing import BinaryIO

from voiceguide.export.formats.base import Container
from voiceguide.export.formats.vorbis_comments import add_comments, embedded_session, picture
from voiceguide.export.tags import Tags


class Flac(Container):
    """Lossless, at half the size of WAV."""

    name = "FLAC"
    extension = ".flac"
    codec, muxer = "flac", "flac"

    def tag(self, path: Path, tags: Tags) -> None:
        """Write comments and the cover."""
        from mutagen.flac import FLAC

        file = FLAC(path)
        add_comments(file, tags)
        if tags.cover:
            file.add_picture(picture(tags.cover))
        file.save()

    def recognizes(self, head: bytes) -> bool:
        """Return whether it begins as RFC 9639 §6 says."""
        return head.startswith(b"fLaC")

    def read(self, file: BinaryIO) -> bytes:
        """Return the content of our comment."""
        from mutagen.flac import FLAC

        return embedded_session(FLAC(file))
