"""Audio files other than MP3: samples in, one file out, encoded by PyAV while the samples come."""

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from voiceguide.errors import EncodingError

if TYPE_CHECKING:
    import av
    from av.container.core import Chapter as AvChapter

# Errors of the disk, which FFmpeg passes on; any other is the encoder's.
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES})
# Samples handed to encoders that take any number at once.
_AT_ONCE = 4096

Chapter = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Encoder:
    """How FFmpeg encodes a format.

    Attributes:
        name: of the format, for people.
        codec, muxer, muxer_options: as FFmpeg names them.
        bit_rate_kbps: None if the codec is lossless.
    """

    name: str
    codec: str
    muxer: str
    sample_rate_hz: int
    bit_rate_kbps: int | None = None
    muxer_options: Mapping[str, str] = field(default_factory=dict)


def write_audio(
    path: Path,
    pieces: Iterable[bytes],
    encoder: Encoder,
    chapters: Iterable[Chapter] = (),
    metadata: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write an audio file; the same samples give the same bytes.

    Args:
        path: of the file; an existing one is replaced.
        pieces: signed 16-bit little-endian mono samples at the encoder's rate.
        encoder: of the format.
        chapters: start and end in ms, and title.
        metadata: by FFmpeg's names.

    Raises:
        EncodingError: the encoder failed.
        OSError: the disk did.
    """
    import av

    options = {"fflags": "+bitexact", **encoder.muxer_options}
    try:
        with av.open(str(path), "w", format=encoder.muxer, options=options) as container:
            stream = container.add_stream(encoder.codec, rate=encoder.sample_rate_hz, layout="mono")
            if not isinstance(stream, av.AudioStream):
                raise EncodingError(
                    f"This installation of PyAV has no {encoder.name} encoder; install voiceguide again."
                )
            if encoder.bit_rate_kbps:
                stream.bit_rate = encoder.bit_rate_kbps * 1000
            container.metadata.update(metadata)
            if marks := [_chapter(number, *chapter) for number, chapter in enumerate(chapters)]:
                container.set_chapters(marks)
            for frame in chain(_frames(pieces, stream, encoder.sample_rate_hz), [None]):
                container.mux(stream.encode(frame))
    except (av.error.FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
            raise OSError(error.errno, os.strerror(error.errno)) from error
        raise EncodingError(f"The {encoder.name} encoder failed: {error}") from error


def _chapter(number: int, start_ms: int, end_ms: int, title: str) -> "AvChapter":
    return {
        "id": number,
        "start": start_ms,
        "end": end_ms,
        "time_base": Fraction(1, 1000),
        "metadata": {"title": title},
    }


def _frames(
    pieces: Iterable[bytes], stream: "av.AudioStream", sample_rate_hz: int
) -> "Iterator[av.AudioFrame]":
    """Yield frames as the encoder needs them: in its sample format, with its number of samples."""
    import av

    size = stream.codec_context.frame_size or _AT_ONCE
    converter = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=sample_rate_hz)
    waiting = av.AudioFifo()
    for raw in chain(_raw_frames(pieces, sample_rate_hz), [None]):
        for converted in converter.resample(raw):
            waiting.write(converted)
            while frame := waiting.read(size):
                yield frame
    if rest := waiting.read(size, partial=True):
        yield rest


def _raw_frames(pieces: Iterable[bytes], sample_rate_hz: int) -> "Iterator[av.AudioFrame]":
    import av
    import numpy as np

    position = 0
    for piece in pieces:
        samples = np.frombuffer(piece, dtype="<i2")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = sample_rate_hz, position, Fraction(1, sample_rate_hz)
        position += len(samples)
        yield frame
