"""What a listener should know about the choices made."""

from collections.abc import Iterator

from voiceguide.routine.model import Routine
from voiceguide.script.options import Options


def outside_advice(routine: Routine, options: Options) -> Iterator[str]:
    """Yield a sentence for each choice that is outside of what the routine's source advises.

    What an exercise sets for itself is its author's choice; holds of the breath are as long as the breaths.
    """
    checks = (
        (
            "hold_seconds",
            routine.advised_hold_seconds,
            options.hold_seconds_of,
            "holds of {} seconds",
            "holds {}",
        ),
        ("reps", routine.advised_reps, options.reps_of, "{} repetitions", "has {}"),
        (
            "rest_seconds",
            routine.advised_rest_seconds,
            options.rest_seconds_of,
            "rests of {} seconds",
            "rests {}",
        ),
    )
    for name, advised, value_of, what, instead in checks:
        values = {
            value_of(exercise)
            for exercise in routine.exercises
            if exercise.id in options.exercises
            and (getattr(exercise, name) is None or name in options.asked)
            and not (exercise.breath and name == "hold_seconds")
        }
        outside = sorted(value for value in values if advised and not advised.least <= value <= advised.most)
        if advised and outside:
            yield (
                f"The source of this routine advises {what.format(f'{advised.least} to {advised.most}')}; "
                f"this session {instead.format(' and '.join(map(str, outside)))}."
            )
