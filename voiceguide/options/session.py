"""What the listener chooses for the session itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, get_args

from voiceguide.errors import NoExerciseLeft, UnknownName
from voiceguide.options.merging import fill_unset
from voiceguide.routine.limits import HOLD_SECONDS, REPS, REST_SECONDS

if TYPE_CHECKING:  # the routine model imports pydantic, which the command line's help does not need
    from voiceguide.routine.model import Exercise, Routine, Side

Guidance: TypeAlias = Literal["full", "brief", "cues", "chimes"]
GUIDANCE: tuple[str, ...] = get_args(Guidance)

# What an exercise may set for itself. A listener's explicit choice overrides it; a session's default does not.
EXERCISE_FIELDS = ("hold_seconds", "reps", "rest_seconds")

Default = TypeVar("Default")


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """The options of one session of one routine, with every default filled in.

    Attributes:
        hold_seconds, reps, rest_seconds: for exercises that set none of their own; for all exercises if
            the field is in ``explicit``.
        exercises: ids of the exercises to do, in the routine's order; at least one.
        explicit: which of ``EXERCISE_FIELDS`` the listener chose.

    Raises:
        UsageError: a value is outside its limits, or no exercise is left.
    """

    hold_seconds: int
    reps: int
    rest_seconds: int
    exercises: tuple[str, ...]
    guidance: Guidance = "full"
    countdown: bool = True
    first_side: Side = "left"
    explicit: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        HOLD_SECONDS.check(self.hold_seconds)
        REPS.check(self.reps)
        REST_SECONDS.check(self.rest_seconds)
        if not self.exercises:
            raise NoExerciseLeft

    def to_dict(self) -> dict[str, object]:
        """Return the options as values JSON can hold, under the names that plans have always used."""
        values = asdict(self)
        values["asked"] = values.pop("explicit")
        return values

    def hold_seconds_of(self, exercise: Exercise) -> int:
        """Return how long one hold of the exercise lasts, in whole seconds within the limits.

        An exercise timed by the breath lasts whole breaths: its own number, or as many as come nearest
        to the hold that the listener chose.
        """
        if exercise.breath:
            chosen = self.hold_seconds if "hold_seconds" in self.explicit else None
            return exercise.breath.breaths_for(chosen) * exercise.breath.seconds
        if exercise.hold_seconds is not None and not self.scales(exercise):
            return exercise.hold_seconds
        return min(max(self.scaled_hold_seconds(exercise), HOLD_SECONDS.minimum), HOLD_SECONDS.maximum)

    def scales(self, exercise: Exercise) -> bool:
        """Return whether the exercise's hold is the session's hold times the exercise's scale."""
        return not exercise.breath and (exercise.hold_seconds is None or "hold_seconds" in self.explicit)

    def scaled_hold_seconds(self, exercise: Exercise) -> int:
        """Return the session's hold as the exercise scales it; it may be outside the limits."""
        return round(self.hold_seconds * exercise.hold_scale)

    def breaths_of(self, exercise: Exercise) -> int | None:
        """Return how many breaths one hold of the exercise lasts; None if it is timed by the clock."""
        return self.hold_seconds_of(exercise) // exercise.breath.seconds if exercise.breath else None

    def reps_of(self, exercise: Exercise) -> int:
        """Return the repetitions of the exercise, on each side and in each set."""
        own = None if "reps" in self.explicit else exercise.reps
        return self.reps if own is None else own

    def rest_seconds_of(self, exercise: Exercise) -> int:
        """Return how long to rest between two repetitions of the exercise."""
        own = None if "rest_seconds" in self.explicit else exercise.rest_seconds
        return self.rest_seconds if own is None else own

    def holds_of(self, exercise: Exercise) -> int:
        """Return how many holds the exercise has in all."""
        return self.reps_of(exercise) * exercise.sets * (2 if exercise.sides == "each" else 1)

    def selected(self, routine: Routine) -> tuple[Exercise, ...]:
        """Return the exercises of the routine that are part of the session."""
        return tuple(exercise for exercise in routine.exercises if exercise.id in self.exercises)

    def hold_label(self, routine: Routine) -> str:
        """Return the seconds of a hold for titles; a range if no exercise has the session's own hold."""
        return _label(self.hold_seconds, map(self.hold_seconds_of, self.selected(routine)))

    def reps_label(self, routine: Routine) -> str:
        """Return the repetitions for titles; a range if no exercise has the session's own number."""
        return _label(self.reps, map(self.reps_of, self.selected(routine)))

    def file_stem(self, routine: Routine) -> str:
        """Return the default file name without extension: with what the listener chose, else what the session has."""
        hold, reps = (
            str(getattr(self, name)) if name in self.explicit else label(routine).replace("–", "-")
            for name, label in (("hold_seconds", self.hold_label), ("reps", self.reps_label))
        )
        return f"{routine.id}-{hold}s-{reps}x"


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The choices for a session; None, or an empty tuple, leaves a choice to the routine or the program.

    Attributes:
        duration_ms: how long the session should be; hold, repetitions and rest are then chosen to fit.
        only, skip: ids of exercises.
        implicit: which of ``EXERCISE_FIELDS`` replace only the routine's defaults, so that exercises keep values of
            their own: those found by a search, and those of a finished file that the listener did not choose.
    """

    hold_seconds: int | None = None
    reps: int | None = None
    rest_seconds: int | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    guidance: Guidance | None = None
    countdown: bool | None = None
    first_side: Side | None = None
    duration_ms: int | None = None
    implicit: tuple[str, ...] = ()

    def without_timing(self) -> SessionOptions:
        """Return these options with hold, repetitions and rest left open."""
        return replace(self, hold_seconds=None, reps=None, rest_seconds=None, duration_ms=None, implicit=())

    def merge(self, fallback: SessionOptions) -> SessionOptions:
        """Return these options, with those of the fallback where they leave a choice open.

        ``only`` replaces the fallback's selection; ``skip`` removes from it. A duration replaces its timing.
        """
        if self.duration_ms is not None:
            fallback = fallback.without_timing()
        return replace(
            fill_unset(self, fallback),
            skip=self.skip if self.only else tuple(dict.fromkeys((*fallback.skip, *self.skip))),
            implicit=tuple(
                name
                for name in EXERCISE_FIELDS
                if name in (fallback if getattr(self, name) is None else self).implicit
            ),
        )

    def resolve(self, routine: Routine) -> ResolvedOptions:
        """Return the options for one routine.

        Raises:
            UsageError: a value is outside its limits, or an exercise is unknown.
        """
        defaults = routine.defaults
        return ResolvedOptions(
            hold_seconds=_either(self.hold_seconds, defaults.hold_seconds),
            reps=_either(self.reps, defaults.reps),
            rest_seconds=_either(self.rest_seconds, defaults.rest_seconds),
            exercises=_selection(routine, self.only, self.skip),
            guidance=self.guidance or "full",
            countdown=True if self.countdown is None else self.countdown,
            first_side=self.first_side or "left",
            explicit=tuple(
                name
                for name in EXERCISE_FIELDS
                if getattr(self, name) is not None and name not in self.implicit
            ),
        )


def _label(chosen: int, real: Iterable[int]) -> str:
    values = sorted({*real})
    if chosen in values or not values:
        return str(chosen)
    return str(values[0]) if len(values) == 1 else f"{values[0]}–{values[-1]}"


def _either(value: int | None, default: Default) -> int | Default:
    return default if value is None else value


def _selection(routine: Routine, only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[str, ...]:
    known = routine.exercise_ids
    for name in (*only, *skip):
        if name not in known:
            raise UnknownName("exercise", name, known, f"{routine.title} has no exercise called {name!r}.")
    return tuple(name for name in known if (not only or name in only) and name not in skip)
