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


def breath_fits_a_hold(breath: Part) -> Iterator[Disagreement]:
    """All breaths together last as long as a hold may, and one that grows lasts any time."""
    breaths = breath["breaths"]
    ends = [_ends(breath[name]) for name in _BREATH_PARTS]
    if not _are_numbers(breaths, *(end for pair in ends for end in pair)) or breaths < 1:
        return
    if min(end for pair in ends for end in pair) < 0:
        return
    first: float = sum(pair[0] for pair in ends)
    last: float = sum(pair[1] for pair in ends)
    if 0 in (first, last, *_ends(breath["in_seconds"]), *_ends(breath["out_seconds"])):
        yield (), "a breath in and a breath out last at least half a second, also where they grow"
        return
    lasts = breaths * (first + last) / 2
    if not HOLD_SECONDS.minimum <= lasts <= HOLD_SECONDS.maximum:
        possible = f"{HOLD_SECONDS.minimum} to {HOLD_SECONDS.maximum} seconds"
        one = f"{first:g} seconds" if first == last else f"{first:g} to {last:g} seconds"
        yield (), f"{breaths} breaths of {one} last {lasts:g} seconds; a hold lasts {possible}"


def _ends(length: Any) -> tuple[Any, Any]:
    """Return the first and the last length of a part of a breath."""
    if isinstance(length, Mapping):
        return length.get("from"), length.get("to")
    return length, length


def steps_fit_a_hold(movement: Part) -> Iterator[Disagreement]:
    """All steps together last no longer than a hold may."""
    seconds: list[Any] = [
        step.get("seconds") for step in _items(movement.get("steps")) if isinstance(step, Mapping)
    ]
    if _are_numbers(*seconds) and sum(seconds) > HOLD_SECONDS.maximum:
        lasts = f"the steps last {sum(seconds):g} seconds in all; the maximum is {HOLD_SECONDS.maximum}"
        yield (), f"{lasts}. Divide them into several exercises"


def timing_agrees(exercise: Part) -> Iterator[Disagreement]:
    """What sets the length of a hold, or a number of repetitions, is set only once."""
    movement = exercise.get("movement")
    kind = movement.get("kind") if isinstance(movement, Mapping) else None
    has_breath = exercise.get("breath") is not None
    if kind == "breathe" and not has_breath:
        yield (), "a 'breathe' movement needs 'breath': how long to breathe in and out"
    if has_breath and exercise.get("hold_seconds") is not None:
        yield ("hold_seconds",), "'breath' sets how long the hold lasts; remove 'hold_seconds'"
    if kind in _TIMED_BY and exercise.get("hold_seconds") is not None:
        yield ("hold_seconds",), f"{_TIMED_BY[kind]} sets how long this lasts; remove 'hold_seconds'"
    if kind in _TIMED_BY and has_breath:
        yield ("breath",), f"{_TIMED_BY[kind]} sets how long this lasts; remove 'breath'"
    yield from _ladders_agree(exercise, kind)


# What sets the length of kinds that are not timed by a hold.
_TIMED_BY = {"count": "'rep_seconds'", "steps": "'seconds' of the steps"}


def _ladders_agree(exercise: Part, kind: str | None) -> Iterator[Disagreement]:
    """Lists have a value for each repetition, or for each set."""
    holds, reps, rests = (exercise.get(name) for name in ("hold_seconds", "reps", "rest_seconds"))
    sets = exercise.get("sets")
    if isinstance(reps, list | tuple) and sets == 1:  # the list says how many sets there are
        sets = len(reps)
    if isinstance(reps, list | tuple) and _are_numbers(sets) and len(reps) != sets:
        yield (
            ("reps",),
            f"this list has {len(reps)} numbers, one for each set, but 'sets' is {sets}; make the two agree",
        )
    if isinstance(holds, list | tuple) and reps is not None and reps != len(holds):
        yield ("reps",), f"'hold_seconds' has {len(holds)} lengths, one for each repetition; remove 'reps'"
    count: Any = len(holds) if isinstance(holds, list | tuple) else reps
    if isinstance(rests, list | tuple):
        if kind == "count":
            count = sets
        if _are_numbers(count) and len(rests) not in {count, count - 1}:
            yield (
                ("rest_seconds",),
                f"this list has {len(rests)} lengths for {count} repetitions; give {count - 1}",
            )
    if isinstance(exercise.get("sides"), Mapping) and kind != "count" and reps is not None:
        yield ("reps",), "'sides' says how often each side is done; remove 'reps'"


def sides_agree(exercise: Part) -> Iterator[Disagreement]:
    """Only an exercise with sides names a side, and it says how to change sides."""
    sides = exercise.get("sides")
    if sides == "each" and exercise.get("changeover") is None:
        yield (), "with 'sides: each', 'changeover' is needed: how to get to the other side"
    if sides in ("none", "left", "right", "group") and exercise.get("changeover") is not None:
        yield ("changeover",), "'changeover' works only with 'sides: each'"
    if sides != "none":
        return
    if exercise.get("side_name") is not None:
        yield ("side_name",), "'side_name' works only with 'sides: each'"
    for path, text in texts_in(exercise):
        if path != ("changeover",) and _SIDES.search(text):
            yield path, f"{text!r} names a side; set 'sides: each', or remove the placeholder"


def only_the_group_changes_sides(group: Part) -> Iterator[Disagreement]:
    """In a group with sides, no exercise has sides of its own."""
    if group.get("sides") != "each":
        return
    for number, exercise in enumerate(_items(group.get("exercises"))):
        sides = exercise.get("sides", "group") if isinstance(exercise, Mapping) else "group"
        if sides not in ("none", "group"):
            yield (
                ("exercises", number, "sides"),
                "the group changes sides for all its exercises; remove 'sides' here",
            )


def ids_are_unique(routine: Part) -> Iterator[Disagreement]:
    """No two exercises have the same id."""
    first: dict[str, int] = {}
    for number, (path, exercise) in enumerate(exercises_in(routine.get("exercises"), ("exercises",)), 1):
        name = exercise.get("id") if isinstance(exercise, Mapping) else None
        if isinstance(name, str) and first.setdefault(name, number) != number:
            problem = f"exercise {first[name]} already has the id {name!r}; choose another one"
            yield (*path, "id"), f"{problem} (to do it again, use a 'group' with 'rounds')"


def exercises_in(
    entries: object, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the exercises, also those in groups, with their paths."""
    for number, entry in enumerate(_items(entries)):
        if isinstance(entry, Mapping) and "group" in entry:
            yield from exercises_in(entry.get("exercises"), (*path, number, "exercises"))
        else:
            yield (*path, number), entry


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
