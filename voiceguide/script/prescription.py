"""The prescription: every hold of a session in the order in which it is done, and the rest before it.

What the author wrote (repetitions, sets, sides, ladders, groups) and what the listener chose become one plain list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from voiceguide.options.session import ResolvedOptions
from voiceguide.routine.model import Exercise, Group, Routine
from voiceguide.routine.values import Side
from voiceguide.script.segments import Location

# What changes from one hold to the next.
Change: TypeAlias = Literal["exercise", "rep", "side", "set"]


@dataclass(frozen=True, slots=True)
class PlannedHold:
    """One hold of an exercise, before its words are known.

    Attributes:
        number: from 0, in the exercise (in one round of a group).
        reps: how many repetitions its set has on this side.
        sets: how many sets there are on this side.
        change: what changes before it.
        rest_ms: how long after the hold before it this one begins, from chime to chime; None where no one says.
        side_before: the side of the hold before it.
        is_in_rounds: whether its group has rounds, so that repetitions are called something else.
    """

    location: Location
    number: int
    reps: int
    sets: int
    duration_ms: int
    change: Change
    rest_ms: int | None
    side_before: Side | None
    is_in_rounds: bool = False

    @property
    def side(self) -> Side | None:
        """The side, where there are sides."""
        return self.location.side

    @property
    def rep(self) -> int:
        """The repetition, from 1, in its set."""
        return self.location.rep or 1

    @property
    def set_number(self) -> int:
        """The set, from 1."""
        return self.location.set_number or 1

    @property
    def is_last_rep(self) -> bool:
        """Whether it is the last repetition of its set on this side."""
        return self.rep == self.reps

    @property
    def changes_side(self) -> bool:
        """Whether it is on another side than the hold before it."""
        return self.number > 0 and self.side != self.side_before

    @property
    def repeats_previous(self) -> bool:
        """Whether it repeats the hold before it on the same side."""
        return self.number > 0 and not self.changes_side


@dataclass(frozen=True, slots=True)
class Bout:
    """An exercise in its place in the session: once, or once in each round of a group.

    Attributes:
        index: of the exercise among those of the session.
        holds: in the order in which they are done; at least one.
        group: which it belongs to, if to any.
        round_number: from 1.
        group_side: the side that the group is on.
        is_first_of_round: whether it begins a round, or the round's other side.
    """

    exercise: Exercise
    index: int
    holds: tuple[PlannedHold, ...]
    group: Group | None = None
    round_number: int = 1
    group_side: Side | None = None
    is_first_of_round: bool = True

    @property
    def is_repeated(self) -> bool:
        """Whether the exercise was done before, in an earlier round or on the other side."""
        return self.round_number > 1 or (self.group_side is not None and self.is_second_side)

    @property
    def is_second_side(self) -> bool:
        """Whether its group was on the other side before, in the same round."""
        return self.holds[0].side_before is not None


def session_bouts(routine: Routine, options: ResolvedOptions) -> tuple[Bout, ...]:
    """Return the exercises of a session in the order in which they are done."""
    chosen = options.selected(routine)
    index = {exercise.id: number for number, exercise in enumerate(chosen)}
    bouts: list[Bout] = []
    for entry in routine.exercises:
        if isinstance(entry, Group):
            inside = tuple(exercise for exercise in entry.exercises if exercise.id in index)
            done = entry.model_copy(update={"exercises": inside})
            bouts += _group_bouts(done, options, index) if inside else ()
        elif entry.id in index:
            bouts.append(Bout(entry, index[entry.id], planned_holds(entry, options)))
    return tuple(bouts)


def _group_bouts(group: Group, options: ResolvedOptions, index: dict[str, int]) -> Iterator[Bout]:
    before: Side | None = None
    for round_number in range(1, group.rounds + 1):
        for side in _group_sides(group, options):
            is_second_side = before is not None and side is not None and side != before
            for place, exercise in enumerate(group.exercises):
                starts_round = place == 0
                is_first = round_number == 1 and starts_round and not is_second_side
                holds = tuple(
                    replace(hold, is_in_rounds=group.rounds > 1)
                    for hold in planned_holds(exercise, options, side)
                )
                first = replace(
                    holds[0],
                    rest_ms=None
                    if is_first
                    else _group_rest_ms(group, options, starts_round, is_second_side),
                    side_before=before if is_second_side else None,
                )
                yield Bout(
                    exercise,
                    index[exercise.id],
                    (first, *holds[1:]),
                    group,
                    round_number,
                    side,
                    starts_round,
                )
            before = side
        before = None


def _group_sides(group: Group, options: ResolvedOptions) -> tuple[Side | None, ...]:
    if group.sides == "none":
        return (None,)
    return options.sides


def _group_rest_ms(
    group: Group, options: ResolvedOptions, starts_round: bool, is_second_side: bool
) -> int | None:
    """Return the rest before an exercise of a group."""
    inside = group.rest_seconds
    if inside is not None and "rest_seconds" in options.explicit:
        inside = options.rest_seconds
    between_rounds = starts_round and not is_second_side
    return _ms(group.round_rest_seconds if between_rounds else inside)


def planned_holds(
    exercise: Exercise, options: ResolvedOptions, group_side: Side | None = None
) -> tuple[PlannedHold, ...]:
    """Return every hold of an exercise in the order in which it is done.

    Args:
        exercise: one that is done on at least one side.
        options: the choices.
        group_side: the side that its group is on, if the exercise takes that side.
    """
    places = list(_places(exercise, options, group_side if exercise.sides == "group" else None))
    lengths = options.hold_lengths_ms(exercise)
    holds = []
    for number, place in enumerate(places):
        before = places[number - 1] if number else None
        rung = place.set_number if exercise.is_counted else place.rep
        change = _change(before, place)
        holds.append(
            PlannedHold(
                location=Location(
                    exercise.id, place.rep, place.side, place.set_number if place.sets > 1 else None
                ),
                number=number,
                reps=place.reps,
                sets=place.sets,
                duration_ms=lengths[min(rung, len(lengths)) - 1],
                change=change,
                rest_ms=_rest_ms(exercise, options, change, before),
                side_before=before.side if before else None,
            )
        )
    return tuple(holds)


@dataclass(frozen=True, slots=True)
class _Place:
    set_number: int
    rep: int
    side: Side | None
    reps: int
    sets: int


def _places(exercise: Exercise, options: ResolvedOptions, group_side: Side | None) -> Iterator[_Place]:
    sets = range(1, exercise.sets + 1)
    sides = options.holds_by_side(exercise)
    if group_side is not None:
        sides = ((group_side, sides[0][1]),)
    if exercise.is_counted:
        yield from _sets_that_are_counted(exercise, sides)
        return
    for number in sets:
        in_this_set = options.reps_in_set(exercise, number)
        times = [(side, in_this_set or reps) for side, reps in sides]
        if exercise.side_order == "in-turn":
            yield from (
                _Place(number, rep, side, reps, exercise.sets)
                for side, reps in times
                for rep in range(1, reps + 1)
            )
        else:
            most = max(reps for _, reps in times)
            for rep in range(1, most + 1):
                yield from (
                    _Place(number, rep, side, reps, exercise.sets) for side, reps in times if rep <= reps
                )


def _sets_that_are_counted(
    exercise: Exercise, sides: tuple[tuple[Side | None, int], ...]
) -> Iterator[_Place]:
    """Yield the sets of a count, each of which is one hold; more on one side are more sets there."""
    sets = {side: times * exercise.sets for side, times in sides}
    if exercise.side_order == "in-turn":
        order = [(number, side) for side in sets for number in range(1, sets[side] + 1)]
    else:
        numbers = range(1, max(sets.values()) + 1)
        order = [(number, side) for number in numbers for side in sets if number <= sets[side]]
    yield from (_Place(number, 1, side, 1, sets[side]) for number, side in order)


def _change(before: _Place | None, place: _Place) -> Change:
    if before is None:
        return "exercise"
    if place.set_number > before.set_number:
        return "set"
    return "side" if place.side != before.side else "rep"


def _rest_ms(
    exercise: Exercise, options: ResolvedOptions, change: Change, before: _Place | None
) -> int | None:
    """Return the rest before a hold, where the author or the listener gives one."""
    if before is None:
        return None
    if change == "side":
        return _ms(exercise.changeover_seconds)
    between_reps = options.rest_seconds_of(exercise, before.set_number if exercise.is_counted else before.rep)
    if change == "rep":
        return _ms(between_reps)
    given = exercise.set_rest_seconds
    return _ms(between_reps if given is None and exercise.is_counted else given)


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def session_length_ms(bouts: tuple[Bout, ...]) -> int:
    """Return how long all holds and given rests last."""
    return sum(hold.duration_ms + (hold.rest_ms or 0) for bout in bouts for hold in bout.holds)
