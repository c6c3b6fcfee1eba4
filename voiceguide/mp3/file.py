"""A finished file taken apart: its frames, and what its Info frame says of them. The file is untrusted."""

import struct
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from voiceguide.audio.decoding import decode_mp3
from voiceguide.errors import UsageError, VoiceguideError
from voiceguide.mp3.frames import (
    DECODER_DELAY,
    ENCODER_DELAY,
    FORMATS,
    Mp3Format,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAX_BYTES = 2_000_000_000
_HEADER_BYTES = 4
_LEAD_FRAMES = 2  # a frame overlaps with the one before, and the decoder takes one more to settle


@dataclass(frozen=True)
class Mp3File:
    """The frames of one file.

    Attributes:
        form: sample rate and bit rate, from the frame that the sound begins with.
        planned_frames: how many the Info frame promises; samples: how long the session is.
        has_whole_header: whether the Info frame is, to the byte, the one that belongs to such a session.
    """

    form: Mp3Format
    planned_frames: int
    samples: int
    has_whole_header: bool
    _sound: memoryview = field(repr=False)
    _refused: set[int] = field(default_factory=set, repr=False)

    @property
    def frames(self) -> int:
        """How many whole frames there are."""
        return len(self._sound) // self.form.frame_bytes

    @property
    def samples_there(self) -> int:
        """How long what is there of the session can be, whatever was promised."""
        return min(self.samples, self.frames * self.form.samples_per_frame)

    @property
    def damaged_frames(self) -> tuple[int, ...]:
        """The numbers of frames that are none, and of those that the decoder has refused so far."""
        return tuple(sorted({*self._no_frames, *self._refused}))

    @cached_property
    def _no_frames(self) -> tuple[int, ...]:
        """The numbers of frames that do not begin as a frame does, or hold nothing but zeros."""
        empty = bytes(self.form.frame_bytes - _HEADER_BYTES)
        frames = (self._frame(number) for number in range(self.frames))
        return tuple(
            number
            for number, frame in enumerate(frames)
            if not frame.startswith(self.form.header) or frame[_HEADER_BYTES:] == empty
        )

    def decoded(self, start_sample: int, samples: int) -> "NDArray[np.float32]":
        """Return a stretch of the session, 1.0 being full scale; shape (samples,); silence beyond its ends.

        Args:
            start_sample: counted from the start of the session, both coders' delays taken off; may be negative.
            samples: how many.
        """
        import numpy as np

        size = self.form.samples_per_frame
        start = start_sample + ENCODER_DELAY + DECODER_DELAY
        first = max(0, start // size - _LEAD_FRAMES)
        last = min(self.frames, -(-(start + samples) // size))
        frames = (self._frame(number) for number in range(first, last))
        sound = decode_mp3(frames, size, lambda number: self._refused.add(first + number))
        found = np.zeros(samples, np.float32)
        offset = start - first * size
        part = sound[max(0, offset) : max(0, offset + samples)]
        found[max(0, -offset) : max(0, -offset) + len(part)] = part
        return found

    def _frame(self, number: int) -> bytes:
        size = self.form.frame_bytes
        return bytes(self._sound[number * size : (number + 1) * size])


def read_mp3(path: Path) -> Mp3File:
    """Take a file apart.

    Raises:
        UsageError: there is no such file.
        VoiceguideError: the file cannot be read, or is none that voiceguide has made.
    """
    try:
        if not path.exists():
            raise UsageError(f"There is no file {path}. Name an MP3 that voiceguide has made.")
        if not path.is_file():
            raise UsageError(f"{path} is no file; name an MP3 that voiceguide has made.")
        if path.stat().st_size > _MAX_BYTES:
            raise _foreign(path)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise VoiceguideError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}."
        ) from error
    found = _promised(memoryview(data)[_tag_bytes(data) :])
    if found is None:
        raise _foreign(path)
    return found


def _promised(rest: memoryview) -> Mp3File | None:
    """Read the Info frame; the format is the one in which its numbers agree with each other."""
    info = bytes(rest[:64]).find(b"Info")
    if info < 0 or len(rest) < info + 144:
        return None
    frames, total = struct.unpack(">II", rest[info + 8 : info + 16])
    delays = int.from_bytes(rest[info + 141 : info + 144], "big")
    for form in FORMATS:
        first = form.info_frame_bytes(bytes(rest[:_HEADER_BYTES]))
        samples = frames * form.samples_per_frame - (delays >> 12) - (delays & 0xFFF)
        if first and total == first + frames * form.frame_bytes and samples > 0:
            # Delays of another's may ask for more frames than its numbers can hold.
            is_ours = form.frames_for(samples) == frames and rest[:first] == form.info_frame(samples)
            return Mp3File(form, frames, samples, is_ours, rest[first:])
    return None


def _foreign(path: Path) -> VoiceguideError:
    return VoiceguideError(
        f"{path} is no MP3 as voiceguide has made it, but another kind of file, or encoded anew since; "
        "only such a one can be verified."
    )


def _tag_bytes(data: bytes) -> int:
    """Return the size of an ID3v2 tag (ID3v2.3.0 §3.1): four bytes of seven bits each."""
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    return 10 + synchsafe(data[6:10])


def synchsafe(data: bytes) -> int:
    """Return a number of seven bits a byte (ID3v2.3.0 §3.1)."""
    size = 0
    for byte in data:
        size = size << 7 | byte & 0x7F
    return size
