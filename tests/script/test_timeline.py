"""The timing contract, for arbitrary routines, choices and lengths of words."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import Laid, routines, session_options, sessions
from voiceguide.errors import UsageError
from voiceguide.language.registry import find_language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.model import Breath, Exercise, Work
from voiceguide.routine.reader import find_routine
from voiceguide.script.builder import build_script
from voiceguide.script.segments import (
    GRID_MS,
    NOWHERE,
    ChimeKind,
    Cue,
    Hold,
    Location,
    Pause,
    Priority,
    Say,
    Script,
    Section,
    Utterance,
)
from voiceguide.script.timeline import (
    Event,
    Lengths,
    Timeline,
    lay_out,
)

CHIMES: dict[ChimeKind, int] = {"begin": 1200, "release": 1700, "next": 1100, "end": 4200}
COUNTDOWN = ["Three.", "Two.", "One."]


def _cues_of(timeline: Timeline, hold: Event) -> list[Event]:
    """What is said inside a hold."""
    return [event for event in timeline.of_kind("say") if hold.start_ms <= event.start_ms < hold.end_ms]


def _scripted_holds(script: Script) -> list[Hold]:
    return [
        segment for section in script.sections for segment in section.segments if isinstance(segment, Hold)
    ]


def _texts(cue: Cue) -> list[str]:
    return [utterance.text for utterance in cue.utterances]


def _one_hold(seconds: int, *cues: Cue, speech: dict[Utterance, int]) -> Timeline:
    """A session of nothing but one hold with the program's own chimes."""
    hold = Hold(seconds * 1000, cues, NOWHERE)
    return lay_out(Script((Section("Hold", (hold,)),)), Lengths(speech, CHIMES))


@given(sessions())
def test_a_hold_lasts_exactly_as_long_as_asked(laid: Laid) -> None:
    """Every window is the chosen hold, scaled as the exercise says, to the ms; left and right alike."""
    exercises = {exercise.id: exercise for exercise in laid.routine.exercises}
    holds = laid.timeline.of_kind("hold")
    assert holds
    for hold in holds:
        exercise = exercises[hold.location.exercise or ""]
        assert hold.end_ms - hold.start_ms == laid.options.hold_seconds_of(exercise) * 1000


@given(sessions())
def test_every_repetition_of_every_side_has_its_hold(laid: Laid) -> None:
    """Each chosen exercise is held once for each repetition, set, and side where it has sides."""
    chosen = [exercise for exercise in laid.routine.exercises if exercise.id in laid.options.exercises]
    expected = {
        (exercise.id, rep, side, number if exercise.sets > 1 else None)
        for exercise in chosen
        for number in range(1, exercise.sets + 1)
        for rep in range(1, laid.options.reps_of(exercise) + 1)
        for side in (("left", "right") if exercise.sides == "each" else (None,))
    }
    places = [hold.location for hold in laid.timeline.of_kind("hold")]
    found = [(location.exercise, location.rep, location.side, location.set_number) for location in places]
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.slow
@given(sessions())
def test_a_hold_begins_and_ends_with_its_chimes(laid: Laid) -> None:
    """The begin chime starts with the window, the release chime exactly at its end, and nowhere else."""
    first_exercise_ms = laid.timeline.chapters[1].start_ms
    chimes = [event for event in laid.timeline.of_kind("chime") if event.start_ms >= first_exercise_ms]
    begins = [event.start_ms for event in chimes if event.chime == "begin"]
    releases = [event.start_ms for event in chimes if event.chime == "release"]
    assert begins == [hold.start_ms for hold in laid.timeline.of_kind("hold")]
    assert releases == [hold.end_ms for hold in laid.timeline.of_kind("hold")]


@given(sessions())
def test_countdown_words_start_on_the_last_three_seconds(laid: Laid) -> None:
    """Three, two, one start at T-3, T-2, T-1 s, all of them or none, and none where it is switched off."""
    dropped_at = [drop.at_ms for drop in laid.timeline.dropped if drop.text == " ".join(COUNTDOWN)]
    for hold in laid.timeline.of_kind("hold"):
        counted = [
            event
            for event in _cues_of(laid.timeline, hold)
            if event.utterance and event.utterance.natural_rate
        ]
        times = [hold.end_ms - event.start_ms for event in counted]
        wanted = laid.options.countdown and laid.options.guidance != "chimes" and _is_counted(hold, laid)
        if not wanted or hold.end_ms - 3000 in dropped_at:
            assert times == []
        else:
            assert times == [3000, 2000, 1000]
            assert [event.utterance.text for event in counted if event.utterance] == COUNTDOWN


@given(sessions())
def test_halfway_is_said_exactly_at_the_middle_of_long_holds(laid: Laid) -> None:
    """From 20 s on, at N/2 to the ms or listed as dropped; never in a shorter hold, never for cues alone."""
    dropped_at = [drop.at_ms for drop in laid.timeline.dropped if drop.text.startswith("Halfway")]
    for hold in laid.timeline.of_kind("hold"):
        cues = _cues_of(laid.timeline, hold)
        said = [e.start_ms for e in cues if e.utterance and e.utterance.text.startswith("Halfway")]
        length_ms = hold.end_ms - hold.start_ms
        middle_ms = hold.start_ms + length_ms // 2
        guided = laid.options.guidance in {"full", "brief"}
        wanted = length_ms >= 20_000 and guided and _is_counted(hold, laid)
        assert said == ([middle_ms] if wanted and middle_ms not in dropped_at else [])


def _exercise_of(hold: Event, laid: Laid) -> Exercise:
    return next(e for e in laid.routine.exercises if e.id == hold.location.exercise)


def _breath_of(hold: Event, laid: Laid) -> Breath | None:
    return _exercise_of(hold, laid).breath


def _is_counted(hold: Event, laid: Laid) -> bool:
    return not _breath_of(hold, laid) and not _exercise_of(hold, laid).quiet


@given(sessions())
def test_breaths_are_called_exactly_when_they_turn(laid: Laid) -> None:
    """Each part of each called breath at its second, or listed as dropped; a hold is whole breaths long."""
    dropped_at = {drop.at_ms for drop in laid.timeline.dropped}
    for hold in laid.timeline.of_kind("hold"):
        breath = _breath_of(hold, laid)
        if breath is None:
            continue
        breaths, rest_ms = divmod(hold.end_ms - hold.start_ms, breath.seconds * 1000)
        assert rest_ms == 0
        parts = (breath.in_seconds, breath.hold_seconds, breath.out_seconds, breath.rest_seconds)
        turns, now_ms = [], hold.start_ms
        for _ in range(breaths if breath.calls is None else min(breath.calls, breaths)):
            for seconds in parts:
                if seconds:
                    turns.append(now_ms)
                now_ms += seconds * 1000
        wanted = [turn for turn in turns[1:] if turn not in dropped_at]
        said = {cue.start_ms for cue in _cues_of(laid.timeline, hold)}
        assert set(wanted) <= said or laid.options.guidance == "chimes"


@given(st.integers(0, 60), st.integers(0, 20), st.lists(st.integers(100, 4000), min_size=1), st.booleans())
def test_a_timed_rest_lasts_what_was_asked(
    rest: int, ready: int, lengths: list[int], countdown: bool
) -> None:
    """From release chime to begin chime, less than two frames more; longer only where the words need it."""
    march = (
        find_routine("lower-back")
        .exercises[0]
        .model_copy(
            update={
                "movement": Work(kind="work", instruction="March.", short=("March again.", "And again.")),
                "ready_seconds": ready,
            }
        )
    )
    routine = find_routine("lower-back").model_copy(update={"exercises": (march,)})
    options = SessionOptions(hold_seconds=30, reps=3, rest_seconds=rest, countdown=countdown).resolve(routine)
    script = build_script(routine, options, find_language("en"))
    speech = {words: lengths[number % len(lengths)] for number, words in enumerate(script.utterances)}
    holds = lay_out(script, Lengths(speech, CHIMES)).of_kind("hold")
    needed_ms = CHIMES["release"] + 700 + 4 * (4000 + 700 + GRID_MS) + 2500 + max(1600, 1000 * ready)
    for before, after in pairwise(holds):
        rest_ms = after.start_ms - before.end_ms
        assert rest_ms >= 1000 * rest
        assert rest_ms < 1000 * rest + 2 * GRID_MS or rest_ms <= needed_ms


@given(sessions())
def test_cues_leave_half_a_second_between_them(laid: Laid) -> None:
    """Inside a window words never overlap, start half a second after the chime, and end before the release."""
    for hold in laid.timeline.of_kind("hold"):
        cues = _cues_of(laid.timeline, hold)
        for earlier, later in pairwise(cues):
            assert later.start_ms - earlier.end_ms >= 500
        if cues:
            assert cues[0].start_ms - (hold.start_ms + laid.lengths.chimes["begin"]) >= 500
            assert hold.end_ms - cues[-1].end_ms >= 250


@given(sessions())
def test_sounds_never_overlap(laid: Laid) -> None:
    """No word and no chime sounds while another does."""
    sounds = [event for event in laid.timeline.events if event.kind in {"say", "chime"}]
    for earlier, later in pairwise(sounds):
        assert earlier.end_ms <= later.start_ms


@given(sessions())
def test_words_are_never_cut_or_sped_up(laid: Laid) -> None:
    """What is said takes exactly as long as its clip."""
    for event in laid.timeline.of_kind("say"):
        assert event.utterance
        assert event.end_ms - event.start_ms == laid.lengths.speech[event.utterance]


@given(sessions())
def test_chapters_tile_the_session(laid: Laid) -> None:
    """One chapter for each section; each begins where the one before ends; the last ends with the session."""
    chapters = laid.timeline.chapters
    assert [chapter.title for chapter in chapters] == [section.title for section in laid.script.sections]
    assert chapters[0].start_ms == 0
    assert chapters[-1].end_ms == laid.timeline.duration_ms
    for earlier, later in pairwise(chapters):
        assert earlier.end_ms == later.start_ms
        assert earlier.start_ms < earlier.end_ms


@given(sessions())
def test_events_are_in_order_and_fill_the_session(laid: Laid) -> None:
    """Events come in order of their start, cover every ms, and the last one ends with the session."""
    events = laid.timeline.events
    reached_ms = 0
    for event in events:
        assert event.start_ms < event.end_ms
        assert event.start_ms <= reached_ms
        reached_ms = max(reached_ms, event.end_ms)
    assert [event.start_ms for event in events] == sorted(event.start_ms for event in events)
    assert reached_ms == laid.timeline.duration_ms


@given(sessions())
def test_every_cue_is_placed_or_dropped_with_a_reason(laid: Laid) -> None:
    """Of the cues of the script none gets lost: each is heard in its window or listed."""
    scripted = [words for hold in _scripted_holds(laid.script) for cue in hold.cues for words in _texts(cue)]
    holds = laid.timeline.of_kind("hold")
    placed = [e.utterance.text for hold in holds for e in _cues_of(laid.timeline, hold) if e.utterance]
    left_out = {entry for section in laid.script.sections for entry in section.dropped}
    dropped = [drop for drop in laid.timeline.dropped if (drop.text, drop.reason) not in left_out]
    for drop in [drop for drop in dropped if "in a rest of" not in drop.reason]:
        assert re.fullmatch(
            r"(no room next to .+|words too long to be said a second apart) in a hold of \d+ s", drop.reason
        )
        placed += COUNTDOWN if drop.text == " ".join(COUNTDOWN) else [drop.text]
    assert Counter(placed) == Counter(scripted)


@given(sessions())
def test_free_sounds_start_on_the_grid(laid: Laid) -> None:
    """Sounds whose time the contract leaves open start on a whole MP3 frame, and so do release chimes."""
    inside = [event for hold in laid.timeline.of_kind("hold") for event in _cues_of(laid.timeline, hold)]
    free = [
        event
        for event in laid.timeline.events
        if (event.kind == "say" and event not in inside) or (event.kind == "chime" and event.chime != "begin")
    ]
    assert free
    for event in free:
        assert event.start_ms % GRID_MS == 0


@given(sessions())
def test_pauses_are_what_the_script_says(laid: Laid) -> None:
    """Silence between two sounds is never shorter than in the script, and less than one frame longer."""
    assume(all(hold.since_release_ms is None for hold in _scripted_holds(laid.script)))
    scripted: list[int] = []
    for section in laid.script.sections:
        scripted.append(0)
        for segment in section.segments:
            if isinstance(segment, Pause):
                scripted[-1] += segment.duration_ms
            else:
                scripted.append(0)
    starts = [event.start_ms for event in laid.timeline.events if _is_heard_alone(event, laid)]
    ends = [event.end_ms for event in laid.timeline.events if _is_heard_alone(event, laid, last=True)]
    bounds = sorted((chapter.end_ms for chapter in laid.timeline.chapters), reverse=True)
    heard, now = [], 0
    for start, end in zip(starts, ends, strict=True):
        while bounds and bounds[-1] <= start:
            heard.append(bounds[-1] - now)
            now = bounds.pop()
        heard.append(start - now)
        now = end
    heard += [bound - now if number == 0 else 0 for number, bound in enumerate(reversed(bounds))]
    for wanted, got in zip(scripted, heard, strict=True):
        assert wanted <= got < wanted + GRID_MS


@given(sessions())
def test_a_timed_rest_is_as_long_as_it_says(laid: Laid) -> None:
    """To the next frame; only one too short for side and repetition is longer. What found no room is listed."""
    scripted, placed = _scripted_holds(laid.script), laid.timeline.of_kind("hold")
    for (hold, event), (_, before) in zip(
        list(zip(scripted, placed, strict=True))[1:], zip(scripted, placed, strict=True), strict=False
    ):
        if hold.since_release_ms is None:
            continue
        said = [
            e.utterance for e in laid.timeline.of_kind("say") if before.end_ms < e.start_ms < event.start_ms
        ]
        late_ms = event.start_ms - before.end_ms - hold.since_release_ms
        assert late_ms >= 0
        if late_ms >= 2 * GRID_MS:
            assert said == _spoken_in(hold.lead_ins[-1])
        assert said in [_spoken_in((*rest, *lead)) for lead in hold.lead_ins for rest in (hold.rest, ())]
        missing = [words.text for words in _spoken_in((*hold.rest, *hold.lead_ins[0])) if words not in said]
        listed = [d.text for d in laid.timeline.dropped if before.end_ms <= d.at_ms < event.start_ms]
        assert [text for text in listed if text in missing] == missing


def _spoken_in(segments: tuple[Say | Pause, ...]) -> list[Utterance]:
    return [segment.utterance for segment in segments if isinstance(segment, Say)]


def _is_heard_alone(event: Event, laid: Laid, *, last: bool = False) -> bool:
    """Tell whether an event is the first (or the last) sound of a segment: of a hold, its chimes."""
    holds = laid.timeline.of_kind("hold")
    inside = any(hold.start_ms < event.start_ms < hold.end_ms for hold in holds)
    outer = {hold.end_ms if not last else hold.start_ms for hold in holds}
    of_hold = (
        event.kind == "chime" and event.chime == ("begin" if last else "release") and event.start_ms in outer
    )
    return event.kind in {"say", "chime"} and not inside and not of_hold


@given(st.data())
def test_more_repetitions_never_shorten_a_session(data: st.DataObject) -> None:
    """One repetition more makes the session longer, with words as long as they are written."""
    routine = data.draw(routines(most_exercises=2))
    few = data.draw(session_options(routine)).resolve(routine)
    letter_ms = data.draw(st.integers(40, 100))
    shorter, longer = (
        lay_out(script, Lengths({words: len(words.text) * letter_ms for words in script.utterances}, CHIMES))
        for script in (
            build_script(routine, options, find_language("en"))
            for options in (few, replace(few, reps=few.reps + 1))
        )
    )
    assert longer.duration_ms > shorter.duration_ms
    assert len(longer.of_kind("hold")) > len(shorter.of_kind("hold"))


@given(sessions())
def test_the_same_session_is_laid_out_the_same_every_time(laid: Laid) -> None:
    """Nothing but script and lengths goes into a timeline."""
    assert lay_out(laid.script, laid.lengths) == laid.timeline


@pytest.mark.parametrize(
    ("priority", "stays"),
    [(Priority.COUNTDOWN, "Countdown."), (Priority.HALFWAY, "Halfway."), (Priority.PHASE, "Round up.")],
)
def test_the_more_important_cue_stays(priority: Priority, stays: str) -> None:
    """On collision the lower priority is dropped, in any order of the script, and is listed with the reason."""
    strong, weak = Utterance(stays), Utterance("Breathe.")
    cues = (Cue((weak,), 10_000, Priority.REMINDER), Cue((strong,), 10_200, priority))
    timeline = _one_hold(25, *cues, speech={strong: 700, weak: 700})
    assert [event.utterance for event in timeline.of_kind("say")] == [strong]
    begin = timeline.of_kind("hold")[0].start_ms
    assert [(drop.at_ms - begin, drop.text) for drop in timeline.dropped] == [(10_000, "Breathe.")]
    assert timeline.dropped[0].reason.startswith("no room next to the ")
    assert timeline.dropped[0].reason.endswith(" in a hold of 25 s")


def test_a_reminder_moves_aside_where_it_may() -> None:
    """A cue with slack goes to the nearest free place on the grid instead of being dropped."""
    halfway, reminder = Utterance("Halfway."), Utterance("Breathe.")
    cues = (
        Cue((halfway,), 10_000, Priority.HALFWAY),
        Cue((reminder,), 10_000, Priority.REMINDER, centred=True, slack_ms=3000),
    )
    timeline = _one_hold(20, *cues, speech={halfway: 600, reminder: 1000})
    first, second = timeline.of_kind("say")
    assert timeline.dropped == ()
    assert (first.utterance, second.utterance) == (reminder, halfway)
    assert 10_000 - 500 - GRID_MS < first.end_ms <= 10_000 - 500


def test_a_countdown_of_long_words_is_left_out_whole() -> None:
    """Words that leave no half second before the next are not said at all, and the reason says so."""
    words = (Utterance("Three."), Utterance("Two."), Utterance("One."))
    cue = Cue(words, 7000, Priority.COUNTDOWN)
    timeline = _one_hold(10, cue, speech=dict.fromkeys(words, 501))
    assert timeline.of_kind("say") == ()
    begin = timeline.of_kind("hold")[0].start_ms
    assert [(drop.at_ms - begin, drop.text, drop.reason) for drop in timeline.dropped] == [
        (7000, "Three. Two. One.", "words too long to be said a second apart in a hold of 10 s")
    ]


def test_what_the_options_leave_out_is_listed() -> None:
    """What the script had no place for stands among the dropped, where its part begins."""
    first, second = (
        Section("A", (Pause(24),)),
        Section("B", (), (("Hug your knees.", "only one repetition"),)),
    )
    (drop,) = lay_out(Script((first, second)), Lengths({}, CHIMES)).dropped
    assert (drop.at_ms, drop.text, drop.reason) == (24, "Hug your knees.", "only one repetition")


def test_a_session_of_more_than_twelve_hours_is_refused() -> None:
    """Words and pauses count as well as holds; twelve hours to the ms are allowed."""
    twelve_hours_ms = 12 * 3_600_000
    assert (
        lay_out(Script((Section("A", (Pause(twelve_hours_ms),)),)), Lengths({}, CHIMES)).duration_ms
        == twelve_hours_ms
    )
    with pytest.raises(UsageError) as caught:
        lay_out(Script((Section("A", (Pause(twelve_hours_ms + 1),)),)), Lengths({}, CHIMES))
    assert str(caught.value) == ("This session would last 12.0 hours; at most 12 hours are possible.")


def test_an_event_knows_its_place() -> None:
    """Exercise, repetition and side go along from the script."""
    location = Location("bend", 2, "left")
    words = Utterance("Left side, second of two.")
    script = Script((Section("A", (Say(words, location), Pause(500, location), Hold(3000, (), location))),))
    timeline = lay_out(script, Lengths({words: 900}, CHIMES))
    assert {event.location for event in timeline.events} == {location}
    assert {event.kind for event in timeline.events} == {"say", "pause", "hold", "chime"}
