"""Finds hold, repetitions and rest for a total duration, within the ranges that the routine advises."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any, TypeAlias

from voiceguide.errors import UsageError
from voiceguide.options.session import EXERCISE_FIELDS, ResolvedOptions, SessionOptions
from voiceguide.routine.limits import MAX_SESSION_HOURS, Limit
from voiceguide.routine.model import Defaults, HoldRange, RepRange, Routine
from voiceguide.script.notes import is_held

# A session that misses its duration by no more than this is close: a listener plans by the minute.
CLOSE_MS = 15_000
# Holds are multiples of five seconds where one of them comes close: easier to remember and to pass on.
STEP_SECONDS = 5
# Of results that are closest within this margin, the one nearest to the routine's defaults is chosen.
_EQUALLY_CLOSE_MS = 3000
# How far one repetition counts as being from the defaults, in seconds of hold: a usual hold of 15 to 30 s.
_REP_SECONDS = 20
# Only the values nearest to the default are tried, so that a search takes about a hundred estimates.
_MAX_REPS_TRIED, _MAX_HOLDS_TRIED = 6, 12
# Stands for a session beyond the limit, so that it is never closest.
_TOO_LONG_MS = 10**12

_TOTAL_MINUTES = Limit(
    "total duration", 1, 60 * MAX_SESSION_HOURS, " minutes", f" ({MAX_SESSION_HOURS} hours)"
)

Duration = Callable[[ResolvedOptions], int]
# The duration of a session by hold, repetitions and rest.
_Length = Callable[[float, int, float | None], int]
# How much longer or shorter the session is, how far the choice is from the defaults, and the choice.
_Candidate: TypeAlias = tuple[int, tuple[bool, float], tuple[float, int, float | None]]


@dataclass(frozen=True, slots=True)
class OptionRanges:
    """The values that may be chosen, in ascending order; a single one where the listener chose it.

    Attributes:
        rest_seconds: None stands for rests as long as their words need.
    """

    hold_seconds: Sequence[float]
    reps: Sequence[int]
    rest_seconds: Sequence[float | None]


def option_ranges(routine: Routine, options: SessionOptions, least_rest_seconds: int = 0) -> OptionRanges:
    """Return what may be chosen: the listener's own value, or else the advised range, or else the default.

    Args:
        routine: with its advice.
        options: what the listener chose.
        least_rest_seconds: the shortest rest in which the words fit.
    """
    defaults = routine.defaults
    reps = _range(routine.advised_reps, defaults.reps) if options.reps is None else (options.reps,)
    return OptionRanges(_holds(routine, options), reps, _rests(routine, options, least_rest_seconds))


def _range(advised: HoldRange | RepRange | None, default: float) -> Sequence[Any]:
    return (default,) if advised is None else range(ceil(advised.minimum), floor(advised.maximum) + 1)


def _holds(routine: Routine, options: SessionOptions) -> Sequence[float]:
    if options.hold_seconds is not None:
        return (options.hold_seconds,)
    holds = _range(routine.advised_hold_seconds, routine.defaults.hold_seconds)
    if not routine.advised_hold_seconds:
        return holds
    # A hold that an exercise's scale would take out of the advised range is not advised for the session either.
    scales = {
        exercise.hold_scale
        for exercise in routine.all_exercises
        if exercise.hold_seconds is None and is_held(exercise)
    }
    return [hold for hold in holds if all(round(hold * scale) in holds for scale in scales)] or holds


def _rests(routine: Routine, options: SessionOptions, least_seconds: int) -> Sequence[float | None]:
    """Return the rests, never one in which the words do not fit unless the listener or the routine chose it."""
    if options.rest_seconds is not None:
        return (options.rest_seconds,)
    advised, default = routine.advised_rest_seconds, routine.defaults.rest_seconds
    if advised is None:
        return (default,)
    given = range(max(ceil(advised.minimum), least_seconds), floor(advised.maximum) + 1)
    return (None, *given) if default is None else tuple(given) or (default,)


def closest_options(
    routine: Routine,
    options: SessionOptions,
    target_ms: int,
    duration_ms: Duration,
    least_rest_seconds: int = 0,
) -> SessionOptions:
    """Return options with the hold, repetitions and rest that bring the session closest to a duration.

    Args:
        routine: its advised ranges are respected, except where the listener chose a value.
        options: what the listener chose.
        target_ms: the duration.
        duration_ms: returns how long a session with some options lasts; called about a hundred times.
        least_rest_seconds: the shortest rest in which the words fit.

    Raises:
        UsageError: an option is outside its limits.
    """
    ranges = option_ranges(routine, options, least_rest_seconds)
    options = replace(
        options, implicit=tuple(name for name in EXERCISE_FIELDS if getattr(options, name) is None)
    )

    def length_ms(hold: float, reps: int, rest: float | None) -> int:
        chosen = replace(options, hold_seconds=hold, reps=reps, rest_seconds=rest)
        return session_duration_ms(routine, chosen, duration_ms)

    whole = [hold for hold in ranges.hold_seconds if hold % STEP_SECONDS == 0]
    defaults = routine.defaults
    candidates = list(_candidates(replace(ranges, hold_seconds=whole), defaults, target_ms, length_ms))
    if not candidates or min(miss_ms for miss_ms, *_ in candidates) > CLOSE_MS:
        candidates += _candidates(ranges, defaults, target_ms, length_ms)
    smallest_miss_ms = min(miss_ms for miss_ms, *_ in candidates)
    _, _, (hold, reps, rest) = min(
        (candidate for candidate in candidates if candidate[0] <= smallest_miss_ms + _EQUALLY_CLOSE_MS),
        key=lambda c: c[1],
    )
    return replace(options, hold_seconds=hold, reps=reps, rest_seconds=rest)


def session_duration_ms(routine: Routine, options: SessionOptions, duration_ms: Duration) -> int:
    """Return how long a session lasts; far more than the limit where it would be too long."""
    try:
        return duration_ms(options.resolve(routine))
    except UsageError:
        return _TOO_LONG_MS


def _candidates(
    ranges: OptionRanges, defaults: Defaults, target_ms: int, length_ms: _Length
) -> Iterator[_Candidate]:
    """Yield (miss, (hold is not a multiple of five, distance from the defaults), (hold, repetitions, rest)).

    More of anything never makes a session shorter, so what can meet the duration lies between the
    first whose longest form is long enough and the last whose shortest is short enough.
    """
    holds, rests = ranges.hold_seconds, ranges.rest_seconds
    if not holds:
        return
    possible_reps = _between(
        ranges.reps,
        target_ms,
        lambda reps: length_ms(holds[0], reps, rests[0]),
        lambda reps: length_ms(holds[-1], reps, rests[-1]),
    )
    for reps in _nearest(possible_reps, defaults.reps, _MAX_REPS_TRIED):
        possible = _between(
            holds,
            target_ms,
            lambda hold: length_ms(hold, reps, rests[0]),  # noqa: B023 (used at once)
            lambda hold: length_ms(hold, reps, rests[-1]),  # noqa: B023
        )
        for hold in _nearest(possible, defaults.hold_seconds, _MAX_HOLDS_TRIED):
            above = bisect_left(rests, target_ms, key=lambda rest: length_ms(hold, reps, rest))
            for rest in rests[max(above - 1, 0) : above + 1]:
                miss = abs(length_ms(hold, reps, rest) - target_ms)
                distance = (
                    bool(hold % STEP_SECONDS),
                    abs(reps - defaults.reps) * _REP_SECONDS
                    + abs(hold - defaults.hold_seconds)
                    + _rest_distance(rest, defaults.rest_seconds),
                )
                yield miss, distance, (hold, reps, rest)


def _rest_distance(rest: float | None, default: float | None) -> float:
    """Return how far a rest is from the default; one as long as its words need is as good as the default."""
    return 0 if rest is None or default is None else abs(rest - default)


def _between(
    values: Sequence[Any], target_ms: int, shortest: Callable[[Any], int], longest: Callable[[Any], int]
) -> Sequence[Any]:
    """Return the values with which a session can meet the duration, and one on each side of them."""
    first = bisect_left(values, target_ms, key=longest)
    end = bisect_right(values, target_ms, key=shortest)
    return values[max(min(first, end) - 1, 0) : max(first, end) + 1]


def _nearest(values: Sequence[Any], default: float, maximum: int) -> list[Any]:
    """Return the values nearest to the default, and the first and the last."""
    near = sorted(values, key=lambda value: abs(value - default))[:maximum]
    return sorted({*near, *values[:1], *values[-1:]})


def check_total_duration(target_ms: int) -> None:
    """Refuse a duration that is impossible for a session.

    Raises:
        ValueOutOfRange: names the range.
    """
    _TOTAL_MINUTES.check(target_ms / 60_000)
