"""Rules between the fields of a part of a routine.

The model refuses what breaks a rule. For a file, the rules are also checked on the values as written, so that
contradictions are reported together with errors in single fields.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from voiceguide.routine.limits import HOLD_SECONDS

# The values of one part by key, with the defaults filled in; some may have a wrong type.
Part: TypeAlias = Mapping[str, Any]
Disagreement: TypeAlias = tuple[tuple[str | int, ...], str]
Rule: TypeAlias = Callable[[Part], Iterator[Disagreement]]

SIDE_PLACEHOLDERS = ("side", "other_side")

_SIDES = re.compile("|".join(f"{{{name}}}" for name in SIDE_PLACEHOLDERS))
_BREATH_PARTS = ("in_seconds", "hold_seconds", "out_seconds", "rest_seconds")


def minimum_not_above_maximum(advised: Part) -> Iterator[Disagreement]:
    """The minimum of a range is not above its maximum."""
    minimum, maximum = (advised.get(name, "missing") for name in ("minimum", "maximum"))
    if _are_numbers(minimum, maximum) and minimum > maximum:
        yield (), f"the minimum ({minimum}) is above the maximum ({maximum}); swap them"


def breaths_fit_a_hold(breath: Part) -> Iterator[Disagreement]:
    """All breaths together last as long as a hold may."""
    parts = [breath[name] for name in _BREATH_PARTS]
    breaths = breath["breaths"]
    if not _are_numbers(breaths, *parts) or min(breaths, *parts) < 0:
        return
    one = sum(parts)
    lasts = breaths * one
    if not HOLD_SECONDS.minimum <= lasts <= HOLD_SECONDS.maximum:
        possible = f"{HOLD_SECONDS.minimum} to {HOLD_SECONDS.maximum} seconds"
        yield (), f"{breaths} breaths of {one} seconds last {lasts} seconds; a hold lasts {possible}"


def timing_agrees(exercise: Part) -> Iterator[Disagreement]:
    """Breathing has its times, and the length of a hold is set only once."""
    movement = exercise.get("movement")
    kind = movement.get("kind") if isinstance(movement, Mapping) else None
    if kind == "breathe" and exercise.get("breath") is None:
        yield (), "a 'breathe' movement needs 'breath': how long to breathe in and out"
    if exercise.get("breath") is not None and exercise.get("hold_seconds") is not None:
        yield ("hold_seconds",), "'breath' sets how long the hold lasts; remove 'hold_seconds'"


def sides_agree(exercise: Part) -> Iterator[Disagreement]:
    """Only an exercise with sides names a side, and it says how to change sides."""
    if exercise.get("sides") == "each" and exercise.get("changeover") is None:
        yield (), "with 'sides: each', 'changeover' is needed: how to get to the other side"
    if exercise.get("sides") != "none":
        return
    for name in ("side_name", "changeover"):
        if exercise.get(name) is not None:
            yield (name,), f"{name!r} works only with 'sides: each'"
    for path, text in texts_in(exercise):
        if path != ("changeover",) and _SIDES.search(text):
            yield path, f"{text!r} names a side; set 'sides: each', or remove the placeholder"


def ids_are_unique(routine: Part) -> Iterator[Disagreement]:
    """No two exercises have the same id."""
    first: dict[str, int] = {}
    for number, exercise in enumerate(_items(routine.get("exercises"))):
        name = exercise.get("id") if isinstance(exercise, Mapping) else None
        if isinstance(name, str) and first.setdefault(name, number) != number:
            yield (
                ("exercises", number, "id"),
                f"exercise {first[name] + 1} already has the id {name!r}; choose another one",
            )


def texts_in(part: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text inside a value, with its path."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield from texts_in(value, (*path, key))
    else:
        for index, value in enumerate(_items(part)):
            yield from texts_in(value, (*path, index))


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
