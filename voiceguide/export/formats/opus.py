"""Opus in an Ogg file: small, and the best quality for its size."""

import base64
from pathlib import Path
from typing import BinaryIO, ClassVar

from voiceguide.export.formats.base import Container
from voiceguide.export.formats.vorbis_comments import add_comments, embedded_session, picture
from voiceguide.export.tags import Tags


class Opus(Container):
    """Opus, which knows only 48 kHz."""

    name = "Opus"
    extension = ".opus"
    codec, muxer = "libopus", "opus"
    sample_rates_hz: ClassVar[tuple[int, ...]] = (48_000,)
    bit_rates_kbps: ClassVar[tuple[int, ...]] = (24, 32, 40, 48, 64, 80, 96, 128)
    default_bit_rate_kbps = 40

    def tag(self, path: Path, tags: Tags) -> None:
        """Write comments, and the cover as one of them."""
        from mutagen.oggopus import OggOpus

        file = OggOpus(path)
        add_comments(file, tags)
        if tags.cover:
            file["METADATA_BLOCK_PICTURE"] = base64.b64encode(picture(tags.cover).write()).decode()
        file.save()

    def recognizes(self, head: bytes) -> bool:
        """Return whether it begins with an Ogg page (RFC 3533 §6)."""
        return head.startswith(b"OggS")

    def read(self, file: BinaryIO) -> bytes:
        """Return the content of our comment."""
        from mutagen.oggopus import OggOpus

        return embedded_session(OggOpus(file))
