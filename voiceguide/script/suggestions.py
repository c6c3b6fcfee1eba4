"""Finds changes of one option that would bring a session closer to a duration."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from voiceguide.options.session import EXERCISE_FIELDS, Guidance, ResolvedOptions, SessionOptions
from voiceguide.routine.limits import HOLD_SECONDS, REPS, Limit
from voiceguide.routine.model import Routine
from voiceguide.script.duration_search import (
    CLOSE_MS,
    ROUND_SECONDS,
    Duration,
    option_ranges,
    session_duration_ms,
)

# A rest of more than a minute feels like the end of the session.
_MAX_REST_SECONDS = 60
_SHORTER_GUIDANCE: dict[Guidance, tuple[Guidance, ...]] = {"full": ("brief", "cues"), "brief": ("cues",)}
_LONGER_GUIDANCE: dict[Guidance, tuple[Guidance, ...]] = {"cues": ("brief", "full"), "brief": ("full",)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change of one option.

    Attributes:
        option: its keyword, such as ``rest``.
        value: what it is set to.
        options: the options with that change.
        advised: whether the value is within what the routine advises.
        missed_ms: the least by which the session misses the duration.
    """

    option: str
    value: int | str | tuple[str, ...]
    options: SessionOptions
    advised: bool = True
    missed_ms: int = 0


def closer_candidates(
    routine: Routine,
    asked: SessionOptions,
    found: ResolvedOptions,
    target_ms: int,
    missed_ms: int,
    duration_ms: Duration,
    least_rest_seconds: float = 0,
) -> list[Candidate]:
    """Return at most one change of each option that can bring a session closer, the best first.

    The caller finds out whether it does, by a new search with the change.

    Args:
        routine: with its advised ranges.
        asked: what the listener chose in addition to the duration.
        found: the options that came closest so far.
        target_ms: the duration.
        missed_ms: how much longer the session is; negative where it is shorter.
        duration_ms, least_rest_seconds: as for ``closest_options``.
    """
    search = _Search(routine, asked, found, target_ms, duration_ms, least_rest_seconds)
    best = (
        _best([search.measured(candidate) for candidate in candidates])
        for candidates in search.candidates(too_long=missed_ms > 0)
    )
    closer = [candidate for candidate in best if candidate and is_closer(candidate.missed_ms, missed_ms)]
    return sorted(
        closer, key=lambda candidate: (max(candidate.missed_ms - CLOSE_MS, 0), not candidate.advised)
    )


def is_closer(missed_ms: int, than_ms: int) -> bool:
    """Return whether a miss is smaller than another by at least a quarter, so that a change is worth it."""
    return abs(missed_ms) <= 0.75 * abs(than_ms)


def _best(candidates: list[Candidate]) -> Candidate | None:
    """Return the first that comes close, or else the closest."""
    close = (candidate for candidate in candidates if candidate.missed_ms <= CLOSE_MS)
    return next(close, None) or min(candidates, key=lambda candidate: candidate.missed_ms, default=None)


@dataclass(frozen=True)
class _Search:
    routine: Routine
    asked: SessionOptions
    found: ResolvedOptions
    target_ms: int
    duration_ms: Duration
    least_rest_seconds: float

    def candidates(self, *, too_long: bool) -> Iterator[list[Candidate]]:
        """Yield the candidates of each option, the smallest change first."""
        yield self._numbers(
            "rest", "rest_seconds", range(ceil(self.least_rest_seconds), _MAX_REST_SECONDS + 1)
        )
        yield self._numbers("reps", "reps", _all_of(REPS))
        yield self._guidance(_SHORTER_GUIDANCE if too_long else _LONGER_GUIDANCE)
        if too_long:
            yield self._exercises()
        yield self._numbers("hold", "hold_seconds", _all_of(HOLD_SECONDS))

    def measured(self, candidate: Candidate) -> Candidate:
        """Return a candidate with its smallest miss: 0 if its shortest and longest session enclose the duration."""
        ranges = option_ranges(self.routine, candidate.options, self.least_rest_seconds)
        shortest_ms, longest_ms = (
            self._duration_ms(
                candidate.options, {name: getattr(ranges, name)[end] for name in EXERCISE_FIELDS}
            )
            for end in (0, -1)
        )
        return replace(candidate, missed_ms=max(shortest_ms - self.target_ms, self.target_ms - longest_ms, 0))

    def _numbers(self, option: str, name: str, values: range) -> list[Candidate]:
        """Return the numbers that meet the duration while everything else stays as it was found."""
        found = {own: getattr(self.found, own) for own in EXERCISE_FIELDS}
        right = min(
            bisect_left(
                values,
                self.target_ms,
                key=lambda value: self._duration_ms(self._with(name, value), found),
            ),
            len(values) - 1,
        )
        numbers = [values[right], values[right] - 1]
        if name != "reps":
            numbers.insert(0, ROUND_SECONDS * round(values[right] / ROUND_SECONDS))
        advised = getattr(self.routine, f"advised_{name}")
        return [
            Candidate(
                option,
                number,
                self._with(name, number),
                advised is None or advised.minimum <= number <= advised.maximum,
            )
            for number in dict.fromkeys(numbers)
            if number in values and number != getattr(self.asked, name)
        ]

    def _guidance(self, next_levels: dict[Guidance, tuple[Guidance, ...]]) -> list[Candidate]:
        levels = next_levels.get(self.found.guidance, ())
        return [Candidate("guidance", level, self._with("guidance", level)) for level in levels]

    def _exercises(self) -> list[Candidate]:
        """Return sessions with one exercise fewer."""
        done = self.found.exercises
        if len(done) == 1:
            return []
        choices = [
            ("only", tuple(other for other in done if other != name))
            if self.asked.only
            else ("skip", (*self.asked.skip, name))
            for name in done
        ]
        return [
            Candidate(
                option, names, replace(self._with(option, names), skip=() if self.asked.only else names)
            )
            for option, names in choices
        ]

    def _with(self, name: str, value: object) -> SessionOptions:
        changed: dict[str, Any] = {name: value}
        return replace(self.asked, **changed)

    def _duration_ms(self, options: SessionOptions, values: dict[str, Any]) -> int:
        """Return how long a session lasts with some values where the options leave them open."""
        left_open = {name: value for name, value in values.items() if getattr(options, name) is None}
        guidance = options.guidance or self.found.guidance
        complete = replace(options, **left_open, guidance=guidance, implicit=tuple(left_open))
        return session_duration_ms(self.routine, complete, self.duration_ms)


def _all_of(limit: Limit) -> range:
    return range(int(limit.minimum), limit.maximum + 1)
