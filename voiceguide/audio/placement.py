"""Where clips lie in a session, to the sample."""

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
        """The sample after its last."""
        return self.start_sample + self.clip.samples


def islands(sounds: Iterable[PlacedClip], apart_samples: int) -> Iterator[list[PlacedClip]]:
    """Yield the sounds that lie close together."""
    island: list[PlacedClip] = []
    end = 0
    for sound in sounds:
        if island and sound.start_sample - end >= apart_samples:
            yield island
            island = []
        end = max(end, sound.end_sample) if island else sound.end_sample
        island.append(sound)
    if island:
        yield island
