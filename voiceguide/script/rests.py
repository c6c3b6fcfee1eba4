"""The rests of a session that is laid out."""

from collections.abc import Iterator
from itertools import pairwise

from voiceguide.script.timeline import Event, Timeline


def rests_between_repetitions(timeline: Timeline) -> Iterator[int]:
    """Yield how long each rest between two repetitions on one side of an exercise lasts, in ms."""
    for before, after in pairwise(timeline.of_kind("hold")):
        if _repeats(before, after):
            yield after.start_ms - before.end_ms


def _repeats(before: Event, after: Event) -> bool:
    return (before.exercise, before.side, before.set_number) == (
        after.exercise,
        after.side,
        after.set_number,
    )
