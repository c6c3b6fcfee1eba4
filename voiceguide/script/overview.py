"""The overview at the start: how many exercises there are, and how long and how often where that is one number."""

from collections.abc import Iterator

from voiceguide.options.session import is_timed_by_itself
from voiceguide.routine.model import Exercise
from voiceguide.script.context import ScriptContext
from voiceguide.script.segments import Pause, Say

# Overviews that say how long each hold is.
_WITH_LENGTH = frozenset({"full", "full_once", "same_length", "single", "single_once"})


def overview(context: ScriptContext) -> Iterator[Say | Pause]:
    """Say how many exercises there are, and how long and how often if that is the same for all."""
    exercises, options, language = context.exercises, context.options, context.language
    times = min(options.reps_of(exercise) * exercise.sets for exercise in exercises)
    yield from context.phrase(
        "overview" if context.includes("instruction") else "overview_short",
        _kind(context),
        role="overview",
        total=language.number(len(exercises)),
        hold=context.duration_phrase(exercises[0]),
        times=language.quantity("times", times),
    )


def overview_of_sides(context: ScriptContext) -> Iterator[Say | Pause]:
    """Say which sides the exercises are done on, if they have any."""
    exercises, options, language = context.exercises, context.options, context.language
    sided = [exercise.sides == "each" and len(options.holds_by_side(exercise)) > 1 for exercise in exercises]
    if any(sided) and context.includes("instruction"):
        kind = "known" if says_how_long(context) else "varied"
        yield from context.phrase("both_sides", kind, role="overview")
    elif options.side and any(exercise.sides != "none" for exercise in exercises):
        yield from context.phrase("one_side", role="overview", side=language.side(options.side))


def says_how_long(context: ScriptContext) -> bool:
    """Return whether the overview says how long each hold is, so that no exercise needs to."""
    return _kind(context) in _WITH_LENGTH


def _kind(context: ScriptContext) -> str:
    """Return which overview is true of all exercises."""
    exercises, options = context.exercises, context.options
    is_plain = all(isinstance(entry, Exercise) for entry in context.routine.exercises)
    if not is_plain or any(map(_is_shaped, exercises)):
        return "varied" if len(exercises) > 1 else "single_varied"
    times = {(options.reps_of(exercise), exercise.sets) for exercise in exercises}
    lengths = {context.duration_phrase(exercise) for exercise in exercises}
    if len(times) > 1:
        return "same_length" if len(lengths) == 1 else "varied"
    kind = "single" if len(exercises) == 1 else "full" if len(lengths) == 1 else "mixed"
    if times == {(1, 1)}:
        return {"single": "single_once", "full": "full_once"}.get(kind, "varied")
    return kind


def _is_shaped(exercise: Exercise) -> bool:
    """Return whether no one number says how long, or how often, an exercise is done."""
    lists = (exercise.hold_seconds, exercise.reps)
    is_listed = any(isinstance(value, tuple) for value in lists)
    return is_timed_by_itself(exercise) or is_listed or not isinstance(exercise.sides, str)
