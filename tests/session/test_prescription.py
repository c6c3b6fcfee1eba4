"""What people in the field ask for, each case as a routine: the plan has the right value, and so has the decoded file."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.listening import chime_onset_ms, heard, loudest_db
from tests.program import run
from voiceguide.errors import RoutineError
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.language.registry import find_language
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import built_in_ids, find_routine, parse_routine
from voiceguide.script.naming import file_stem, session_title
from voiceguide.script.timeline import Event, Timeline
from voiceguide.session.duration_fit import fit_session
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.session.verification import verify
from voiceguide.store.memory import MemoryStore
from voiceguide.store.port import Store

FAKE = VoiceOptions(engine="fake")

HEAD = """id: case
title: Case
introduction: What somebody asked for.
safety: {before: ["If anything hurts, stop."], short: Stop if anything hurts.}
"""
HOLD = "{kind: hold, instruction: Lift., short: [Lift again.]}"
WORK = "{kind: work, instruction: Go., short: [Go again.]}"


@pytest.fixture(scope="module")
def store() -> Store:
    """Clips and blocks are shared by the tests of this module, as they are by sessions."""
    return MemoryStore(400_000_000)


def routine_of(*exercises: str, defaults: str = "") -> Routine:
    """A routine with exercises as they are written in a file."""
    head = HEAD + (f"defaults: {{{defaults}}}\n" if defaults else "")
    return parse_routine(head + "exercises:\n" + "\n".join(exercises), "case.yaml")


def exercise(movement: str, more: str = "", name: str = "lift") -> str:
    """One exercise on one line each."""
    lines = (
        f"  - id: {name}\n    name: {name.capitalize()}\n    position: Lie down.\n    movement: {movement}\n"
    )
    return lines + "".join(f"    {line.strip()}\n" for line in more.split(";") if line.strip())


def planned(routine: Routine, store: Store, **options: Any) -> Session:
    """The session, spoken by the test voice."""
    return plan_session(routine, SessionOptions(**options), FAKE, store=store, for_file=True)


def rests(timeline: Timeline) -> list[float]:
    """The time between the holds, in seconds."""
    holds = timeline.of_kind("hold")
    return [(after.start_ms - before.end_ms) / 1000 for before, after in pairwise(holds)]


def lengths(timeline: Timeline) -> list[float]:
    """How long the holds are, in seconds."""
    return [hold.duration_ms / 1000 for hold in timeline.of_kind("hold")]


def role(timeline: Timeline, name: str) -> list[Event]:
    """What is said for one purpose."""
    return [event for event in timeline.of_kind("say") if event.role == name]


# --- short holds, rests, circuits, ladders ----------------------------------------------------


def test_five_seconds_ten_times_with_two_seconds_between(store: Store) -> None:
    """The commonest line of all: gaps of 2.000 s, the count alone is said, and the whole is short."""
    routine = routine_of(exercise(HOLD, "hold_seconds: 5; reps: 10; rest_seconds: 2"))
    timeline = planned(routine, store).timeline
    assert lengths(timeline) == [5.0] * 10
    assert rests(timeline) == [2.0] * 9
    counts = [event.text for event in role(timeline, "count")]
    assert counts[2:] == [
        f"Round {n}." for n in ("three", "four", "five", "six", "seven", "eight", "nine")
    ] + ["Last one."]
    first, last = timeline.of_kind("hold")[0], timeline.of_kind("hold")[-1]
    assert last.end_ms - first.start_ms == 10 * 5000 + 9 * 2000


@pytest.mark.parametrize("order", ["alternating", "in-turn"])
def test_the_same_on_each_side(order: str, store: Store) -> None:
    """Gaps and changes of 2.000 s."""
    more = (
        f"hold_seconds: 5; reps: 10; rest_seconds: 2; sides: each; side_order: {order}; "
        "changeover: Turn over.; changeover_seconds: 2"
    )
    timeline = planned(routine_of(exercise(HOLD, more)), store).timeline
    assert rests(timeline) == [2.0] * 19
    assert any("Turn over." in drop.text for drop in timeline.dropped)


def test_three_sets_on_two_sides_take_about_eleven_minutes(store: Store) -> None:
    """Five minutes of holding, and the rests; not the 25 minutes of before."""
    more = (
        "hold_seconds: 5; reps: 10; sets: 3; rest_seconds: 5; changeover_seconds: 5; set_rest_seconds: 30; "
        "sides: each; side_order: in-turn; changeover: Turn over."
    )
    timeline = planned(routine_of(exercise(HOLD, more)), store).timeline
    assert sum(lengths(timeline)) == 300
    assert timeline.duration_ms / 60_000 == pytest.approx(11, abs=1)


@pytest.mark.parametrize("guidance", ["full", "brief", "cues", "chimes"])
def test_a_hang_of_seven_seconds_with_three_seconds_of_rest(guidance: Any, store: Store) -> None:
    """At every level of guidance the rest is 3.000 s."""
    routine = routine_of(exercise(WORK, "hold_seconds: 7; reps: 7; rest_seconds: 3"))
    timeline = planned(routine, store, guidance=guidance).timeline
    assert (lengths(timeline), rests(timeline)) == ([7.0] * 7, [3.0] * 6)


@pytest.mark.parametrize("guidance", ["full", "cues", "chimes"])
def test_thirty_seconds_between_different_exercises(guidance: Any, store: Store) -> None:
    """Three of 30 s, 30.000 s apart."""
    inside = "".join(
        f"      - {{id: {name}, name: {name.capitalize()}, position: Stand., movement: {WORK}}}\n"
        for name in "abc"
    )
    routine = routine_of(
        f"  - group: Work\n    rest_seconds: 30\n    exercises:\n{inside}",
        defaults="hold_seconds: 30, reps: 1",
    )
    timeline = planned(routine, store, guidance=guidance).timeline
    assert (lengths(timeline), rests(timeline)) == ([30.0] * 3, [30.0] * 2)


def circuit(rounds: int = 3) -> Routine:
    """Four exercises, 10 s inside, 60 s between rounds."""
    names = ("squat", "push", "row", "plank")
    inside = "".join(
        f"      - {{id: {name}, name: {name.capitalize()}, position: Stand., movement: {WORK}}}\n"
        for name in names
    )
    group = (
        f"  - group: The circuit\n    rounds: {rounds}\n    rest_seconds: 10\n    round_rest_seconds: 60\n"
        f"    exercises:\n{inside}"
    )
    return routine_of(group, defaults="hold_seconds: 20, reps: 1")


def test_a_circuit_of_four_in_three_rounds(store: Store) -> None:
    """In turn, with the rests inside and between; rounds are announced, and each has its chapters."""
    timeline = planned(circuit(), store).timeline
    assert [hold.exercise for hold in timeline.of_kind("hold")] == ["squat", "push", "row", "plank"] * 3
    assert [hold.round_number for hold in timeline.of_kind("hold")] == [1] * 4 + [2] * 4 + [3] * 4
    assert rests(timeline) == [10, 10, 10, 60, 10, 10, 10, 60, 10, 10, 10]
    texts = [event.text for event in timeline.of_kind("say")]
    assert [text for text in texts if text.startswith("Round ")] == [
        "Round one out of three.",
        "Round two out of three.",
        "Round three out of three.",
    ]
    assert [chapter.title for chapter in timeline.chapters][5] == "Squat · 2 of 3"


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, [10, 20, 30]), ({"hold_seconds": 40}, [20, 40, 60]), ({"reps": 4}, [10, 20, 30])],
)
def test_a_ladder_keeps_its_shape(options: Any, expected: Sequence[float], store: Store) -> None:
    """One length a repetition; a listener's hold scales it as a whole, and that is said."""
    routine = routine_of(exercise(HOLD, "hold_seconds: [10, 20, 30]"), defaults="hold_seconds: 20")
    session = planned(routine, store, **options)
    assert lengths(session.timeline) == expected
    assert any("keeps its shape" in note for note in session.notes) == ("hold_seconds" in options)
    assert [event.text for event in role(session.timeline, "length")] == [
        f"For {find_language('en').duration(seconds)}." for seconds in expected
    ]


# --- counts and steps -------------------------------------------------------------------------


def test_ten_squats_are_counted(store: Store) -> None:
    """Every number 5.000 s apart, "down" and "up" where they fit, the release 5 s after the last."""
    routine = routine_of(exercise("{kind: count, rep_seconds: 5, cues: [Down., Up.]}", "reps: 10"))
    timeline = planned(routine, store).timeline
    numbers = role(timeline, "number")
    (hold,) = timeline.of_kind("hold")
    assert [after.start_ms - before.start_ms for before, after in pairwise(numbers)] == [5000] * 9
    assert [number.text for number in numbers][-2:] == ["Nine.", "Last one."]
    assert hold.end_ms - numbers[-1].start_ms == 5000
    ups = [event.start_ms for event in role(timeline, "phase") if event.text == "Up."]
    assert [up - number.start_ms for up, number in zip(ups, numbers, strict=True)] == [2500] * 10
    assert len([event for event in role(timeline, "phase") if event.text == "Down."]) == 10


def test_three_sets_of_eight_rows(store: Store) -> None:
    """Three holds with eight numbers each, rests between sets, and both words are heard."""
    movement = "{kind: count, rep_seconds: 3, cues: [Pull., And back.], instruction: Row.}"
    timeline = planned(
        routine_of(exercise(movement, "reps: 8; sets: 3; set_rest_seconds: 45")), store
    ).timeline
    assert lengths(timeline) == [2 + 8 * 3] * 3
    assert rests(timeline) == [45, 45]
    assert len(role(timeline, "number")) == 24
    assert {event.text for event in role(timeline, "phase")} == {"Pull.", "And back."}


def test_a_list_of_repetitions_has_a_set_for_each(store: Store) -> None:
    """Twelve, ten, eight: three sets, which say how many are counted."""
    timeline = planned(
        routine_of(exercise("{kind: count, rep_seconds: 1}", "reps: [12, 10, 8]")), store
    ).timeline
    assert [hold.set_number for hold in timeline.of_kind("hold")] == [1, 2, 3]
    assert len(role(timeline, "number")) == 30
    lengths_told = [event.text for event in role(timeline, "length")]
    assert lengths_told == ["Twelve repetitions.", "Ten repetitions.", "Eight repetitions."]


def test_a_chain_is_done_on_one_side_and_then_on_the_other(store: Store) -> None:
    """With the sides filled in; no exercise of it has sides of its own."""
    inside = "".join(
        f"      - {{id: {name}, name: {name.capitalize()}, position: 'Step your {{side}} foot forward.', movement: {HOLD}}}\n"
        for name in ("lunge", "warrior")
    )
    text = f"  - group: Flow\n    sides: each\n    rounds: 2\n    rest_seconds: 5\n    exercises:\n{inside}"
    timeline = planned(routine_of(text, defaults="hold_seconds: 10, reps: 1"), store).timeline
    of_a_round = [("lunge", "left"), ("warrior", "left"), ("lunge", "right"), ("warrior", "right")]
    assert [(hold.exercise, hold.side) for hold in timeline.of_kind("hold")] == of_a_round * 2
    assert "Step your left foot forward." in [event.text for event in timeline.of_kind("say")]
    with pytest.raises(
        RoutineError, match="the group changes sides for all its exercises; remove 'sides' here"
    ):
        routine_of(text.replace("name: Lunge,", "name: Lunge, sides: left,"))


@pytest.mark.parametrize(("reps", "counted"), [(6, 6), (None, 10)])
def test_where_everything_is_counted_the_option_sets_the_count(
    reps: int | None, counted: int, store: Store
) -> None:
    """``--reps`` is the number of repetitions of a set."""
    routine = routine_of(exercise("{kind: count, rep_seconds: 2}", "reps: 10"))
    assert len(role(planned(routine, store, reps=reps).timeline, "number")) == counted


def test_beside_holds_a_count_is_scaled(store: Store) -> None:
    """Asked over default: twice the repetitions are twice the count, and that is said."""
    routine = routine_of(
        exercise("{kind: count, rep_seconds: 2}", "reps: 10"), exercise(HOLD, name="hold"), defaults="reps: 2"
    )
    session = planned(routine, store, reps=4)
    assert len(role(session.timeline, "number")) == 20
    assert any("Lift keeps its shape: it counts to 20" in note for note in session.notes)


SALUTATION = [
    ("Stand tall.", 6), ("Arms up.", 4), ("Fold.", 4), ("Half way up.", 4), ("Step back.", 5), ("Plank.", 5),
    ("Lower.", 4), ("Cobra.", 5), ("Down dog.", 27.5), ("Step forward.", 5), ("Half way up.", 4), ("Fold.", 4),
    ("Arms up.", 4), ("Stand tall.", 6),
]  # fmt: skip


def steps(sequence: Sequence[tuple[str, float]], more: str = "") -> Routine:
    """A routine with one sequence."""
    said = ", ".join(f"{{say: {words!r}, seconds: {length}}}" for words, length in sequence)
    return routine_of(exercise(f"{{kind: steps, steps: [{said}]}}", more))


def test_a_sun_salutation_of_fourteen_steps(store: Store) -> None:
    """Each step begins exactly when the one before is over; five breaths are held in the middle."""
    timeline = planned(steps(SALUTATION, "reps: 2; rest_seconds: 10"), store).timeline
    said = role(timeline, "step")
    first, second = timeline.of_kind("hold")
    assert rests(timeline) == [10.0]
    for hold, of_one in ((first, said[:14]), (second, said[14:])):
        starts = [event.start_ms for event in of_one] + [hold.end_ms]
        assert [event.text for event in of_one] == [words for words, _ in SALUTATION]
        assert [after - before for before, after in pairwise(starts)] == [
            1000 * length for _, length in SALUTATION
        ]


def test_a_relaxation_of_a_hundred_sentences(store: Store) -> None:
    """Each with its own silence, in steps; and with pauses inside texts."""
    sequence = [(f"Let it grow heavy, number {number}.", 5 + number % 30) for number in range(100)]
    timeline = planned(steps(sequence, "reps: 1"), store).timeline
    starts = [event.start_ms for event in role(timeline, "step")]
    assert [after - before for before, after in pairwise(starts)] == [
        1000 * length for _, length in sequence[:-1]
    ]


def test_silence_inside_a_text(store: Store) -> None:
    """Exactly so long between two sentences, and never shown."""
    text = "'{kind: hold, instruction: \"Close your eyes. [pause 5s] Let go. [pause 2.5s] And rest.\", short: [So.]}'"
    routine = routine_of(exercise(text.strip("'")))
    session = planned(routine, store, reps=1)
    said = [
        e for e in session.timeline.of_kind("say") if e.text in {"Close your eyes.", "Let go.", "And rest."}
    ]
    assert [after.start_ms - before.end_ms for before, after in pairwise(said)] == [5000, 2500]
    assert "pause 5s" not in str([event.text for event in session.timeline.events])


# --- sides ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["option", "defaults", "exercise"])
def test_only_the_hurt_side(how: str, store: Store) -> None:
    """By the listener, the routine or the exercise."""
    sides = "sides: right" if how == "exercise" else "sides: each; changeover: Turn over."
    defaults = "side: right" if how == "defaults" else "reps: 2"
    routine = routine_of(exercise(HOLD, f"{sides}; reps: 2"), defaults=defaults)
    session = planned(routine, store, side="right" if how == "option" else None)
    assert [hold.side for hold in session.timeline.of_kind("hold")] == ["right", "right"]
    assert ("right side" in session.title) == (how != "exercise")


def test_the_weaker_side_once_more(store: Store) -> None:
    """Three on the left, two on the right."""
    more = "sides: {left: 3, right: 2}; changeover: Turn over.; rest_seconds: 5; changeover_seconds: 10"
    timeline = planned(routine_of(exercise(HOLD, more)), store).timeline
    assert [(hold.side, hold.rep) for hold in timeline.of_kind("hold")] == [
        ("left", 1), ("right", 1), ("left", 2), ("right", 2), ("left", 3),
    ]  # fmt: skip
    assert rests(timeline) == [10, 10, 10, 10]
    assert [event.text for event in role(timeline, "count")][-1] == "Left side, last round."


# --- lengths, calls, limits -------------------------------------------------------------------


def test_half_seconds_are_exact(store: Store) -> None:
    """A breath of 5.5 s in and out, and a hold of 7.5 s."""
    routine = routine_of(
        exercise(HOLD, "hold_seconds: 7.5; reps: 1"),
        exercise(
            "{kind: breathe, instruction: Breathe., short: [Again.]}",
            "breath: {in_seconds: 5.5, out_seconds: 5.5, breaths: 4}; reps: 1",
            "breathe",
        ),
    )
    timeline = planned(routine, store).timeline
    assert lengths(timeline) == [7.5, 44.0]
    turns = [event.start_ms for event in role(timeline, "breath")]
    assert {after - before for before, after in pairwise(turns)} == {5500}
    assert "Hold for seven and a half seconds." in [event.text for event in timeline.of_kind("say")]


@pytest.mark.parametrize(
    ("movement", "more", "minutes"),
    [
        (HOLD, "hold_seconds: 900; reps: 1; quiet: true", 15),
        (WORK, "hold_seconds: 720; reps: 1", 12),
        (
            "{kind: breathe, instruction: Breathe., short: [Again.]}",
            "breath: {in_seconds: 4, out_seconds: 7, breaths: 60}; reps: 1",
            11,
        ),
        (HOLD, "hold_seconds: 3600; reps: 1", 60),
    ],
)
def test_a_hold_of_many_minutes(movement: str, more: str, minutes: int, store: Store) -> None:
    """Final relaxation, work and breathing of up to an hour are made."""
    assert lengths(planned(routine_of(exercise(movement, more)), store).timeline) == [60 * minutes]


def test_a_call_every_minute_in_a_long_hold(store: Store) -> None:
    """The time that is left, exactly every minute; eight reminders of a routine are heard, about one a minute."""
    routine = routine_of(exercise(HOLD, "hold_seconds: 600; reps: 1"))
    timeline = planned(routine, store, call_every_seconds=60).timeline
    (hold,) = timeline.of_kind("hold")
    calls = [event for event in timeline.of_kind("say") if event.text.endswith("to go.")]
    assert [(call.start_ms - hold.start_ms) // 1000 for call in calls] == list(range(60, 600, 60))
    assert calls[0].text == "Nine minutes to go."

    reminders = ", ".join(f"Reminder {number}." for number in "ABCDEFGH")
    written = HOLD.replace("}", f", reminders: [{reminders}]}}")
    timeline = planned(routine_of(exercise(written, "hold_seconds: 600; reps: 1")), store).timeline
    assert len(role(timeline, "reminder")) == 8
    assert timeline.dropped == ()


def test_a_called_flow_has_equal_phases(store: Store) -> None:
    """Head turns of 3 s for 24 s: no phase is shifted, none left out, and there is no "halfway"."""
    movement = (
        "{kind: flow, phase_seconds: 3, short: [Again.], phases: [{instruction: To the right., cue: Right.}, "
        "{instruction: To the left., cue: Left.}]}"
    )
    timeline = planned(routine_of(exercise(movement, "hold_seconds: 24; reps: 1")), store).timeline
    (hold,) = timeline.of_kind("hold")
    turns = [event.start_ms - hold.start_ms for event in role(timeline, "phase")]
    assert turns == [3000, 6000, 9000, 12000]
    assert role(timeline, "halfway") == []


@pytest.mark.parametrize("count", [0, 3, 5, 10])
def test_a_countdown_from_any_of_its_numbers(count: int, store: Store) -> None:
    """As many numbers as were asked for, the last one a second before the release chime."""
    routine = routine_of(exercise(HOLD, "hold_seconds: 20; reps: 1"))
    timeline = planned(routine, store, countdown=count).timeline
    (hold,) = timeline.of_kind("hold")
    said = [hold.end_ms - event.start_ms for event in role(timeline, "countdown")]
    assert said == [1000 * number for number in range(count, 0, -1)]


@pytest.mark.parametrize("rest", [None, 10])
def test_a_count_leads_in(rest: int | None, store: Store) -> None:
    """Five, four, three, two, one, and the begin chime a second later; before every hold."""
    routine = routine_of(exercise(HOLD, "hold_seconds: 20; reps: 2"))
    timeline = planned(routine, store, lead_in=5, rest_seconds=rest, countdown=0).timeline
    numbers = [event.start_ms for event in role(timeline, "countdown")]
    begins = [hold.start_ms for hold in timeline.of_kind("hold")]
    assert numbers == [begin - 1000 * number for begin in begins for number in range(5, 0, -1)]


@pytest.mark.parametrize(("when", "times"), [("first", 1), ("each", 3)])
def test_get_ready_before_the_first_interval_or_each(when: str, times: int, store: Store) -> None:
    """A choice of the author."""
    routine = routine_of(exercise(WORK, f"reps: 3; ready_seconds: 5; get_ready: {when}"))
    said = [event.text for event in planned(routine, store).timeline.of_kind("say")]
    assert said.count("Get ready.") == times


def test_a_text_for_each_set(store: Store) -> None:
    """Said where the set is announced."""
    more = "sets: 3; reps: 1; set_texts: [Easy., A bit faster., All you have.]"
    said = [event.text for event in planned(routine_of(exercise(WORK, more)), store).timeline.of_kind("say")]
    assert [text for text in said if text in {"Easy.", "A bit faster.", "All you have."}] == [
        "Easy.",
        "A bit faster.",
        "All you have.",
    ]
    assert said.index("Set two out of three.") + 1 == said.index("A bit faster.")


def test_a_range_for_one_exercise(store: Store) -> None:
    """What the source advises for one exercise counts there, and only there."""
    more = "advised_hold_seconds: {minimum: 15, maximum: 30}; advised_reps: {minimum: 2, maximum: 3}"
    routine = routine_of(exercise(HOLD, more), exercise(HOLD, name="other"))
    (note,) = planned(routine, store, hold_seconds=40).notes
    assert note == (
        "The source of this routine advises holds of 15 to 30 seconds for Lift; this session has holds of 40 seconds."
    )


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "options", "title", "stem"),
    [
        ("hold_seconds: 25; reps: 2", {}, "Case · 25 s × 2", "case-25s-2x"),
        ("hold_seconds: [10, 20, 30]", {}, "Case · 10, 20, 30 s × 3", "case-10-20-30s-3x"),
        ("hold_seconds: 7.5; reps: 1", {}, "Case · 7.5 s × 1", "case-7-5s-1x"),
        (
            "reps: 2",
            {"guidance": "brief"},
            "Case · every day · 25 s × 2",
            "case-25s-2x-brief",
        ),
        ("reps: 2", {"countdown": 0}, "Case · 25 s × 2", "case-25s-2x-no-countdown"),
        ("reps: 2", {"countdown": 5, "lead_in": 3}, "Case · 25 s × 2", "case-25s-2x-countdown-5-lead-in-3"),
        ("reps: 2", {"rest_seconds": 12.5}, "Case · 25 s × 2", "case-25s-2x-rest-12-5s"),
        ("reps: 2", {"call_every_seconds": 60}, "Case · 25 s × 2", "case-25s-2x-call-60s"),
    ],
)
def test_a_name_says_what_is_in_the_session(more: str, options: Any, title: str, stem: str) -> None:
    """The title for a person, and a file name of its own for every choice."""
    routine = routine_of(exercise(HOLD, more))
    resolved = SessionOptions(**options).resolve(routine)
    assert session_title(routine, resolved, find_language("en")) == title
    assert file_stem(routine, resolved) == stem


def test_a_part_of_a_routine_is_named_as_such() -> None:
    """Two of three, and a file name that no other choice has."""
    routine = routine_of(*(exercise(HOLD, name=name) for name in ("a", "b", "c")))
    names = set()
    for only in (("a",), ("b",), ("a", "b"), ("a", "c"), ("b", "c"), ()):
        resolved = SessionOptions(only=only).resolve(routine)
        title = session_title(routine, resolved, find_language("en"))
        assert title == ("Case · 25 s × 2" if not only else f"Case ({len(only)} of 3) · 25 s × 2")
        names.add(file_stem(routine, resolved))
    assert len(names) == 6
    assert file_stem(routine, SessionOptions(only=("a", "c")).resolve(routine)) == "case-25s-2x-1-3-of-3"


def test_own_holds_and_counts_are_in_the_title() -> None:
    """Not the session's hold where exercises have their own; numbers that are counted by themselves."""
    routine = routine_of(
        exercise(HOLD, "hold_seconds: 5; reps: 3"),
        exercise(HOLD, "hold_seconds: 10; reps: 3", "b"),
        exercise("{kind: count, rep_seconds: 3}", "reps: 8; sets: 3", "row"),
    )
    resolved = SessionOptions().resolve(routine)
    assert session_title(routine, resolved, find_language("en")) == "Case · 5–10 s × 3 + 3 × 8 counted"
    assert file_stem(routine, resolved) == "case-5-10s-3x-3x8x"


# --- what is told about it --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "dose"),
    [
        (exercise(HOLD, "hold_seconds: [10, 20, 30]"), "10, 20, 30 s"),
        (exercise("{kind: count, rep_seconds: 2}", "reps: 8; sets: 3"), "3 sets of 8 repetitions, counted"),
        (exercise(HOLD, "sides: left; reps: 2; hold_seconds: 7.5"), "left 2 × 7.5 s"),
        (
            exercise(
                "{kind: count, rep_seconds: 2}", "reps: 8; sides: {left: 3, right: 2}; changeover: Turn."
            ),
            "left 3 sets of 8 repetitions, counted, right 2 sets of 8 repetitions, counted",
        ),
        (exercise(HOLD, "sides: each; changeover: Turn.; reps: 3"), "3 × 25 s <small>on each side</small>"),
    ],
)
def test_the_cue_sheet_has_the_dose(text: str, dose: str, store: Store) -> None:
    """As a person would write it on a handout."""
    session = planned(routine_of(text), store)
    assert f'<p class="dose">{dose}' in cue_sheet(session.plan, session.routine)


def test_check_tells_what_a_session_contains(own_folders: Path) -> None:
    """Its length, its holds and repetitions, and the time between them."""
    more = "reps: 8; sets: 3; set_rest_seconds: 45"
    movement = "{kind: count, rep_seconds: 3, instruction: Row.}"
    Path("r.yaml").write_text(HEAD + "exercises:\n" + exercise(movement, more), encoding="utf-8")
    told = run("check", "r.yaml").out.splitlines()[-1]
    assert re.fullmatch(
        r"  about \d:\d\d min at the defaults; 3 holds: 3 of 26 s; 24 counted repetitions; "
        r"45 s between the holds of an exercise\.",
        told,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", built_in_ids())
def test_a_length_is_never_met_with_a_rest_too_short_for_its_words(name: str, store: Store) -> None:
    """Whatever the length, nothing is left out of a rest that was only found."""
    for minutes in (6, 12):
        fit = fit_session(find_routine(name), SessionOptions(), FAKE, minutes * 60_000, store=store)
        dropped = [drop for drop in fit.session.timeline.dropped if "in a rest" in drop.reason]
        assert dropped == []


# --- the decoded file -------------------------------------------------------------------------

_KINDS = {
    "hold": (HOLD, "hold_seconds: 6; reps: 3"),
    "work": (WORK, "hold_seconds: 6; reps: 3"),
    "count": ("{kind: count, rep_seconds: 1.5, cues: [Up.], instruction: Lift.}", "reps: 3; sets: 3"),
    "steps": ("{kind: steps, steps: [{say: Up., seconds: 2}, {say: Down., seconds: 2.5}]}", "reps: 3"),
    "breathe": (
        "{kind: breathe, instruction: Breathe., short: [Again.]}",
        "breath: {in_seconds: 2.5, out_seconds: {from: 3, to: 4}, breaths: 2}; reps: 3",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("rest", [0, 1, 2, 3, 5, 10, 30])
@pytest.mark.parametrize("kind", sorted(_KINDS))
def test_a_rest_is_exact_in_the_decoded_file(kind: str, rest: int, store: Store, own_folders: Path) -> None:
    """From bell to bell to 1 ms, for every kind; without a rest the begin chime alone sounds."""
    movement, more = _KINDS[kind]
    session = planned(routine_of(exercise(movement, more)), store, rest_seconds=rest, guidance="brief")
    path = own_folders / "session.mp3"
    write_file(session, path)
    samples, rate_hz = heard(path)
    holds = session.timeline.of_kind("hold")
    begins = [chime_onset_ms(samples, rate_hz, "begin", hold.start_ms) for hold in holds]
    for number, hold in enumerate(holds):
        assert abs(begins[number] - hold.start_ms) <= 1
        if rest:
            assert abs(chime_onset_ms(samples, rate_hz, "release", hold.end_ms) - hold.end_ms) <= 1
    for number in range(1, 3):
        between = begins[number] - begins[number - 1] - holds[number - 1].duration_ms
        assert abs(between - 1000 * rest) <= 1
    last_release = chime_onset_ms(samples, rate_hz, "release", holds[-1].end_ms)
    assert abs(last_release - holds[-1].end_ms) <= 1
    assert [problem for problem in verify(path).problems if "loudness" not in problem] == []


def word_onset_ms(samples: np.ndarray[Any, Any], rate_hz: int, near_ms: int) -> float:
    """Where sound begins after silence, within 60 ms of a time."""
    start = (near_ms - 60) * rate_hz // 1000
    stretch = np.abs(samples[start : start + rate_hz * 12 // 100])
    return (start + int((stretch > 0.02).argmax())) * 1000 / rate_hz


@pytest.mark.slow
def test_numbers_are_exact_in_the_decoded_file(store: Store, own_folders: Path) -> None:
    """Each number as far from the one before as planned, to a few ms of the voice's own onset."""
    routine = routine_of(exercise("{kind: count, rep_seconds: 2.5}", "reps: 12"))
    session = planned(routine, store)
    path = own_folders / "session.mp3"
    write_file(session, path)
    samples, rate_hz = heard(path)
    numbers = role(session.timeline, "number")
    onsets = [word_onset_ms(samples, rate_hz, number.start_ms) for number in numbers]
    assert len(onsets) == 12
    for before, after in pairwise(onsets[:-1]):
        assert after - before == pytest.approx(2500, abs=1)
    between = samples[
        numbers[0].end_ms * rate_hz // 1000 + rate_hz // 10 : numbers[1].start_ms * rate_hz // 1000
        - rate_hz // 10
    ]
    assert loudest_db(between) < -80


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "five seconds, ten times": (exercise(HOLD, "hold_seconds: 5; reps: 10; rest_seconds: 2"), {}),
    "a ladder": (exercise(HOLD, "hold_seconds: [10, 20, 30]"), {"hold_seconds": 40}),
    "three sets of eight": (exercise("{kind: count, rep_seconds: 3, cues: [Pull.]}", "reps: 8; sets: 3"), {}),
    "left only": (exercise(HOLD, "sides: each; changeover: Turn."), {"side": "left"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", [*CASES, "a circuit", "a sun salutation"])
def test_each_case_is_verified(case: str, store: Store, own_folders: Path) -> None:
    """The finished file is as its plan says: every hold, chime and word."""
    text, options = CASES.get(case, ("", {}))
    routine = {"a circuit": circuit(2), "a sun salutation": steps(SALUTATION)}.get(case) or routine_of(text)
    session = planned(routine, store, **options)
    path = own_folders / "session.mp3"
    write_file(session, path)
    found = verify(path)
    assert [problem for problem in found.problems if "loudness" not in problem] == []
    assert len(found.holds) == len(session.timeline.of_kind("hold"))
