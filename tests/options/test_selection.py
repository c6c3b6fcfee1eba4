"""Exercises are chosen by id, number or name, as people write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import routines
from voiceguide.errors import AmbiguousExercise, UnknownExercise, UsageError
from voiceguide.options.selection import chosen_ids
from voiceguide.options.session import SessionOptions
from voiceguide.options.table import read
from voiceguide.routine.model import Exercise, Group, Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.naming import file_stem

LOWER_BACK = find_routine("lower-back")
WIND_DOWN = find_routine("wind-down-breathing")


def chosen(routine: Routine, value: object) -> tuple[str, ...]:
    """Return the exercises that an option's value chooses."""
    return read("plan", {"only": value}).session.resolve(routine).exercises


@pytest.mark.parametrize(
    "value",
    [
        "cat-cow,hip-flexor",
        "1,3",
        "3, 1",
        " 01 , HIP-FLEXOR",
        "cat and cow,hip stretch",
        "Cat  and Cow , 3",
        "Cat cow,Hip_flexor",
        ["1", "hip stretch"],
        ["cat-cow,3"],
        [1, 3],
        (1, "hip-flexor", "1"),
    ],
)
def test_number_name_and_id_are_one_choice(value: Any) -> None:
    """In any mix and any case; the session, and so its file, is the same."""
    options = read("plan", {"only": value}).session.resolve(LOWER_BACK)
    assert options.exercises == ("cat-cow", "hip-flexor")
    assert options.to_dict()["exercises"] == ("cat-cow", "hip-flexor")
    assert file_stem(LOWER_BACK, options) == "lower-back-25s-2x-1-3-of-5"


def test_what_is_skipped_is_named_in_the_same_ways() -> None:
    """And a single number is a choice, too."""
    options = read("plan", {"only": "1,2,3", "skip": "Cat and cow,3"}).session.resolve(LOWER_BACK)
    assert options.exercises == ("knee-roll",)
    assert chosen(LOWER_BACK, 2) == ("knee-roll",)


def test_a_name_may_have_commas() -> None:
    """Although commas separate names."""
    assert WIND_DOWN.all_exercises[2].name == "Four, seven, eight"
    assert chosen(WIND_DOWN, "four, seven, eight") == ("four-seven-eight",)
    assert chosen(WIND_DOWN, "Resting,four,seven,eight,1") == ("arriving", "four-seven-eight", "resting")


def routine_of(*exercises: tuple[str, str], group: tuple[tuple[str, str], ...] = ()) -> Routine:
    """Return lower-back with exercises of some ids and names; those of the group come last."""
    first = LOWER_BACK.all_exercises[0]

    def made(pair: tuple[str, str]) -> Exercise:
        return first.model_copy(update={"id": pair[0], "name": pair[1]})

    entries: list[Exercise | Group] = [made(pair) for pair in exercises]
    if group:
        entries.append(Group.model_construct(group="Circuit", exercises=tuple(map(made, group)), rounds=2))
    return LOWER_BACK.model_copy(update={"exercises": tuple(entries)})


@pytest.mark.parametrize(
    ("word", "exercise_id"),
    [("3", "3"), ("2", "plank"), ("1", "side"), ("plank", "plank"), ("Side plank", "side-plank"), ("100", "hundred")],
)  # fmt: skip
def test_an_id_goes_before_a_number_and_a_number_before_a_name(word: str, exercise_id: str) -> None:
    """Whatever somebody called their exercises."""
    routine = routine_of(
        ("side", "Plank"), ("plank", "Side plank"), ("side-plank", "3"), ("3", "2"), ("hundred", "100")
    )
    assert chosen_ids(routine, (word,)) == (exercise_id,)


def test_numbers_count_the_exercises_of_groups_too() -> None:
    """In the order in which they are listed."""
    routine = routine_of(("a", "First"), group=(("b", "Second"), ("c", "Third")))
    assert chosen_ids(routine, ("3", "2")) == ("c", "b")


def test_a_name_that_two_exercises_have_is_refused() -> None:
    """With what tells them apart."""
    routine = routine_of(("plank", "Plank hold"), ("row", "Row"), ("plank-again", "Plank hold"))
    with pytest.raises(AmbiguousExercise) as caught:
        chosen_ids(routine, ("plank hold",))
    assert str(caught.value) == (
        "Lower back has 2 exercises called 'plank hold'. "
        "Choose by number or id: 1 Plank hold (plank), 3 Plank hold (plank-again)."
    )
    assert caught.value.choices == ((1, "plank", "Plank hold"), (3, "plank-again", "Plank hold"))
    assert caught.value.exit_code == 2


def test_an_error_has_what_can_be_chosen() -> None:
    """A long list is cut, and says where it ends."""
    routine = routine_of(*((f"e{number}", f"Exercise {number}") for number in range(1, 31)))
    with pytest.raises(UnknownExercise, match=r"12 Exercise 12 \(e12\), … up to 30\.$") as caught:
        chosen_ids(routine, ("31",))
    error = caught.value
    assert (error.kind, error.name, error.routine) == ("exercise", "31", "Lower back")
    assert error.choices[29] == (30, "e30", "Exercise 30")
    assert error.known[29] == "e30"
    assert "Did you mean 30?" in str(error)


@given(routine=routines(), words=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4))
def test_any_words_choose_or_are_refused(routine: Routine, words: list[str]) -> None:
    """In one line."""
    found: tuple[str, ...] = ()
    sentence = ""
    try:
        found = chosen_ids(routine, words)
    except UsageError as error:
        sentence = str(error)
    assert set(found) <= set(routine.exercise_ids)
    assert len(sentence.splitlines()) == (0 if found else 1)


@given(data=st.data())
def test_every_exercise_is_found_by_its_number_and_its_id(data: st.DataObject) -> None:
    """And a session of them is the same."""
    routine = data.draw(routines())
    number, exercise_id = data.draw(st.sampled_from(list(enumerate(routine.exercise_ids, 1))))
    if str(number) not in routine.exercise_ids:
        assert chosen_ids(routine, (str(number),)) == (exercise_id,)
    assert chosen_ids(routine, (exercise_id.upper(),)) == (exercise_id,)
    skipped = SessionOptions(skip=(exercise_id,))
    if len(routine.exercise_ids) > 1 and all(one.sides in ("none", "each") for one in routine.all_exercises):
        assert exercise_id not in skipped.resolve(routine).exercises
