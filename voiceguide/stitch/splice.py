"""The splice: a session's frames are encoded blocks, each made only once, and one silent frame repeated."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from voiceguide.clip import Clip
from voiceguide.errors import EncodingError
from voiceguide.stitch.blocks import LEAD_FRAMES, Block, Sound, cut
from voiceguide.stitch.ceiling import TRUE_PEAK_DBTP, encode_below
from voiceguide.stitch.encoder import ENCODER_SETTINGS, encode
from voiceguide.stitch.mixer import mix
from voiceguide.stitch.mp3 import Mp3Format
from voiceguide.store import Store, store_key

# Enough silence for the encoder to have settled.
_SILENCE_FRAMES = 40
# Silence is handed on in pieces, so that memory does not grow with its length.
_SILENCE_AT_ONCE = 512


@dataclass(frozen=True)
class Splicer:
    """Makes the frames of sessions in one format, with blocks kept in a store."""

    form: Mp3Format
    store: Store

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
        for block in cut(sounds, self.form):
            yield from self._silence(block.first_frame - position)
            yield self.encoded(block)
            position = block.first_frame + block.frames
            done()
        if position > total:
            raise EncodingError(
                f"The sounds end {position - total} frames after the session; nothing is written."
            )
        yield from self._silence(total - position)

    def encoded(self, block: Block) -> bytes:
        """Return the frames of one block, from the store where it holds them."""
        key = store_key("block", **self._settings(), lead=LEAD_FRAMES, content=block.content)
        return self._kept(key, block.frames, lambda: self._encode(block))

    def silent_frame(self) -> bytes:
        """Return the frame that silence is made of."""
        key = store_key("silence", **self._settings())
        return self._kept(key, 1, self._encode_silence)

    def _silence(self, frames: int) -> Iterator[bytes]:
        if frames <= 0:
            return
        frame = self.silent_frame()
        for start in range(0, frames, _SILENCE_AT_ONCE):
            yield frame * min(_SILENCE_AT_ONCE, frames - start)

    def _encode(self, block: Block) -> bytes:
        """Encode a block with its lead-in, and drop the frames of the lead-in."""
        samples = (LEAD_FRAMES + block.frames) * self.form.samples_per_frame
        sound = Clip(mix(block.sounds, samples, self.form.sample_rate_hz), self.form.sample_rate_hz)
        frames = encode_below(TRUE_PEAK_DBTP, sound, self.form)
        return b"".join(frames[LEAD_FRAMES : LEAD_FRAMES + block.frames])

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

    def _kept(self, key: str, frames: int, make: Callable[[], bytes]) -> bytes:
        """Return what is kept where it has the planned size and begins as a frame does, else make it."""
        kept = self.store.get(key)
        if (
            kept is not None
            and len(kept) == frames * self.form.frame_bytes
            and kept.startswith(self.form.header)
        ):
            return kept
        made = make()
        self.store.put(key, made)
        return made
