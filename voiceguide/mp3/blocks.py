"""Blocks: the stretches of sound in a session, which are encoded and stored one by one.

A block occupies a whole number of frames; the sounds in it keep their exact sample offsets. The same
sounds at the same distances, starting at the same offset within a frame, are the same block in any session.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from voiceguide.audio.placement import PlacedClip, split_at_silence
from voiceguide.mp3.frames import Mp3Format

# Blocks are separated by at least this many silent frames (600 ms): just less than the pause between two
# sentences (650 ms). docs/splice.md compares longer gaps.
MIN_SILENCE_FRAMES = 25
# The encoder hears this many frames of real signal before a block. LAME's hearing threshold falls by 7.5 %
# per frame of silence and reaches its floor after 95 frames (encoder.c, adjust_ATH); with 104, splices were
# identical to a single pass in every session measured (docs/splice.md).
CONTEXT_FRAMES = 104
# Where all of that is silent, fewer are enough: from 48 on, 101 of 101 blocks of speech and chimes were the same bytes.
SILENT_CONTEXT_FRAMES = 72
# LAME's filter bank overlaps: a sound affects the frame before its first sample and up to three frames after
# its last one.
FRAMES_BEFORE = 1
FRAMES_AFTER = 4


@dataclass(frozen=True)
class Block:
    """Sounds close together, and the frames they are encoded to.

    Attributes:
        first_frame: index of its first frame in the file, not counting the Info frame.
        frame_count: how many frames it has.
        context_frame_count: how many frames before it the encoder hears; fewer at the start of the file.
        sounds: the sounds of the context and of the block. Starts count from the first sample of the
            context and may be negative.
    """

    first_frame: int
    frame_count: int
    context_frame_count: int
    sounds: tuple[PlacedClip, ...]

    @property
    def content(self) -> list[tuple[int, str]]:
        """What determines the encoded frames, apart from their number: the offset and digest of each clip."""
        return [(sound.start_sample, sound.clip.digest) for sound in self.sounds]

    @property
    def context_start_frame(self) -> int:
        """Index of the frame where its context begins."""
        return self.first_frame - self.context_frame_count

    @property
    def end_frame(self) -> int:
        """Index of the frame after its last one."""
        return self.first_frame + self.frame_count

    def overlaps_context_of(self, following: "Block") -> bool:
        """Return whether the context of a following block reaches into this one: encode both together."""
        return self.context_start_frame <= following.context_start_frame < self.end_frame


def merge_blocks(blocks: Sequence[Block], samples_per_frame: int) -> Block:
    """Return one block that covers several, from the context of the first to the end of the last.

    Args:
        blocks: in order; each overlaps the context of the next.
        samples_per_frame: of the format.
    """
    first, last = blocks[0], blocks[-1]
    sounds: dict[tuple[int, str], PlacedClip] = {}
    for block in blocks:
        offset = (block.context_start_frame - first.context_start_frame) * samples_per_frame
        for sound in block.sounds:
            start = sound.start_sample + offset
            sounds.setdefault((start, sound.clip.digest), PlacedClip(start, sound.clip))
    return Block(
        first_frame=first.first_frame,
        frame_count=last.end_frame - first.first_frame,
        context_frame_count=first.context_frame_count,
        sounds=tuple(sorted(sounds.values(), key=lambda sound: sound.start_sample)),
    )


def split_into_blocks(
    sounds: Iterable[PlacedClip],
    mp3_format: Mp3Format,
    context_frame_count: int = CONTEXT_FRAMES,
    min_silence_frames: int = MIN_SILENCE_FRAMES,
) -> Iterator[Block]:
    """Yield the blocks of a session in order.

    Args:
        sounds: in order of their start.
        mp3_format: determines the length of a frame.
        context_frame_count: how many frames before each block the encoder hears.
        min_silence_frames: the shortest silence that separates two blocks.
    """
    earlier: list[PlacedClip] = []
    for region in split_at_silence(sounds, min_silence_frames * mp3_format.samples_per_frame):
        block = _block(region, earlier, mp3_format, context_frame_count)
        yield block
        reach = (block.end_frame - context_frame_count) * mp3_format.samples_per_frame
        earlier = [sound for sound in (*earlier, *region) if sound.end_sample > reach]


def _block(
    region: list[PlacedClip], earlier: list[PlacedClip], mp3_format: Mp3Format, context_frame_count: int
) -> Block:
    size = mp3_format.samples_per_frame
    first = max(0, region[0].start_sample // size - FRAMES_BEFORE)
    end = max(sound.end_sample - 1 for sound in region) // size + FRAMES_AFTER
    context_frame_count = min(context_frame_count, first)
    origin = (first - context_frame_count) * size
    in_context = [sound for sound in earlier if sound.end_sample > origin]
    if not in_context:
        context_frame_count = min(context_frame_count, SILENT_CONTEXT_FRAMES)
        origin = (first - context_frame_count) * size
    return Block(
        first_frame=first,
        frame_count=end - first,
        context_frame_count=context_frame_count,
        sounds=tuple(PlacedClip(sound.start_sample - origin, sound.clip) for sound in (*in_context, *region)),
    )
