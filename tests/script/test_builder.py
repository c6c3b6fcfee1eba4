"""The script: what the listener is told, and in which order."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import Laid, sessions
from voiceguide.errors import UsageError
from voiceguide.language.registry import find_language
from voiceguide.options.session import Guidance, SessionOptions
from voiceguide.routine.model import (
    Breath,
    Exercise,
    Flow,
    Routine,
    Side,
    Work,
)
from voiceguide.routine.reader import find_routine
from voiceguide.script.builder import build_script
from voiceguide.script.context import SENTENCE_PAUSE_MS
from voiceguide.script.segments import Chime, Form, Hold, Pause, Priority, Say, Script, Section

LOWER_BACK = find_routine("lower-back")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_ONES += " seventeen eighteen nineteen"
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def script_of(choice: SessionOptions, routine: Routine = LOWER_BACK) -> Script:
    """The script of a routine as the program makes it."""
    return build_script(routine, choice.resolve(routine), find_language("en"))


def said(section: Section) -> list[str]:
    """What is said outside the holds, where there is room for it."""
    parts = [
        part
        for segment in section.segments
        for part in (fullest_lead(segment) if isinstance(segment, Hold) else (segment,))
    ]
    return [part.utterance.text for part in parts if isinstance(part, Say)]


def all_said(script: Script) -> list[str]:
    """What is said outside the holds, of the whole session."""
    return [text for section in script.sections for text in said(section)]


def holds_of(section: Section) -> list[Hold]:
    """The holds of a section, in order."""
    return [segment for segment in section.segments if isinstance(segment, Hold)]


def fullest_lead(hold: Hold) -> tuple[Say | Pause, ...]:
    """All that is said before a hold where there is room for it."""
    form = hold.rest.forms[0] if hold.rest and hold.rest.forms else Form()
    return (*form.head, *form.tail)


def before_each_hold(section: Section) -> list[list[str]]:
    """What is said between one hold and the next; the first list is what comes before all."""
    heard: list[list[str]] = [[]]
    for segment in section.segments:
        if isinstance(segment, Hold):
            heard[-1] += [part.utterance.text for part in fullest_lead(segment) if isinstance(part, Say)]
            heard.append([])
        elif isinstance(segment, Say):
            heard[-1].append(segment.utterance.text)
    return [[text for text in texts if text != "Get ready."] for texts in heard[:-1]]


def seconds_in(words: str) -> int:
    """Read a spoken duration back into seconds, with no help of the program's own tables."""
    total = 0
    for number, unit in re.findall(r"([a-z-]+) (second|minute)s?", words):
        tens, _, ones = number.rpartition("-")
        spoken = [*_ONES.split()].index(ones) if ones in _ONES.split() else 10 * _TENS.split().index(ones)
        total += (spoken + (10 * _TENS.split().index(tens) if tens else 0)) * (60 if unit == "minute" else 1)
    return total


def with_exercises(*exercises: Exercise) -> Routine:
    """The built-in routine with other exercises."""
    return LOWER_BACK.model_copy(update={"exercises": exercises})


def _durations(texts: Iterable[str]) -> list[int]:
    return [seconds_in(text) for text in texts if re.search(r"(for|lasts) .*(second|minute)s?", text)]


# --- which exercise, which repetition, which side ----------------------------------------------


def test_every_exercise_is_announced_with_its_position_and_the_count() -> None:
    """Which of how many, and what it is called; the last is named as such."""
    first = [said(section)[0] for section in script_of(SessionOptions()).sections[1:-1]]
    assert first == [
        "Stretch one out of five: cat and cow.",
        "Stretch two out of five: the knees-up stretch.",
        "Next, stretch three: the kneeling hip stretch.",
        "Stretch four out of five: the flat back stretch.",
        "And finally: happy baby.",
    ]


def test_how_to_get_there_comes_before_the_time_to_get_there() -> None:
    """Position, then the settle pause of the exercise, then what to do."""
    for exercise, section in zip(
        LOWER_BACK.all_exercises, script_of(SessionOptions()).sections[1:-1], strict=True
    ):
        settle_ms = exercise.settle_seconds * 1000
        steps = len(re.findall(r"[.!?](?= |$)", exercise.position))
        last_ms = settle_ms if steps == 1 else settle_ms - settle_ms // 2
        at = [isinstance(s, Pause) and s.duration_ms == last_ms for s in section.segments].index(True)
        before = [s.utterance.text for s in section.segments[:at] if isinstance(s, Say)]
        assert len(before) >= 2
        assert before[1].split()[0] == exercise.position.split()[0]
        assert not any(isinstance(segment, Hold) for segment in section.segments[:at])


@pytest.mark.parametrize(
    ("position", "quiet_ms"),
    [
        ("Lie down. Arms out. Feet down.", [4500, 0, 4500]),
        ("Lie down. [pause 3s] Arms out. Feet down.", [3000 - SENTENCE_PAUSE_MS, 0, 9000]),
        ("Lie down.", [9000]),
    ],
)
def test_of_several_steps_into_position_the_first_takes_half_of_the_time(
    position: str, quiet_ms: list[int]
) -> None:
    """An author's own pauses stand."""
    moved = FLAT_BACK.model_copy(update={"position": position, "settle_seconds": 9})
    section = script_of(SessionOptions(), with_exercises(moved)).sections[1]
    found: list[int] = []
    for segment in section.segments:
        if isinstance(segment, Say):
            if segment.role not in ("overview", "position"):
                break
            found.append(-SENTENCE_PAUSE_MS)
        elif isinstance(segment, Pause):
            found[-1] += segment.duration_ms
    assert found[1:] == quiet_ms


def test_the_first_repetition_is_told_in_full_and_later_ones_short() -> None:
    """The whole instruction once, then the short forms; what moves into the stretch comes last."""
    flat_back = script_of(SessionOptions(reps=3)).sections[4]
    first, second, third = before_each_hold(flat_back)
    movement = FLAT_BACK.movement
    assert first[-2:] == ["Round one of three.", *movement.instructions]
    assert second == [FLAT_BACK.transition[0], "Round two of three.", movement.short[0]]
    assert third == [FLAT_BACK.transition[1], "Last round.", movement.short[1]]


def test_a_side_is_announced_before_every_hold_on_it() -> None:
    """Alternating sides: left and right in turn, each with its repetition; the last is named."""
    section = script_of(SessionOptions(reps=2)).sections[2]
    assert [texts[-2] for texts in before_each_hold(section)] == [
        "Left side, round one of two.",
        "Right side, round one of two.",
        "Left side, last round.",
        "Right side, last round.",
    ]
    over, *back = (texts[0] for texts in before_each_hold(section)[1:])
    assert over == "Back to the middle, feet down."  # of the changeover
    assert back == list(KNEE_ROLL.transition)


def test_the_last_sentence_of_a_change_of_side_comes_last() -> None:
    """After the time to get over, and after which side and repetition it is."""
    moved = KNEE_ROLL.model_copy(
        update={"changeover": "Come back. Switch your legs. At the bell, roll to the {side}."}
    )
    section = script_of(SessionOptions(reps=1), with_exercises(moved)).sections[1]
    first = section.segments.index(holds_of(section)[0])
    change = [
        segment.utterance.text if isinstance(segment, Say) else segment.duration_ms
        for segment in section.segments[first + 1 :]
        if isinstance(segment, Say) or (isinstance(segment, Pause) and segment.duration_ms > 2000)
    ]
    assert change[:5] == [
        "Come back.",
        "Switch your legs.",
        7000,
        "Right side.",
        "At the bell, roll to the right.",
    ]


def test_a_pause_of_the_authors_own_is_the_time_to_change_sides() -> None:
    """Instead of the usual one."""
    section = script_of(SessionOptions(reps=1)).sections[2]
    pauses = [segment.duration_ms for segment in section.segments if isinstance(segment, Pause)]
    assert 5000 in pauses
    assert 7000 not in pauses


def test_a_side_change_without_words_of_its_own_is_announced() -> None:
    """By the program, before the time to do it."""
    bare = KNEE_ROLL.model_copy(update={"changeover": "Roll to the {side}.", "transition": ()})
    section = script_of(SessionOptions(reps=1), with_exercises(bare)).sections[1]
    assert before_each_hold(section)[1] == ["Now the other side.", "Right side.", "Roll to the right."]


def test_one_side_is_finished_before_the_other_where_the_routine_says_so() -> None:
    """In turn: all repetitions of one side, one change, then all of the other."""
    section = script_of(SessionOptions(reps=2)).sections[3]
    assert [texts[-2] for texts in before_each_hold(section)] == [
        "Left hip, round one of two.",
        "Left hip, last round.",
        "Right hip, round one of two.",
        "Right hip, last round.",
    ]
    assert [hold.location.side for hold in holds_of(section)] == ["left", "left", "right", "right"]
    assert len([text for text in said(section) if "change legs" in text]) == 1


@pytest.mark.parametrize(("first", "second"), [("left", "right"), ("right", "left")])
def test_the_side_chosen_comes_first(first: Side, second: Side) -> None:
    """And the words follow it."""
    section = script_of(SessionOptions(reps=1, first_side=first)).sections[2]
    assert [hold.location.side for hold in holds_of(section)] == [first, second]
    one, two = before_each_hold(section)
    assert one[-1] == f"At the bell, draw your knees up, roll them to the {first}, and look to the {second}."
    assert two[-1] == f"At the bell, knees up and over to the {second}, eyes to the {first}."


def test_a_middle_repetition_is_told_of_how_many() -> None:
    """Round two of three."""
    section = script_of(SessionOptions(reps=3)).sections[1]
    rounds = [text for text in said(section) if text.startswith(("Round ", "Last round"))]
    assert rounds == ["Round one of three.", "Round two of three.", "Last round."]


def test_a_single_repetition_is_not_counted() -> None:
    """There is nothing to tell apart but the sides."""
    script = script_of(SessionOptions(reps=1))
    last = [texts[-2] for section in script.sections[1:-1] for texts in before_each_hold(section)]
    assert last[1:5] == ["Left side.", "Right side.", "Left hip.", "Right hip."]
    assert not re.search(r"\bround\b", " ".join(all_said(script)), re.IGNORECASE)


def test_the_last_repetition_has_its_change() -> None:
    """Announced before it comes; with one repetition it is listed as left out."""
    last = before_each_hold(script_of(SessionOptions(reps=3)).sections[5])[-1]
    change = "This time, hug both knees to your chest at the bell, and rock."
    assert last[-2:] == ["Last round.", change]
    assert change in all_said(script_of(SessionOptions(reps=3, guidance="cues")))
    single = script_of(SessionOptions(reps=1))
    assert change not in all_said(single)
    assert single.sections[5].dropped == (
        (change, "the change comes on the last of several repetitions, and there is only one"),
    )


@given(sessions())
def test_every_hold_is_told_by_side_and_repetition(laid: Laid) -> None:
    """The words before a hold say which side and which repetition, unless there are only chimes.

    Before short holds that the listener knows, and where a rest leaves no room, it is the side or the number alone.
    """
    exercises = {exercise.id: exercise for exercise in laid.routine.all_exercises}
    words = find_language("en")
    for section in laid.script.sections[1:-1]:
        most = Counter(
            (hold.location.side, hold.location.set_number, hold.location.round_number)
            for hold in holds_of(section)
        )
        for hold, heard in zip(holds_of(section), before_each_hold(section), strict=True):
            if laid.options.guidance == "chimes":
                assert heard == []
                continue
            place, exercise = hold.location, exercises[hold.location.exercise or ""]
            which = " ".join(heard).lower()
            if (
                exercise.movement.kind != "count"
                and most[place.side, place.set_number, place.round_number] > 1
            ):
                number, ordinal = words.number(place.rep or 0), words.ordinal(place.rep or 0)
                side_alone = place.side and which.endswith(f"{place.side}.")
                assert number in which or ordinal in which or "last round" in which or side_alone
            if exercise.sides == "each" and laid.options.side is None:
                assert (place.side or "") in which


# --- durations ---------------------------------------------------------------------------------


@given(st.integers(3, 600), st.sampled_from(["full", "brief", "cues"]))
def test_the_duration_spoken_is_the_hold_that_is_made(seconds: int, guidance: Guidance) -> None:
    """In the overview, once for all exercises."""
    script = script_of(SessionOptions(hold_seconds=seconds, reps=1, guidance=guidance))
    spoken = _durations(all_said(script))
    made = {hold.duration_ms for section in script.sections for hold in holds_of(section)}
    assert len(spoken) == 1
    assert {1000 * duration for duration in spoken} == made == {1000 * seconds}


@given(st.integers(3, 3600), st.floats(0.25, 4))
def test_a_scaled_hold_is_spoken_as_it_is_made(seconds: int, scale: float) -> None:
    """Also where the scaled length meets a limit."""
    first, other = LOWER_BACK.all_exercises[0], LOWER_BACK.all_exercises[3]
    routine = with_exercises(first, other.model_copy(update={"hold_scale": scale}))
    choice = SessionOptions(hold_seconds=seconds, reps=1)
    script = script_of(choice, routine)
    assert choice.resolve(routine).hold_seconds_of(routine.all_exercises[1]) == pytest.approx(
        min(max(seconds * scale, 3), 3600), abs=0.5
    )
    lengths = [hold.duration_ms / 1000 for section in script.sections for hold in holds_of(section)]
    told = [_durations(said(section)) for section in script.sections[:-1]]
    # Where all are alike, the overview says it for all.
    assert told == (
        [lengths[:1], [], []] if len(set(lengths)) == 1 else [[], *([int(one)] for one in lengths)]
    )


# --- how much is said --------------------------------------------------------------------------


def test_full_guidance_says_everything() -> None:
    """Welcome, equipment, safety, the chimes, and the advice at the end."""
    script = script_of(SessionOptions())
    intro = said(script.sections[0])
    assert intro[0] == "Welcome."
    assert LOWER_BACK.introduction in intro
    assert "You need a mat, a folded towel, and a heavy chair or counter that cannot slide." in intro
    safety = LOWER_BACK.safety
    warnings = [*safety.before, *safety.red_flags]
    assert [text for text in intro if text in warnings] == warnings
    assert "There are five stretches, each done twice, for twenty-five seconds." in intro
    assert intro[-1] == "Let's begin."
    assert [s.kind for s in script.sections[0].segments if isinstance(s, Chime)] == ["begin", "release"]
    end = said(script.sections[-1])
    assert set(safety.after) <= set(end)
    assert not set(safety.red_flags) & set(end)  # the last thing heard is not an illness


def test_brief_guidance_keeps_what_is_needed_to_follow() -> None:
    """The one sentence of safety, and for each exercise one short sentence into position and one into the stretch."""
    script = script_of(SessionOptions(guidance="brief"))
    texts = all_said(script)
    intro = said(script.sections[0])
    assert intro == [
        "Lower back.",
        LOWER_BACK.safety.short,
        "Five stretches, twice each, for twenty-five seconds.",
        "Two bells mean rest.",
    ]
    for exercise, section in zip(LOWER_BACK.all_exercises, script.sections[1:-1], strict=True):
        sides = {"side": "left", "other_side": "right"}
        announced, brief, _, way_in = before_each_hold(section)[0]
        assert "out of five: " in announced
        assert brief == (exercise.brief or "").format(**sides)
        assert way_in == exercise.movement.short[0].format(**sides)
    assert not set(LOWER_BACK.safety.red_flags) & set(texts)
    assert not any(text.startswith("This bell") for text in texts)
    cues = {
        u.text
        for section in script.sections
        for hold in holds_of(section)
        for c in hold.cues
        for u in c.utterances
    }
    assert cues == {"Three.", "Two.", "One.", "Halfway.", "Halfway there."}


def test_brief_guidance_says_how_to_come_out_once_in_an_exercise() -> None:
    """In the author's words; later rests are quiet."""
    section = script_of(SessionOptions(guidance="brief", reps=4)).sections[4]
    rests = [[text for text in texts if text in FLAT_BACK.transition] for texts in before_each_hold(section)]
    assert rests == [[], [FLAT_BACK.transition[0]], [], []]


def test_in_cues_a_change_of_side_has_the_time_that_its_words_have() -> None:
    """Nobody rolls over in three seconds."""
    section = script_of(SessionOptions(guidance="cues", reps=1, only=("hip-flexor",))).sections[1]
    pauses = [segment.duration_ms for segment in section.segments if isinstance(segment, Pause)]
    assert "[pause 8s]" in (LOWER_BACK.all_exercises[2].changeover or "")
    assert 8000 in pauses


@pytest.mark.parametrize("text", ["{side} arm out at the bell.", "At the bell, {side} arm out."])
def test_a_sentence_that_begins_with_a_side_has_a_capital_letter(text: str) -> None:
    """As it is read in captions."""
    short = KNEE_ROLL.movement.model_copy(update={"short": (text,)})
    section = script_of(SessionOptions(), with_exercises(KNEE_ROLL.model_copy(update={"movement": short})))
    assert all(words[0].isupper() for words in all_said(section))


def test_a_short_form_of_two_sentences_stays_together_where_sides_change() -> None:
    """Only a changeover has the time to move before its last sentence."""
    short = KNEE_ROLL.movement.model_copy(update={"short": ("Knees up. At the bell, over to the {side}.",)})
    section = script_of(
        SessionOptions(), with_exercises(KNEE_ROLL.model_copy(update={"movement": short}))
    ).sections[1]
    assert before_each_hold(section)[2] == [
        KNEE_ROLL.transition[0],
        "Left side, last round.",
        "Knees up.",
        "At the bell, over to the left.",
    ]


def test_cues_alone_still_say_where_the_listener_is() -> None:
    """Name, count, side, repetition, the one sentence of safety, and the end."""
    script = script_of(SessionOptions(guidance="cues", only=("knee-roll",)))
    assert all_said(script) == [
        "Lower back.",
        "Move gently, and stop if anything hurts.",
        "Twice, for twenty-five seconds.",
        "The knees-up stretch.",
        "Left side, round one of two.",
        "Now the other side.",
        "Right side, round one of two.",
        "Left side, last round.",
        "Right side, last round.",
        "The session is over.",
    ]


@given(sessions())
def test_less_guidance_never_says_more(laid: Laid) -> None:
    """Full says most, cues least, and the holds are the same."""
    choice = {
        name: getattr(laid.options, name)
        for name in ("hold_seconds", "reps", "rest_seconds", "countdown", "side")
    }
    levels: tuple[Guidance, ...] = ("full", "brief", "cues")
    scripts = [script_of(SessionOptions(**choice, guidance=level), laid.routine) for level in levels]
    counts = [len(all_said(script)) for script in scripts]
    assert counts == sorted(counts, reverse=True)
    windows = {
        tuple(h.duration_ms for section in script.sections for h in holds_of(section)) for script in scripts
    }
    assert len(windows) == 1


@pytest.mark.parametrize("reps", [6, 12, 50])
def test_nothing_is_said_in_the_same_words_five_times_in_a_row(reps: int) -> None:
    """Rests, short forms, changes of side and halfway calls vary their words."""
    for section in script_of(SessionOptions(reps=reps, hold_seconds=20)).sections[1:-1]:
        heard = before_each_hold(section)[1:]
        slots = [[texts[place] for texts in heard if len(texts) > place] for place in range(3)]
        slots.append(
            [
                words.utterances[0].text
                for hold in holds_of(section)
                for words in hold.cues
                if words.priority == Priority.HALFWAY
            ]
        )
        for slot in slots:
            assert max(len(list(same)) for _, same in groupby(slot)) < 5


def test_reminders_go_on_from_hold_to_hold() -> None:
    """One a hold, the next one in the next, so that all are heard before one comes again."""
    flat_back = script_of(SessionOptions(reps=4)).sections[4]
    heard = [
        c.utterances[0].text
        for hold in holds_of(flat_back)
        for c in hold.cues
        if c.priority == Priority.REMINDER
    ]
    reminders = LOWER_BACK.all_exercises[3].movement.reminders
    assert tuple(heard) == (*reminders, reminders[0])


@pytest.mark.parametrize("count", [2, 3, 4, 6, 8])
def test_a_side_hears_other_reminders_the_next_time(count: int) -> None:
    """However many there are; sides in turn would else hear the same two each time."""
    movement = KNEE_ROLL.movement.model_copy(update={"reminders": tuple(map(str, range(count)))})
    section = script_of(
        SessionOptions(reps=3), with_exercises(KNEE_ROLL.model_copy(update={"movement": movement}))
    ).sections[1]
    heard = [
        [c.utterances[0].text for c in hold.cues if c.priority == Priority.REMINDER]
        for hold in holds_of(section)
    ]
    for side in (heard[::2], heard[1::2]):
        assert all(one != other for one, other in pairwise(side))


# --- which exercises, and the end --------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "titles"),
    [
        (SessionOptions(only=("happy-baby", "cat-cow")), ["Cat and cow", "Happy baby"]),
        (
            SessionOptions(skip=("cat-cow",)),
            ["Knees-up lower back stretch", "Hip stretch", "Flat back stretch", "Happy baby"],
        ),
        (SessionOptions(only=("hip-flexor",)), ["Hip stretch"]),
    ],
)
def test_only_the_chosen_exercises_are_done(choice: SessionOptions, titles: list[str]) -> None:
    """In the routine's order, with the count of those that are done."""
    script = script_of(choice)
    assert [section.title for section in script.sections] == ["Introduction", *titles, "Closing"]
    number = _ONES.split()[len(titles)]
    expected = "There is one stretch, " if len(titles) == 1 else f"There are {number} stretches, "
    assert any(text.startswith(expected) for text in said(script.sections[0]))
    ends = "That was it." if len(titles) == 1 else "That was the last stretch."
    assert said(script.sections[-1])[:2] == [ends, "Well done."]


def test_equipment_is_only_that_of_the_exercises_done() -> None:
    """Who only lies down needs no chair."""
    texts = all_said(script_of(SessionOptions(only=("knee-roll", "happy-baby"))))
    assert "You need a mat." in texts


@given(sessions())
def test_the_end_chime_is_the_last_sound(laid: Laid) -> None:
    """It sounds once, after the words that the session is over."""
    sounds = [s for section in laid.script.sections for s in section.segments if not isinstance(s, Pause)]
    assert sounds[-1] == Chime("end")
    assert sum(isinstance(sound, Chime) and sound.kind == "end" for sound in sounds) == 1
    if laid.options.guidance == "chimes":
        assert not any(isinstance(sound, Say) for sound in sounds)
        return
    assert isinstance(sounds[-2], Say)
    assert sounds[-2].utterance.text == "The session is over."


@given(sessions())
def test_no_placeholder_is_left_in_what_is_said(laid: Laid) -> None:
    """Every side word is filled in, and every sentence has something in it."""
    for utterance in laid.script.utterances:
        assert not re.search("[{}]", utterance.text)
        assert utterance.text.strip() == utterance.text != ""


def test_a_session_whose_holds_are_too_long_is_refused_at_once() -> None:
    """The message says how long it would be and how long it may be."""
    with pytest.raises(UsageError) as caught:
        script_of(SessionOptions(hold_seconds=600, reps=50))
    assert str(caught.value) == ("This session would last 58.3 hours; at most 12 hours are possible.")


def test_a_session_of_just_twelve_hours_of_holds_is_scripted() -> None:
    """The limit itself is allowed: 36 holds of ten minutes, twice."""
    bend = LOWER_BACK.all_exercises[3]
    routine = with_exercises(bend, bend.model_copy(update={"id": "other"}))
    assert len(script_of(SessionOptions(hold_seconds=600, reps=36), routine).sections) == 4
    with pytest.raises(UsageError):
        script_of(SessionOptions(hold_seconds=600, reps=37), routine)


# --- timing of the exercise itself -------------------------------------------------------------

CAT_COW = LOWER_BACK.all_exercises[0]
KNEE_ROLL = LOWER_BACK.all_exercises[1]
FLAT_BACK = LOWER_BACK.all_exercises[3]


def test_a_hold_of_breaths_is_told_in_breaths() -> None:
    """How many, how it begins, and each turn of the breath in its words."""
    breath = Breath(in_seconds=4, hold_seconds=7, out_seconds=8, breaths=4)
    exercise = FLAT_BACK.model_copy(update={"breath": breath})
    section = script_of(SessionOptions(reps=1), with_exercises(exercise)).sections[1]
    script = script_of(SessionOptions(reps=1), with_exercises(exercise))
    assert "There is one stretch, for four breaths." in said(script.sections[0])
    assert "Let your breath come and go." in said(section)
    (hold,) = holds_of(section)
    assert hold.duration_ms == 4 * 19_000
    called = [(cue.at_ms // 1000, cue.utterances[0].text) for cue in hold.cues]
    assert called[:5] == [
        (4, "Hold your breath."), (11, "Breathe out."), (19, "Breathe in."), (23, "Hold your breath."), (30, "Breathe out."),
    ]  # fmt: skip
    assert called[5:] == [
        (38, "In."), (42, "Hold."), (49, "Out."), (57, "Last breath in."), (61, "Hold."), (68, "Out."),
    ]  # fmt: skip


def test_a_wished_hold_is_rounded_to_whole_breaths() -> None:
    """At least one; the words tell what is made."""
    breath = Breath(in_seconds=4, out_seconds=6, breaths=5)
    routine = with_exercises(FLAT_BACK.model_copy(update={"breath": breath}))
    for seconds, breaths in ((3, 1), (14, 1), (16, 2), (34, 3), (600, 60)):
        script = script_of(SessionOptions(hold_seconds=seconds, reps=1), routine)
        assert holds_of(script.sections[1])[0].duration_ms == breaths * 10_000
        assert any(f"{find_language('en').number(breaths)} breath" in text for text in all_said(script))


def test_an_exercises_own_numbers_hold_unless_others_are_asked_for() -> None:
    """Hold, repetitions, rest."""
    own = FLAT_BACK.model_copy(update={"hold_seconds": 40, "reps": 1, "rest_seconds": 3})
    routine = with_exercises(CAT_COW, own)
    assert [hold.duration_ms for hold in holds_of(script_of(SessionOptions(), routine).sections[2])] == [
        40_000
    ]
    asked = holds_of(script_of(SessionOptions(hold_seconds=20, reps=3), routine).sections[2])
    assert [hold.duration_ms for hold in asked] == [20_000] * 3
    overview = all_said(script_of(SessionOptions(), routine))
    assert "There are two stretches." in overview
    assert not any("seconds" in text for text in said(script_of(SessionOptions(), routine).sections[0]))


def test_sets_are_counted_and_rested_between() -> None:
    """Each is announced; repetitions are counted in each."""
    exercise = FLAT_BACK.model_copy(update={"sets": 2, "set_rest_seconds": 45})
    section = script_of(SessionOptions(reps=2), with_exercises(exercise)).sections[1]
    assert [text for text in said(section) if text.startswith("Set ")] == [
        "Set one out of two.",
        "Set two out of two.",
    ]
    places = [(hold.location.set_number, hold.location.rep) for hold in holds_of(section)]
    assert places == [(1, 1), (1, 2), (2, 1), (2, 2)]
    rests = [hold.rest.duration_ms if hold.rest else None for hold in holds_of(section)]
    assert rests == [None, None, 45_000, None]


def test_work_is_timed_with_its_rests() -> None:
    """From chime to chime; what comes next is said right before it begins."""
    work = Work(kind="work", instruction="March.", short=("March again.",))
    exercise = FLAT_BACK.model_copy(update={"movement": work, "rest_seconds": 20, "ready_seconds": 5})
    section = script_of(SessionOptions(reps=2, hold_seconds=40), with_exercises(exercise)).sections[1]
    first, second = holds_of(section)
    assert first.rest is None
    assert second.rest
    assert second.rest.duration_ms == 20_000
    tail = [part.utterance.text for part in second.rest.forms[0].tail if isinstance(part, Say)]
    assert tail == ["Last round.", "March again.", "Get ready."]
    assert "Get ready." in said(section)


def test_chimes_alone_have_no_word() -> None:
    """But a chime of their own for each exercise; holds and times to move stay."""
    spoken, silent = (script_of(SessionOptions(guidance=level)) for level in ("cues", "chimes"))
    assert silent.utterances == ()
    for section in silent.sections[1:-1]:
        assert section.segments[0] == Chime("next")
    for one, other in zip(spoken.sections, silent.sections, strict=True):
        assert [hold.duration_ms for hold in holds_of(one)] == [hold.duration_ms for hold in holds_of(other)]


def test_a_quiet_exercise_is_not_counted_down() -> None:
    """Nor is its halfway point called; reminders stay."""
    section = script_of(
        SessionOptions(), with_exercises(FLAT_BACK.model_copy(update={"quiet": True}))
    ).sections[1]
    texts = [
        utterance.text for hold in holds_of(section) for cue in hold.cues for utterance in cue.utterances
    ]
    assert texts
    assert not {"Three.", "Two.", "One.", "Halfway.", "Halfway there."} & set(texts)


def test_a_quiet_rest_is_no_going_on() -> None:
    """Who is told to do nothing is not told that it takes so long."""
    work = Work(kind="work", instruction="Do nothing.", short=("Still nothing.",))
    quiet = FLAT_BACK.model_copy(update={"quiet": True, "movement": work, "hold_seconds": 40})
    texts = all_said(script_of(SessionOptions(), with_exercises(CAT_COW, quiet)))
    assert "We will stay with this for forty seconds." in texts


def test_a_short_hold_has_one_reminder() -> None:
    """Each in its turn, so that all are heard; below ten seconds there is none, and no countdown."""
    section = script_of(SessionOptions(hold_seconds=10, reps=3), with_exercises(FLAT_BACK)).sections[1]
    heard = [
        cue.utterances[0].text
        for hold in holds_of(section)
        for cue in hold.cues
        if not cue.utterances[0].natural_rate
    ]
    assert heard == list(FLAT_BACK.movement.reminders)
    short = script_of(SessionOptions(hold_seconds=9.5, reps=3), with_exercises(FLAT_BACK)).sections[1]
    assert not any(hold.cues for hold in holds_of(short))


@pytest.mark.parametrize("phases", [2, 3])
def test_a_flow_is_told_by_the_number_of_its_phases(phases: int) -> None:
    """Two go back and forth; more go on from one to the next."""
    movement = CAT_COW.movement
    assert isinstance(movement, Flow)
    flow = movement.model_copy(update={"phases": (*movement.phases, movement.phases[0])[:phases]})
    routine = with_exercises(CAT_COW.model_copy(update={"movement": flow}))
    texts = all_said(script_of(SessionOptions(hold_seconds=60), routine))
    assert any(text.startswith("Then keep flowing at your own pace") for text in texts) == (phases == 2)
    assert any(text.startswith("Then keep going at your own pace") for text in texts) == (phases == 3)


@pytest.mark.parametrize(("hold", "alone"), [(10, False), (25, False), (30, False), (31, True), (60, True)])
def test_a_pace_of_ones_own_is_promised_only_where_there_is_time_for_it(hold: int, alone: bool) -> None:
    """Else the calls go on to the end, and the words say so."""
    texts = all_said(script_of(SessionOptions(hold_seconds=hold), with_exercises(CAT_COW)))
    assert ("Follow my voice for the first few." in texts) == alone
    assert ("Follow my voice." in texts) != alone


@pytest.mark.parametrize(
    ("hold", "phases", "announced"),
    [
        (5, 2, "Flow from one to the other."),
        (9, 2, "Flow from one to the other."),
        (10, 2, "Follow my voice."),
        (10, 3, "Go from one to the next."),
        (15, 3, "Follow my voice."),
    ],
)
def test_calls_are_promised_only_where_each_has_room(hold: int, phases: int, announced: str) -> None:
    """Else nobody waits for a voice that does not come."""
    movement = CAT_COW.movement
    assert isinstance(movement, Flow)
    flow = movement.model_copy(update={"phases": (*movement.phases, movement.phases[0])[:phases]})
    routine = with_exercises(CAT_COW.model_copy(update={"movement": flow}))
    script = script_of(SessionOptions(hold_seconds=hold, reps=1), routine)
    assert announced in all_said(script)
    (held,) = (segment for segment in script.sections[1].segments if isinstance(segment, Hold))
    calls = [cue for cue in held.cues if cue.priority == Priority.PHASE]
    assert bool(calls) == announced.startswith("Follow")


def test_who_goes_on_alone_is_told_where_the_next_call_would_come() -> None:
    """At the breath in that is not called any more."""
    routine = find_routine("wind-down-breathing")
    script = script_of(SessionOptions(only=("long-out",), hold_seconds=120), routine)
    (held,) = (segment for segment in script.sections[1].segments if isinstance(segment, Hold))
    (reminder,) = (cue for cue in held.cues if cue.priority == Priority.REMINDER)
    assert reminder.at_ms == 4 * 10_000
    assert held.duration_ms == 120_000


def test_every_rest_says_how_to_come_out() -> None:
    """A general word would leave people in the stretch; where the routine has none, it has to do."""
    several = all_said(script_of(SessionOptions(reps=5), with_exercises(FLAT_BACK)))
    assert [several.count(text) for text in FLAT_BACK.transition] == [2, 2]
    assert "Take a short rest." not in several
    without = all_said(
        script_of(SessionOptions(reps=2), with_exercises(FLAT_BACK.model_copy(update={"transition": ()})))
    )
    assert "Take a short rest." in without
