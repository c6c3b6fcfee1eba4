"""A script is recorded: what was never said is spoken, and everything gets its time and its sound."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from typing import Self

from voiceguide.audio.clip import Clip
from voiceguide.audio.level_envelope import clip_id, level_envelope
from voiceguide.audio.placement import PlacedClip
from voiceguide.mp3.blocks import CONTEXT_FRAMES
from voiceguide.mp3.splice import Splicer
from voiceguide.script.segments import ChimeKind, Script, Utterance
from voiceguide.script.timeline import (
    Event,
    Lengths,
    Timeline,
    lay_out,
)
from voiceguide.speech.renderer import SpeechRenderer

# Told how far a stage is: its name, pieces done, pieces in all.
Progress = Callable[[str, int, int], None]

_CHIMES: tuple[ChimeKind, ...] = ("begin", "release", "next", "end")


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Recording:
    """A script with its times and sounds.

    Attributes:
        sounds: in order of their start.
        clips: every clip as it was made, by its words or its chime; none for words spoken in two ways.
    """

    timeline: Timeline
    sounds: tuple[PlacedClip, ...]
    clips: Mapping[str, Clip] = field(default_factory=dict)

    @property
    def level_envelopes(self) -> dict[str, str]:
        """How loud each clip is, by its name; see ``sound.levels``. Measured when asked for: a plan needs none."""
        return {name: level_envelope(clip) for name, clip in self.clips.items()}


def record(
    script: Script,
    studio: SpeechRenderer,
    sample_rate_hz: int,
    splicer: Splicer | None = None,
    progress: Progress = no_progress,
) -> Recording:
    """Return the recording of a script.

    Args:
        script: what is said and done.
        studio: speaks and strikes the chimes.
        sample_rate_hz: of the studio's clips.
        splicer: encodes parts that are spoken while others still are; None where no file is wanted.
        progress: told about the stage ``speech``.

    Raises:
        SpeechError: a phrase could not be spoken.
        UsageError: the session is longer than the limit.
    """
    chimes = {kind: studio.chime(kind) for kind in _CHIMES}
    utterances = script.utterances
    clips = studio.kept(utterances)
    missing = [utterance for utterance in utterances if utterance not in clips]
    progress("speech", len(clips), len(utterances))
    if missing:
        with (
            _EncodingAhead(script, chimes, splicer) if splicer else nullcontext() as ahead,
            closing(studio.speak(missing)) as spoken,
        ):
            if ahead:
                ahead.hear(clips, tuple(clips))
            for utterance, clip in spoken:
                clips[utterance] = clip
                progress("speech", len(clips), len(utterances))
                if ahead:
                    ahead.hear(clips, (utterance,))
    recording = _recording(script, clips, chimes, sample_rate_hz)
    # In the order of the script, not that in which they were spoken: one session is one file.
    ways = Counter(words.text for words in utterances)
    named = {clip_id(words.text): clips[words] for words in utterances if ways[words.text] == 1}
    return replace(recording, clips=named | {clip_id("", kind): clip for kind, clip in chimes.items()})


def _recording(
    script: Script, clips: Mapping[Utterance, Clip], chimes: Mapping[ChimeKind, Clip], sample_rate_hz: int
) -> Recording:
    timeline = lay_out(
        script,
        Lengths(
            speech={utterance: clip.duration_ms for utterance, clip in clips.items()},
            chimes={kind: clip.duration_ms for kind, clip in chimes.items()},
        ),
    )

    def sound(event: Event) -> PlacedClip | None:
        clip = clips[event.utterance] if event.utterance else chimes[event.chime] if event.chime else None
        return PlacedClip(event.start_ms * sample_rate_hz // 1000, clip) if clip else None

    found = (sound(event) for event in timeline.events)
    return Recording(timeline, tuple(item for item in found if item is not None))


class _EncodingAhead:
    """Has every section encoded as soon as it is spoken in full.

    Sections begin and end in silence, on the frame grid. So the blocks of a section laid out alone are
    those that it has in the session, and the splicer finds them again by their content.
    """

    def __init__(self, script: Script, chimes: Mapping[ChimeKind, Clip], splicer: Splicer) -> None:
        self._chimes, self._splicer = chimes, splicer
        self._parts = [Script((section,)) for section in script.sections]
        self._missing = [set(part.utterances) for part in self._parts]
        self._given_up = Flag()
        self._encoded: list[Future[None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="encoder")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop after the block at hand: what is left is encoded with the file, by more than one."""
        self._given_up.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if kind is None:
            for future in self._encoded:
                if not future.cancelled():
                    future.result()

    def hear(self, clips: Mapping[Utterance, Clip], new: Iterable[Utterance]) -> None:
        """Take note of what was spoken.

        Args:
            clips: everything spoken so far.
            new: what came since the last time.
        """
        for part, missing in zip(self._parts, self._missing, strict=True):
            was_missing = bool(missing)
            missing.difference_update(new)
            if was_missing and not missing:
                self._encoded.append(self._pool.submit(self._encode, part, dict(clips)))

    def _encode(self, part: Script, clips: Mapping[Utterance, Clip]) -> None:
        form = self._splicer.format
        sounds = _recording(part, clips, self._chimes, form.sample_rate_hz).sounds
        # Only the first section begins with the file; before the others, the encoder hears silence.
        before = 0 if part is self._parts[0] else CONTEXT_FRAMES * form.samples_per_frame
        moved = (PlacedClip(sound.start_sample + before, sound.clip) for sound in sounds)
        self._splicer.encode_ahead(moved, self._given_up.is_set)
