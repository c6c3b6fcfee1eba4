"""Which exercises a listener means: by id, number or name, written as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from voiceguide.errors import AmbiguousExercise, UnknownExercise, nearest
from voiceguide.text.parsing import shortened

if TYPE_CHECKING:  # the routine model imports pydantic, which the command line's help does not need
    from voiceguide.routine.model import Routine

# Number, id and name of an exercise.
_Choice: TypeAlias = tuple[int, str, str]
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


def chosen_ids(routine: Routine, words: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the exercises that a listener names, in the order in which they are named.

    An id is preferred to a number, and a number to a name. Numbers count all exercises from 1, in order.

    Args:
        routine: the routine that has the exercises.
        words: ids, numbers and names that stood between commas; a name with commas takes several words.

    Raises:
        UnknownExercise: the routine has no such exercise.
        AmbiguousExercise: several exercises have that name.
    """
    return tuple(_ids(routine, tuple(words)))


def _ids(routine: Routine, words: tuple[str, ...]) -> Iterator[str]:
    choices = tuple((number, one.id, one.name) for number, one in enumerate(routine.all_exercises, 1))
    longest = 1 + max(name.count(",") for _, _, name in choices)
    at = 0
    while at < len(words):
        exercise_id, taken = _first(routine, choices, words[at : at + longest])
        yield exercise_id
        at += taken


def _first(routine: Routine, choices: tuple[_Choice, ...], words: tuple[str, ...]) -> tuple[str, int]:
    """Return the id of the exercise that the first words mean, and how many of them name it."""
    if exercise_id := _by_id(choices, words[0]) or _by_number(choices, words[0]):
        return exercise_id, 1
    for taken in range(len(words), 0, -1):
        if exercise_id := _by_name(routine, choices, ", ".join(words[:taken])):
            return exercise_id, taken
    raise _unknown(routine, choices, words[0])


def _by_id(choices: tuple[_Choice, ...], word: str) -> str | None:
    return next((known for _, known, _ in choices if known.lower() == word.lower()), None)


def _by_number(choices: tuple[_Choice, ...], word: str) -> str | None:
    number = int(word) if _NUMBER.fullmatch(word) else 0
    return choices[number - 1][1] if 1 <= number <= len(choices) else None


def _by_name(routine: Routine, choices: tuple[_Choice, ...], name: str) -> str | None:
    """Return the id of the exercise with a name, or with an id that is written as a name, such as ``Cat cow``."""
    wanted = _compared(name)
    by_id = [choice for choice in choices if _compared(choice[1]) == wanted]
    found = by_id or [choice for choice in choices if _compared(choice[2]) == wanted]
    if len(found) > 1:
        raise AmbiguousExercise(routine.title, shortened(name), found)
    return found[0][1] if found and wanted else None


def _compared(text: str) -> str:
    """Return a text without what people write differently: case, punctuation, spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(" " if unicodedata.category(one)[0] in "PZ" else one for one in folded).split())


def _unknown(routine: Routine, choices: tuple[_Choice, ...], word: str) -> UnknownExercise:
    if _NUMBER.fullmatch(word):
        near: tuple[str, ...] = (str(min(max(int(word), 1), len(choices))),)
    else:
        names = {name.casefold(): name for _, _, name in choices}
        near = nearest(word, (known for _, known, _ in choices)) or tuple(
            names[name] for name in nearest(word, names)
        )
    return UnknownExercise(routine.title, shortened(word), choices, near)
