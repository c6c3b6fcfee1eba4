"""Notes that a listener should see about the options."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from voiceguide.options.session import ResolvedOptions, is_timed_by_itself, seconds
from voiceguide.routine.limits import HOLD_SECONDS
from voiceguide.routine.model import Exercise, Routine
from voiceguide.script.timeline import NO_ROOM_IN_A_REST, Timeline


def option_notes(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield all notes, one sentence each."""
    yield from outside_advised_ranges(routine, options)
    yield from scaled_shapes(routine, options)
    yield from _beyond_limits(routine, options)


def outside_advised_ranges(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield one sentence for each option outside the range that the routine's source advises."""
    for name, (_, what, instead) in _CHECKED.items():
        for (minimum, maximum, whose), outside in _outside(routine, options, name).items():
            advice = what.format(f"{minimum:g} to {maximum:g}")
            has = instead.format(" and ".join(f"{value:g}" for value in sorted(outside)))
            yield f"The source of this routine advises {advice}{f' for {whose}' if whose else ''}; this session {has}."


def is_advised(routine: Routine, options: ResolvedOptions, name: str) -> bool:
    """Return whether one of ``EXERCISE_FIELDS`` is within the advised range of every exercise."""
    return not _outside(routine, options, name)


def _outside(
    routine: Routine, options: ResolvedOptions, name: str
) -> dict[tuple[float, float, str], set[float]]:
    """Return the values outside an advised range, by its minimum, its maximum, and the exercise that it is for.

    An exercise's own numbers are its author's choice, and a hold timed by the breath is as long as its breaths.
    """
    found: dict[tuple[float, float, str], set[float]] = {}
    for exercise in options.selected(routine):
        is_own = getattr(exercise, name) is not None and name not in options.explicit
        if is_own or (name == "hold_seconds" and not is_held(exercise)):
            continue
        own, general = getattr(exercise, f"advised_{name}"), getattr(routine, f"advised_{name}")
        advised = own or general
        whose = exercise.name if own else ""
        values = {value for value in _CHECKED[name][0](options, exercise) if value is not None}
        outside = {value for value in values if advised and not advised.minimum <= value <= advised.maximum}
        if outside:
            found.setdefault((advised.minimum, advised.maximum, whose), set()).update(outside)
    return found


_Values: TypeAlias = Callable[[ResolvedOptions, Exercise], Iterable[float | None]]

# The values of an exercise that are compared with the advice, and the words for the advice and for the session.
_CHECKED: dict[str, tuple[_Values, str, str]] = {
    "hold_seconds": (
        lambda options, exercise: map(seconds, options.hold_lengths_ms(exercise)),
        "holds of {} seconds",
        "has holds of {} seconds",
    ),
    "reps": (lambda options, exercise: (options.reps_of(exercise),), "{} repetitions", "has {}"),
    "rest_seconds": (
        lambda options, exercise: (options.rest_seconds_of(exercise),),
        "rests of {} seconds",
        "has rests of {} seconds",
    ),
}


def scaled_shapes(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield one sentence for what the listener's choice scaled as a whole, or did not change."""
    chosen = options.selected(routine)
    if "hold_seconds" in options.explicit:
        for exercise in chosen:
            if isinstance(exercise.hold_seconds, tuple):
                rungs = ", ".join(f"{seconds(ms):g}" for ms in options.hold_lengths_ms(exercise))
                yield f"{exercise.name} keeps its shape: it has holds of {rungs} seconds."
    if "reps" in options.explicit:
        for exercise in chosen:
            own = exercise.reps if isinstance(exercise.reps, tuple) else (exercise.reps,)
            numbers = options.numbers_of(exercise) if exercise.is_counted else ()
            if numbers and numbers != own and not (options.scaling and options.scaling.counts_only):
                yield f"{exercise.name} keeps its shape: it counts to {' and '.join(map(str, dict.fromkeys(numbers)))}."


def hurried_rests(routine: Routine, options: ResolvedOptions, timeline: Timeline) -> Iterator[str]:
    """Yield one sentence where a rest that the listener chose is too short for what is said in it."""
    if "rest_seconds" not in options.explicit or options.rest_seconds is None:
        return
    dropped = {drop.exercise for drop in timeline.dropped if drop.reason.startswith(NO_ROOM_IN_A_REST)}
    names = [exercise.name for exercise in options.selected(routine) if exercise.id in dropped]
    if names:
        rests = f"Rests of {options.rest_seconds:g} s are too short to say how to come out and go in again"
        yield f"{rests} in: {', '.join(names)}. Move at your own pace there, or choose a longer rest."


def is_held(exercise: Exercise) -> bool:
    """Return whether the exercise is timed by the clock, and not by breath, numbers or steps."""
    return not exercise.breath and not is_timed_by_itself(exercise)


def _beyond_limits(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield one sentence for each hold that its scale would take beyond the limits."""
    for exercise in options.selected(routine):
        lasts, scaled = options.hold_seconds_of(exercise), options.scaled_hold_seconds(exercise)
        if options.scales(exercise) and lasts != scaled:
            yield (
                f"{exercise.name} scales its hold to {scaled:g} seconds; holds are {HOLD_SECONDS.minimum} to "
                f"{HOLD_SECONDS.maximum} seconds, so it lasts {lasts:g}."
            )
