"""A clip: a short piece of audio."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from voiceguide.errors import VoiceguideError

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True)
class Clip:
    """Immutable mono audio.

    Attributes:
        pcm: signed 16-bit little-endian samples, one channel; not empty.
        sample_rate_hz: samples a second; positive.

    Raises:
        VoiceguideError: the values do not describe audio.
    """

    pcm: bytes
    sample_rate_hz: int

    def __post_init__(self) -> None:
        if not self.pcm or len(self.pcm) % BYTES_PER_SAMPLE or self.sample_rate_hz <= 0:
            raise VoiceguideError(
                f"A clip needs whole 16-bit samples and a sample rate; this one has {len(self.pcm)} "
                f"bytes at {self.sample_rate_hz} Hz."
            )

    @property
    def sample_count(self) -> int:
        """The number of samples."""
        return len(self.pcm) // BYTES_PER_SAMPLE

    @property
    def duration_ms(self) -> int:
        """The length in milliseconds, rounded up."""
        return -(-self.sample_count * 1000 // self.sample_rate_hz)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of sample rate and samples: equal clips have equal digests."""
        return hashlib.sha256(b"%d:" % self.sample_rate_hz + self.pcm).hexdigest()
