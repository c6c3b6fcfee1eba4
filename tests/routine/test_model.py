"""The model: a value that exists is valid and stays as it is."""

from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from tests.strategies import routines
from voiceguide.routine.model import (
    Defaults,
    Exercise,
    Flow,
    HoldRange,
    Phase,
    Routine,
    Safety,
    Source,
    StaticHold,
    Variation,
)

HOLD = StaticHold(kind="hold", instruction="Bend.", short=("Again.",))


def exercise(**values: Any) -> Exercise:
    """An exercise with some values of its own."""
    return Exercise(**{"id": "bend", "name": "Bend", "position": "Stand up.", "movement": HOLD, **values})


def routine(**values: Any) -> Routine:
    """A routine with some values of its own."""
    safety = Safety(before=("Gently.",), short="Gently.")
    plain = {"id": "r", "title": "R", "introduction": "Hello.", "safety": safety, "exercises": (exercise(),)}
    return Routine(**{**plain, **values})


def test_a_routine_cannot_be_changed() -> None:
    """Every value is frozen, also inside."""
    made = routine()
    with pytest.raises(ValidationError, match="frozen"):
        made.title = "Other"
    with pytest.raises(ValidationError, match="frozen"):
        made.all_exercises[0].movement.short = ()


@given(routines())
def test_every_collection_of_a_routine_is_a_tuple(made: Routine) -> None:
    """So no list inside can change either; equal routines have equal hashes."""
    assert isinstance(made.exercises, tuple)
    assert hash(made) == hash(made.model_copy(deep=True))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"id": "Bend"}, "String should match pattern"),
        ({"id": "bend-"}, "String should match pattern"),
        ({"id": "a" * 65}, "at most 64 characters"),
        ({"name": " "}, "at least 1 character"),
        ({"name": "a" * 121}, "at most 120"),
        ({"name": "?!"}, "contains no word"),
        ({"name": "a\u200bb"}, r"an invisible character \(U\+200B\) after"),
        ({"position": "Stand {side}."}, "names a side"),
        ({"position": "Stand {"}, r"contains \{; only"),
        ({"sides": "each"}, "'changeover' is needed"),
        ({"sides": "both"}, "'none', 'each', 'left', 'right' or 'group'"),
        ({"changeover": "Turn."}, "'changeover' works only with 'sides: each'"),
        ({"settle_seconds": -1}, "greater than or equal to 0"),
        ({"settle_seconds": "7"}, "valid number"),
        ({"settle_seconds": float("inf")}, "finite number"),
        ({"hold_scale": 0.2}, "greater than or equal to 0.25"),
        ({"hold_scale": 4.1}, "less than or equal to 4"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"equipment": ("a chair",) * 7}, "at most 6 items"),
    ],
)
def test_an_exercise_that_is_not_valid_cannot_exist(values: dict[str, object], message: str) -> None:
    """The constructor refuses what could not be spoken or done."""
    with pytest.raises(ValidationError, match=message):
        exercise(**values)


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (Defaults, {"hold_seconds": 2}),
        (Defaults, {"hold_seconds": 3601}),
        (Defaults, {"hold_seconds": 25.3}),
        (Defaults, {"reps": 0}),
        (Defaults, {"reps": 51}),
        (Defaults, {"reps": True}),
        (Defaults, {"rest_seconds": -1}),
        (Defaults, {"rest_seconds": 601}),
        (HoldRange, {"minimum": 30, "maximum": 29}),
        (Safety, {"before": (), "short": "Gently."}),
        (Safety, {"before": ("{side}",), "short": "Gently."}),
        (Source, {"title": "A", "url": "ftp://example.org"}),
        (Source, {"title": "A", "url": "https://example.org/a b"}),
        (StaticHold, {"kind": "hold", "instruction": "Bend.", "short": ()}),
        (StaticHold, {"kind": "rock", "instruction": "Bend.", "short": ("Again.",)}),
        (Flow, {"kind": "flow", "short": ("Again.",), "phases": (Phase(instruction="A.", cue="A."),)}),
        (Variation, {"instruction": "Hug.", "settle_seconds": 121}),
    ],
)
def test_a_value_outside_its_limits_cannot_exist(make: type, values: dict[str, object]) -> None:
    """Limits hold for every part of the model."""
    with pytest.raises(ValidationError):
        make(**values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"exercises": ()}, "at least 1 item"),
        ({"exercises": (exercise(), exercise())}, "already has the id 'bend'"),
        ({"exercises": tuple(exercise(id=f"e{n}") for n in range(61))}, "at most 60 items"),
        ({"language": "English"}, "String should match pattern"),
        ({"title": "R {side}"}, "contains a brace"),
    ],
)
def test_a_routine_that_is_not_valid_cannot_exist(values: dict[str, object], message: str) -> None:
    """The whole is as strict as its parts."""
    with pytest.raises(ValidationError, match=message):
        routine(**values)


def test_white_space_in_a_text_is_folded() -> None:
    """Line breaks and tabs of the file are no part of what is said."""
    assert exercise(position="  Stand\n\tup.  ").position == "Stand up."


def test_both_side_words_may_stand_in_any_text_of_a_sided_exercise() -> None:
    """Position, changeover, release and movement alike."""
    movement = StaticHold(
        kind="hold",
        instruction="{side}, {other_side}.",
        short=("To the {side}.",),
        reminders=("{side}",),
        variation=Variation(instruction="{other_side}"),
    )
    made = exercise(
        sides="each", position="{side}", changeover="{side}", release="{other_side}", movement=movement
    )
    assert made.position == "{side}"


def test_the_ids_of_a_routine_are_in_its_order() -> None:
    """Not sorted, not changed."""
    ids = ("z", "a", "m")
    assert routine(exercises=tuple(exercise(id=name) for name in ids)).exercise_ids == ids
