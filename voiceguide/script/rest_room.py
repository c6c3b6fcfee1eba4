"""The room for words in a rest of given length."""

from dataclasses import dataclass

from voiceguide.script.grid import GRID_MS, Lengths, on_grid, on_grid_before
from voiceguide.script.segments import AFTER_RELEASE_MS, BEFORE_BEGIN_MS, Form, Pause, Say, Words

# A word or a chime may start this long after the release chime did, which is damped from there on.
DAMP_FROM_MS = 600
# A pause between two sentences in a rest with little room.
_TIGHT_PAUSE_MS = 300


@dataclass(frozen=True, slots=True)
class RestRoom:
    """The room for words between a release chime and the next begin chime, or the numbers that lead in.

    Attributes:
        released_ms: when the release chime begins.
        chime_ms: how long it rings if nothing damps it.
        ends_ms: until when words may be said, but for ``gap_ms`` of silence.
    """

    lengths: Lengths
    released_ms: int
    chime_ms: int
    ends_ms: int
    gap_ms: int

    def first_that_fits(self, forms: tuple[Form, ...]) -> list[tuple[int, Say]]:
        """Return the sentences of the first form that fits, with their starts; none if none does."""
        for form in forms:
            for shorten in (False, True):
                if (placed := self._placed(form, shorten)) is not None:
                    return placed
        return []

    def _placed(self, form: Form, shorten: bool) -> list[tuple[int, Say]] | None:
        """Return when each sentence of a form starts; None where it does not fit."""
        head, tail = self._sequence(form.head, shorten), self._sequence(form.tail, shorten)
        earliest_ms = on_grid(self.released_ms + DAMP_FROM_MS)
        latest_ms = self.ends_ms - self.gap_ms
        between_ms = max(form.quiet_ms, _TIGHT_PAUSE_MS) + GRID_MS if head.said and tail.said else 0
        spare_ms = latest_ms - earliest_ms - head.length_ms - between_ms - tail.length_ms
        if spare_ms < 0:
            return None
        # First some room before the chime, then the release chime may ring out, then all the rest.
        before_begin_ms = min(spare_ms, max(BEFORE_BEGIN_MS // 4 - self.gap_ms, 0))
        ringing_ms = max(self.chime_ms + AFTER_RELEASE_MS - DAMP_FROM_MS, 0)
        later_ms = min(spare_ms - before_begin_ms, ringing_ms)
        before_begin_ms += min(
            spare_ms - before_begin_ms - later_ms,
            max(BEFORE_BEGIN_MS - self.gap_ms - before_begin_ms, 0),
        )
        head_ms = on_grid_before(earliest_ms + later_ms)
        tail_ms = on_grid_before(latest_ms - before_begin_ms - tail.length_ms)
        return [*head.starting(head_ms), *tail.starting(max(tail_ms, earliest_ms))]

    def _sequence(self, words: Words, shorten: bool) -> "_Sequence":
        """Return when each sentence starts, from the first one on; the silence at the end counts if it is needed."""
        now_ms = pause_ms = 0
        is_exact = False
        said = []
        for segment in words:
            if isinstance(segment, Pause):
                short = shorten and segment.is_flexible
                pause_ms = (
                    segment.duration_ms
                    if segment.is_exact
                    else pause_ms
                    + (min(segment.duration_ms, _TIGHT_PAUSE_MS) if short else segment.duration_ms)
                )
                is_exact = segment.is_exact
            else:
                now_ms = now_ms + pause_ms if is_exact else on_grid(now_ms + pause_ms)
                said.append((now_ms, segment))
                now_ms += self.lengths.speech[segment.utterance]
                pause_ms, is_exact = 0, False
        last = words[-1] if words else None
        needed_ms = pause_ms if isinstance(last, Pause) and not last.is_flexible else 0
        return _Sequence(said, now_ms + needed_ms)


@dataclass(frozen=True, slots=True)
class _Sequence:
    """Sentences with their starts, and how long they take with the silence that has to follow."""

    said: list[tuple[int, Say]]
    length_ms: int

    def starting(self, start_ms: int) -> list[tuple[int, Say]]:
        return [(start_ms + at_ms, say) for at_ms, say in self.said]
