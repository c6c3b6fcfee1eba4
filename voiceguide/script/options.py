"""What the listener chooses about the session itself."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from voiceguide.errors import UsageError, did_you_mean
from voiceguide.limits import HOLD_SECONDS, REPS, REST_SECONDS, SESSION_HOURS
from voiceguide.routine.model import Routine
from voiceguide.script.segments import Side

Guidance: TypeAlias = Literal["full", "brief", "cues"]
GUIDANCE: tuple[str, ...] = get_args(Guidance)


@dataclass(frozen=True, slots=True)
class Options:
    """Every choice made.

    Attributes:
        hold_seconds, reps, rest_seconds: for every exercise, scaled only where the routine says so.
        exercises: ids of those to do, in the routine's order; at least one.

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

    def __post_init__(self) -> None:
        HOLD_SECONDS.check(self.hold_seconds)
        REPS.check(self.reps)
        REST_SECONDS.check(self.rest_seconds)
        if not self.exercises:
            raise UsageError("No exercise is left to do: take something out of --skip.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener asked for; None leaves the choice to the routine, then to the program."""

    hold_seconds: int | None = None
    reps: int | None = None
    rest_seconds: int | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    guidance: Guidance = "full"
    countdown: bool = True
    first_side: Side = "left"

    def settled(self, routine: Routine) -> Options:
        """Return the options for one routine.

        Raises:
            UsageError: a value is outside its limits, or an exercise is unknown.
        """
        defaults = routine.defaults
        return Options(
            hold_seconds=_first(self.hold_seconds, defaults.hold_seconds),
            reps=_first(self.reps, defaults.reps),
            rest_seconds=_first(self.rest_seconds, defaults.rest_seconds),
            exercises=_chosen(routine, self.only, self.skip),
            guidance=self.guidance,
            countdown=self.countdown,
            first_side=self.first_side,
        )


def _first(wish: int | None, default: int) -> int:
    return default if wish is None else wish


def _chosen(routine: Routine, only: tuple[str, ...], skip: tuple[str, ...]) -> tuple[str, ...]:
    known = routine.exercise_ids
    for name in (*only, *skip):
        if name not in known:
            raise UsageError(f"{routine.title} has no exercise called {name!r}. {did_you_mean(name, known)}")
    return tuple(name for name in known if (not only or name in only) and name not in skip)


def session_too_long(hours: float) -> UsageError:
    """Return the error for a session beyond the limit, with what to change."""
    return UsageError(
        f"This session would last {hours:.1f} hours; at most {SESSION_HOURS} hours are possible. "
        "Choose a shorter --hold, fewer --reps, or fewer exercises with --only."
    )
