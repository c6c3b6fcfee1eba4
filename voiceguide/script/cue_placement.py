"""Where the cues of a hold find room: they never overlap, and the less important one goes."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from voiceguide.errors import NumberTooLong
from voiceguide.script.grid import GRID_MS, Lengths, on_grid
from voiceguide.script.segments import Cue, Priority, Utterance
from voiceguide.text.formatting import format_seconds

_UNLIMITED_MS = 10**9
# The minimum silence between the begin chime and the first cue.
AFTER_BEGIN_MS = 500
# No cue leaves more silence than this around itself.
_MAX_GAP_MS = 1000
# The minimum silence between the last cue and the release chime.
RELEASE_GAP_MS = 250

_TAKEN_BY = {
    Priority.NUMBER: "the numbers",
    Priority.COUNTDOWN: "the countdown",
    Priority.HALFWAY: "the halfway call",
    Priority.PHASE: "the calls of the movement",
    Priority.CALL: "the time that is left",
    Priority.REMINDER: "another reminder",
}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A span that is taken, and the silence to leave around it.

    Attributes:
        is_chime: whether words may come nearer if they keep little distance themselves.
    """

    start_ms: int
    end_ms: int
    by: str
    gap_ms: int
    is_chime: bool = False

    def distance_ms(self, gap_ms: int) -> int:
        """Return the silence that words leave which keep a gap themselves: the larger one, but for chimes."""
        return min(gap_ms, self.gap_ms) if self.is_chime else max(gap_ms, self.gap_ms)

    def collides(self, start_ms: int, end_ms: int, gap_ms: int) -> bool:
        distance_ms = self.distance_ms(gap_ms)
        return start_ms < self.end_ms + distance_ms and end_ms > self.start_ms - distance_ms


_starts_ms = attrgetter("start_ms")


class CuePlacement:
    """Places the cues of a hold one after the other, the most important first.

    Attributes:
        placed: what is said, as (ms from the start of the hold, words, cue).
        dropped: what is not, as (when it would have been said, text, reason).
    """

    def __init__(self, hold_ms: int, lengths: Lengths) -> None:
        self._off_grid_ms = hold_ms % GRID_MS  # the grid counts back from the end of the hold
        self._hold_ms = hold_ms
        self._lengths = lengths
        # Words start after the begin chime has ended and end before the release chime; the rest is taken. In order.
        begin_ms = lengths.chimes.get("begin", 0)
        self._taken = [
            _Taken(-_UNLIMITED_MS, begin_ms, "the begin chime", AFTER_BEGIN_MS, is_chime=True),
            _Taken(hold_ms, _UNLIMITED_MS, "the release chime", RELEASE_GAP_MS, is_chime=True),
        ]
        self.placed: list[tuple[int, Utterance, Cue]] = []
        self.dropped: list[tuple[int, str, str]] = []

    def place(self, cue: Cue) -> None:
        """Place a cue where it fits, or list it as dropped."""
        spans = self._spans(cue)
        reason = None
        for start_ms in self._possible_starts(cue, spans):
            moved = [(start_ms + at, start_ms + end) for at, end in spans]
            reason = self._reason_against(cue, moved)
            if reason is None:
                self._take(cue, moved)
                break
        if reason is not None:
            spans = []
        left_out = cue.utterances[len(spans) :]
        if left_out:
            self._drop(cue, left_out, reason or "no room before the next step")

    def _drop(self, cue: Cue, utterances: tuple[Utterance, ...], reason: str) -> None:
        if cue.priority == Priority.NUMBER:
            raise NumberTooLong(utterances[0].text, self._length_ms(utterances[0]))
        text = " ".join(utterance.text for utterance in utterances)
        where = f" in a hold of {format_seconds(self._hold_ms)}" if cue.fits_in_ms is None else ""
        self.dropped.append((max(cue.at_ms, 0), text, f"{reason}{where}"))

    def _length_ms(self, utterance: Utterance) -> int:
        return self._lengths.speech[utterance]

    def _spans(self, cue: Cue) -> list[tuple[int, int]]:
        """Return when each utterance begins and ends, from the start of the cue, as far as they fit."""
        spans: list[tuple[int, int]] = []
        at_ms = 0
        for number, utterance in enumerate(cue.utterances):
            if cue.every_ms:
                at_ms = number * cue.every_ms
            end_ms = at_ms + self._length_ms(utterance)
            if cue.fits_in_ms is not None and end_ms > cue.fits_in_ms:
                break
            spans.append((at_ms, end_ms))
            at_ms = end_ms + (cue.pauses_ms[number] if number < len(cue.pauses_ms) else 0)
        return spans

    def _possible_starts(self, cue: Cue, spans: list[tuple[int, int]]) -> Iterator[int]:
        """Yield the planned start, then the nearest ones that end or begin a gap away from what is there."""
        length_ms = spans[-1][1] if spans else 0
        planned = cue.at_ms - length_ms // 2 if cue.centred else cue.at_ms
        yield self._on_grid(planned) if cue.slack_ms else planned
        if cue.slack_ms:
            yield from self._free_neighbours(cue, planned, length_ms)

    def _free_neighbours(self, cue: Cue, planned: int, length_ms: int) -> Iterator[int]:
        """Yield the starts around a planned one that leave just the gap to what is there, the nearest first."""
        neighbours = [
            start
            for taken in self._taken
            for start in (
                self._on_grid(taken.start_ms - taken.distance_ms(cue.gap_ms) - length_ms - GRID_MS + 1),
                self._on_grid(taken.end_ms + taken.distance_ms(cue.gap_ms)),
            )
        ]
        yield from sorted(
            (
                start
                for start in neighbours
                if 0 < abs(start - planned) <= cue.slack_ms and not (cue.only_later and start < planned)
            ),
            key=lambda start: abs(start - planned),
        )

    def _on_grid(self, at_ms: int) -> int:
        return on_grid(at_ms - self._off_grid_ms) + self._off_grid_ms

    def _reason_against(self, cue: Cue, spans: list[tuple[int, int]]) -> str | None:
        if cue.every_ms:
            for (_, end_ms), (next_start_ms, _) in pairwise(spans):
                if next_start_ms - end_ms < cue.gap_ms:
                    return "words too long to be said a second apart"
        for start_ms, end_ms in spans:
            for taken in self._near(start_ms, end_ms):
                if taken.collides(start_ms, end_ms, cue.gap_ms):
                    return f"no room next to {taken.by}"
        return None

    def _near(self, start_ms: int, end_ms: int) -> Iterator[_Taken]:
        """Yield the spans next to a time; those that are taken never overlap, so no others can be in the way."""
        first = bisect_left(self._taken, start_ms, key=_starts_ms)
        for taken in reversed(self._taken[:first]):
            yield taken
            if taken.end_ms <= start_ms - _MAX_GAP_MS:
                break
        for taken in self._taken[first:]:
            if taken.start_ms >= end_ms + _MAX_GAP_MS:
                break
            yield taken

    def _take(self, cue: Cue, spans: list[tuple[int, int]]) -> None:
        for (start_ms, end_ms), utterance in zip(spans, cue.utterances, strict=False):
            taken = _Taken(start_ms, end_ms, _TAKEN_BY[cue.priority], cue.gap_ms)
            insort(self._taken, taken, key=_starts_ms)
            self.placed.append((start_ms, utterance, cue))
