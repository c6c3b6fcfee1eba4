"""The cues inside a hold: countdown, numbers, steps, phases of a movement or breath, calls of the time, reminders."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from voiceguide.options.session import LEAD_TO_FIRST_CALL_MS
from voiceguide.routine.model import Exercise
from voiceguide.routine.movements import Breath, Count, Flow, Steps
from voiceguide.routine.texts import split_at_pauses
from voiceguide.script.context import ScriptContext
from voiceguide.script.prescription import PlannedHold
from voiceguide.script.segments import (
    Cue,
    Location,
    Priority,
    Say,
    Utterance,
)

HALFWAY_FROM_MS = 20_000
# A hold is quiet. Below this, only the chimes tell its time.
CUES_FROM_MS = 10_000
# The one reminder comes this long after the begin chime, when the listener has settled, so that the quiet after it is
# long; the silence before it is just longer than the encoder remembers. In a short hold it comes earlier.
REMINDER_AT_MS = 4_000
# In a hold of minutes, reminders are about this far apart: an author who writes many for it wants them heard.
REMINDER_EVERY_MS = 60_000
# Cycles of phases that are called: enough to find the rhythm, then the listener continues alone; all of them where
# few would be left.
PHASE_CYCLES_CALLED = 2
_ALL_CYCLES_CALLED = 3
# How long a call and the countdown after it last.
_LAST_CALL_MS = 4500
# Breaths called in whole sentences; later ones in a word.
BREATHS_IN_FULL = 2
# The least silence around a number that is counted, and between the sentences of steps.
NUMBER_GAP_MS = 150
# The usual silence between two cues, and between the words of a countdown from three.
_CUE_GAP_MS = 500
_USUAL_COUNTDOWN = 3


def hold_cues(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> Iterator[Cue]:
    """Yield the cues of one hold."""
    if not context.has_chimes:
        begin = Utterance(context.phrase_text("begin"), natural_rate=True)
        yield Cue((begin,), 0, Priority.NUMBER, role="countdown", gap_ms=0)
    led = _LED_BY_CALLS.get(exercise.movement.kind)
    if led:
        yield from led(context, exercise, planned)
    elif exercise.breath:
        yield from _breath_cues(context, exercise.breath, context.options.breaths_of(exercise) or 0)
        if context.includes("reminders_between_breaths"):
            yield from _reminders_between_breaths(context, exercise, exercise.breath, planned)
    else:
        yield from _timed_cues(context, exercise, planned)


def _timed_cues(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> Iterator[Cue]:
    """Yield the cues of a hold that is timed by the clock."""
    hold_ms, movement = planned.duration_ms, exercise.movement
    if context.options.countdown and not exercise.quiet and hold_ms >= CUES_FROM_MS:
        yield _countdown(context, hold_ms)
    is_called = isinstance(movement, Flow) and has_room_for_calls(movement, hold_ms)
    is_called = is_called and planned.number == 0 and context.includes("phases")
    calls = tuple(_time_calls(context, exercise, hold_ms))
    yield from calls
    # A call in the middle of a flow would shift its phases.
    is_led = exercise.quiet or calls or is_called
    if context.includes("halfway") and not is_led and hold_ms >= HALFWAY_FROM_MS:
        halfway = Utterance(context.phrase_text("halfway"))
        yield Cue((halfway,), hold_ms // 2, Priority.HALFWAY, role="halfway")
    if is_called and isinstance(movement, Flow):
        yield from _phase_cues(context, movement, planned, hold_ms)
    elif context.includes("reminders"):
        yield from _reminder_cues(context, exercise, planned)


def _countdown(context: ScriptContext, hold_ms: int) -> Cue:
    words = context.numbers_down_from(context.options.countdown)
    gap_ms = _CUE_GAP_MS if len(words) <= _USUAL_COUNTDOWN else NUMBER_GAP_MS
    at_ms = hold_ms - 1000 * len(words)
    return Cue(words, at_ms, Priority.COUNTDOWN, role="countdown", every_ms=1000, gap_ms=gap_ms)


# --- calls of the time -----------------------------------------------------------------------------


def _call_times_ms(context: ScriptContext, exercise: Exercise, hold_ms: int) -> range:
    """Return when a long hold says how much time is left."""
    every = context.options.call_every_seconds
    every = exercise.call_every_seconds if every is None else every
    if not every:
        return range(0)
    return range(round(every * 1000), hold_ms, round(every * 1000))


def _time_calls(context: ScriptContext, exercise: Exercise, hold_ms: int) -> Iterator[Cue]:
    for at_ms in _call_times_ms(context, exercise, hold_ms):
        left = context.language.duration((hold_ms - at_ms) / 1000)
        yield Cue((Utterance(context.phrase_text("call", left=left)),), at_ms, Priority.CALL, role="halfway")


def rings_ms(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> tuple[int, ...]:
    """Return when a chime marks the time of a hold without words."""
    if context.options.guidance != "chimes":
        return ()
    return tuple(_call_times_ms(context, exercise, planned.duration_ms))


# --- phases ----------------------------------------------------------------------------------------


def has_room_for_calls(movement: Flow, hold_ms: int) -> bool:
    """Return whether a hold has room to call each phase; the begin chime calls the first one."""
    return hold_ms >= (len(movement.phases) - 1) * _step_ms(movement) + _LAST_CALL_MS


def calls_fill_the_hold(movement: Flow, hold_ms: int) -> bool:
    """Return whether the calls take the whole first hold, so that the listener never continues alone."""
    return hold_ms <= _ALL_CYCLES_CALLED * len(movement.phases) * _step_ms(movement)


def _phase_cues(context: ScriptContext, movement: Flow, planned: PlannedHold, hold_ms: int) -> Iterator[Cue]:
    """Yield the calls, each exactly when its phase begins; only the countdown may be in the way of one."""
    step_ms = _step_ms(movement)
    called = _ALL_CYCLES_CALLED if calls_fill_the_hold(movement, hold_ms) else PHASE_CYCLES_CALLED
    for number in range(1, called * len(movement.phases) + 1):
        if number * step_ms < hold_ms:
            text = context.fill_placeholders(movement.phases[number % len(movement.phases)].cue, planned.side)
            yield Cue((Utterance(text),), number * step_ms, Priority.PHASE, role="phase")


def _step_ms(movement: Flow) -> int:
    return round(movement.phase_seconds * 1000)


# --- numbers ---------------------------------------------------------------------------------------


def _count_cues(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> Iterator[Cue]:
    """Yield every number of a set, exactly a repetition apart, and the words for the parts of a repetition."""
    movement = exercise.movement
    if not isinstance(movement, Count):
        return
    each_ms = round(movement.rep_seconds * 1000)
    total = (planned.duration_ms - LEAD_TO_FIRST_CALL_MS) // each_ms
    for number in range(1, total + 1):
        at_ms = LEAD_TO_FIRST_CALL_MS + (number - 1) * each_ms
        location = replace(planned.location, rep=number)
        words = context.number(number)
        if number == total > 1:
            words = Utterance(context.phrase_text("count_last"), natural_rate=True)
        yield Cue((words,), at_ms, Priority.NUMBER, role="number", gap_ms=NUMBER_GAP_MS, location=location)
        if context.includes("phases"):
            yield from _parts_of_a_repetition(context, movement, location, at_ms, each_ms)


def _parts_of_a_repetition(
    context: ScriptContext, movement: Count, location: Location, at_ms: int, each_ms: int
) -> Iterator[Cue]:
    """Yield the words for the parts, evenly spread; the first may wait until the number has been said."""
    part_ms = each_ms // max(len(movement.cues), 1)
    for part, cue in enumerate(movement.cues):
        text = Utterance(context.fill_placeholders(cue, location.side))
        yield Cue(
            (text,),
            at_ms + part * part_ms,
            Priority.PHASE,
            slack_ms=0 if part else part_ms,
            only_later=True,
            role="phase",
            gap_ms=NUMBER_GAP_MS,
            location=location,
        )


# --- steps -----------------------------------------------------------------------------------------


def _step_cues(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> Iterator[Cue]:
    """Yield the words of every step, which begin exactly when the step before is over."""
    movement = exercise.movement
    at_ms = LEAD_TO_FIRST_CALL_MS
    for step in movement.steps if isinstance(movement, Steps) else ():
        length_ms = round(step.seconds * 1000)
        if step.say:
            text = context.fill_placeholders(step.say, planned.side)
            yield _words_of_a_step(context, text, at_ms, length_ms)
        at_ms += length_ms


def _words_of_a_step(context: ScriptContext, text: str, at_ms: int, length_ms: int) -> Cue:
    segments = tuple(context.spoken(text))
    sentences = tuple(segment.utterance for segment in segments if isinstance(segment, Say))
    pauses = tuple(segment.duration_ms for segment in segments if not isinstance(segment, Say))
    return Cue(
        sentences,
        at_ms,
        Priority.PHASE,
        role="step",
        pauses_ms=pauses,
        gap_ms=NUMBER_GAP_MS,
        fits_in_ms=length_ms - NUMBER_GAP_MS,
    )


# --- reminders -------------------------------------------------------------------------------------


def _reminder_cues(context: ScriptContext, exercise: Exercise, planned: PlannedHold) -> Iterator[Cue]:
    """Yield one early in the hold; the next hold continues the list. A hold of minutes has room for one a minute."""
    hold_ms, reminders = planned.duration_ms, exercise.movement.reminders
    if hold_ms < CUES_FROM_MS or not reminders:
        return
    count = min(len(reminders), max(1, hold_ms // REMINDER_EVERY_MS))
    first = count * planned.number + _shift(exercise, planned.location)
    early_ms = min(REMINDER_AT_MS, hold_ms // 5)
    for turn in range(count):
        words, pauses = _reminder(context, exercise, planned.location, first + turn)
        at_ms = early_ms + turn * hold_ms // count
        yield Cue(words, at_ms, Priority.REMINDER, slack_ms=hold_ms // 8, pauses_ms=pauses)


def _shift(exercise: Exercise, location: Location) -> int:
    """Return how far to advance the reminders, so that a side does not hear the same one every time.

    Two sides in turn have two reminders a repetition: one or two of them come around with the side.
    """
    alternating = exercise.sides == "each" and exercise.side_order == "alternating"
    comes_around = len(exercise.movement.reminders) in {1, 2}
    return (location.rep or 1) - 1 if alternating and comes_around else 0


def _reminder(
    context: ScriptContext, exercise: Exercise, location: Location, turn: int
) -> tuple[tuple[Utterance, ...], tuple[int, ...]]:
    """Return the sentences of a reminder, and the silence after each."""
    reminders = exercise.movement.reminders
    text = context.fill_placeholders(reminders[turn % len(reminders)], location.side)
    parts = [(words, pause) for words, pause in split_at_pauses(text) if words]
    return tuple(Utterance(words) for words, _ in parts), tuple(pause for _, pause in parts)


# --- breath ----------------------------------------------------------------------------------------


def _breath_cues(context: ScriptContext, breath: Breath, breaths: int) -> Iterator[Cue]:
    """Yield the calls of the breaths, each exactly when its part begins; the begin chime calls the first."""
    called = breaths if breath.calls is None else min(breath.calls, breaths)
    starts_ms = breath.starts_ms(breaths)
    for number in range(called if context.includes("breath") else 0):
        at_ms = starts_ms[number]
        for part, length_ms in breath.parts_ms(number, breaths):
            if at_ms:
                is_last = part == "in" and number == breaths - 1 and breaths > BREATHS_IN_FULL
                words = "last" if is_last else "full" if number < BREATHS_IN_FULL else "short"
                text = context.phrase_text(f"breath_{part}", words)
                yield Cue((Utterance(text),), at_ms, Priority.PHASE, role="breath")
            at_ms += length_ms


def _reminders_between_breaths(
    context: ScriptContext, exercise: Exercise, breath: Breath, planned: PlannedHold
) -> Iterator[Cue]:
    """Yield one reminder after the last called breath."""
    breaths = context.options.breaths_of(exercise) or 0
    called = breaths if breath.calls is None else breath.calls
    if exercise.movement.reminders and called < breaths - 1:
        # When the next call would come, so that the listener does not wait for it.
        starts_ms = breath.starts_ms(breaths)
        words, pauses = _reminder(context, exercise, planned.location, planned.number)
        slack_ms = (starts_ms[called + 1] - starts_ms[called]) // 2
        at_ms = starts_ms[called]
        yield Cue(words, at_ms, Priority.REMINDER, slack_ms=slack_ms, pauses_ms=pauses)


_LED_BY_CALLS: dict[str, Callable[[ScriptContext, Exercise, PlannedHold], Iterator[Cue]]] = {
    "count": _count_cues,
    "steps": _step_cues,
}
