"""Encodes sections while others are still being spoken."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from threading import Event
from typing import Self

from voiceguide.audio.clip import Clip
from voiceguide.audio.placement import PlacedClip
from voiceguide.audio.workers import TaskQueue
from voiceguide.mp3.blocks import CONTEXT_FRAMES
from voiceguide.mp3.splice import Splicer
from voiceguide.script.segments import Script, Utterance

# Places the clips of a script whose phrases have all been spoken.
PlaceClips = Callable[[Script, Mapping[Utterance, Clip]], Iterable[PlacedClip]]


class EncodingAhead:
    """Encodes every section as soon as all of its phrases are spoken.

    Sections begin and end in silence, on the frame grid. So the blocks of a section laid out alone are the blocks
    it has in the session, and the splicer finds them again by their content.
    """

    def __init__(self, script: Script, place_clips: PlaceClips, splicer: Splicer) -> None:
        """Encode the sections of a script with a splicer, as soon as ``place_clips`` can place their clips."""
        self._place_clips, self._splicer = place_clips, splicer
        self._parts = [Script((section,)) for section in script.sections]
        self._missing = [set(part.utterances) for part in self._parts]
        self._stopped = Event()
        self._encoded: list[Future[None]] = []
        self._queue = TaskQueue(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop after the current block; the rest is encoded with the file, by more than one thread."""
        self._stopped.set()
        self._queue.close()
        if kind is None:
            for future in self._encoded:
                if not future.cancelled():
                    future.result()

    def add(self, clips: Mapping[Utterance, Clip], new: Iterable[Utterance]) -> None:
        """Encode the sections that newly spoken phrases complete.

        Args:
            clips: every clip so far.
            new: the phrases that came since the last call.
        """
        for part, missing in zip(self._parts, self._missing, strict=True):
            was_missing = bool(missing)
            missing.difference_update(new)
            if was_missing and not missing:
                self._encoded.append(self._queue.submit(self._encode, part, dict(clips)))

    def _encode(self, part: Script, clips: Mapping[Utterance, Clip]) -> None:
        # Only the first section begins with the file; before the others, the encoder hears silence.
        context_frame_count = 0 if part is self._parts[0] else CONTEXT_FRAMES
        before = context_frame_count * self._splicer.format.samples_per_frame
        moved = (
            PlacedClip(placed.start_sample + before, placed.clip) for placed in self._place_clips(part, clips)
        )
        self._splicer.encode_ahead(moved, self._stopped.is_set)
