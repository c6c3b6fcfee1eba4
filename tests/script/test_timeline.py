"""The timing contract, for arbitrary routines, choices and lengths of words."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import Laid, resolved, routines, session_options, sessions
from voiceguide.errors import UsageError
from voiceguide.language.registry import find_language
from voiceguide.options.session import SessionOptions
from voiceguide.routine.model import Exercise, Group, SideReps
from voiceguide.routine.movements import (
    Breath,
    Breathe,
    Count,
    Flow,
    Growth,
    Phase,
    Rock,
    StaticHold,
    Step,
    Steps,
    Work,
)
from voiceguide.routine.reader import find_routine
from voiceguide.routine.values import Side
from voiceguide.script.builder import build_script
from voiceguide.script.grid import GRID_MS, Lengths
from voiceguide.script.prescription import session_bouts, session_length_ms
from voiceguide.script.segments import (
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
    """Every window is the chosen hold, scaled as the exercise says, to the ms; left and right alike.

    A rung of a ladder has its own length; a count and a sequence are as long as what is in them.
    """
    holds = laid.timeline.of_kind("hold")
    assert holds
    for hold in holds:
        exercise = _exercise_of(hold, laid)
        movement, own = exercise.movement, exercise.hold_seconds
        if isinstance(movement, Count):
            numbers = [cue for cue in _cues_of(laid.timeline, hold) if cue.role == "number"]
            counted = len(numbers) * movement.rep_seconds
            expected = 2 + counted if numbers else (hold.end_ms - hold.start_ms) / 1000
            assert numbers or laid.options.guidance == "chimes"
        elif isinstance(movement, Steps):
            expected = 2 + sum(step.seconds for step in movement.steps)
        elif isinstance(own, tuple) and "hold_seconds" not in laid.options.explicit:
            expected = own[(hold.rep or 1) - 1]
        elif isinstance(own, tuple):
            rung = own[(hold.rep or 1) - 1]
            scaled = (
                rung * laid.options.hold_seconds * exercise.hold_scale / laid.routine.defaults.hold_seconds
            )
            expected = min(max(scaled, 3), 3600)
            assert (hold.end_ms - hold.start_ms) % 500 == 0
            assert hold.end_ms - hold.start_ms == pytest.approx(expected * 1000, abs=251)
            continue
        else:
            expected = laid.options.hold_seconds_of(exercise)
        assert hold.end_ms - hold.start_ms == expected * 1000


def _times(exercise: Exercise, side: Side | None, set_number: int, laid: Laid) -> int:
    """How many holds a set has on a side, from what is written and chosen."""
    options, factor = laid.options, laid.options.reps / laid.routine.defaults.reps
    if exercise.movement.kind == "count":
        return 1
    if isinstance(exercise.sides, SideReps):
        own: int = getattr(exercise.sides, side or "left")
        return min(max(round(own * factor), 1), 50) if "reps" in options.explicit else own
    if isinstance(exercise.hold_seconds, tuple):
        return len(exercise.hold_seconds)
    if isinstance(exercise.reps, tuple):
        own = exercise.reps[set_number - 1]
        return min(max(round(own * factor), 1), 50) if "reps" in options.explicit else own
    return exercise.reps if exercise.reps and "reps" not in options.explicit else options.reps


_SIDES: dict[str, tuple[Side | None, ...]] = {"none": (None,), "left": ("left",), "right": ("right",)}


def _sets_on(exercise: Exercise, side: Side | None) -> int:
    """How many sets there are on a side: of a count, more on one side are more sets there."""
    is_uneven = exercise.movement.kind == "count" and isinstance(exercise.sides, SideReps)
    return exercise.sets * (getattr(exercise.sides, side or "left") if is_uneven else 1)


@given(sessions())
def test_every_repetition_of_every_side_has_its_hold(laid: Laid) -> None:
    """Each chosen exercise is held once for each repetition, set, round, and side where it has sides."""
    expected = []
    entries: list[tuple[Exercise, int]] = []
    for entry in laid.routine.exercises:
        rounds = entry.rounds if isinstance(entry, Group) else 1
        inside = entry.exercises if isinstance(entry, Group) else (entry,)
        entries += [(exercise, rounds) for exercise in inside if exercise.id in laid.options.exercises]
    for exercise, rounds in entries:
        sides = _SIDES.get(str(exercise.sides), ("left", "right"))
        only = [side for side in sides if side is None or laid.options.side in (None, side)]
        expected += [
            (exercise.id, rep, side, number if _sets_on(exercise, side) > 1 else None, round_number)
            for round_number in (range(1, rounds + 1) if rounds > 1 else (None,))
            for side in only
            for number in range(1, _sets_on(exercise, side) + 1)
            for rep in range(1, _times(exercise, side, number, laid) + 1)
        ]
    found = [
        (hold.exercise, hold.rep, hold.side, hold.set_number, hold.round_number)
        for hold in laid.timeline.of_kind("hold")
    ]
    assert Counter(found) == Counter(expected)


@given(sessions())
def test_numbers_are_exactly_a_repetition_apart(laid: Laid) -> None:
    """Every number is heard, the first at most 2 s after the begin chime, the release a repetition after the last."""
    for hold in laid.timeline.of_kind("hold"):
        movement = _exercise_of(hold, laid).movement
        numbers = [cue for cue in _cues_of(laid.timeline, hold) if cue.role == "number"]
        if not isinstance(movement, Count) or laid.options.guidance == "chimes":
            assert numbers == []
            continue
        each_ms = movement.rep_seconds * 1000
        assert numbers[0].start_ms - hold.start_ms <= 2000
        assert hold.end_ms - numbers[-1].start_ms == each_ms
        for number, (before, after) in enumerate(pairwise(numbers), 1):
            assert after.start_ms - before.start_ms == each_ms
            assert after.start_ms - before.end_ms >= 150
            assert (before.rep, after.rep) == (number, number + 1)
        assert all(number.natural_rate for number in numbers)
        assert len(numbers) == 1 or numbers[-1].text == "Last one."
        assert [number.text for number in numbers[:-1]] == [
            f"{find_language('en').number(n).capitalize()}." for n in range(1, len(numbers))
        ]


@given(sessions())
def test_a_step_begins_exactly_when_the_one_before_is_over(laid: Laid) -> None:
    """Its first sentence at its second, or listed as dropped."""
    dropped_at = {drop.at_ms for drop in laid.timeline.dropped}
    for hold in laid.timeline.of_kind("hold"):
        movement = _exercise_of(hold, laid).movement
        if not isinstance(movement, Steps) or laid.options.guidance == "chimes":
            continue
        said = {cue.start_ms for cue in _cues_of(laid.timeline, hold) if cue.role == "step"}
        at_ms = hold.start_ms + 2000
        for step in movement.steps:
            if step.say and not step.say.startswith("["):
                assert at_ms in said or at_ms in dropped_at
            at_ms += round(step.seconds * 1000)
        assert at_ms == hold.end_ms


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
def test_countdown_words_start_on_the_last_seconds(laid: Laid) -> None:
    """The numbers start on the last seconds, all of them or none; none in a short hold, or where it is switched off."""
    count = laid.options.countdown
    texts = [f"{find_language('en').number(n).capitalize()}." for n in range(count, 0, -1)]
    dropped_at = [drop.at_ms for drop in laid.timeline.dropped if drop.text == " ".join(texts)]
    for hold in laid.timeline.of_kind("hold"):
        counted = [event for event in _cues_of(laid.timeline, hold) if event.role == "countdown"]
        times = [hold.end_ms - event.start_ms for event in counted]
        wanted = count and laid.options.guidance != "chimes" and _is_counted(hold, laid)
        wanted = wanted and hold.duration_ms >= 10_000  # a shorter hold is quiet
        if not wanted or max(hold.end_ms - 1000 * count, hold.start_ms) in dropped_at:
            assert times == []
        else:
            assert times == [1000 * n for n in range(count, 0, -1)]
            assert [event.text for event in counted] == texts


@given(sessions())
def test_halfway_is_said_exactly_at_the_middle_of_long_holds(laid: Laid) -> None:
    """From 20 s on, at N/2 to the ms or listed as dropped; never in a shorter hold, never for cues alone.

    Nor where phases are called, whose time it would shift, or where the time is told anyway.
    """
    dropped_at = [drop.at_ms for drop in laid.timeline.dropped if drop.text.startswith("Halfway")]
    for hold in laid.timeline.of_kind("hold"):
        cues = _cues_of(laid.timeline, hold)
        said = [e.start_ms for e in cues if e.text.startswith("Halfway")]
        length_ms = hold.end_ms - hold.start_ms
        middle_ms = hold.start_ms + length_ms // 2
        guided = laid.options.guidance in {"full", "brief"}
        is_called = any(cue.role == "phase" for cue in cues) or any(
            drop.at_ms > hold.start_ms and drop.at_ms < hold.end_ms and "calls of the movement" in drop.reason
            for drop in laid.timeline.dropped
        )
        wanted = length_ms >= 20_000 and guided and _is_counted(hold, laid)
        wanted = wanted and not _call_times(hold, laid) and middle_ms not in dropped_at
        if is_called or isinstance(_exercise_of(hold, laid).movement, Flow):
            assert said in ([], [middle_ms])
            assert not (said and is_called)
        else:
            assert said == ([middle_ms] if wanted else [])


def _call_times(hold: Event, laid: Laid) -> list[int]:
    """When the time that is left is due in a hold."""
    every = laid.options.call_every_seconds
    every = _exercise_of(hold, laid).call_every_seconds if every is None else every
    if not every or not _is_timed(hold, laid):
        return []
    return list(range(hold.start_ms + round(every * 1000), hold.end_ms, round(every * 1000)))


@given(sessions())
def test_the_time_that_is_left_is_told_exactly_when_it_is_due(laid: Laid) -> None:
    """Every N seconds from the begin chime, or listed as dropped; without words, a chime marks it."""
    dropped_at = {drop.at_ms for drop in laid.timeline.dropped}
    for hold in laid.timeline.of_kind("hold"):
        due = _call_times(hold, laid)
        if laid.options.guidance == "chimes":
            rung = [e.start_ms for e in laid.timeline.of_kind("chime") if e.chime == "next"]
            fits = [at for at in due if at + laid.lengths.chimes["next"] <= hold.end_ms]
            assert set(fits) <= set(rung)
            continue
        said = {e.start_ms: e.text for e in _cues_of(laid.timeline, hold) if e.text.endswith(" to go.")}
        assert [at for at in due if at not in dropped_at] == sorted(said)


def _is_timed(hold: Event, laid: Laid) -> bool:
    return not _breath_of(hold, laid) and _exercise_of(hold, laid).movement.kind not in ("count", "steps")


def _exercise_of(hold: Event, laid: Laid) -> Exercise:
    return next(e for e in laid.routine.all_exercises if e.id == hold.location.exercise)


def _breath_of(hold: Event, laid: Laid) -> Breath | None:
    return _exercise_of(hold, laid).breath


def _is_counted(hold: Event, laid: Laid) -> bool:
    return _is_timed(hold, laid) and not _exercise_of(hold, laid).quiet


@given(sessions())
def test_breaths_are_called_exactly_when_they_turn(laid: Laid) -> None:
    """Each part of each called breath at its second, or listed as dropped; a hold is whole breaths long."""
    dropped_at = {drop.at_ms for drop in laid.timeline.dropped}
    for hold in laid.timeline.of_kind("hold"):
        breath = _breath_of(hold, laid)
        if breath is None:
            continue
        breaths = laid.options.breaths_of(_exercise_of(hold, laid)) or 0
        turns, now_ms = [], hold.start_ms
        called = breaths if breath.calls is None else min(breath.calls, breaths)
        for number in range(breaths):
            for length in (breath.in_seconds, breath.hold_seconds, breath.out_seconds, breath.rest_seconds):
                part_ms = _part_ms(length, number, breaths)
                if part_ms and number < called:
                    turns.append(now_ms)
                now_ms += part_ms
        assert now_ms == hold.end_ms
        wanted = [turn for turn in turns[1:] if turn not in dropped_at]
        said = {cue.start_ms for cue in _cues_of(laid.timeline, hold)}
        assert set(wanted) <= said or laid.options.guidance == "chimes"


def _part_ms(length: float | Growth, number: int, breaths: int) -> int:
    """A part of a breath that grows evenly from the first to the last, to the half second."""
    if not isinstance(length, Growth):
        return round(1000 * length)
    exact = length.first + (length.last - length.first) * number / max(breaths - 1, 1)
    return 500 * round(2 * exact)


_KINDS: dict[str, dict[str, Any]] = {
    "work": {"movement": Work(kind="work", instruction="March.", short=("March again.", "And again."))},
    "hold": {"movement": StaticHold(kind="hold", instruction="Bend.", short=("Bend again.",))},
    "rock": {"movement": Rock(kind="rock", instruction="Rock.", short=("Rock again.",))},
    "flow": {
        "movement": Flow(
            kind="flow",
            short=("Again.",),
            phases=(Phase(instruction="Up.", cue="Up."), Phase(instruction="Down.", cue="Down.")),
        )
    },
    "breathe": {
        "movement": Breathe(kind="breathe", instruction="Breathe.", short=("Breathe again.",)),
        "breath": Breath(breaths=3),
    },
    "steps": {"movement": Steps(kind="steps", steps=(Step(say="Bend.", seconds=4), Step(seconds=7.5)))},
    "count": {"movement": Count(kind="count", rep_seconds=2.5, instruction="Lift."), "sets": 3},
}


@given(
    st.sampled_from(sorted(_KINDS)),
    st.sampled_from((0, 1, 2, 3, 5, 10, 30)) | st.integers(1, 120).map(lambda half: half / 2),
    st.integers(0, 20),
    st.lists(st.integers(100, 4000), min_size=1),
    st.sampled_from((0, 3, 5, 10)),
    st.sampled_from((0, 5)),
    st.booleans(),
)
def test_a_timed_rest_lasts_what_was_asked(
    kind: str, rest: float, ready: int, lengths: list[int], countdown: int, lead_in: int, one_side: bool
) -> None:
    """From release chime to begin chime exactly, whatever the words are and whoever gave it; on each side."""
    back = find_routine("lower-back")
    march = back.all_exercises[0].model_copy(
        update={"ready_seconds": ready, "sides": "right" if one_side else "none", **_KINDS[kind]}
    )
    routine = back.model_copy(update={"exercises": (march,)})
    options = SessionOptions(
        hold_seconds=30, reps=3, rest_seconds=rest, countdown=countdown, lead_in=lead_in
    ).resolve(routine)
    script = build_script(routine, options, find_language("en"))
    speech = {
        words: min(lengths[number % len(lengths)], 850 if words.natural_rate else 4000)
        for number, words in enumerate(script.utterances)
    }
    holds = lay_out(script, Lengths(speech, CHIMES)).of_kind("hold")
    assert len(holds) == 3
    for before, after in pairwise(holds):
        assert after.start_ms - before.end_ms == 1000 * rest


@given(sessions())
def test_cues_leave_silence_between_them(laid: Laid) -> None:
    """Inside a window words never overlap, start half a second after the chime, and end before the release.

    Numbers that are counted, and what is said between them, leave 0.15 s.
    """
    for hold in laid.timeline.of_kind("hold"):
        cues = _cues_of(laid.timeline, hold)
        is_counted = _exercise_of(hold, laid).movement.kind in ("count", "steps")
        for earlier, later in pairwise(cues):
            close = is_counted or (earlier.role == later.role == "countdown" and laid.options.countdown > 3)
            joined = earlier.role == later.role == "reminder"  # the sentences of one reminder
            assert later.start_ms - earlier.end_ms >= (150 if close else 0 if joined else 500)
        if cues:
            is_long_count = laid.options.countdown > 3
            first_is_close = is_counted or (cues[0].role == "countdown" and is_long_count)
            last_is_close = is_counted or (cues[-1].role == "countdown" and is_long_count)
            begun_ms = hold.start_ms + laid.lengths.chimes["begin"]
            assert cues[0].start_ms - begun_ms >= (150 if first_is_close else 500)
            assert hold.end_ms - cues[-1].end_ms >= (150 if last_is_close else 250)


@given(sessions())
def test_sounds_never_overlap(laid: Laid) -> None:
    """No word and no chime sounds while another does, but for a release chime that is damped.

    From 0.6 s on (or half a second, where the rest is no longer), a word or a chime may start in it; it is silent a
    tenth of a second later. Where there is no rest, the begin chime alone sounds.
    """
    sounds = [event for event in laid.timeline.events if event.kind in {"say", "chime"}]
    for earlier, later in pairwise(sounds):
        if earlier.end_ms <= later.start_ms:
            continue
        assert earlier.chime == "release"
        since_ms = later.start_ms - earlier.start_ms
        assert since_ms >= 600 or (later.chime == "begin" and since_ms == 500)
        assert earlier.end_ms - later.start_ms <= 100


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
        assert event.start_ms < event.end_ms or _gives_way(event, laid)
        assert event.start_ms <= reached_ms
        reached_ms = max(reached_ms, event.end_ms)
    assert [event.start_ms for event in events] == sorted(event.start_ms for event in events)
    assert reached_ms == laid.timeline.duration_ms


def _gives_way(event: Event, laid: Laid) -> bool:
    """Tell whether a release chime is silent, since a begin chime sounds in its place."""
    begins = [e.start_ms for e in laid.timeline.of_kind("chime") if e.chime == "begin"]
    return event.chime == "release" and event.start_ms == event.end_ms and event.start_ms in begins


@given(sessions())
def test_every_cue_is_placed_or_dropped_with_a_reason(laid: Laid) -> None:
    """Of the cues of the script none gets lost: each is heard in its window or listed."""
    scripted = [words for hold in _scripted_holds(laid.script) for cue in hold.cues for words in _texts(cue)]
    holds = laid.timeline.of_kind("hold")
    placed = [e.utterance.text for hold in holds for e in _cues_of(laid.timeline, hold) if e.utterance]
    left_out = {entry for section in laid.script.sections for entry in section.dropped}
    dropped = [drop for drop in laid.timeline.dropped if (drop.text, drop.reason) not in left_out]
    missing: list[str] = []
    for drop in [drop for drop in dropped if "in a rest of" not in drop.reason]:
        assert re.fullmatch(
            r"(no room next to .+|words too long to be said a second apart) in a hold of [\d.]+ s"
            r"|no room before the next step",
            drop.reason,
        )
        missing.append(drop.text)
    words = Counter(" ".join([*placed, *missing]).split())
    assert words == Counter(" ".join(scripted).split())


@given(sessions(timed=False))
def test_free_sounds_start_on_the_grid(laid: Laid) -> None:
    """Sounds whose time nobody chose start on a whole MP3 frame, and so do release chimes."""
    inside = [event for hold in laid.timeline.of_kind("hold") for event in _cues_of(laid.timeline, hold)]
    free = [
        event
        for event in laid.timeline.events
        if (event.kind == "say" and event not in inside)
        or (event.kind == "chime" and event.chime in ("release", "end"))
    ]
    assert free
    for event in free:
        assert event.start_ms % GRID_MS == 0


def _is_exact(part: object) -> bool:
    return isinstance(part, Pause) and part.is_exact


@given(sessions())
def test_a_pause_that_an_author_chose_is_exact(laid: Laid) -> None:
    """Between two sentences it is as long as the text says, to the ms; not the usual pause, and not more."""
    spoken = laid.timeline.of_kind("say")
    for section in laid.script.sections:
        for before, pause, after in zip(
            section.segments, section.segments[1:], section.segments[2:], strict=False
        ):
            if not (isinstance(before, Say) and _is_exact(pause) and isinstance(after, Say)):
                continue
            assert isinstance(pause, Pause)
            pairs = [
                (one, other)
                for one, other in pairwise(spoken)
                if (one.utterance, other.utterance) == (before.utterance, after.utterance)
            ]
            assert any(other.start_ms - one.end_ms == pause.duration_ms for one, other in pairs)


@given(sessions(timed=False))
def test_pauses_are_what_the_script_says(laid: Laid) -> None:
    """Silence between two sounds is never shorter than in the script, and less than one frame longer."""
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
    """To the ms, with the words of one form, the fullest that fits. What its author wrote and nobody hears is listed."""
    scripted, placed = _scripted_holds(laid.script), laid.timeline.of_kind("hold")
    for (hold, event), before in zip(list(zip(scripted, placed, strict=True))[1:], placed, strict=False):
        if hold.rest is None:
            continue
        assert event.start_ms - before.end_ms == hold.rest.duration_ms
        between = [
            e
            for e in laid.timeline.of_kind("say")
            if before.end_ms < e.start_ms < event.start_ms and e.role != "countdown"
        ]
        said = [e.utterance for e in between]
        forms = [_spoken_in((*form.head, *form.tail)) for form in hold.rest.forms]
        assert said == [] or said in forms
        authored = [
            part.utterance
            for form in hold.rest.forms[:1]
            for part in (*form.head, *form.tail)
            if isinstance(part, Say) and part.is_authored
        ]
        missing = [words.text for words in authored if words not in said]
        listed = [d.text for d in laid.timeline.dropped if d.at_ms == before.end_ms]
        assert Counter(missing) <= Counter(listed) + Counter(words.text for words in said if words)


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
    """Twice as many repetitions make the session longer, with words as long as they are written.

    What keeps its shape (a ladder, a count, more on one side) may be as long as before.
    """
    routine = data.draw(routines(most_exercises=2))
    few = resolved(data.draw(session_options(routine)), routine)
    twice = replace(few, reps=few.reps * 2)
    assume(session_length_ms(session_bouts(routine, twice)) < 5 * 3_600_000)
    keeps_shape = any(_keeps_its_shape(exercise) for exercise in few.selected(routine))
    letter_ms = data.draw(st.integers(40, 100))
    shorter, longer = (
        lay_out(script, Lengths({words: len(words.text) * letter_ms for words in script.utterances}, CHIMES))
        for script in (build_script(routine, options, find_language("en")) for options in (few, twice))
    )
    assert longer.duration_ms > shorter.duration_ms or keeps_shape
    assert longer.duration_ms >= shorter.duration_ms
    assert len(longer.of_kind("hold")) >= len(shorter.of_kind("hold"))


def _keeps_its_shape(exercise: Exercise) -> bool:
    lists = (exercise.hold_seconds, exercise.reps)
    is_listed = any(isinstance(value, tuple) for value in lists)
    return is_listed or exercise.movement.kind == "count" or isinstance(exercise.sides, SideReps)


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
    cue = Cue(words, 7000, Priority.COUNTDOWN, every_ms=1000)
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
