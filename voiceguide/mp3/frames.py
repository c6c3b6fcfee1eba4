"""MP3 frames, and the Info frame from which players read the exact length.

Only constant bit rate without bit reservoir: every frame can then be decoded on its own (``main_data_begin``
is 0), so frames from different runs of the encoder can follow each other.
Sources: ISO/IEC 11172-3 §2.4.1.3 and 13818-3 §2.4.2.3 for the header; "MP3 Info Tag revision 1" of the LAME
project for the Info frame.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from voiceguide.errors import EncodingError

# In samples: LAME delays the audio by 576 and every decoder by 529 (528 of the hybrid filter bank and 1).
ENCODER_DELAY = 576
DECODER_DELAY = 529

# kbit/s by index (ISO/IEC 11172-3 §2.4.2.3 and 13818-3 §2.4.2.3, layer III); 0 is "free format".
_BIT_RATES_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# The two sample rates at which 1 ms is a whole number of samples and no frame needs padding.
_SAMPLE_RATE_CODES = {24_000: (2, 1), 48_000: (3, 1)}  # (MPEG version code, sample rate code)
_MPEG1 = 3  # version code
_MONO = 3  # channel mode
# Below this, LAME changes the sample rate on its own.
_MIN_BIT_RATE_KBPS = 48
_SEEK_POINTS = 100
# "Info", flags, frames, bytes, seek table, quality and the 36 bytes of LAME's own part.
_INFO_BYTES = 156


@dataclass(frozen=True, slots=True)
class Mp3Format:
    """A sample rate and a constant bit rate; mono.

    Raises:
        EncodingError: frames of this combination could not be spliced.
    """

    sample_rate_hz: int = 24_000
    bit_rate_kbps: int = 64

    def __post_init__(self) -> None:
        if self.sample_rate_hz not in _SAMPLE_RATE_CODES:
            raise EncodingError(
                f"MP3 at {self.sample_rate_hz} Hz is not supported; choose 24000 or 48000 Hz."
            )
        allowed = [rate for rate in self._bit_rates if rate >= _MIN_BIT_RATE_KBPS]
        if self.bit_rate_kbps not in allowed:
            raise EncodingError(
                f"MP3 at {self.bit_rate_kbps} kbit/s is not possible at {self.sample_rate_hz} Hz; "
                f"choose one of {', '.join(map(str, allowed))}."
            )

    @property
    def samples_per_frame(self) -> int:
        """1152 at 48 kHz (MPEG-1), 576 at 24 kHz (MPEG-2)."""
        return 1152 if self._version == _MPEG1 else 576

    @property
    def frame_bytes(self) -> int:
        """The size of every frame."""
        return self._frame_bytes(self.bit_rate_kbps)

    @property
    def header(self) -> bytes:
        """The four bytes at the start of every frame."""
        return self._header(self.bit_rate_kbps)

    def frame_count_for(self, sample_count: int) -> int:
        """Return how many frames hold this many samples and both delays."""
        return -(-(sample_count + ENCODER_DELAY + DECODER_DELAY) // self.samples_per_frame)

    def info_frame(self, sample_count: int) -> bytes:
        """Return the frame that precedes the audio and states its exact length.

        Args:
            sample_count: how many samples a decoder should return.
        """
        frame_count = self.frame_count_for(sample_count)
        rate = self._info_bit_rate
        size = self._frame_bytes(rate)
        head = self._header(rate) + bytes(self._side_info_bytes)
        total = size + frame_count * self.frame_bytes
        seek = bytes(_seek_table(size, total))
        body = b"Info" + struct.pack(">III", 0x0F, frame_count, total) + seek + struct.pack(">I", 0)
        frame = bytearray(
            (head + body + self._lame_part(sample_count, frame_count, total)).ljust(size, b"\0")
        )
        checked = len(head) + _INFO_BYTES - 2
        frame[checked : checked + 2] = struct.pack(">H", _crc16(bytes(frame[:checked])))
        return bytes(frame)

    def info_frame_bytes(self, header: bytes) -> int | None:
        """Return the size of the Info frame if ``header`` is that of this format's, else None."""
        return self._frame_bytes(self._info_bit_rate) if header == self._header(self._info_bit_rate) else None

    @property
    def _version(self) -> int:
        return _SAMPLE_RATE_CODES[self.sample_rate_hz][0]

    @property
    def _bit_rates(self) -> tuple[int, ...]:
        return _BIT_RATES_MPEG1 if self._version == _MPEG1 else _BIT_RATES_MPEG2

    @property
    def _side_info_bytes(self) -> int:
        return 17 if self._version == _MPEG1 else 9

    @property
    def _info_bit_rate(self) -> int:
        """The bit rate of the stream, or the lowest one whose frame has room for the Info part."""
        needed = 4 + self._side_info_bytes + _INFO_BYTES
        fitting = [rate for rate in self._bit_rates if self._frame_bytes(rate) >= needed]
        return self.bit_rate_kbps if self.bit_rate_kbps in fitting else fitting[0]

    def _frame_bytes(self, bit_rate_kbps: int) -> int:
        return self.samples_per_frame // 8 * bit_rate_kbps * 1000 // self.sample_rate_hz

    def _header(self, bit_rate_kbps: int) -> bytes:
        version, rate_code = _SAMPLE_RATE_CODES[self.sample_rate_hz]
        second = 0xE0 | version << 3 | 1 << 1 | 1  # sync, layer III, no CRC
        third = self._bit_rates.index(bit_rate_kbps) << 4 | rate_code << 2
        return bytes((0xFF, second, third, _MONO << 6 | 1 << 2))  # "original", as LAME marks its frames

    def _lame_part(self, sample_count: int, frame_count: int, total: int) -> bytes:
        """LAME's own part: encoder, method, delays and length, for gapless players."""
        padding = frame_count * self.samples_per_frame - ENCODER_DELAY - sample_count
        return b"".join((
            b"LAME3.100",
            bytes((0x01, 0)),  # tag revision 0, constant bit rate; low-pass unknown
            bytes(8),  # peak and replay gain: unknown
            bytes((0, min(self.bit_rate_kbps, 255))),
            (ENCODER_DELAY << 12 | padding).to_bytes(3, "big"),
            bytes(4),  # misc, gain, preset: unknown
            struct.pack(">I", total),
            bytes(2),  # checksum of the music: 0 for unknown, so that a file can be streamed while it is made
            bytes(2),  # checksum of this frame, filled in by the caller
        ))  # fmt: skip


def _possible_formats() -> Iterator[Mp3Format]:
    for rate in _SAMPLE_RATE_CODES:
        for kbps in sorted({*_BIT_RATES_MPEG1, *_BIT_RATES_MPEG2}):
            with suppress(EncodingError):
                yield Mp3Format(rate, kbps)


def _seek_table(first: int, total: int) -> list[int]:
    """Return the file position of each percent of the duration, in 256ths of the file, rounded."""
    return [
        min(255, round((first + (total - first) * point / _SEEK_POINTS) * 256 / total))
        for point in range(_SEEK_POINTS)
    ]


def _crc16(data: bytes) -> int:
    """Return the CRC-16/ARC, as the Info frame requires."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


# Every format that can be spliced.
FORMATS = tuple(_possible_formats())
