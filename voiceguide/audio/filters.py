"""Runs FFmpeg filters within the process, through PyAV: resampling, limiting, metering."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from voiceguide.audio.clip import Clip
from voiceguide.audio.levels import FULL_SCALE

if TYPE_CHECKING:
    import av
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_FORMAT = "s16"


def as_array(clip: Clip) -> "NDArray[np.int16]":
    """Return the samples of a clip, shape (samples,), without copying."""
    import numpy as np

    return np.frombuffer(clip.pcm, dtype="<i2")


def as_clip(samples: "NDArray[Any]", sample_rate_hz: int) -> Clip:
    """Return samples in 16-bit units, shape (samples,), as a clip; rounded and clipped."""
    import numpy as np

    whole = np.clip(np.round(samples), -FULL_SCALE, FULL_SCALE - 1).astype("<i2")
    return Clip(whole.tobytes(), sample_rate_hz)


def apply_filters(clip: Clip, *filters: tuple[str, str], sample_rate_hz: int | None = None) -> Clip:
    """Return a clip after a chain of FFmpeg filters.

    Args:
        clip: the input.
        filters: (name, options) in order, in FFmpeg's notation.
        sample_rate_hz: of the output, if a filter changes it.
    """
    import numpy as np

    as_int16 = ("aformat", f"sample_fmts={SAMPLE_FORMAT}")
    parts = [frame.to_ndarray().reshape(-1) for frame in run_filters([clip], *filters, as_int16)]
    return Clip(np.concatenate(parts).astype("<i2").tobytes(), sample_rate_hz or clip.sample_rate_hz)


def run_filters(clips: "Iterable[Clip]", *filters: tuple[str, str]) -> "Iterator[av.AudioFrame]":
    """Yield the output frames of a chain of FFmpeg filters.

    Args:
        clips: consecutive pieces at one sample rate; at least one.
        filters: (name, options) in order, in FFmpeg's notation.
    """
    graph, position = None, 0
    for clip in clips:
        graph = graph or _graph(clip.sample_rate_hz, filters)
        graph.push(_frame(clip, position))
        position += clip.sample_count
        yield from _available_frames(graph)
    if graph:
        graph.push(None)
        yield from _available_frames(graph)


def _graph(sample_rate_hz: int, filters: tuple[tuple[str, str], ...]) -> "av.filter.Graph":
    import av
    import av.filter

    graph = av.filter.Graph()
    time_base = Fraction(1, sample_rate_hz)
    source = graph.add_abuffer(
        sample_rate=sample_rate_hz, format=SAMPLE_FORMAT, layout="mono", time_base=time_base
    )
    chain = [graph.add(name, options) for name, options in filters]
    sink = graph.add("abuffersink")
    for left, right in zip([source, *chain], [*chain, sink], strict=True):
        left.link_to(right)
    graph.configure()
    return graph


def _frame(clip: Clip, position: int) -> "av.AudioFrame":
    import av

    frame = av.AudioFrame.from_ndarray(as_array(clip)[None, :], format=SAMPLE_FORMAT, layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = (
        clip.sample_rate_hz,
        Fraction(1, clip.sample_rate_hz),
        position,
    )
    return frame


def _available_frames(graph: "av.filter.Graph") -> "Iterator[av.AudioFrame]":
    import av

    while True:
        try:
            yield graph.pull()  # type: ignore[misc]
        except (av.error.EOFError, av.error.BlockingIOError):
            return
