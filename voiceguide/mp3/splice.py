"""The splice: a session's frames are encoded blocks, each made only once, and one silent frame repeated."""

import os
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Self

from voiceguide.audio.clip import Clip
from voiceguide.audio.mixing import mix
from voiceguide.audio.placement import PlacedClip
from voiceguide.errors import EncodingError
from voiceguide.mp3.blocks import Block, cut, joined
from voiceguide.mp3.encoder import ENCODER_SETTINGS, encode
from voiceguide.mp3.frames import Mp3Format
from voiceguide.mp3.peak_limit import TRUE_PEAK_DBTP, decoded_peak_dbtp, encode_below
from voiceguide.store.port import Store, store_key

# Enough silence for the encoder to have settled.
_SILENCE_FRAMES = 40
# Silence is handed on in pieces, so that memory does not grow with its length.
_SILENCE_AT_ONCE = 512
# New blocks close together are encoded in one run, of at most so many frames: enough to make little of the
# context, and few enough that several can work.
_RUN_FRAMES = 500
# Blocks held, or under way, ahead of the one that is wanted.
_AHEAD = 64


class Splicer:
    """Makes the frames of sessions in one format, with blocks kept in a store."""

    def __init__(self, form: Mp3Format, store: Store, jobs: int | None = None) -> None:
        """Splice with blocks from a store.

        Args:
            form: of every frame.
            store: where encoded blocks are kept.
            jobs: how many blocks may be encoded at once; the machine's cores where None.
        """
        self.form = form
        self._store = store
        self._jobs = jobs or os.cpu_count() or 1

    def frames(
        self, sounds: Iterable[PlacedClip], samples: int, done: Callable[[], None] = lambda: None
    ) -> Iterator[bytes]:
        """Yield a session as whole frames, without Info frame and tags.

        Args:
            sounds: in order of their start; clips at the format's sample rate.
            samples: the length of the session.
            done: called after each block.

        Raises:
            EncodingError: the encoder gave other frames than planned; what was yielded is no file.
        """
        position, total = 0, self.form.frames_for(samples)
        for block, frames in self._encoded_in_order(cut(sounds, self.form)):
            yield from self._silence(block.first_frame - position)
            yield frames
            position = block.first_frame + block.frames
            done()
        if position > total:
            raise EncodingError(
                f"The sounds end {position - total} frames after the session; nothing is written."
            )
        yield from self._silence(total - position)

    def encode_ahead(self, sounds: Iterable[PlacedClip], given_up: Callable[[], bool]) -> None:
        """Encode and keep what sounds a session will have, so that its frames are there when it is put together.

        Args:
            sounds: in order of their start; of whole blocks.
            given_up: asked before each run.
        """
        for group in self._groups(cut(sounds, self.form), frozenset()):
            if given_up():
                return
            if group[0].kept is None:
                self._encode([part.block for part in group])

    def _encoded_in_order(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, bytes]]:
        """Yield blocks with their frames; some that are not kept are encoded ahead, at once."""
        with _Encoders(self._jobs, self._encode) as encoders:
            waiting: deque[tuple[Block, bytes | _Promised]] = deque()
            for group in self._groups(blocks, encoders.begun):
                if group[0].kept is not None:
                    waiting.append((group[0].block, group[0].kept))
                else:
                    waiting += zip((part.block for part in group), encoders.begin(group), strict=True)
                while waiting and (len(waiting) > _AHEAD or isinstance(waiting[0][1], bytes)):
                    yield _ready(*waiting.popleft())
            while waiting:
                yield _ready(*waiting.popleft())

    def _groups(self, blocks: Iterable[Block], begun: Container[str]) -> "Iterator[list[_Part]]":
        """Yield what is encoded in one run: new blocks, each in the context of the next; all others alone."""
        run: list[_Part] = []
        for block in blocks:
            key = self._block_key(block)
            part = _Part(key, block, self._kept(key, block.frames))
            is_new = part.kept is None and key not in begun
            if run and not (is_new and _is_one_run(run[0].block, run[-1].block, block)):
                yield run
                run = []
            run.append(part)
            if not is_new:
                yield run
                run = []
        if run:
            yield run

    def silent_frame(self) -> bytes:
        """Return the frame that silence is made of."""
        key = store_key("silence", **self._settings())
        kept = self._kept(key, 1)
        if kept is None:
            kept = self._encode_silence()
            self._store.put(key, kept)
        return kept

    def _silence(self, frames: int) -> Iterator[bytes]:
        if frames <= 0:
            return
        frame = self.silent_frame()
        for start in range(0, frames, _SILENCE_AT_ONCE):
            yield frame * min(_SILENCE_AT_ONCE, frames - start)

    def _encode(self, blocks: Sequence[Block]) -> list[bytes]:
        """Encode blocks in one run after the context of the first, keep each, and return their frames."""
        run = joined(blocks, self.form.samples_per_frame)
        frames = encode(self._sound(run).pcm, self.form)
        found = []
        for block in blocks:
            first = block.first_frame - run.origin_frame
            part = frames[: first + block.frames]
            if decoded_peak_dbtp(part, first, self.form) <= TRUE_PEAK_DBTP:
                part = part[first:]
            else:
                part = encode_below(TRUE_PEAK_DBTP, self._sound(block), block.context_frames, self.form)
            found.append(b"".join(part[: block.frames]))
            self._store.put(self._block_key(block), found[-1])
        return found

    def _sound(self, block: Block) -> Clip:
        samples = (block.context_frames + block.frames) * self.form.samples_per_frame
        return Clip(mix(block.sounds, samples, self.form.sample_rate_hz), self.form.sample_rate_hz)

    def _encode_silence(self) -> bytes:
        silence = bytes(2 * _SILENCE_FRAMES * self.form.samples_per_frame)
        return encode(silence, self.form)[_SILENCE_FRAMES // 2]

    def _settings(self) -> dict[str, object]:
        return {
            "encoder": ENCODER_SETTINGS,
            "ceiling_dbtp": TRUE_PEAK_DBTP,
            "rate_hz": self.form.sample_rate_hz,
            "kbps": self.form.bit_rate_kbps,
        }

    def _block_key(self, block: Block) -> str:
        return store_key("block", **self._settings(), context=block.context_frames, content=block.content)

    def _kept(self, key: str, frames: int) -> bytes | None:
        """Return what is kept where it has the planned size and begins as a frame does."""
        kept = self._store.get(key)
        if kept and len(kept) == frames * self.form.frame_bytes and kept.startswith(self.form.header):
            return kept
        return None


class _Part(NamedTuple):
    """A block with its key, and its frames where they are kept."""

    key: str
    block: Block
    kept: bytes | None


class _Promised(NamedTuple):
    """The frames of one block of a run that is being encoded."""

    run: "Future[list[bytes]]"
    number: int


def _is_one_run(first: Block, last: Block, block: Block) -> bool:
    return block.follows(last) and block.end_frame - first.first_frame <= _RUN_FRAMES


class _Encoders:
    """Threads that encode runs of blocks; LAME works outside of Python's lock, so they do so at once.

    None is started where every block is kept.
    """

    def __init__(self, jobs: int, encode: Callable[[Sequence[Block]], list[bytes]]) -> None:
        self._jobs = jobs
        self._encode = encode
        self._pool: ThreadPoolExecutor | None = None
        # What is under way; what is ready is in the store.
        self.begun: dict[str, _Promised] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            # Without waiting: a stream that is given up may be cleared away in any thread, also one of these.
            self._pool.shutdown(wait=False, cancel_futures=True)

    def begin(self, run: Sequence[_Part]) -> list[_Promised]:
        """Begin a run, unless it is one block whose like is under way."""
        if len(run) == 1 and (begun := self.begun.get(run[0].key)):
            return [begun]
        self._pool = self._pool or ThreadPoolExecutor(self._jobs, thread_name_prefix="encoder")
        future = self._pool.submit(self._encode, [part.block for part in run])
        promised = {part.key: _Promised(future, number) for number, part in enumerate(run)}
        self.begun |= promised
        future.add_done_callback(lambda _: [self.begun.pop(key, None) for key in promised])
        return [_Promised(future, number) for number in range(len(run))]


def _ready(block: Block, frames: bytes | _Promised) -> tuple[Block, bytes]:
    return block, frames if isinstance(frames, bytes) else frames.run.result()[frames.number]
