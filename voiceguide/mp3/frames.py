"""What an MP3 frame is, and the Info frame that tells players the exact length.

Only constant bit rate without bit reservoir: then every frame stands alone (``main_data_begin`` is 0),
so frames of different encodings can stand side by side.
Sources: ISO/IEC 11172-3 §2.4.1.3 and 13818-3 §2.4.2.3 for the header; the LAME project's "MP3 Info
Tag revision 1" for the Info frame.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from voiceguide.errors import EncodingError

# LAME needs 576 samples before the first one comes out, a decoder 529 more.
ENCODER_DELAY = 576
DECODER_DELAY = 529

_BIT_RATES_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# The two sample rates in which 1 ms is a whole number of samples and a frame never needs padding.
_SAMPLE_RATE_CODES = {24_000: (2, 1), 48_000: (3, 1)}  # (MPEG version code, sample rate code)
_MONO = 3
_SEEK_POINTS = 100
_INFO_BYTES = 156


@dataclass(frozen=True, slots=True)
class Mp3Format:
    """A sample rate and a constant bit rate; mono.

    Raises:
        EncodingError: the combination is none that holds the contract.
    """

    sample_rate_hz: int = 24_000
    bit_rate_kbps: int = 64

    def __post_init__(self) -> None:
        if self.sample_rate_hz not in _SAMPLE_RATE_CODES:
            raise EncodingError(f"MP3 at {self.sample_rate_hz} Hz is not made here; choose 24000 or 48000.")
        # Below 48 kbit/s LAME changes the sample rate on its own.
        allowed = [rate for rate in self._bit_rates if rate >= 48]
        if self.bit_rate_kbps not in allowed:
            raise EncodingError(
                f"MP3 at {self.bit_rate_kbps} kbit/s is not possible at {self.sample_rate_hz} Hz; "
                f"choose one of {', '.join(map(str, allowed))}."
            )

    @property
    def samples_per_frame(self) -> int:
        """1152 at 48 kHz (MPEG-1), 576 at 24 kHz (MPEG-2)."""
        return 1152 if self._version == 3 else 576

    @property
    def frame_bytes(self) -> int:
        """The size of every frame; both sample rates need no padding."""
        return self._frame_bytes(self.bit_rate_kbps)

    @property
    def header(self) -> bytes:
        """The four bytes that every frame begins with."""
        return self._header(self.bit_rate_kbps)

    def frames_for(self, samples: int) -> int:
        """Return how many frames carry the samples and both delays."""
        return -(-(samples + ENCODER_DELAY + DECODER_DELAY) // self.samples_per_frame)

    def info_frame(self, samples: int) -> bytes:
        """Return the frame that stands before the sound and tells its exact length.

        Args:
            samples: how many a decoder must give back.
        """
        frames = self.frames_for(samples)
        rate = self._info_bit_rate
        size = self._frame_bytes(rate)
        head = self._header(rate) + bytes(self._side_info_bytes)
        total = size + frames * self.frame_bytes
        seek = bytes(_seek_table(size, total))
        body = b"Info" + struct.pack(">III", 0x0F, frames, total) + seek + struct.pack(">I", 0)
        frame = bytearray((head + body + self._lame_part(samples, frames, total)).ljust(size, b"\0"))
        checked = len(head) + _INFO_BYTES - 2
        frame[checked : checked + 2] = struct.pack(">H", _crc16(bytes(frame[:checked])))
        return bytes(frame)

    def info_frame_bytes(self, header: bytes) -> int | None:
        """Return the size of a file's Info frame where it begins with this header, None where it is another's."""
        return self._frame_bytes(self._info_bit_rate) if header == self._header(self._info_bit_rate) else None

    @property
    def _version(self) -> int:
        return _SAMPLE_RATE_CODES[self.sample_rate_hz][0]

    @property
    def _bit_rates(self) -> tuple[int, ...]:
        return _BIT_RATES_MPEG1 if self._version == 3 else _BIT_RATES_MPEG2

    @property
    def _side_info_bytes(self) -> int:
        return 17 if self._version == 3 else 9

    @property
    def _info_bit_rate(self) -> int:
        """The stream's own bit rate, or the next one in whose frame the Info part has room."""
        needed = 4 + self._side_info_bytes + _INFO_BYTES
        fitting = [rate for rate in self._bit_rates if self._frame_bytes(rate) >= needed]
        return self.bit_rate_kbps if self.bit_rate_kbps in fitting else fitting[0]

    def _frame_bytes(self, bit_rate_kbps: int) -> int:
        return self.samples_per_frame // 8 * bit_rate_kbps * 1000 // self.sample_rate_hz

    def _header(self, bit_rate_kbps: int) -> bytes:
        version, rate_code = _SAMPLE_RATE_CODES[self.sample_rate_hz]
        second = 0xE0 | version << 3 | 1 << 1 | 1  # layer III, no CRC
        third = self._bit_rates.index(bit_rate_kbps) << 4 | rate_code << 2
        return bytes((0xFF, second, third, _MONO << 6 | 1 << 2))  # LAME marks frames as original

    def _lame_part(self, samples: int, frames: int, total: int) -> bytes:
        """Encoder, method, delays and length: what gapless players and length displays read."""
        padding = frames * self.samples_per_frame - ENCODER_DELAY - samples
        return b"".join((
            b"LAME3.100",
            bytes((0x01, 0)),  # tag revision 0, constant bit rate; low-pass not told
            bytes(8),  # peak and replay gain: not told
            bytes((0, min(self.bit_rate_kbps, 255))),
            (ENCODER_DELAY << 12 | padding).to_bytes(3, "big"),
            bytes(4),  # misc, gain, preset: not told
            struct.pack(">I", total),
            bytes(2),  # checksum of the music: 0, not told, so that a file can be streamed as it is made
            bytes(2),  # checksum of this frame, filled in by the caller
        ))  # fmt: skip


def _possible_formats() -> Iterator[Mp3Format]:
    for rate in _SAMPLE_RATE_CODES:
        for kbps in sorted({*_BIT_RATES_MPEG1, *_BIT_RATES_MPEG2}):
            with suppress(EncodingError):
                yield Mp3Format(rate, kbps)


def _seek_table(first: int, total: int) -> list[int]:
    """Where each hundredth of the duration lies, in 256ths of the bytes, rounded; frames are all of one size."""
    return [
        min(255, round((first + (total - first) * point / _SEEK_POINTS) * 256 / total))
        for point in range(_SEEK_POINTS)
    ]


def _crc16(data: bytes) -> int:
    """CRC-16/ARC, as the Info frame wants it."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


FORMATS = tuple(_possible_formats())
