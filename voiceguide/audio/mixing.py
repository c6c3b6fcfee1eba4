"""Mixes the clips and chimes of one block with pydub; no other module uses it."""

import sys
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from threading import Lock
from typing import TYPE_CHECKING, cast

from voiceguide.audio.clip import BYTES_PER_SAMPLE
from voiceguide.audio.placement import PlacedClip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    from pydub import AudioSegment

_importing = Lock()


def mix(sounds: "Iterable[PlacedClip]", sample_count: int, sample_rate_hz: int) -> bytes:
    """Return the mix of clips.

    Each overlay copies the whole mix, which is cheap because blocks are short. (A whole session mixed this
    way would be copied once for each clip.)

    Args:
        sounds: starts count from the first sample of the mix; what lies before it is not heard.
        sample_count: the length of the mix.
        sample_rate_hz: of the mix and of every clip.

    Returns:
        Signed 16-bit little-endian mono samples, shape (samples,).
    """
    # pydub drops the fraction of a millisecond at the end: mix whole milliseconds, then cut.
    milliseconds = -(-sample_count * 1000 // sample_rate_hz)
    mixed = _segment(bytes(milliseconds * sample_rate_hz // 1000 * BYTES_PER_SAMPLE), sample_rate_hz)
    for sound in sounds:
        audible = sound.clip.pcm[max(0, -sound.start_sample) * BYTES_PER_SAMPLE :]
        # pydub accepts fractions of a millisecond and rounds down to a sample: half a sample is added.
        position = (max(0, sound.start_sample) + 0.5) * 1000 / sample_rate_hz
        mixed = mixed.overlay(_segment(audible, sample_rate_hz), position=position)
    return bytes(mixed.raw_data[: sample_count * BYTES_PER_SAMPLE])


def _segment(pcm: bytes, sample_rate_hz: int) -> "AudioSegment":
    segment = _audio_segment()
    return segment(data=pcm, sample_width=BYTES_PER_SAMPLE, frame_rate=sample_rate_hz, channels=1)


@cache
def _audio_segment() -> "type[AudioSegment]":
    """Import pydub without its warning that there is no ffmpeg program, which nothing here needs.

    The warning is never raised, since a filter against it would apply to every thread of the process.
    """
    finder = _PydubFinder()
    with _importing:
        sys.meta_path.insert(0, finder)
        try:
            from pydub import AudioSegment as Segment
        finally:
            sys.meta_path.remove(finder)
    return cast("type[AudioSegment]", Segment)


class _PydubFinder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: "Sequence[str] | None", _target: "ModuleType | None" = None
    ) -> ModuleSpec | None:
        if fullname != "pydub.utils" or not (spec := PathFinder.find_spec(fullname, path)):
            return None
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = _PydubUtilsLoader(fullname, spec.loader.path)
        return spec


class _PydubUtilsLoader(SourceFileLoader):
    def exec_module(self, module: "ModuleType") -> None:
        super().exec_module(module)
        # As the original, but silent.
        module.get_encoder_name = lambda: "avconv" if module.which("avconv") else "ffmpeg"  # type: ignore[attr-defined]
