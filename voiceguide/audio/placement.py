"""Clips at their positions in a session, to the sample."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voiceguide.audio.clip import Clip


@dataclass(frozen=True)
class PlacedClip:
    """A clip and the sample at which it starts."""

    start_sample: int
    clip: Clip

    @property
    def end_sample(self) -> int:
        """Index of the sample after its last one."""
        return self.start_sample + self.clip.sample_count


def split_at_silence(sounds: Iterable[PlacedClip], min_silence_samples: int) -> Iterator[list[PlacedClip]]:
    """Yield regions of sound that are separated by silence.

    Args:
        sounds: in order of their start.
        min_silence_samples: the shortest silence that separates two regions.
    """
    region: list[PlacedClip] = []
    end = 0
    for sound in sounds:
        if region and sound.start_sample - end >= min_silence_samples:
            yield region
            region = []
        end = max(end, sound.end_sample) if region else sound.end_sample
        region.append(sound)
    if region:
        yield region
