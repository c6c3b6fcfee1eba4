"""Hold, repetitions and rest are found for a wished total length, within what the routine advises."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from voiceguide.errors import UsageError
from voiceguide.options.session import OWN, ResolvedOptions, SessionOptions
from voiceguide.routine.limits import MAX_SESSION_HOURS, Limit
from voiceguide.routine.model import Defaults, Routine

# Holds are whole fives where one of them comes so near.
_NEAR_ENOUGH_MS = 15_000
STEP_SECONDS = 5
# Between fits that miss by about the same, the one nearer to the routine's defaults is taken.
_ALIKE_MS = 3000
# One repetition more or less changes a session as much as so many seconds of hold.
_REP_SECONDS = 20
# Of the many that come equally close, so many are looked at: those nearest to the default.
_MAX_REPS, _MAX_HOLDS = 6, 12
# Longer than any session: what is beyond the limit is no candidate.
_FOR_EVER_MS = 10**12

_TOTAL_MINUTES = Limit(
    "total duration", 1, 60 * MAX_SESSION_HOURS, " minutes", f" ({MAX_SESSION_HOURS} hours)"
)

Duration = Callable[[ResolvedOptions], int]
# The length of a session by hold, repetitions and rest.
_Length = Callable[[int, int, int], int]


@dataclass(frozen=True, slots=True)
class OptionRanges:
    """What may be chosen, each from the least to the most; one value where the listener asked for it."""

    hold_seconds: Sequence[int]
    reps: range
    rest_seconds: range


def option_ranges(routine: Routine, wishes: SessionOptions) -> OptionRanges:
    """Return what may be chosen: what was asked for, else what the routine advises, else its default."""
    defaults = routine.defaults

    def chosen(asked: int | None, advised: object, default: int) -> range:
        if asked is not None:
            return range(asked, asked + 1)
        minimum, maximum = (getattr(advised, "minimum", default), getattr(advised, "maximum", default))
        return range(minimum, maximum + 1)

    holds: Sequence[int] = chosen(wishes.hold_seconds, routine.advised_hold_seconds, defaults.hold_seconds)
    if wishes.hold_seconds is None and routine.advised_hold_seconds:
        # Where a scale would lead outside, a hold is not advised for the session either.
        scales = {
            exercise.hold_scale
            for exercise in routine.exercises
            if exercise.hold_seconds is None and not exercise.breath
        }
        inside = [hold for hold in holds if all(round(hold * scale) in holds for scale in scales)]
        holds = inside or holds
    return OptionRanges(
        holds,
        chosen(wishes.reps, routine.advised_reps, defaults.reps),
        chosen(wishes.rest_seconds, routine.advised_rest_seconds, defaults.rest_seconds),
    )


def closest_options(
    routine: Routine, wishes: SessionOptions, wanted_ms: int, duration_ms: Duration
) -> SessionOptions:
    """Return the wishes with hold, repetitions and rest such that the session comes closest to a length.

    Args:
        routine: its advised ranges are never left, but for what was asked for.
        wishes: what was asked for besides.
        wanted_ms: the length.
        duration_ms: tells how long a session with some options lasts; called some hundred times.

    Raises:
        UsageError: a wish is outside its limits.
    """
    ranges = option_ranges(routine, wishes)
    wishes = replace(wishes, as_defaults=tuple(name for name in OWN if getattr(wishes, name) is None))

    def length_ms(hold: int, reps: int, rest: int) -> int:
        chosen = replace(wishes, hold_seconds=hold, reps=reps, rest_seconds=rest)
        return session_duration_ms(routine, chosen, duration_ms)

    whole = [hold for hold in ranges.hold_seconds if hold % STEP_SECONDS == 0]
    defaults = routine.defaults
    candidates = list(_candidates(replace(ranges, hold_seconds=whole), defaults, wanted_ms, length_ms))
    if not candidates or min(candidates)[0] > _NEAR_ENOUGH_MS:
        candidates += _candidates(ranges, defaults, wanted_ms, length_ms)
    least = min(candidates)[0]
    _, _, (hold, reps, rest) = min(
        (candidate for candidate in candidates if candidate[0] <= least + _ALIKE_MS), key=lambda c: c[1]
    )
    return replace(wishes, hold_seconds=hold, reps=reps, rest_seconds=rest)


def session_duration_ms(routine: Routine, wishes: SessionOptions, duration_ms: Duration) -> int:
    """Return how long a session lasts; more than any does where it is longer than a session may be."""
    try:
        return duration_ms(wishes.resolve(routine))
    except UsageError:
        return _FOR_EVER_MS


def _candidates(
    ranges: OptionRanges, defaults: Defaults, wanted_ms: int, length_ms: _Length
) -> Iterator[tuple[int, tuple[bool, int], tuple[int, int, int]]]:
    """Yield (miss, (whether the hold is no whole five, distance from the defaults), (hold, repetitions, rest)).

    More of anything never makes a session shorter, so what can be just as long as wished lies between the
    first whose longest form is long enough and the last whose shortest is short enough.
    """
    holds, rests = ranges.hold_seconds, ranges.rest_seconds
    if not holds:
        return
    many = _between(
        ranges.reps,
        wanted_ms,
        lambda reps: length_ms(holds[0], reps, rests[0]),
        lambda reps: length_ms(holds[-1], reps, rests[-1]),
    )
    for reps in _nearest(many, defaults.reps, _MAX_REPS):
        fitting = _between(
            holds,
            wanted_ms,
            lambda hold: length_ms(hold, reps, rests[0]),  # noqa: B023 (used at once)
            lambda hold: length_ms(hold, reps, rests[-1]),  # noqa: B023
        )
        for hold in _nearest(fitting, defaults.hold_seconds, _MAX_HOLDS):
            above = bisect_left(rests, wanted_ms, key=lambda rest: length_ms(hold, reps, rest))
            for rest in rests[max(above - 1, 0) : above + 1]:
                miss = abs(length_ms(hold, reps, rest) - wanted_ms)
                distance = (
                    bool(hold % STEP_SECONDS),
                    abs(reps - defaults.reps) * _REP_SECONDS
                    + abs(hold - defaults.hold_seconds)
                    + abs(rest - defaults.rest_seconds),
                )
                yield miss, distance, (hold, reps, rest)


def _between(
    values: Sequence[int], wanted_ms: int, shortest: Callable[[int], int], longest: Callable[[int], int]
) -> Sequence[int]:
    """Return the values with which a session can be as long as wished, and one to each side of them."""
    first = bisect_left(values, wanted_ms, key=longest)
    end = bisect_right(values, wanted_ms, key=shortest)
    return values[max(min(first, end) - 1, 0) : max(first, end) + 1]


def _nearest(values: Sequence[int], default: int, most: int) -> list[int]:
    """Return some values: those nearest to the default, and the first and the last."""
    near = sorted(values, key=lambda value: abs(value - default))[:most]
    return sorted({*near, *values[:1], *values[-1:]})


def check_total_duration(target_ms: int) -> None:
    """Refuse a duration that no session can have.

    Raises:
        ValueOutOfRange: names the range.
    """
    _TOTAL_MINUTES.check(target_ms / 60_000)
