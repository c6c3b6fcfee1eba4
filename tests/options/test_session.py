"""What the listener may choose, and what is said where it cannot be."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import resolved, routines, session_options
from voiceguide.cli.advice import with_advice
from voiceguide.errors import SessionTooLong, UsageError
from voiceguide.options.session import ResolvedOptions, Scaling, SessionOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.naming import dose_of, file_stem
from voiceguide.script.notes import option_notes

LOWER_BACK = find_routine("lower-back")
NUMBERED = (f"{number} {one.name} ({one.id})" for number, one in enumerate(LOWER_BACK.all_exercises, 1))
ALL_FIVE = f"Choose by number, name or id: {', '.join(NUMBERED)}."


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            SessionOptions(hold_seconds=2),
            "A hold of 2 seconds is not possible. Choose 3 to 3600 seconds (1 hour).",
        ),
        (
            SessionOptions(hold_seconds=0),
            "A hold of 0 seconds is not possible. Choose 3 to 3600 seconds (1 hour).",
        ),
        (
            SessionOptions(hold_seconds=-3),
            "A hold of -3 seconds is not possible. Choose 3 to 3600 seconds (1 hour).",
        ),
        (
            SessionOptions(hold_seconds=3601),
            "A hold of 3601 seconds is not possible. Choose 3 to 3600 seconds (1 hour).",
        ),
        (SessionOptions(reps=0), "A number of repetitions of 0 is not possible. Choose 1 to 50."),
        (SessionOptions(reps=51), "A number of repetitions of 51 is not possible. Choose 1 to 50."),
        (
            SessionOptions(rest_seconds=-1),
            "A rest of -1 seconds is not possible. Choose 0 to 600 seconds (10 minutes).",
        ),
        (
            SessionOptions(rest_seconds=601),
            "A rest of 601 seconds is not possible. Choose 0 to 600 seconds (10 minutes).",
        ),
        (
            SessionOptions(only=("cat-caw",)),
            f"Lower back has no exercise called 'cat-caw'. Did you mean 'cat-cow'? {ALL_FIVE}",
        ),
        (
            SessionOptions(skip=("Happy babe",)),
            f"Lower back has no exercise called 'Happy babe'. Did you mean 'happy-baby'? {ALL_FIVE}",
        ),
        (
            SessionOptions(only=("fist stretch",)),
            f"Lower back has no exercise called 'fist stretch'. Did you mean 'Hip stretch'? {ALL_FIVE}",
        ),
        (SessionOptions(only=("6",)), f"Lower back has no exercise 6. Did you mean 5? {ALL_FIVE}"),
        (SessionOptions(skip=("0",)), f"Lower back has no exercise 0. Did you mean 1? {ALL_FIVE}"),
        (
            SessionOptions(only=("xyz",)),
            f"Lower back has no exercise called 'xyz'. {ALL_FIVE}",
        ),
        (
            SessionOptions(skip=LOWER_BACK.exercise_ids),
            "No exercise is left to do.",
        ),
        (
            SessionOptions(only=("cat-cow",), skip=("cat-cow",)),
            "No exercise is left to do.",
        ),
    ],
)
def test_a_choice_that_cannot_be_met_is_refused_with_what_is_allowed(
    choice: SessionOptions, message: str
) -> None:
    """The value, the range, the next step; exit code 2."""
    with pytest.raises(UsageError) as caught:
        choice.resolve(LOWER_BACK)
    assert str(caught.value) == message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("hold", "reps", "rest"),
    [(3, 1, 0), (3600, 50, 600), (25, 2, 6)],
)
def test_the_limits_themselves_are_allowed(hold: int, reps: int, rest: int) -> None:
    """A range holds both its ends."""
    options = SessionOptions(hold_seconds=hold, reps=reps, rest_seconds=rest).resolve(LOWER_BACK)
    assert (options.hold_seconds, options.reps, options.rest_seconds) == (hold, reps, rest)


def test_what_is_not_chosen_is_the_routines_own() -> None:
    """The defaults of the routine, full guidance, countdown, left first, every exercise; rests as long as their words."""
    assert SessionOptions().resolve(LOWER_BACK) == ResolvedOptions(
        25, 2, None, LOWER_BACK.exercise_ids, "full", 3, "left", scaling=Scaling(25, 2)
    )


@given(st.data())
def test_only_and_skip_choose_in_the_order_of_the_routine(data: st.DataObject) -> None:
    """In any order of the choice; what is skipped is not done."""
    routine = data.draw(routines())
    choice = data.draw(session_options(routine))
    chosen = resolved(choice, routine).exercises
    assert chosen == tuple(name for name in routine.exercise_ids if name in chosen)
    wanted = set(choice.only or routine.exercise_ids) - set(choice.skip)
    side = choice.side or routine.defaults.side
    assert set(chosen) <= wanted
    for exercise in routine.all_exercises:
        if exercise.id in wanted - set(chosen):  # it is done only on the other side
            assert exercise.sides in ("left", "right")
            assert exercise.sides != side


def with_exercises(*changes: dict[str, object]) -> Routine:
    """Return lower-back with its first exercises changed, and no others."""
    chosen = [
        exercise.model_copy(update=change)
        for exercise, change in zip(LOWER_BACK.all_exercises, changes, strict=False)
    ]
    return LOWER_BACK.model_copy(update={"exercises": tuple(chosen)})


@pytest.mark.parametrize(
    ("changes", "choice", "shown", "stem"),
    [
        (({}, {}, {}, {}, {}), SessionOptions(), ("25", "2"), "25s-2x"),
        (({"hold_seconds": 10, "reps": 4}, {}), SessionOptions(), ("10–25", "2–4"), "10-25s-2-4x"),
        (({"hold_seconds": 10, "reps": 4},), SessionOptions(), ("10", "4"), "10s-4x"),
        (({"hold_seconds": 10, "reps": 4}, {"hold_seconds": 15, "reps": 3}), SessionOptions(), ("10–15", "3–4"), "10-15s-3-4x"),
        (({"hold_seconds": 10}, {"hold_seconds": 15}), SessionOptions(skip=("cat-cow",)), ("15", "2"), "15s-2x-2-of-2"),
        (({"hold_seconds": 10}, {"hold_seconds": 15}), SessionOptions(hold_seconds=30), ("30", "2"), "30s-2x"),
        (({"hold_scale": 0.5},), SessionOptions(hold_seconds=30), ("15", "2"), "15s-2x-hold-30s"),
        (({"hold_scale": 0.5},), SessionOptions(hold_seconds=30, implicit=("hold_seconds",)), ("15", "2"), "15s-2x-base-hold-30s"),
    ],
)  # fmt: skip
def test_titles_name_holds_and_repetitions_that_are_there(
    changes: tuple[dict[str, object], ...], choice: SessionOptions, shown: tuple[str, str], stem: str
) -> None:
    """And files; what a range, or a scale, does not tell is added to the name of the file."""
    routine = with_exercises(*changes)
    options = choice.resolve(routine)
    dose = dose_of(routine, options)
    assert (dose.hold, dose.reps) == shown
    assert file_stem(routine, options) == f"lower-back-{stem}"


@pytest.mark.parametrize(
    ("hold", "scale", "note"),
    [(4, 0.5, "scales its hold to 2 seconds; holds are 3 to 3600 seconds, so it lasts 3."),
     (2400, 2, "scales its hold to 4800 seconds; holds are 3 to 3600 seconds, so it lasts 3600."), (400, 1.5, None)],
)  # fmt: skip
def test_a_hold_that_is_scaled_too_far_is_noted(hold: int, scale: float, note: str | None) -> None:
    """It stays within the limits."""
    routine = with_exercises({"hold_scale": scale})
    notes = list(option_notes(routine, SessionOptions(hold_seconds=hold).resolve(routine)))[1:]
    assert notes == ([f"Cat and cow {note}"] if note else [])


@pytest.mark.parametrize(
    ("choice", "done"),
    [
        (SessionOptions(), ("cat-cow", "flat-back")),
        (SessionOptions(skip=("cat-cow",)), ("flat-back",)),
        (SessionOptions(only=("knee-roll",)), ("knee-roll",)),
        (SessionOptions(only=("knee-roll", "flat-back"), skip=("flat-back",)), ("knee-roll",)),
        (SessionOptions(only=("hip-flexor",)), ("hip-flexor",)),
    ],
)
def test_what_is_skipped_is_taken_from_what_a_file_has(choice: SessionOptions, done: tuple[str, ...]) -> None:
    """What is named with --only is done, no matter what the file has."""
    file = SessionOptions(only=("cat-cow", "flat-back", "hip-flexor"), skip=("hip-flexor",))
    assert choice.merge(file).resolve(LOWER_BACK).exercises == done


def test_options_cannot_be_changed() -> None:
    """A changed value is a new one."""
    options = SessionOptions().resolve(LOWER_BACK)
    with pytest.raises(FrozenInstanceError):
        options.reps = 3  # type: ignore[misc]


def test_a_session_that_is_too_long_says_what_to_change() -> None:
    """How long it would be, how long it may be, and which options make it shorter."""
    assert with_advice(SessionTooLong(13.26, 12)) == (
        "This session would last 13.3 hours; at most 12 hours are possible. "
        "Choose a shorter --hold, fewer --reps, or fewer exercises with --only."
    )
