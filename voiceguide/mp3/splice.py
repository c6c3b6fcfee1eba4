"""The splice: encoded blocks, each made only once, and one silent frame repeated in between."""

import os
from collections import deque
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from itertools import islice
from typing import NamedTuple, Self

from voiceguide.audio.clip import BYTES_PER_SAMPLE, Clip
from voiceguide.audio.levels import ENCODED_PEAK_LIMIT_DBTP
from voiceguide.audio.mixing import mix
from voiceguide.audio.placement import PlacedClip
from voiceguide.audio.workers import TaskQueue
from voiceguide.errors import EncodingError
from voiceguide.mp3.blocks import Block, merge_blocks, split_into_blocks
from voiceguide.mp3.encoder import ENCODER_SETTINGS, encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.mp3.peak_limit import decoded_peak_dbtp, encode_below
from voiceguide.store.port import Store, store_key

# The silent frame is taken from the middle of this many; the encoder settles within a few.
_SILENCE_FRAMES = 40
# Silence is yielded in pieces of this many frames (98 kB at 64 kbit/s), so that memory does not grow with it.
_SILENCE_PIECE_FRAMES = 512
# New blocks close together are encoded in one batch of at most this many frames (12 s). A batch needs only one
# context of 104 frames; longer ones would leave too few batches for all cores.
_MAX_BATCH_FRAMES = 500
# At most this many blocks are held, or being encoded, ahead of the one that is wanted.
_MAX_BLOCKS_AHEAD = 64


class Stretch(NamedTuple):
    """A part of a session: silent frames, then the frames of a block, which may be none."""

    silent_frame_count: int
    frames: bytes


class Splicer:
    """Assembles sessions in one format from blocks in a store; encodes the blocks that are missing."""

    def __init__(self, mp3_format: Mp3Format, store: Store, jobs: int | None = None) -> None:
        """Create a splicer.

        Args:
            mp3_format: of every frame.
            store: holds encoded blocks.
            jobs: how many batches may be encoded at the same time; by default one for each core.
        """
        self.format = mp3_format
        self._store = store
        self._jobs = jobs or os.cpu_count() or 1

    def frames(
        self, sounds: Iterable[PlacedClip], sample_count: int, on_block: Callable[[], None] = lambda: None
    ) -> Generator[bytes]:
        """Yield a session as whole frames, without Info frame and tags; first an empty piece, when the encoders have begun.

        Args:
            sounds: in order of their start; clips at the format's sample rate.
            sample_count: the length of the session.
            on_block: called after each block.

        Raises:
            EncodingError: the encoder returned different frames than planned; discard what was yielded.
        """
        with closing(self.stretches(sounds, sample_count)) as stretches:
            yield next(stretches).frames  # the encoders have begun
            for silent_frame_count, frames in stretches:
                yield from self._silence(silent_frame_count)
                if frames:
                    yield frames
                    on_block()

    def stretches(self, sounds: Iterable[PlacedClip], sample_count: int) -> "Generator[Stretch]":
        """Yield what a session consists of: silence and a block, again and again; first an empty stretch, as ``frames`` does.

        The arguments and errors are those of ``frames``. The last stretch has no block.
        """
        position, total = 0, self.format.frame_count_for(sample_count)
        with _EncoderPool(self._jobs, self._encode) as pool:
            blocks = self._begun(split_into_blocks(sounds, self.format), pool)
            ahead = deque(islice(blocks, _MAX_BLOCKS_AHEAD))
            yield Stretch(0, b"")
            while ahead:
                block, frames = _with_frames(*ahead.popleft())
                yield Stretch(block.first_frame - position, frames)
                position = block.end_frame
                ahead.extend(islice(blocks, 1))
        if position > total:
            raise EncodingError(
                f"The last sound ends {position - total} frames after the end of the session. Nothing was written."
            )
        yield Stretch(total - position, b"")

    def encode_ahead(self, sounds: Iterable[PlacedClip], is_cancelled: Callable[[], bool]) -> None:
        """Encode and store the blocks of some sounds of a session that will be assembled later.

        Args:
            sounds: in order of their start; they fill whole blocks.
            is_cancelled: checked before each batch.
        """
        for batch in self._batches(split_into_blocks(sounds, self.format), frozenset()):
            if is_cancelled():
                return
            if batch[0].stored is None:
                self._encode([item.block for item in batch])

    def _begun(
        self, blocks: Iterable[Block], pool: "_EncoderPool"
    ) -> "Iterator[tuple[Block, bytes | _PendingFrames]]":
        """Yield blocks with their frames; those that are not stored are being encoded by then."""
        for batch in self._batches(blocks, pool.in_progress):
            if batch[0].stored is not None:
                yield batch[0].block, batch[0].stored
            else:
                yield from zip((item.block for item in batch), pool.submit(batch), strict=True)

    def _batches(
        self, blocks: Iterable[Block], in_progress: Container[str]
    ) -> "Iterator[list[_LookedUpBlock]]":
        """Yield new blocks grouped as they are encoded together; every other block is a batch of its own."""
        batch: list[_LookedUpBlock] = []
        for block in blocks:
            key = self._block_key(block)
            item = _LookedUpBlock(key, block, self._stored(key, block.frame_count))
            is_new = item.stored is None and key not in in_progress
            if batch and not (is_new and _fits(batch, block)):
                yield batch
                batch = []
            batch.append(item)
            if not is_new:
                yield batch
                batch = []
        if batch:
            yield batch

    def silent_frame(self) -> bytes:
        """Return the frame that all silence consists of."""
        key = store_key("silence", **self._settings())
        frame = self._stored(key, 1)
        if frame is None:
            silence = bytes(BYTES_PER_SAMPLE * _SILENCE_FRAMES * self.format.samples_per_frame)
            frame = encode(silence, self.format)[_SILENCE_FRAMES // 2]
            self._store.put(key, frame)
        return frame

    def _silence(self, frame_count: int) -> Iterator[bytes]:
        if frame_count <= 0:
            return
        frame = self.silent_frame()
        for start in range(0, frame_count, _SILENCE_PIECE_FRAMES):
            yield frame * min(_SILENCE_PIECE_FRAMES, frame_count - start)

    def _encode(self, blocks: Sequence[Block]) -> list[bytes]:
        """Encode a batch after the context of its first block, store each block, and return their frames."""
        batch = merge_blocks(blocks, self.format.samples_per_frame)
        encoded = encode(self._mix(batch).pcm, self.format)
        results = []
        for block in blocks:
            first = block.first_frame - batch.context_start_frame
            frames = encoded[: first + block.frame_count]
            peak_dbtp = decoded_peak_dbtp(frames, first, self.format, ENCODED_PEAK_LIMIT_DBTP)
            if peak_dbtp <= ENCODED_PEAK_LIMIT_DBTP:
                frames = frames[first:]
            else:
                frames = encode_below(
                    ENCODED_PEAK_LIMIT_DBTP, self._mix(block), block.context_frame_count, self.format
                )
            results.append(b"".join(frames[: block.frame_count]))
            self._store.put(self._block_key(block), results[-1])
        return results

    def _mix(self, block: Block) -> Clip:
        sample_count = (block.context_frame_count + block.frame_count) * self.format.samples_per_frame
        return Clip(mix(block.sounds, sample_count, self.format.sample_rate_hz), self.format.sample_rate_hz)

    def _settings(self) -> dict[str, object]:
        return {
            "encoder": ENCODER_SETTINGS,
            "peak_limit_dbtp": ENCODED_PEAK_LIMIT_DBTP,
            "rate_hz": self.format.sample_rate_hz,
            "kbps": self.format.bit_rate_kbps,
        }

    def _block_key(self, block: Block) -> str:
        return store_key(
            "block", **self._settings(), context=block.context_frame_count, content=block.content
        )

    def _stored(self, key: str, frame_count: int) -> bytes | None:
        """Return what is stored if it has the expected size and starts like a frame."""
        data = self._store.get(key)
        if (
            data
            and len(data) == frame_count * self.format.frame_bytes
            and data.startswith(self.format.header)
        ):
            return data
        return None


class _LookedUpBlock(NamedTuple):
    """A block with its key, and its frames if they are stored."""

    key: str
    block: Block
    stored: bytes | None


class _PendingFrames(NamedTuple):
    """The frames of one block in a batch that is being encoded."""

    batch: "Future[list[bytes]]"
    number: int


def _fits(batch: Sequence[_LookedUpBlock], block: Block) -> bool:
    """Return whether a block is close enough to a batch, and the batch short enough, to add it."""
    frame_count = block.end_frame - batch[0].block.first_frame
    return batch[-1].block.overlaps_context_of(block) and frame_count <= _MAX_BATCH_FRAMES


class _EncoderPool:
    """Encodes batches at the same time; LAME releases Python's lock."""

    def __init__(self, jobs: int, encode: Callable[[Sequence[Block]], list[bytes]]) -> None:
        self._encode = encode
        self._queue = TaskQueue(jobs)
        # By key; what is finished is in the store.
        self.in_progress: dict[str, _PendingFrames] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Without waiting: an abandoned generator may be closed in any thread, even in a worker's.
        self._queue.close(wait_for_running=False)

    def submit(self, batch: Sequence[_LookedUpBlock]) -> list[_PendingFrames]:
        """Start encoding a batch, unless it is a single block that is being encoded already."""
        if len(batch) == 1 and (pending := self.in_progress.get(batch[0].key)):
            return [pending]
        future = self._queue.submit(self._encode, [item.block for item in batch])
        by_key = {item.key: _PendingFrames(future, index) for index, item in enumerate(batch)}
        self.in_progress |= by_key
        future.add_done_callback(lambda _: [self.in_progress.pop(key, None) for key in by_key])
        return [_PendingFrames(future, index) for index in range(len(batch))]


def _with_frames(block: Block, frames: bytes | _PendingFrames) -> tuple[Block, bytes]:
    return block, frames if isinstance(frames, bytes) else frames.batch.result()[frames.number]
