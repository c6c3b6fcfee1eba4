"""MP3: joined from encoded blocks, with an ID3 tag in front."""

from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from voiceguide.export.embedded_metadata import DESCRIPTION
from voiceguide.export.formats.base import AudioFormat, Container, Progress, SessionAudio
from voiceguide.export.id3_reader import plain_tag
from voiceguide.export.tags import Cover
from voiceguide.files.writing import write_pieces
from voiceguide.mp3.frames import FORMATS

if TYPE_CHECKING:
    from mutagen.id3 import ID3


class Mp3(Container):
    """MP3 with a constant bit rate."""

    name = "MP3"
    extension = ".mp3"
    codec, muxer = "libmp3lame", "mp3"
    bit_rates_kbps: ClassVar[tuple[int, ...]] = tuple(sorted({known.bit_rate_kbps for known in FORMATS}))
    default_bit_rate_kbps = 64
    is_spliced = True

    def bit_rates_at(self, sample_rate_hz: int) -> tuple[int, ...]:
        """Return the bit rates of MPEG-1 or MPEG-2, depending on the sample rate."""
        return tuple(
            sorted(known.bit_rate_kbps for known in FORMATS if known.sample_rate_hz == sample_rate_hz)
        )

    def write(
        self,
        path: Path,
        session: SessionAudio,
        audio_format: AudioFormat,  # noqa: ARG002 (the session's own)
        cover: Cover,
        progress: Progress,
    ) -> None:
        """Write the frames as they are joined."""
        with closing(session.stream(progress, cover)) as pieces:  # type: ignore[type-var]
            write_pieces(path, pieces)

    def recognizes(self, head: bytes) -> bool:
        """Return whether there is an ID3 tag."""
        return head.startswith(b"ID3")

    def read(self, file: BinaryIO) -> bytes:
        """Return the content of our GEOB frame."""
        return from_id3(file)


def from_id3(file: BinaryIO) -> bytes:
    """Return the session in the ID3 tag at the position of a file."""
    return bytes(read_id3(file, b"GEOB").getall(f"GEOB:{DESCRIPTION}")[0].data)


def read_id3(file: BinaryIO, *names: bytes) -> "ID3":
    """Return the frames of some names in the ID3 tag at the position of a file."""
    from mutagen.id3 import ID3

    return ID3(BytesIO(plain_tag(file, frozenset(names))))
