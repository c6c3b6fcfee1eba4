"""The cues inside a hold: countdown, halfway call, phases of a movement or breath, and reminders."""

from collections.abc import Iterator

from voiceguide.routine.model import Breath, Exercise, Flow
from voiceguide.script.context import ScriptContext
from voiceguide.script.segments import (
    GRID_MS,
    Cue,
    Location,
    Priority,
    Utterance,
)

HALFWAY_FROM_MS = 20_000
# A shorter hold has room for one reminder between its begin chime and the countdown.
TWO_REMINDERS_FROM_MS = 13_000
# Cycles of phases that are called: enough to find the rhythm, then the listener continues alone.
PHASE_CYCLES_CALLED = 2
# How long a call and the countdown after it last.
_LAST_CALL_MS = 4500
# Breaths called in whole sentences; later ones in a word.
BREATHS_IN_FULL = 2


def hold_cues(context: ScriptContext, exercise: Exercise, location: Location, number: int) -> Iterator[Cue]:
    """Yield the cues of one hold.

    Args:
        context: the options and the language.
        exercise: what is held.
        location: of the hold.
        number: of the hold in its exercise, from 0.
    """
    hold_ms = context.options.hold_seconds_of(exercise) * 1000
    if exercise.breath:
        yield from _breath_cues(context, exercise.breath, hold_ms)
        if context.includes("reminders"):
            yield from _reminders_between_breaths(context, exercise, exercise.breath, location, number)
        return
    if context.options.countdown and not exercise.quiet:
        yield _countdown(context, hold_ms)
    if context.includes("halfway") and not exercise.quiet and hold_ms >= HALFWAY_FROM_MS:
        halfway = Utterance(context.phrase_text("halfway"))
        yield Cue((halfway,), hold_ms // 2, Priority.HALFWAY)
    movement = exercise.movement
    if (
        context.includes("phases")
        and isinstance(movement, Flow)
        and number == 0
        and has_room_for_calls(movement, hold_ms)
    ):
        yield from _phase_cues(context, movement, location, hold_ms)
    elif context.includes("reminders"):
        yield from _reminder_cues(context, exercise, location, number, hold_ms)


def _countdown(context: ScriptContext, hold_ms: int) -> Cue:
    numbers = context.language.variants("countdown")
    words = tuple(Utterance(number, natural_rate=True) for number in numbers)
    return Cue(words, hold_ms - 1000 * len(words), Priority.COUNTDOWN)


def has_room_for_calls(movement: Flow, hold_ms: int) -> bool:
    """Return whether a hold has room to call each phase; the begin chime calls the first one."""
    return hold_ms >= (len(movement.phases) - 1) * _step_ms(movement) + _LAST_CALL_MS


def calls_fill_the_hold(movement: Flow, hold_ms: int) -> bool:
    """Return whether the calls take the whole first hold, so that the listener never continues alone."""
    return hold_ms < (_calls(movement) + 2) * _step_ms(movement)


def _phase_cues(context: ScriptContext, movement: Flow, location: Location, hold_ms: int) -> Iterator[Cue]:
    step_ms = _step_ms(movement)
    for number in range(1, _calls(movement) + 1):
        if number * step_ms < hold_ms:
            text = context.fill_placeholders(
                movement.phases[number % len(movement.phases)].cue, location.side
            )
            slack_ms = max(step_ms // 3, GRID_MS)
            yield Cue((Utterance(text),), number * step_ms, Priority.PHASE, slack_ms=slack_ms)


def _calls(movement: Flow) -> int:
    return PHASE_CYCLES_CALLED * len(movement.phases)


def _step_ms(movement: Flow) -> int:
    return round(movement.phase_seconds * 1000)


def _reminder_cues(
    context: ScriptContext, exercise: Exercise, location: Location, number: int, hold_ms: int
) -> Iterator[Cue]:
    """Yield two per hold, at a quarter and three quarters, or one in a short hold; the next hold continues the list."""
    if hold_ms < TWO_REMINDERS_FROM_MS:
        if exercise.movement.reminders:
            reminder = _reminder(context, exercise, location, number)
            yield _reminder_near(reminder, 2 * hold_ms // 5, hold_ms // 5)
        return
    first = 2 * number + _shift(exercise, location)
    for turn, quarter in enumerate((1, 3)[: len(exercise.movement.reminders)]):
        text = _reminder(context, exercise, location, first + turn)
        yield _reminder_near(text, quarter * hold_ms // 4, hold_ms // 8)


def _shift(exercise: Exercise, location: Location) -> int:
    """Return how far to advance the reminders, so that a side does not hear the same two every time.

    Two sides in turn have four reminders a repetition: one, two or four of them come around with the side.
    """
    alternating = exercise.sides == "each" and exercise.side_order == "alternating"
    comes_around = len(exercise.movement.reminders) in {1, 2, 4}
    return (location.rep or 1) - 1 if alternating and comes_around else 0


def _reminder(context: ScriptContext, exercise: Exercise, location: Location, turn: int) -> Utterance:
    reminders = exercise.movement.reminders
    return Utterance(context.fill_placeholders(reminders[turn % len(reminders)], location.side))


def _reminder_near(reminder: Utterance, at_ms: int, slack_ms: int) -> Cue:
    return Cue((reminder,), at_ms, Priority.REMINDER, centred=True, slack_ms=slack_ms)


def _breath_cues(context: ScriptContext, breath: Breath, hold_ms: int) -> Iterator[Cue]:
    """Yield the calls of the breaths, each exactly when its part begins; the begin chime calls the first."""
    breaths = hold_ms // (breath.seconds * 1000)
    called = breaths if breath.calls is None else min(breath.calls, breaths)
    for number in range(called if context.includes("breath") else 0):
        at_ms = number * breath.seconds * 1000
        for part, seconds in _parts(breath):
            if at_ms:
                is_last = part == "in" and number == breaths - 1 and breaths > BREATHS_IN_FULL
                words = "last" if is_last else "full" if number < BREATHS_IN_FULL else "short"
                text = context.phrase_text(f"breath_{part}", words)
                yield Cue((Utterance(text),), at_ms, Priority.PHASE)
            at_ms += seconds * 1000


def _parts(breath: Breath) -> list[tuple[str, int]]:
    parts = [
        ("in", breath.in_seconds),
        ("hold", breath.hold_seconds),
        ("out", breath.out_seconds),
        ("rest", breath.rest_seconds),
    ]
    return [(part, seconds) for part, seconds in parts if seconds]


def _reminders_between_breaths(
    context: ScriptContext, exercise: Exercise, breath: Breath, location: Location, number: int
) -> Iterator[Cue]:
    """Yield one reminder after the last called breath."""
    breaths = context.options.breaths_of(exercise) or 0
    called = breaths if breath.calls is None else breath.calls
    if exercise.movement.reminders and called < breaths - 1:
        # When the next call would come, so that the listener does not wait for it.
        reminder = _reminder(context, exercise, location, number)
        slack_ms = breath.seconds * 1000 // 2
        yield Cue((reminder,), called * breath.seconds * 1000, Priority.REMINDER, slack_ms=slack_ms)
