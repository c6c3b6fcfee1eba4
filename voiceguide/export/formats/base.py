"""The base of all formats: how files are encoded, tagged, recognized and read. Subclasses override what differs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, ClassVar, Protocol

from voiceguide.errors import OutputError
from voiceguide.export.encoding import Encoder, write_audio
from voiceguide.export.tags import Cover, Tags

Progress = Callable[[str, int, int], None]
_PROGRESS_STEPS = 100


class SessionAudio(Protocol):
    """The part of a session that a file is made from."""

    @property
    def sample_count(self) -> int:
        """Its length at the sample rate of the format."""
        ...

    def pcm(self) -> Iterator[bytes]:
        """Yield its samples, signed 16-bit little-endian mono."""
        ...

    def stream(self, progress: Progress, cover: Cover) -> Iterator[bytes]:
        """Yield the bytes of its MP3 file."""
        ...

    def tags(self, cover: Cover) -> Tags:
        """Return the metadata of its file."""
        ...


class Container:
    """A format; the class attributes default to a lossless one with the sample rates of the voices.

    Attributes:
        name: for people.
        extension: of its files, in lower case, with the dot.
        codec, muxer: as FFmpeg names them.
        sample_rates_hz: the first is the default; 1 ms is a whole number of samples at each.
        bit_rates_kbps: in ascending order; empty if the format is lossless.
        default_bit_rate_kbps: None if it is lossless.
        is_spliced: whether files are joined from encoded blocks, which takes no time if they were encoded before.
        muxer_options: for FFmpeg.
    """

    name: ClassVar[str]
    extension: ClassVar[str]
    codec: ClassVar[str]
    muxer: ClassVar[str]
    sample_rates_hz: ClassVar[tuple[int, ...]] = (24_000, 48_000)
    bit_rates_kbps: ClassVar[tuple[int, ...]] = ()
    default_bit_rate_kbps: ClassVar[int | None] = None
    is_spliced: ClassVar[bool] = False
    muxer_options: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def bit_rates_at(self, sample_rate_hz: int) -> tuple[int, ...]:
        """Return the bit rates that are possible at a sample rate, in kbit/s."""
        del sample_rate_hz
        return self.bit_rates_kbps

    def write(
        self,
        path: Path,
        session: SessionAudio,
        audio_format: "AudioFormat",
        cover: Cover,
        progress: Progress,
    ) -> None:
        """Write the file of a session.

        Raises:
            EncodingError: the encoder failed.
            OutputError: the tags cannot be written.
            OSError: the disk failed.
        """
        from mutagen import MutagenError

        tags = session.tags(cover)
        self.write_pcm(path, _with_progress(session, progress), audio_format, tags)
        try:
            self.tag(path, tags)
        except MutagenError as error:
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise OutputError(f"The tags of {path} cannot be written: {error}.", path) from error

    def write_pcm(
        self, path: Path, pieces: Iterable[bytes], audio_format: "AudioFormat", tags: Tags | None = None
    ) -> None:
        """Encode samples into a file, with the chapters and the metadata that only the encoder can write."""
        encoder = Encoder(
            self.name,
            self.codec,
            self.muxer,
            audio_format.sample_rate_hz,
            audio_format.bit_rate_kbps,
            self.muxer_options,
        )
        chapters = self.chapters(tags) if tags else ()
        write_audio(path, pieces, encoder, chapters, self.metadata(tags) if tags else {})

    def chapters(self, tags: Tags) -> Iterable[tuple[int, int, str]]:
        """Return start and end in ms, and title, of the chapters that the encoder is to write."""
        del tags
        return ()

    def metadata(self, tags: Tags) -> Mapping[str, str]:
        """Return the metadata that the encoder is to write, by FFmpeg's names."""
        del tags
        return {}

    def tag(self, path: Path, tags: Tags) -> None:
        """Write the tags into an encoded file; at least what ``read`` finds again."""
        raise NotImplementedError

    def recognizes(self, head: bytes) -> bool:
        """Return whether a file that begins with these twelve bytes is of this format, regardless of its name."""
        raise NotImplementedError

    def read(self, file: BinaryIO) -> bytes:
        """Return what a file of this format carries about its session; the file is untrusted.

        Raises:
            Exception: of any kind, if the file is damaged or carries nothing.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A container with its sample rate and bit rate, which is None if the container is lossless."""

    extension: str
    sample_rate_hz: int
    bit_rate_kbps: int | None

    @property
    def container(self) -> Container:
        """The object of the format."""
        from voiceguide.export.formats.registry import find_container

        return find_container(self.extension)

    def write(self, path: Path, session: SessionAudio, cover: Cover, progress: Progress) -> None:
        """Write the file of a session; see ``Container.write``."""
        self.container.write(path, session, self, cover, progress)

    def write_pcm(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Write an audio file without tags."""
        self.container.write_pcm(path, pieces, self)


def _with_progress(session: SessionAudio, progress: Progress) -> Iterator[bytes]:
    total = session.sample_count * 2
    done = 0
    progress("file", 0, _PROGRESS_STEPS)
    for piece in session.pcm():
        yield piece
        done += len(piece)
        progress("file", done * _PROGRESS_STEPS // total, _PROGRESS_STEPS)
