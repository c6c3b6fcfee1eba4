"""What the listener chooses about the session itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar, get_args

from voiceguide.errors import UsageError, did_you_mean
from voiceguide.routine.limits import (
    HOLD_SECONDS,
    REPS,
    REST_SECONDS,
)
from voiceguide.routine.model import Exercise, Routine, Side

Guidance: TypeAlias = Literal["full", "brief", "cues", "chimes"]
GUIDANCE: tuple[str, ...] = get_args(Guidance)

# What an exercise may set for itself; what the listener asks for overrules it.
OWN = ("hold_seconds", "reps", "rest_seconds")

Default = TypeVar("Default")


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """Every choice made.

    Attributes:
        hold_seconds, reps, rest_seconds: for every exercise that sets none of its own; for all of them
            where the listener asked for it.
        exercises: ids of those to do, in the routine's order; at least one.
        asked: which of ``OWN`` the listener asked for.

    Raises:
        UsageError: where a value is outside its limits.
    """

    hold_seconds: int
    reps: int
    rest_seconds: int
    exercises: tuple[str, ...]
    guidance: Guidance = "full"
    countdown: bool = True
    first_side: Side = "left"
    asked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        HOLD_SECONDS.check(self.hold_seconds)
        REPS.check(self.reps)
        REST_SECONDS.check(self.rest_seconds)
        if not self.exercises:
            raise UsageError("No exercise is left to do: take something out of --skip.")

    def hold_seconds_of(self, exercise: Exercise) -> int:
        """Return how long one hold of the exercise lasts, in whole seconds within the limits.

        An exercise timed by the breath lasts whole breaths: its own number, or as many as come nearest
        to the hold that the listener asked for.
        """
        if exercise.breath:
            asked = self.hold_seconds if "hold_seconds" in self.asked else None
            return exercise.breath.breaths_for(asked) * exercise.breath.seconds
        if exercise.hold_seconds is not None and not self.scales(exercise):
            return exercise.hold_seconds
        return min(max(self.scaled_hold_seconds(exercise), HOLD_SECONDS.minimum), HOLD_SECONDS.maximum)

    def scales(self, exercise: Exercise) -> bool:
        """Tell whether the exercise's hold is the session's, times its scale."""
        return not exercise.breath and (exercise.hold_seconds is None or "hold_seconds" in self.asked)

    def scaled_hold_seconds(self, exercise: Exercise) -> int:
        """Return the session's hold as the exercise scales it, which may be outside the limits."""
        return round(self.hold_seconds * exercise.hold_scale)

    def breaths_of(self, exercise: Exercise) -> int | None:
        """Return how many breaths one hold of the exercise lasts; None where it is timed by the clock."""
        return self.hold_seconds_of(exercise) // exercise.breath.seconds if exercise.breath else None

    def reps_of(self, exercise: Exercise) -> int:
        """Return how often the exercise is done, on each side and in each set."""
        own = None if "reps" in self.asked else exercise.reps
        return self.reps if own is None else own

    def rest_seconds_of(self, exercise: Exercise) -> int:
        """Return how long to rest between two repetitions of the exercise."""
        own = None if "rest_seconds" in self.asked else exercise.rest_seconds
        return self.rest_seconds if own is None else own

    def holds_of(self, exercise: Exercise) -> int:
        """Return how many holds the exercise has in all."""
        return self.reps_of(exercise) * exercise.sets * (2 if exercise.sides == "each" else 1)

    def done(self, routine: Routine) -> tuple[Exercise, ...]:
        """Return the exercises of a routine that are done."""
        return tuple(exercise for exercise in routine.exercises if exercise.id in self.exercises)

    def hold_shown(self, routine: Routine) -> str:
        """Return the seconds of a hold as titles tell them; from the least to the most where none is the session's."""
        return _shown(self.hold_seconds, map(self.hold_seconds_of, self.done(routine)))

    def reps_shown(self, routine: Routine) -> str:
        """Return the repetitions as titles tell them; from the least to the most where none are the session's."""
        return _shown(self.reps, map(self.reps_of, self.done(routine)))

    def file_stem(self, routine: Routine) -> str:
        """Return the name of a file of the session, without its ending: what was asked for, else what is heard."""
        hold, reps = (
            str(getattr(self, name)) if name in self.asked else shown(routine).replace("–", "-")
            for name, shown in (("hold_seconds", self.hold_shown), ("reps", self.reps_shown))
        )
        return f"{routine.id}-{hold}s-{reps}x"


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What the listener asked for; None, or nothing, leaves the choice to the routine or the program.

    Attributes:
        as_defaults: which of ``OWN`` were not asked for but found for the listener: they stand in place of
            the routine's defaults, and exercises keep their own.
    """

    hold_seconds: int | None = None
    reps: int | None = None
    rest_seconds: int | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    guidance: Guidance | None = None
    countdown: bool | None = None
    first_side: Side | None = None
    as_defaults: tuple[str, ...] = ()

    def without_timing(self) -> "SessionOptions":
        """Return these wishes with hold, repetitions and rest left to be found."""
        return replace(self, hold_seconds=None, reps=None, rest_seconds=None, as_defaults=())

    def merge(self, others: "SessionOptions") -> "SessionOptions":
        """Return these wishes, and the others where these leave the choice.

        What is skipped here is taken from what the others do; what is named here stands for all of it.
        """
        return SessionOptions(
            hold_seconds=_first(self.hold_seconds, others.hold_seconds),
            reps=_first(self.reps, others.reps),
            rest_seconds=_first(self.rest_seconds, others.rest_seconds),
            only=self.only or others.only,
            skip=self.skip if self.only else tuple(dict.fromkeys((*others.skip, *self.skip))),
            guidance=self.guidance or others.guidance,
            countdown=others.countdown if self.countdown is None else self.countdown,
            first_side=self.first_side or others.first_side,
            as_defaults=tuple(
                name for name in OWN if name in (others if getattr(self, name) is None else self).as_defaults
            ),
        )

    def resolve(self, routine: Routine) -> ResolvedOptions:
        """Return the options for one routine.

        Raises:
            UsageError: a value is outside its limits, or an exercise is unknown.
        """
        defaults = routine.defaults
        return ResolvedOptions(
            hold_seconds=_first(self.hold_seconds, defaults.hold_seconds),
            reps=_first(self.reps, defaults.reps),
            rest_seconds=_first(self.rest_seconds, defaults.rest_seconds),
            exercises=_chosen(routine, self.only, self.skip),
            guidance=self.guidance or "full",
            countdown=True if self.countdown is None else self.countdown,
            first_side=self.first_side or "left",
            asked=tuple(
                name for name in OWN if getattr(self, name) is not None and name not in self.as_defaults
            ),
        )


def _shown(chosen: int, real: Iterable[int]) -> str:
    values = sorted({*real})
    if chosen in values or not values:
        return str(chosen)
    return str(values[0]) if len(values) == 1 else f"{values[0]}–{values[-1]}"


def _first(wish: int | None, default: Default) -> int | Default:
    return default if wish is None else wish


def _chosen(routine: Routine, only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[str, ...]:
    known = routine.exercise_ids
    for name in (*only, *skip):
        if name not in known:
            raise UsageError(f"{routine.title} has no exercise called {name!r}. {did_you_mean(name, known)}")
    return tuple(name for name in known if (not only or name in only) and name not in skip)
