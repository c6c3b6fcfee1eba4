"""The calm contract: a body under load does not wait, a hold is quiet, and brief guidance is for every day."""

import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import given

from tests.strategies import Laid, sessions
from voiceguide.language.registry import find_language
from voiceguide.options.session import Guidance, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Exercise, Flow, Routine
from voiceguide.routine.reader import built_in_ids, find_routine
from voiceguide.script.calm import MAX_LOADED_MS, MAX_WAIT_MS, Approach, approaches, shares_of
from voiceguide.script.estimate import estimated_timeline
from voiceguide.script.timeline import Event, Timeline
from voiceguide.session.planning import plan_session
from voiceguide.store.memory import MemoryStore

ROUTINES = tuple(find_routine(name) for name in built_in_ids())
ENGLISH = find_language("en")
LOWER_BACK = find_routine("lower-back")
FOLD = LOWER_BACK.all_exercises[3]
PACE_WPM = 118
# What a hold is led through by, so that it is not quiet.
CALLS = {"phase", "breath", "number", "step"}
LEVELS: tuple[Guidance, ...] = ("full", "brief")

every_routine = pytest.mark.parametrize("routine", ROUTINES, ids=lambda routine: routine.id)
every_level = pytest.mark.parametrize("guidance", LEVELS)


@cache
def laid_out(
    routine_id: str, guidance: Guidance, hold_seconds: float | None = None, reps: int | None = None
) -> Timeline:
    """A built-in session with estimated lengths of speech; None leaves a number to the routine."""
    options = SessionOptions(guidance=guidance, hold_seconds=hold_seconds, reps=reps)
    return session_of(find_routine(routine_id), options)


def session_of(routine: Routine, options: SessionOptions) -> Timeline:
    """A session with estimated lengths of speech."""
    return estimated_timeline(routine, options.resolve(routine), ENGLISH, PACE_WPM)


def with_exercise(**changes: object) -> Routine:
    """The lower back with one exercise alone, changed."""
    return LOWER_BACK.model_copy(update={"exercises": (FOLD.model_copy(update=changes),)})


def inside(timeline: Timeline, hold: Event) -> list[Event]:
    """What is said in a hold."""
    return [event for event in timeline.of_kind("say") if hold.start_ms <= event.start_ms < hold.end_ms]


def longest_quiet_ms(timeline: Timeline, hold: Event) -> int:
    """The longest time in a hold without a word."""
    said = inside(timeline, hold)
    ends = [hold.start_ms, *(event.end_ms for event in said)]
    starts = [*(event.start_ms for event in said), hold.end_ms]
    return max(start - end for start, end in zip(starts, ends, strict=True))


# --- rules, whatever the routine -------------------------------------------------------------------


@given(sessions())
def test_between_an_instruction_and_its_bell_only_the_side_and_round_are_said(laid: Laid) -> None:
    """And numbers that lead in, where somebody asked for them: what moves into the stretch comes last."""
    said: list[Event] = []
    for event in laid.timeline.events:
        if event.kind == "say":
            said.append(event)
        elif event.kind == "hold":
            roles = [one.role for one in said if one.start_ms < event.start_ms]
            if "instruction" in roles:
                last = len(roles) - 1 - roles[::-1].index("instruction")
                assert set(roles[last + 1 :]) <= {"count", "countdown"}
            said = []


@given(sessions())
def test_a_body_under_load_does_not_wait(laid: Laid) -> None:
    """From the instruction to its bell, unless an author put a pause, "Get ready" or a move in between."""
    own_pauses = {
        exercise.id: _own_pauses(exercise) or laid.options.lead_in for exercise in laid.routine.all_exercises
    }
    for approach in approaches(laid.timeline):
        if not own_pauses.get(approach.exercise or "", 0):
            assert approach.loaded_ms <= MAX_LOADED_MS


def _own_pauses(exercise: Exercise) -> bool:
    variation = exercise.movement.variation
    return bool(
        exercise.ready_seconds
        or (variation and variation.settle_seconds)
        or "[pause" in exercise.model_dump_json()
    )


@given(sessions())
def test_a_short_hold_has_no_word_but_its_calls(laid: Laid) -> None:
    """No reminder, no halfway, no countdown below ten seconds."""
    for hold in laid.timeline.of_kind("hold"):
        if hold.duration_ms < 10_000:
            roles = {event.role for event in inside(laid.timeline, hold) if event.text != "Begin."}
            assert roles <= CALLS | {"halfway"} if laid.options.call_every_seconds else roles <= CALLS


@given(sessions())
def test_a_hold_has_one_reminder(laid: Laid) -> None:
    """One a minute in a hold of minutes."""
    for hold in laid.timeline.of_kind("hold"):
        reminders = {e.start_ms for e in inside(laid.timeline, hold) if e.role == "reminder"}
        # What stands between two pauses is said on its own, a whole sentence or not.
        sentences = max(
            (
                sum(len(ENGLISH.sentences(part)) for part in re.split(r"\[pause [^\]]*\]", text))
                for exercise in laid.routine.all_exercises
                if exercise.id == hold.exercise
                for text in exercise.movement.reminders
            ),
            default=0,
        )
        assert len(reminders) <= sentences * max(1, hold.duration_ms // 60_000)


@given(sessions(timed=False))
def test_the_first_hold_of_each_exercise_is_led_into(laid: Laid) -> None:
    """By at least one instruction, in full and in brief."""
    if laid.options.guidance not in LEVELS:
        return
    seen: set[str | None] = set()
    led = False
    for event in laid.timeline.events:
        if event.kind == "say" and event.role == "instruction":
            led = True
        elif event.kind == "hold":
            assert led or event.exercise in seen
            seen.add(event.exercise)
            led = False


# --- the built-in routines -------------------------------------------------------------------------


@every_routine
@every_level
@pytest.mark.parametrize(("hold", "reps"), [(None, None), (10, 1), (25, 2), (40, 3)])
def test_a_built_in_routine_is_calm(
    routine: Routine, guidance: Guidance, hold: int | None, reps: int | None
) -> None:
    """Nobody waits in a stretch, and a hold of 25 s has eight seconds without a word."""
    timeline = laid_out(routine.id, guidance, hold, reps)
    found = list(approaches(timeline))
    assert len(found) == len(timeline.of_kind("hold"))
    assert max(approach.loaded_ms for approach in found) <= MAX_LOADED_MS
    assert max(approach.wait_ms for approach in found) <= MAX_WAIT_MS
    for hold_event in timeline.of_kind("hold"):
        is_called = CALLS & {event.role for event in inside(timeline, hold_event)}
        if hold_event.duration_ms >= 25_000 and not is_called:
            assert longest_quiet_ms(timeline, hold_event) >= 8000


@every_routine
def test_warnings_come_first_and_the_end_is_calm(routine: Routine) -> None:
    """In full, all of safety is said before the first exercise, and nothing of it after the last."""
    timeline = laid_out(routine.id, "full")
    first, last = (timeline.of_kind("hold")[place].start_ms for place in (0, -1))
    safety = {
        sentence
        for text in (*routine.safety.before, *routine.safety.red_flags)
        for sentence in ENGLISH.sentences(text)
    }
    assert routine.safety.red_flags
    assert safety <= {event.text for event in timeline.of_kind("say") if event.start_ms < first}
    end = [event for event in timeline.of_kind("say") if event.start_ms > last]
    assert not any(event.role == "safety" for event in end)
    assert not any(re.search(r"doctor|emergency", event.text) for event in end)


@every_routine
def test_brief_is_for_every_day(routine: Routine) -> None:
    """Twenty seconds to the first exercise, one sentence of safety, one into each position and each stretch."""
    timeline = laid_out(routine.id, "brief")
    said = timeline.of_kind("say")
    # The estimate is on the long side; measured with the default voice it is below 20 s in all routines.
    assert next(event.start_ms for event in said if event.role == "position") <= 22_000
    assert [event.text for event in said if event.role == "safety"] == [routine.safety.short]
    assert re.search("stop|leave out", routine.safety.short, re.IGNORECASE)
    for exercise in routine.all_exercises:
        own = [event for event in said if event.exercise == exercise.id]
        assert sum(event.role == "position" for event in own) == 1
        told = [event.text for event in own if event.role == "reminder"]
        # Only where breaths are no longer called: silence would be waited out.
        assert not told or (exercise.breath and told == ["On your own now, until the bell."])


@every_routine
def test_full_says_nothing_in_the_same_words_three_times(routine: Routine) -> None:
    """But counts, lengths and calls, which nobody would vary."""
    said = laid_out(routine.id, "full").of_kind("say")
    fixed = CALLS | {"count", "countdown", "halfway", "length"}
    times = Counter(event.text for event in said if event.role not in fixed)
    assert [text for text, count in times.items() if count > 2] == []


@every_routine
def test_brief_is_shorter_than_full_by_a_minute_and_more(routine: Routine) -> None:
    """The levels differ."""
    full, brief = (laid_out(routine.id, level).duration_ms for level in LEVELS)
    assert full - brief > 60_000


@every_routine
def test_every_role_is_named(routine: Routine) -> None:
    """Each sentence of a plan says what it is for."""
    for guidance in LEVELS:
        assert all(event.role for event in laid_out(routine.id, guidance).of_kind("say"))


def test_a_called_flow_has_phases_of_the_same_length() -> None:
    """No word of the time shifts them."""
    for routine in ROUTINES:
        for exercise in routine.all_exercises:
            movement = exercise.movement
            if isinstance(movement, Flow) and not exercise.breath:
                timeline = session_of(routine, SessionOptions(only=(exercise.id,), hold_seconds=30))
                hold = timeline.of_kind("hold")[0]
                calls = [e.start_ms - hold.start_ms for e in inside(timeline, hold) if e.role == "phase"]
                each = round(movement.phase_seconds * 1000)
                assert calls == list(range(each, each * len(calls) + 1, each))
                assert not any(event.role == "halfway" for event in inside(timeline, hold))


# --- figures ---------------------------------------------------------------------------------------


def test_the_wait_is_measured_from_the_instruction_and_from_the_last_word() -> None:
    """Also where the last word was said inside the hold before."""
    timeline = Timeline(
        30_000,
        (),
        (
            Event(0, 1000, "say", "Bend.", role="instruction", exercise="a"),
            Event(1500, 2000, "say", "Left side.", role="count", exercise="a"),
            Event(4000, 9000, "hold", exercise="a"),
            Event(6000, 7000, "say", "Breathe.", role="reminder", exercise="a"),
            Event(12_000, 17_000, "hold", exercise="a"),
        ),
    )
    assert list(approaches(timeline)) == [Approach("a", wait_ms=2000, loaded_ms=3000), Approach("a", 5000, 0)]
    shares = shares_of(timeline)
    assert (round(shares.speech, 3), round(shares.hold, 3), round(shares.quiet, 3)) == (0.083, 0.333, 0.917)
    assert shares.wait_ms == 3000


def test_a_long_wait_of_an_authors_own_is_seen() -> None:
    """A pause at the end of an instruction keeps people in the stretch."""
    movement = FOLD.movement.model_copy(update={"instruction": "Bend forward. [pause 6s]"})
    timeline = session_of(with_exercise(movement=movement), SessionOptions())
    assert not next(approaches(timeline)).is_calm


@pytest.mark.slow
def test_the_lower_back_with_its_voice_is_as_short_and_as_quiet_as_promised() -> None:
    """In full at most 14:30 min and 38 % of speech, in brief at most 11:30 and 20 s to the first stretch."""
    full, brief = (
        plan_session(
            LOWER_BACK,
            SessionOptions(hold_seconds=25, reps=2, guidance=guidance),
            VoiceOptions(engine="neural"),
            store=MemoryStore(),
        ).timeline
        for guidance in LEVELS
    )
    assert full.duration_ms <= 870_000
    assert shares_of(full).speech <= 0.38
    assert brief.duration_ms <= 690_000
    assert next(event.start_ms for event in brief.of_kind("say") if event.role == "position") <= 20_000
    for timeline in (full, brief):
        for hold in timeline.of_kind("hold"):
            if not CALLS & {event.role for event in inside(timeline, hold)}:
                assert longest_quiet_ms(timeline, hold) >= 8000
