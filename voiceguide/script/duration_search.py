"""Finds guidance, rest, hold and repetitions for a total duration, within the ranges that the routine advises.

As little as possible is changed, and in this order: how much is said, then rests, holds and repetitions. What the
listener chose stays as it is, and so do the values that exercises set for themselves, unless nothing else is long or
short enough.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise
from math import ceil, floor
from operator import itemgetter
from typing import Any

from voiceguide.errors import UsageError
from voiceguide.options.session import (
    EXERCISE_FIELDS,
    Guidance,
    ResolvedOptions,
    SessionOptions,
    is_timed_by_itself,
)
from voiceguide.routine.limits import MAX_SESSION_HOURS, STEP_SECONDS, Limit
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.notes import is_advised
from voiceguide.text.parsing import whole_if_integral

# A session that misses its duration by no more than this is close: a listener plans by the minute.
CLOSE_MS = 20_000
# Some seconds less, since words are only estimated while the search goes on.
_AIM_MS = 15_000
# Holds are multiples of five seconds where one of them comes close: easier to remember and to pass on.
ROUND_SECONDS = 5
# Of results that are closest within this margin, the one nearest to the routine's defaults is chosen.
_EQUALLY_CLOSE_MS = 3000
# How far one repetition counts as being from the defaults, in seconds of hold: a usual hold of 15 to 30 s.
_REP_SECONDS = 20
# Only so many values are estimated, so that a search takes about a hundred estimates: the lengths of holds in between
# lie between theirs, and repetitions far from the default are the last resort.
_MAX_HOLDS_TRIED, _MAX_REPS_TRIED = 12, 6
# A candidate is calculated from others, and estimated itself before it is chosen; rarely is the first one wrong.
_MAX_CHECKED = 8
# Stands for a session beyond the limit, so that it is never closest.
_TOO_LONG_MS = 10**12
# The order in which options are changed.
_CHANGED_FIRST = ("rest_seconds", "hold_seconds", "reps")

_TOTAL_MINUTES = Limit(
    "total duration", 1, 60 * MAX_SESSION_HOURS, " minutes", f" ({MAX_SESSION_HOURS} hours)"
)

Duration = Callable[[ResolvedOptions], int]


@dataclass(frozen=True, slots=True)
class OptionRanges:
    """The values that may be chosen, in ascending order; a single one where the listener chose it.

    Attributes:
        rest_seconds: None stands for rests as long as their words need.
    """

    hold_seconds: Sequence[float]
    reps: Sequence[int]
    rest_seconds: Sequence[float | None]


def guidance_levels(routine: Routine, options: SessionOptions) -> tuple[Guidance, ...]:
    """Return how much may be said, the preferred level first: everything or short forms, unless somebody chose less."""
    usual = options.guidance or routine.defaults.guidance or "full"
    return ("full", "brief") if usual == "full" and options.guidance is None else (usual,)


def sets_its_own(routine: Routine, options: SessionOptions) -> bool:
    """Return whether an exercise of the session has a value of its own that the listener did not choose."""
    own = [name for name in EXERCISE_FIELDS if getattr(options, name) is None]
    return any(
        getattr(exercise, name) is not None or (name == "hold_seconds" and exercise.breath)
        for exercise in options.resolve(routine).selected(routine)
        for name in own
    )


def option_ranges(
    routine: Routine, options: SessionOptions, least_rest_seconds: float = 0, *, everywhere: bool = False
) -> OptionRanges:
    """Return what may be chosen: the listener's own value, or else the advised range, or else the default.

    Args:
        routine: with its advice, which may differ between exercises.
        options: what the listener chose.
        least_rest_seconds: the shortest rest in which the words fit.
        everywhere: whether what is chosen replaces the values that exercises set for themselves.
    """
    ranges = {
        name: _advised(routine, options, name, everywhere=everywhere)
        if (own := getattr(options, name)) is None
        else (own,)
        for name in EXERCISE_FIELDS
    }
    rests = ranges["rest_seconds"]
    with_room = [rest for rest in rests if rest is None or rest >= least_rest_seconds]
    is_given = options.rest_seconds is not None
    ranges["rest_seconds"] = rests if is_given else with_room or (routine.defaults.rest_seconds,)
    return OptionRanges(**ranges)


def _advised(routine: Routine, options: SessionOptions, name: str, *, everywhere: bool) -> Sequence[Any]:
    """Return the values of an option that are advised for every exercise that takes it.

    Where an exercise has no advice, or no value is advised for all, that is the default alone.
    """
    default = getattr(routine.defaults, name)
    advised = [
        getattr(exercise, f"advised_{name}") or getattr(routine, f"advised_{name}")
        for exercise in options.resolve(routine).selected(routine)
        if _takes(exercise, name, everywhere=everywhere)
    ]
    if not advised or None in advised:
        return (default,)
    minimum, maximum = min(one.minimum for one in advised), max(one.maximum for one in advised)
    step = STEP_SECONDS if name == "rest_seconds" else 1
    inside = (step * number for number in range(ceil(minimum / step), floor(maximum / step) + 1))
    values = sorted(map(whole_if_integral, {*inside, minimum, maximum}))

    def is_good(value: float) -> bool:
        changed: dict[str, Any] = {name: value, "implicit": () if everywhere else (name,)}
        return is_advised(routine, replace(options, **changed).resolve(routine), name)

    good = [value for value in values if is_good(value)]
    return [None, *good] if default is None else good or (default,)


def _takes(exercise: Exercise, name: str, *, everywhere: bool) -> bool:
    """Return whether an exercise does as the session says, and not as it says itself."""
    if name == "hold_seconds" and (is_timed_by_itself(exercise) or (exercise.breath and not everywhere)):
        return False
    return everywhere or getattr(exercise, name) is None


def closest_options(
    routine: Routine,
    options: SessionOptions,
    target_ms: int,
    duration_ms: Duration,
    least_rest_seconds: float = 0,
    *,
    everywhere: bool = False,
) -> SessionOptions:
    """Return options with the rest, hold and repetitions that bring the session close to a duration.

    Of those that come close, they are the ones with the fewest and the smallest changes from the routine's defaults;
    if none comes close, the closest.

    Args:
        routine: its advised ranges are respected, except where the listener chose a value.
        options: what the listener chose.
        target_ms: the duration.
        duration_ms: returns how long a session with some options lasts; called about a hundred times.
        least_rest_seconds, everywhere: as for ``option_ranges``.

    Raises:
        UsageError: an option is outside its limits.
    """
    ranges = option_ranges(routine, options, least_rest_seconds, everywhere=everywhere)
    search = _Search(routine, options, target_ms, duration_ms, ranges, everywhere)
    return search.options_with(search.closest())


@dataclass(frozen=True, slots=True)
class _Choice:
    """Hold, repetitions and rest."""

    hold_seconds: float
    reps: int
    rest_seconds: float | None


@dataclass(frozen=True)
class _Search:
    routine: Routine
    options: SessionOptions
    target_ms: int
    duration_ms: Duration
    ranges: OptionRanges
    everywhere: bool

    def options_with(self, choice: _Choice) -> SessionOptions:
        """Return the listener's options with what is left open."""
        left_open = [name for name in EXERCISE_FIELDS if getattr(self.options, name) is None]
        changed = self._changed(choice) if self.everywhere else ()
        chosen: dict[str, Any] = {name: getattr(choice, name) for name in left_open}
        implicit = tuple(name for name in left_open if name not in changed)
        return replace(self.options, **chosen, implicit=implicit)

    def closest(self) -> _Choice:
        """Return the preferred choice of those that come close, or else the closest."""
        candidates = [
            (choice, abs(length_ms - self.target_ms)) for choice, length_ms in self._calculated_lengths()
        ]
        checked: dict[_Choice, int] = {}
        for choice in islice(self._preferred(candidates), _MAX_CHECKED):
            checked[choice] = abs(self._length_ms(choice) - self.target_ms)
            if checked[choice] <= _AIM_MS:
                return choice
        for choice, _ in sorted(candidates, key=itemgetter(1))[:_MAX_CHECKED]:
            checked[choice] = abs(self._length_ms(choice) - self.target_ms)
        return min(checked, key=lambda choice: (checked[choice], self._changes(choice)))

    def _preferred(self, candidates: Iterable[tuple[_Choice, int]]) -> Iterator[_Choice]:
        """Yield the choices that come close: those with the fewest changes first, then those with the smallest."""
        close = [(self._changes(choice), choice, miss) for choice, miss in candidates if miss <= _AIM_MS]
        close.sort(key=lambda candidate: (candidate[0], candidate[2]))
        for _, alike in groupby(close, key=itemgetter(0)):
            group = [(choice, miss) for _, choice, miss in alike]
            limit_ms = group[0][1] + _EQUALLY_CLOSE_MS
            group.sort(key=lambda candidate: (candidate[1] > limit_ms, self._distance(candidate[0])))
            yield from (choice for choice, _ in group)

    # --- preferences -----------------------------------------------------------------------------

    def _changed(self, choice: _Choice) -> tuple[str, ...]:
        """Return what is not as the routine has it, in the order in which it should be changed."""
        defaults = self.routine.defaults
        return tuple(
            name
            for name in _CHANGED_FIRST
            if getattr(self.options, name) is None and getattr(choice, name) != getattr(defaults, name)
        )

    def _changes(self, choice: _Choice) -> tuple[int, list[int], bool, bool]:
        """Return a key by which choices with fewer changes, and with rounder numbers, come first."""
        changed = self._changed(choice)
        hold, rest = choice.hold_seconds, choice.rest_seconds or 0
        return (
            len(changed),
            [_CHANGED_FIRST.index(name) for name in changed],
            rest % 1 != 0,
            hold % ROUND_SECONDS != 0 and "hold_seconds" in changed,
        )

    def _distance(self, choice: _Choice) -> float:
        """Return how far a choice is from the defaults; rests as long as their words need are as good as those."""
        defaults = self.routine.defaults
        rests = (choice.rest_seconds, defaults.rest_seconds)
        return (
            abs(choice.reps - defaults.reps) * _REP_SECONDS
            + abs(choice.hold_seconds - defaults.hold_seconds)
            + (0 if None in rests else abs((rests[0] or 0) - (rests[1] or 0)))
        )

    # --- lengths ---------------------------------------------------------------------------------

    def _length_ms(self, choice: _Choice) -> int:
        return session_duration_ms(self.routine, self.options_with(choice), self.duration_ms)

    def _calculated_lengths(self) -> Iterator[tuple[_Choice, int]]:
        """Yield what may be chosen with the length it should lead to: for each hold, the rests around the duration."""
        for reps in self._likely_reps():
            rests = self._rest_lengths_ms(reps)
            for hold, length_ms in self._hold_lengths_ms(reps):
                given = [(rest, length_ms + more_ms) for rest, more_ms in rests if rest is not None]
                first_longer = bisect_left(given, self.target_ms, key=itemgetter(1))
                near = given[max(first_longer - 2, 0) : first_longer + 2]
                free = [(rest, length_ms + more_ms) for rest, more_ms in rests if rest is None]
                for rest, calculated_ms in (*free, *near):
                    yield _Choice(hold, reps, rest), calculated_ms

    def _hold_lengths_ms(self, reps: int) -> Iterator[tuple[float, int]]:
        """Yield every hold with the length of a session with the usual rest; some are estimated, others calculated."""
        return _interpolated(
            self.ranges.hold_seconds,
            _MAX_HOLDS_TRIED,
            lambda hold: self._length_ms(_Choice(hold, reps, self._usual("rest_seconds"))),
        )

    def _rest_lengths_ms(self, reps: int) -> list[tuple[float | None, int]]:
        """Return every rest with how much longer it makes a session than the usual one does."""
        hold = self._usual("hold_seconds")
        usual_ms = self._length_ms(_Choice(hold, reps, self._usual("rest_seconds")))

        def more_ms(rest: float | None) -> int:
            return self._length_ms(_Choice(hold, reps, rest)) - usual_ms

        given = [rest for rest in self.ranges.rest_seconds if rest is not None]
        free = [(rest, more_ms(rest)) for rest in self.ranges.rest_seconds if rest is None]
        return [*free, *_interpolated(given, 2, more_ms)]

    def _usual(self, name: str) -> Any:
        """Return the default of an option if it may be chosen, else the first value that may."""
        values, default = getattr(self.ranges, name), getattr(self.routine.defaults, name)
        return default if default in values else values[0]

    def _likely_reps(self) -> list[int]:
        """Return the repetitions with which a session can meet the duration, the nearest to the default.

        More of anything never makes a session shorter, so they lie between the first whose longest form is long enough
        and the last whose shortest is short enough.
        """
        holds, reps, rests = self.ranges.hold_seconds, self.ranges.reps, self.ranges.rest_seconds
        if len(reps) <= _MAX_REPS_TRIED:
            return [*reps]
        first = bisect_left(
            reps, self.target_ms, key=lambda number: self._length_ms(_Choice(holds[-1], number, rests[-1]))
        )
        end = bisect_right(
            reps, self.target_ms, key=lambda number: self._length_ms(_Choice(holds[0], number, rests[0]))
        )
        possible = reps[max(min(first, end) - 1, 0) : max(first, end) + 1]
        default = self.routine.defaults.reps
        near = sorted(possible, key=lambda number: abs(number - default))[:_MAX_REPS_TRIED]
        return sorted({*near, possible[0], possible[-1]})


def _interpolated(
    values: Sequence[float], most: int, length_ms: Callable[[float], int]
) -> Iterator[tuple[float, int]]:
    """Yield each value with its length: estimated for some of them, calculated for those in between."""
    if len(values) <= most:
        yield from ((value, length_ms(value)) for value in values)
        return
    places = sorted({round(number * (len(values) - 1) / (most - 1)) for number in range(most)})
    lengths_ms = {place: length_ms(values[place]) for place in places}
    yield values[0], lengths_ms[0]
    for before, after in pairwise(places):
        slope = (lengths_ms[after] - lengths_ms[before]) / (values[after] - values[before])
        for place in range(before + 1, after + 1):
            yield values[place], round(lengths_ms[before] + slope * (values[place] - values[before]))


def session_duration_ms(routine: Routine, options: SessionOptions, duration_ms: Duration) -> int:
    """Return how long a session lasts; far more than the limit where it would be too long."""
    try:
        return duration_ms(options.resolve(routine))
    except UsageError:
        return _TOO_LONG_MS


def check_total_duration(target_ms: int) -> None:
    """Refuse a duration that is impossible for a session.

    Raises:
        ValueOutOfRange: names the range.
    """
    _TOTAL_MINUTES.check(target_ms / 60_000)
