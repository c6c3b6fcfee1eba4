"""Reads an untrusted MP3 back: its frames, and what its Info frame says about them."""

import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.decoding import decode_mp3
from voiceguide.errors import FileTooLarge, InvalidFile
from voiceguide.files.reading import read_limited
from voiceguide.mp3.frames import (
    DECODER_DELAY,
    ENCODER_DELAY,
    FORMATS,
    Mp3Format,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More than the longest session needs at the highest bit rate; all of it is held in memory.
_MAX_BYTES = 2_000_000_000
_HEADER_BYTES = 4
# Decoded frames overlap by half, and the decoder needs one more to settle.
_SETTLING_FRAMES = 2
# How far into the first frame "Info" can stand, and the offsets of its fields (MP3 Info Tag revision 1).
_MAX_INFO_OFFSET = 64
_COUNTS_OFFSET = 8
_DELAYS_OFFSET = 141
_INFO_END = 144
_ID3_HEADER_BYTES = 10


@dataclass(frozen=True)
class Mp3File:
    """The frames of one file.

    Attributes:
        format: sample rate and bit rate.
        planned_frame_count: how many frames the Info frame announces.
        sample_count: the length of the session according to the Info frame.
        has_intact_header: whether the Info frame is byte for byte the one for this format and length.
    """

    format: Mp3Format
    planned_frame_count: int
    sample_count: int
    has_intact_header: bool
    _audio: memoryview = field(repr=False)
    _undecodable: set[int] = field(default_factory=set, repr=False)

    @property
    def frame_count(self) -> int:
        """The number of whole frames that are present."""
        return len(self._audio) // self.format.frame_bytes

    @property
    def available_sample_count(self) -> int:
        """The length of the part of the session that is present."""
        return min(self.sample_count, self.frame_count * self.format.samples_per_frame)

    @property
    def damaged_frames(self) -> tuple[int, ...]:
        """The indices of frames that are not valid, or that the decoder has rejected so far."""
        return tuple(sorted({*self._invalid_frames, *self._undecodable}))

    @cached_property
    def _invalid_frames(self) -> tuple[int, ...]:
        """The indices of frames with another header, or with nothing but zeros after it."""
        empty = bytes(self.format.frame_bytes - _HEADER_BYTES)
        frames = (self._frame(index) for index in range(self.frame_count))
        return tuple(
            index
            for index, frame in enumerate(frames)
            if not frame.startswith(self.format.header) or frame[_HEADER_BYTES:] == empty
        )

    def decode(self, start_sample: int, sample_count: int) -> "NDArray[np.float32]":
        """Return part of the session, 1.0 being full scale; shape (samples,); silence beyond its ends.

        Args:
            start_sample: counted from the start of the session, without both delays; may be negative.
            sample_count: how many samples are wanted.
        """
        import numpy as np

        size = self.format.samples_per_frame
        start = start_sample + ENCODER_DELAY + DECODER_DELAY
        first = max(0, start // size - _SETTLING_FRAMES)
        last = min(self.frame_count, -(-(start + sample_count) // size))
        frames = (self._frame(index) for index in range(first, last))
        decoded = decode_mp3(frames, size, lambda index: self._undecodable.add(first + index))
        sound = np.zeros(sample_count, np.float32)
        offset = start - first * size
        wanted = decoded[max(0, offset) : max(0, offset + sample_count)]
        sound[max(0, -offset) : max(0, -offset) + len(wanted)] = wanted
        return sound

    def _frame(self, index: int) -> bytes:
        size = self.format.frame_bytes
        return bytes(self._audio[index * size : (index + 1) * size])


def read_mp3(path: Path) -> Mp3File:
    """Read the frames of a file that voiceguide has made.

    Raises:
        InputNotFound: the file does not exist.
        InvalidFile: it is not a regular file, cannot be read, or voiceguide has not made it.
    """
    try:
        data = read_limited(path, _MAX_BYTES)
    except FileTooLarge as error:
        raise _not_ours(path) from error
    found = _parse(memoryview(data)[_tag_bytes(data) :])
    if found is None:
        raise _not_ours(path)
    return found


def _parse(data: memoryview) -> Mp3File | None:
    """Read the Info frame; the format is the one with which its numbers are consistent."""
    info = bytes(data[:_MAX_INFO_OFFSET]).find(b"Info")
    if info < 0 or len(data) < info + _INFO_END:
        return None
    frame_count, total = struct.unpack(">II", data[info + _COUNTS_OFFSET : info + _COUNTS_OFFSET + 8])
    delays = int.from_bytes(data[info + _DELAYS_OFFSET : info + _INFO_END], "big")
    for mp3_format in FORMATS:
        first = mp3_format.info_frame_bytes(bytes(data[:_HEADER_BYTES]))
        sample_count = frame_count * mp3_format.samples_per_frame - (delays >> 12) - (delays & 0xFFF)
        if first and total == first + frame_count * mp3_format.frame_bytes and sample_count > 0:
            # With forged delays, the length may need more frames than an Info frame can count.
            is_intact = mp3_format.frame_count_for(sample_count) == frame_count and data[
                :first
            ] == mp3_format.info_frame(sample_count)
            return Mp3File(mp3_format, frame_count, sample_count, is_intact, data[first:])
    return None


def _not_ours(path: Path) -> InvalidFile:
    return InvalidFile(
        path, "is not an MP3 made by voiceguide, or another program has encoded it again since"
    )


def _tag_bytes(data: bytes) -> int:
    """Return the size of the ID3v2 tag at the start, 0 without one (ID3v2.3.0 §3.1)."""
    if not data.startswith(b"ID3") or len(data) < _ID3_HEADER_BYTES:
        return 0
    return _ID3_HEADER_BYTES + synchsafe(data[6:_ID3_HEADER_BYTES])


def synchsafe(data: bytes) -> int:
    """Return an integer stored with seven bits per byte (ID3v2.3.0 §3.1)."""
    size = 0
    for byte in data:
        size = size << 7 | byte & 0x7F
    return size
