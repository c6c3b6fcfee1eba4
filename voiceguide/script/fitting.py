"""Hold, repetitions and rest are found for a wished total length, within what the routine advises."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from voiceguide.errors import UsageError
from voiceguide.routine.model import Routine
from voiceguide.script.options import OWN, Options, Wishes

# A hold that is no whole five seconds must come nearer by so much to be chosen.
_UNEVEN_MS = 15_000
_STEP_SECONDS = 5
# Between fits that miss by about the same, the one nearer to the routine's defaults is taken.
_ALIKE_MS = 3000

Duration = Callable[[Options], int]


@dataclass(frozen=True, slots=True)
class Ranges:
    """What may be chosen, each from the least to the most; one value where the listener asked for it."""

    hold_seconds: Sequence[int]
    reps: range
    rest_seconds: range


def ranges_for(routine: Routine, wishes: Wishes) -> Ranges:
    """Return what may be chosen: what was asked for, else what the routine advises, else its default."""
    defaults = routine.defaults

    def chosen(asked: int | None, advised: object, default: int) -> range:
        if asked is not None:
            return range(asked, asked + 1)
        least, most = (getattr(advised, "least", default), getattr(advised, "most", default))
        return range(least, most + 1)

    return Ranges(
        chosen(wishes.hold_seconds, routine.advised_hold_seconds, defaults.hold_seconds),
        chosen(wishes.reps, routine.advised_reps, defaults.reps),
        chosen(wishes.rest_seconds, routine.advised_rest_seconds, defaults.rest_seconds),
    )


def fit(routine: Routine, wishes: Wishes, wanted_ms: int, duration_ms: Duration) -> Wishes:
    """Return the wishes with hold, repetitions and rest such that the session comes closest to a length.

    Args:
        routine: its advised ranges are never left, but for what was asked for.
        wishes: what was asked for besides.
        wanted_ms: the length.
        duration_ms: tells how long a session with some options lasts; called some dozen times.

    Raises:
        UsageError: a wish is outside its limits.
    """
    ranges = ranges_for(routine, wishes)
    wishes = replace(wishes, as_defaults=tuple(name for name in OWN if getattr(wishes, name) is None))
    whole = [hold for hold in ranges.hold_seconds if hold % _STEP_SECONDS == 0]
    candidates = list(
        _candidates(routine, wishes, replace(ranges, hold_seconds=whole), wanted_ms, duration_ms)
    )
    if not candidates or min(miss for miss, _, _ in candidates) > _UNEVEN_MS:
        candidates += _candidates(routine, wishes, ranges, wanted_ms, duration_ms)
    least = min(cost for cost, _, _ in candidates)
    _, _, best = min(
        (candidate for candidate in candidates if candidate[0] <= least + _ALIKE_MS), key=lambda c: c[1]
    )
    return best


def _candidates(
    routine: Routine, wishes: Wishes, ranges: Ranges, wanted_ms: int, duration_ms: Duration
) -> Iterator[tuple[int, int, Wishes]]:
    """Yield (miss, distance from the defaults, wishes) for each hold and number of repetitions.

    Within one of these, the length grows evenly with the rest, so two lengths tell all of them.
    """
    rests = ranges.rest_seconds
    defaults = routine.defaults
    for hold, reps in product(ranges.hold_seconds, ranges.reps):
        tried = replace(wishes, hold_seconds=hold, reps=reps)
        lengths = [duration_ms(_settled(routine, tried, rest)) for rest in (rests[0], rests[-1])]
        slope = (lengths[1] - lengths[0]) / max(rests[-1] - rests[0], 1)
        ideal = rests[0] + (wanted_ms - lengths[0]) / slope if slope else defaults.rest_seconds
        rest = min(max(round(ideal), rests[0]), rests[-1])
        miss = abs(lengths[0] + slope * (rest - rests[0]) - wanted_ms)
        uneven = _UNEVEN_MS if hold % _STEP_SECONDS else 0
        distance = (
            abs(reps - defaults.reps) * 20
            + abs(hold - defaults.hold_seconds)
            + abs(rest - defaults.rest_seconds)
        )
        yield round(miss) + uneven, distance, replace(tried, rest_seconds=rest)


def _settled(routine: Routine, wishes: Wishes, rest: int) -> Options:
    return replace(wishes, rest_seconds=rest).settled(routine)


def how_close(routine: Routine, wishes: Wishes, chosen: Options, lasts_ms: int, wanted_ms: int) -> str:
    """Return what was chosen, by how much it misses, and what would close it.

    Args:
        routine: with its advised ranges.
        wishes: what was asked for besides the length.
        chosen: the options that were found.
        lasts_ms, wanted_ms: how long the session is, and how long it was to be.
    """
    missed_ms = lasts_ms - wanted_ms
    found = (
        f"{clock(lasts_ms)} with holds of {chosen.hold_seconds} s, {chosen.reps} repetitions and rests of "
        f"{chosen.rest_seconds} s"
    )
    if abs(missed_ms) < 1000:
        return f"{found}: exactly what was wished."
    seconds = round(abs(missed_ms) / 1000)
    missed = f"{seconds} s" if seconds < 90 else f"{clock(1000 * seconds)} min"
    said = f"{found}: {missed} {'more' if missed_ms > 0 else 'less'} than wished."
    return said if seconds <= 15 else f"{said} {_what_would_close(routine, wishes, chosen, missed_ms)}"


def _what_would_close(routine: Routine, wishes: Wishes, chosen: Options, missed_ms: int) -> str:
    exercises = [exercise for exercise in routine.exercises if exercise.id in chosen.exercises]
    holds = sum(chosen.holds_of(exercise) for exercise in exercises)
    hold = round(chosen.hold_seconds - missed_ms / 1000 / holds)
    ranges = ranges_for(routine, wishes)
    # What was found, not asked for, is no bound.
    within = (
        f"Holds of {ranges.hold_seconds[0]} to {ranges.hold_seconds[-1]} s, {ranges.reps[0]} to {ranges.reps[-1]} "
        f"repetitions and rests of {ranges.rest_seconds[0]} to {ranges.rest_seconds[-1]} s leave no nearer length."
    )
    shorter = "fewer exercises with --only" + (", or --guidance brief" if chosen.guidance == "full" else "")
    other = shorter if missed_ms > 0 else "more repetitions with --reps"
    return (
        f"{within} What would: --hold {hold}, or {other}." if hold > 2 else f"{within} What would: {other}."
    )


def clock(milliseconds: int) -> str:
    """Return a length as ``m:ss``."""
    return f"{milliseconds // 60_000}:{milliseconds // 1000 % 60:02}"


def check_total(wanted_ms: int) -> None:
    """Refuse a length that no session has.

    Raises:
        UsageError: tells what is allowed.
    """
    if not 60_000 <= wanted_ms <= 12 * 3_600_000:
        raise UsageError("A total length is 1 minute to 12 hours; write it as 12, 12m or 1h30m.")
