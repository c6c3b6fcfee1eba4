"""What the listener chooses for the session itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from voiceguide.errors import InvalidValue, NoExerciseLeft
from voiceguide.options.merging import fill_unset
from voiceguide.options.selection import chosen_ids
from voiceguide.routine.limits import (
    BELLS,
    CALL_EVERY_SECONDS,
    COUNTDOWNS,
    HOLD_SECONDS,
    LEAD_IN,
    NO_BELLS,
    REPS,
    REST_SECONDS,
    STEP_SECONDS,
)
from voiceguide.text.parsing import whole_if_integral

if TYPE_CHECKING:  # the routine model imports pydantic, which the command line's help does not need
    from voiceguide.routine.model import Exercise, Routine
    from voiceguide.routine.values import Side

Guidance: TypeAlias = Literal["full", "brief", "cues", "chimes"]
GUIDANCE: tuple[str, ...] = get_args(Guidance)

# What an exercise may set for itself. A listener's explicit choice overrides it; a session's default does not.
EXERCISE_FIELDS = ("hold_seconds", "reps", "rest_seconds")
DEFAULT_COUNTDOWN = 3
# What a plan says of a sound file.
OWN_BELLS = "own"
# From the begin chime to the first number or step: room for the chime, and for a breath.
LEAD_TO_FIRST_CALL_MS = 2000
_MAX_NUMBERS = 100

Seconds: TypeAlias = int | float


@dataclass(frozen=True, slots=True)
class Scaling:
    """What a listener's choice is compared with where it scales a shape: a ladder, or numbers that are counted.

    Attributes:
        hold_seconds, reps: the routine's defaults.
        counts_only: whether all exercises are counted, so that the listener's repetitions are the count.
    """

    hold_seconds: Seconds
    reps: int
    counts_only: bool = False


@dataclass(frozen=True, slots=True)
class ResolvedOptions:
    """The options of one session of one routine, with every default filled in.

    Attributes:
        hold_seconds, reps, rest_seconds: for exercises that set none of their own; for all exercises if
            the field is in ``explicit``. Without a rest, one lasts as long as its words need, and a breath.
        exercises: ids of the exercises to do, in the routine's order; at least one.
        explicit: which of ``EXERCISE_FIELDS`` the listener chose.
        countdown: how many seconds are counted down at the end of a hold.
        lead_in: how many seconds are counted before a hold.
        side: the only side to do.
        call_every_seconds: how often a long hold says the time that is left; None where nobody chose it.
        bells: name of a set of chimes, ``none``, or the path of a sound file; None for the default set.
        scaling: what a ladder or a count is scaled by.

    Raises:
        UsageError: a value is outside its limits, or no exercise is left.
    """

    hold_seconds: Seconds
    reps: int
    rest_seconds: Seconds | None
    exercises: tuple[str, ...]
    guidance: Guidance = "full"
    countdown: int = DEFAULT_COUNTDOWN
    first_side: Side = "left"
    explicit: tuple[str, ...] = ()
    side: Side | None = None
    lead_in: int = 0
    call_every_seconds: Seconds | None = None
    bells: str | None = None
    scaling: Scaling | None = None

    def __post_init__(self) -> None:
        HOLD_SECONDS.check(self.hold_seconds)
        REPS.check(self.reps)
        if self.rest_seconds is not None:
            REST_SECONDS.check(self.rest_seconds)
        if self.call_every_seconds:
            CALL_EVERY_SECONDS.check(self.call_every_seconds)
        LEAD_IN.check(self.lead_in)
        if self.countdown not in COUNTDOWNS:
            raise InvalidValue("countdown", self.countdown, " or ".join(map(str, COUNTDOWNS)))
        if not self.exercises:
            raise NoExerciseLeft
        if self.bells == NO_BELLS and self.guidance == "chimes":
            raise InvalidValue("bells", NO_BELLS, "possible without words: nothing would be heard")

    def to_dict(self) -> dict[str, object]:
        """Return the options as values JSON can hold, under the names that plans have always used."""
        values = asdict(self)
        del values["scaling"]
        values["asked"] = values.pop("explicit")
        if self.bells is not None and self.bells not in BELLS:
            values["bells"] = OWN_BELLS  # a path is nobody else's business, and the sound is not in the file
        values["countdown"], values["countdown_from"] = self.countdown > 0, self.countdown
        return values

    # --- how long ------------------------------------------------------------------------------

    def hold_seconds_of(self, exercise: Exercise) -> Seconds:
        """Return how long the first hold of the exercise lasts, in seconds."""
        return seconds(self.hold_lengths_ms(exercise)[0])

    def hold_lengths_ms(self, exercise: Exercise) -> tuple[int, ...]:
        """Return how long each repetition lasts, in ms; the last length holds for all further ones.

        An exercise timed by the breath lasts whole breaths: its own number, or as many as come nearest
        to the hold that the listener chose. For a count, there is a length for each set.
        """
        movement = exercise.movement
        if movement.kind == "count":
            return tuple(self._counted_ms(exercise, numbers) for numbers in self.numbers_of(exercise))
        if movement.kind == "steps":
            return (LEAD_TO_FIRST_CALL_MS + sum(round(step.seconds * 1000) for step in movement.steps),)
        if exercise.breath:
            return (exercise.breath.duration_ms(self.breaths_of(exercise) or 0),)
        rungs = exercise.hold_seconds
        if isinstance(rungs, tuple):
            return tuple(round(_within_a_hold(rung * self._hold_factor(exercise)) * 1000) for rung in rungs)
        if rungs is not None and not self.scales(exercise):
            return (round(rungs * 1000),)
        return (round(_within_a_hold(self.scaled_hold_seconds(exercise)) * 1000),)

    @staticmethod
    def _counted_ms(exercise: Exercise, numbers: int) -> int:
        rep_seconds: float = getattr(exercise.movement, "rep_seconds", 0)
        return LEAD_TO_FIRST_CALL_MS + numbers * round(rep_seconds * 1000)

    def _hold_factor(self, exercise: Exercise) -> float:
        """Return by how much the listener's hold scales a ladder."""
        if "hold_seconds" not in self.explicit or self.scaling is None:
            return 1
        return self.hold_seconds * exercise.hold_scale / self.scaling.hold_seconds

    def scales(self, exercise: Exercise) -> bool:
        """Return whether the exercise's hold is the session's hold times the exercise's scale."""
        if exercise.breath or is_timed_by_itself(exercise) or isinstance(exercise.hold_seconds, tuple):
            return False
        return exercise.hold_seconds is None or "hold_seconds" in self.explicit

    def scaled_hold_seconds(self, exercise: Exercise) -> Seconds:
        """Return the session's hold as the exercise scales it; it may be outside the limits."""
        if exercise.hold_scale == 1:
            return self.hold_seconds
        return round(self.hold_seconds * exercise.hold_scale)

    def breaths_of(self, exercise: Exercise) -> int | None:
        """Return how many breaths one hold of the exercise lasts; None if it is timed by the clock."""
        if exercise.breath is None:
            return None
        return exercise.breath.breaths_for(self.hold_seconds if "hold_seconds" in self.explicit else None)

    # --- how often -----------------------------------------------------------------------------

    def reps_of(self, exercise: Exercise) -> int:
        """Return the repetitions of the exercise, on each side and in each set; the most, where they differ."""
        if exercise.is_counted:
            return max(self.numbers_of(exercise))
        return max((reps for _, reps in self.holds_by_side(exercise)), default=self._own_reps(exercise))

    def numbers_of(self, exercise: Exercise) -> tuple[int, ...]:
        """Return how many repetitions are counted in each set; one number where all sets are alike."""
        own = exercise.reps if isinstance(exercise.reps, tuple) else (exercise.reps or self.reps,)
        if "reps" not in self.explicit or exercise.reps is None:
            return own
        if self.scaling is None or self.scaling.counts_only:
            return (self.reps,)
        return tuple(self._scaled_reps(numbers, _MAX_NUMBERS) for numbers in own)

    def holds_by_side(self, exercise: Exercise) -> tuple[tuple[Side | None, int], ...]:
        """Return the sides of the exercise in the order in which they are done, each with its holds in one set."""
        reps = 1 if exercise.is_counted else self._own_reps(exercise)
        if exercise.sides in ("none", "group"):
            return ((None, reps),)
        if isinstance(exercise.sides, str):
            times = {side: reps for side in self.sides if exercise.sides in ("each", side)}
        else:
            times = {side: getattr(exercise.sides, side) for side in self.sides}
            if not exercise.is_counted:  # of a count, more on one side are more sets, which keep their number
                times = {side: self._scaled_reps(number) for side, number in times.items()}
        return tuple(times.items())

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that are done, in their order."""
        order: tuple[Side, Side] = ("left", "right") if self.first_side == "left" else ("right", "left")
        return tuple(side for side in order if self.side in (None, side))

    def _own_reps(self, exercise: Exercise) -> int:
        if isinstance(exercise.hold_seconds, tuple):
            return len(exercise.hold_seconds)
        own = exercise.reps[0] if isinstance(exercise.reps, tuple) else exercise.reps
        return self.reps if own is None or "reps" in self.explicit else own

    def _scaled_reps(self, times: int, maximum: int = int(REPS.maximum)) -> int:
        if "reps" not in self.explicit or self.scaling is None:
            return times
        return min(max(round(times * self.reps / self.scaling.reps), 1), maximum)

    def reps_in_set(self, exercise: Exercise, set_number: int) -> int | None:
        """Return the repetitions of one set, from 1, where sets differ in a hold; None where they do not."""
        if not isinstance(exercise.reps, tuple) or exercise.is_counted:
            return None
        own = exercise.reps[min(set_number, len(exercise.reps)) - 1]
        return self._scaled_reps(own)

    # --- rests ---------------------------------------------------------------------------------

    def rest_seconds_of(self, exercise: Exercise, after_rep: int = 1) -> Seconds | None:
        """Return how long to rest after a repetition, from chime to chime; None for as long as the words need."""
        own = None if "rest_seconds" in self.explicit else exercise.rest_seconds
        if isinstance(own, tuple):
            return own[min(after_rep, len(own)) - 1]
        return self.rest_seconds if own is None else own

    # --- what ----------------------------------------------------------------------------------

    def selected(self, routine: Routine) -> tuple[Exercise, ...]:
        """Return the exercises of the routine that are part of the session, in order; without sides that are not."""
        return tuple(
            exercise
            for exercise in routine.all_exercises
            if exercise.id in self.exercises and self.holds_by_side(exercise)
        )


def seconds(milliseconds: int) -> Seconds:
    """Return a length in seconds; whole ones as a whole number."""
    return whole_if_integral(milliseconds / 1000)


def is_timed_by_itself(exercise: Exercise) -> bool:
    """Return whether the kind of movement sets the length, and not a hold."""
    return exercise.movement.kind in ("count", "steps")


def _within_a_hold(length: Seconds) -> Seconds:
    """Return the nearest possible length of a hold, in whole or half seconds."""
    nearest = round(length / STEP_SECONDS) * STEP_SECONDS
    return min(max(nearest, HOLD_SECONDS.minimum), HOLD_SECONDS.maximum)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The choices for a session; None, or an empty tuple, leaves a choice to the routine or the program.

    Attributes:
        duration_ms: how long the session should be; hold, repetitions and rest are then chosen to fit.
        only, skip: exercises, by id, number or name; see ``chosen_ids``.
        countdown, lead_in, call_every_seconds, side, bells: see ``ResolvedOptions``.
        implicit: which of ``EXERCISE_FIELDS`` replace only the routine's defaults, so that exercises keep values of
            their own: those found by a search, and those of a finished file that the listener did not choose; and
            ``guidance`` where a finished file has the usual one.
    """

    hold_seconds: Seconds | None = None
    reps: int | None = None
    rest_seconds: Seconds | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    guidance: Guidance | None = None
    countdown: int | None = None
    first_side: Side | None = None
    side: Side | None = None
    lead_in: int | None = None
    call_every_seconds: Seconds | None = None
    bells: str | None = None
    duration_ms: int | None = None
    implicit: tuple[str, ...] = ()

    def without_timing(self) -> SessionOptions:
        """Return these options with hold, repetitions and rest left open, and guidance that nobody chose."""
        guidance = None if "guidance" in self.implicit else self.guidance
        return replace(
            self,
            hold_seconds=None,
            reps=None,
            rest_seconds=None,
            guidance=guidance,
            duration_ms=None,
            implicit=(),
        )

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
                for name in (*EXERCISE_FIELDS, "guidance")
                if name in (fallback if getattr(self, name) is None else self).implicit
            ),
        )

    def resolve(self, routine: Routine) -> ResolvedOptions:
        """Return the options for one routine.

        Raises:
            UsageError: a value is outside its limits, or an exercise is unknown.
        """
        defaults = routine.defaults
        resolved = ResolvedOptions(
            hold_seconds=_either(self.hold_seconds, defaults.hold_seconds),
            reps=_either(self.reps, defaults.reps),
            rest_seconds=_either(self.rest_seconds, defaults.rest_seconds),
            exercises=_selection(routine, self.only, self.skip),
            guidance=self.guidance or defaults.guidance or "full",
            countdown=_either(self.countdown, _either(defaults.countdown, DEFAULT_COUNTDOWN)),
            first_side=self.first_side or defaults.first_side or "left",
            side=self.side or defaults.side,
            lead_in=_either(self.lead_in, defaults.lead_in or 0),
            call_every_seconds=_either(self.call_every_seconds, defaults.call_every_seconds),
            bells=self.bells or defaults.bells,
            explicit=tuple(
                name
                for name in EXERCISE_FIELDS
                if getattr(self, name) is not None and name not in self.implicit
            ),
        )
        done = resolved.selected(routine)
        if not done:
            raise NoExerciseLeft
        return replace(
            resolved,
            exercises=tuple(exercise.id for exercise in done),
            scaling=Scaling(
                defaults.hold_seconds, defaults.reps, all(exercise.is_counted for exercise in done)
            ),
        )


def _either(value: Any, default: Any) -> Any:
    return default if value is None else value


def _selection(routine: Routine, only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[str, ...]:
    wanted, skipped = chosen_ids(routine, only), chosen_ids(routine, skip)
    return tuple(
        name for name in routine.exercise_ids if (not only or name in wanted) and name not in skipped
    )
