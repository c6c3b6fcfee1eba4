"""Notes that a listener should see about the options."""

from collections.abc import Iterator

from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.limits import HOLD_SECONDS
from voiceguide.routine.model import Routine


def option_notes(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield all notes, one sentence each."""
    yield from outside_advised_ranges(routine, options)
    yield from _beyond_limits(routine, options)


def outside_advised_ranges(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield one sentence for each option outside the range that the routine's source advises.

    An exercise's own numbers are its author's choice, and a hold timed by the breath is as long as its breaths.
    """
    checks = (
        (
            "hold_seconds",
            routine.advised_hold_seconds,
            options.hold_seconds_of,
            "holds of {} seconds",
            "has holds of {} seconds",
        ),
        ("reps", routine.advised_reps, options.reps_of, "{} repetitions", "has {}"),
        (
            "rest_seconds",
            routine.advised_rest_seconds,
            options.rest_seconds_of,
            "rests of {} seconds",
            "has rests of {} seconds",
        ),
    )
    for name, advised, value_of, what, instead in checks:
        values = {
            value_of(exercise)
            for exercise in options.selected(routine)
            if (getattr(exercise, name) is None or name in options.explicit)
            and not (exercise.breath and name == "hold_seconds")
        }
        outside = sorted(
            value for value in values if advised and not advised.minimum <= value <= advised.maximum
        )
        if advised and outside:
            yield (
                f"The source of this routine advises {what.format(f'{advised.minimum} to {advised.maximum}')}; "
                f"this session {instead.format(' and '.join(map(str, outside)))}."
            )


def _beyond_limits(routine: Routine, options: ResolvedOptions) -> Iterator[str]:
    """Yield one sentence for each hold that its scale would take beyond the limits."""
    for exercise in options.selected(routine):
        lasts, scaled = options.hold_seconds_of(exercise), options.scaled_hold_seconds(exercise)
        if options.scales(exercise) and lasts != scaled:
            yield (
                f"{exercise.name} scales its hold to {scaled} seconds; holds are {HOLD_SECONDS.minimum} to "
                f"{HOLD_SECONDS.maximum} seconds, so it lasts {lasts}."
            )
