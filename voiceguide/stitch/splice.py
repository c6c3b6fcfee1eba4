"""The splice: a session's frames are encoded blocks, each made only once, and one silent frame repeated."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from voiceguide.clip import Clip
from voiceguide.errors import EncodingError
from voiceguide.stitch.blocks import CONTEXT_FRAMES, Block, Sound, cut
from voiceguide.stitch.ceiling import TRUE_PEAK_DBTP, encode_below
from voiceguide.stitch.encoder import ENCODER_SETTINGS, encode
from voiceguide.stitch.mixer import mix
from voiceguide.stitch.mp3 import Mp3Format
from voiceguide.store import Store, store_key

# Enough silence for the encoder to have settled.
_SILENCE_FRAMES = 40
# Silence is handed on in pieces, so that memory does not grow with its length.
_SILENCE_AT_ONCE = 512
# Blocks encoded ahead of the one that is wanted, for each that may be encoded at once.
_AHEAD = 4


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
        self, sounds: Iterable[Sound], samples: int, done: Callable[[], None] = lambda: None
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

    def _encoded_in_order(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, bytes]]:
        """Yield blocks with their frames; a few that are not kept are encoded ahead, at once."""
        with _Encoders(self._jobs) as encoders:
            waiting: deque[tuple[Block, bytes | Future[bytes]]] = deque()
            for block in blocks:
                key = self._block_key(block)
                kept = self._kept(key, block.frames)
                waiting.append((block, kept or encoders.begin(key, self.encoded, block)))
                while waiting and (len(waiting) > _AHEAD * self._jobs or isinstance(waiting[0][1], bytes)):
                    yield _ready(*waiting.popleft())
            while waiting:
                yield _ready(*waiting.popleft())

    def encoded(self, block: Block) -> bytes:
        """Return the frames of one block, from the store where it holds them."""
        return self._kept_or_made(self._block_key(block), block.frames, lambda: self._encode(block))

    def silent_frame(self) -> bytes:
        """Return the frame that silence is made of."""
        key = store_key("silence", **self._settings())
        return self._kept_or_made(key, 1, self._encode_silence)

    def _silence(self, frames: int) -> Iterator[bytes]:
        if frames <= 0:
            return
        frame = self.silent_frame()
        for start in range(0, frames, _SILENCE_AT_ONCE):
            yield frame * min(_SILENCE_AT_ONCE, frames - start)

    def _encode(self, block: Block) -> bytes:
        """Encode a block after its context, and drop the frames of the context."""
        samples = (CONTEXT_FRAMES + block.frames) * self.form.samples_per_frame
        sound = Clip(mix(block.sounds, samples, self.form.sample_rate_hz), self.form.sample_rate_hz)
        frames = encode_below(TRUE_PEAK_DBTP, sound, CONTEXT_FRAMES, self.form)
        return b"".join(frames[: block.frames])

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
        return store_key("block", **self._settings(), context=CONTEXT_FRAMES, content=block.content)

    def _kept(self, key: str, frames: int) -> bytes | None:
        """Return what is kept where it has the planned size and begins as a frame does."""
        kept = self._store.get(key)
        if kept and len(kept) == frames * self.form.frame_bytes and kept.startswith(self.form.header):
            return kept
        return None

    def _kept_or_made(self, key: str, frames: int, make: Callable[[], bytes]) -> bytes:
        kept = self._kept(key, frames)
        if kept is None:
            kept = make()
            self._store.put(key, kept)
        return kept


class _Encoders:
    """Threads that encode blocks; LAME runs outside of Python's lock, so they do so at once.

    None is started where every block is kept.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ThreadPoolExecutor | None = None
        self._begun: dict[str, Future[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            # Without waiting: a stream that is given up may be cleared away in any thread, also one of these.
            self._pool.shutdown(wait=False, cancel_futures=True)

    def begin(self, key: str, encode: Callable[[Block], bytes], block: Block) -> Future[bytes]:
        """Begin a block, unless one of the same content is under way."""
        self._pool = self._pool or ThreadPoolExecutor(self._jobs, thread_name_prefix="encoder")
        begun = self._begun.get(key)
        if begun is None:
            self._begun[key] = begun = self._pool.submit(encode, block)
            begun.add_done_callback(lambda _: self._begun.pop(key, None))
        return begun


def _ready(block: Block, frames: bytes | Future[bytes]) -> tuple[Block, bytes]:
    return block, frames if isinstance(frames, bytes) else frames.result()
