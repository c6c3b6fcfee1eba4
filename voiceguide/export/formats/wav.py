"""WAV: uncompressed samples, with a LIST chunk that every program reads, and an ID3 chunk for everything else."""

import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from voiceguide.export.formats.base import Container
from voiceguide.export.formats.mp3 import from_id3
from voiceguide.export.tags import ARTIST, Tags, id3_frames

# A RIFF file of ours has five chunks; a crafted one could send the reader through millions.
_MAX_CHUNKS = 1000


class Wav(Container):
    """16-bit PCM."""

    name = "WAV"
    extension = ".wav"
    codec, muxer = "pcm_s16le", "wav"

    def metadata(self, tags: Tags) -> Mapping[str, str]:
        """Return the LIST/INFO chunk: INAM, IART, IPRD, ICMT, IGNR, ICRD."""
        day = {"date": tags.made_on.isoformat()} if tags.made_on else {}
        texts = {"title": tags.plan.title, "artist": ARTIST, "album": tags.routine.title}
        return {**texts, "comment": tags.comment, "genre": tags.genre, **day}

    def tag(self, path: Path, tags: Tags) -> None:
        """Write the ID3 chunk."""
        from mutagen.wave import WAVE

        file = WAVE(path)
        file.add_tags()
        for frame in id3_frames(tags).values():
            file[frame.HashKey] = frame
        file.save(v2_version=3)

    def recognizes(self, head: bytes) -> bool:
        """Return whether it is a RIFF file."""
        return head.startswith(b"RIFF")

    def read(self, file: BinaryIO) -> bytes:
        """Read the ID3 chunk of a RIFF file, in which every chunk has a name, a size, and an even length."""
        file.seek(12)
        for _ in range(_MAX_CHUNKS):
            name, size = struct.unpack("<4sI", file.read(8))
            if name.lower() == b"id3 ":
                return from_id3(file)
            file.seek(size + size % 2, os.SEEK_CUR)
        raise ValueError("it has no ID3 chunk")
