"""A session is silence with islands of sound: the islands are the blocks that are encoded and kept.

A block's place in the file is a whole number of frames; the sounds in it keep their offset to the
sample. The same sounds at the same distances, starting at the same offset within a frame, are the
same block, whatever the session.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voiceguide.audio.placement import PlacedClip, islands
from voiceguide.mp3.frames import Mp3Format

# Silence of this many frames separates blocks.
CUT_FRAMES = 25
# What was heard in so many frames before a block, the encoder hears before it encodes the block: LAME's
# hearing threshold sinks by 7.5 % a frame in silence, and is at its floor after 95 frames (encoder.c,
# adjust_ATH). See docs/splice.md for the measurements behind both numbers.
CONTEXT_FRAMES = 104
# A sound shows in the frame before its first sample, and up to three frames after its last.
FRAMES_BEFORE = 1
FRAMES_AFTER = 4


@dataclass(frozen=True)
class Block:
    """Sounds close together.

    Attributes:
        first_frame: of the file (the Info frame not counted) that this block replaces.
        frames: how many it replaces.
        context_frames: how many before them the encoder hears; fewer where the file begins.
        sounds: of the block, and before them those of its context; with starts counted from the first
            sample of the context, which may be negative.
    """

    first_frame: int
    frames: int
    context_frames: int
    sounds: tuple[PlacedClip, ...]

    @property
    def content(self) -> list[tuple[int, str]]:
        """What determines the frames of the block, beside their number and the context's: offsets and clips."""
        return [(sound.start_sample, sound.clip.digest) for sound in self.sounds]

    @property
    def origin_frame(self) -> int:
        """The frame of the file with which its context begins."""
        return self.first_frame - self.context_frames

    @property
    def end_frame(self) -> int:
        """The frame of the file after its last."""
        return self.first_frame + self.frames

    def follows(self, other: "Block") -> bool:
        """Tell whether its context begins before another block ends, so that one run over both is shorter."""
        return other.origin_frame <= self.origin_frame < other.end_frame


def joined(blocks: Sequence[Block], samples_per_frame: int) -> Block:
    """Return one block from the context of the first to the end of the last; each follows the one before."""
    first, last = blocks[0], blocks[-1]
    sounds: dict[tuple[int, str], PlacedClip] = {}
    for block in blocks:
        moved = (block.origin_frame - first.origin_frame) * samples_per_frame
        for sound in block.sounds:
            start = sound.start_sample + moved
            sounds.setdefault((start, sound.clip.digest), PlacedClip(start, sound.clip))
    return Block(
        first_frame=first.first_frame,
        frames=last.end_frame - first.first_frame,
        context_frames=first.context_frames,
        sounds=tuple(sorted(sounds.values(), key=lambda sound: sound.start_sample)),
    )


def cut(
    sounds: Iterable[PlacedClip],
    form: Mp3Format,
    context_frames: int = CONTEXT_FRAMES,
    cut_frames: int = CUT_FRAMES,
) -> Iterator[Block]:
    """Yield the blocks of a session, in order.

    Args:
        sounds: in order of their start.
        form: sets the length of a frame.
        context_frames: frames before a block that the encoder hears, too.
        cut_frames: frames of silence that separate blocks.
    """
    context: list[PlacedClip] = []
    for island in islands(sounds, cut_frames * form.samples_per_frame):
        block = _block(island, context, form, context_frames)
        yield block
        reach = (block.end_frame - context_frames) * form.samples_per_frame
        context = [sound for sound in (*context, *island) if sound.end_sample > reach]


def _block(island: list[PlacedClip], before: list[PlacedClip], form: Mp3Format, context_frames: int) -> Block:
    size = form.samples_per_frame
    first = max(0, island[0].start_sample // size - FRAMES_BEFORE)
    last = max(sound.end_sample - 1 for sound in island) // size + FRAMES_AFTER
    context_frames = min(context_frames, first)
    origin = (first - context_frames) * size
    heard = [sound for sound in before if sound.end_sample > origin]
    return Block(
        first_frame=first,
        frames=last - first,
        context_frames=context_frames,
        sounds=tuple(PlacedClip(sound.start_sample - origin, sound.clip) for sound in (*heard, *island)),
    )
