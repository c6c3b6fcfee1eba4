"""What is done in an exercise: the kinds of movement, and the breath that may time one."""

from itertools import accumulate
from typing import Annotated, Literal

from pydantic import Field, Tag

from voiceguide.routine.cross_field_rules import breath_fits_a_hold, steps_fit_a_hold
from voiceguide.routine.limits import (
    BREATH_SECONDS,
    BREATHS,
    HOLD_SECONDS,
    MAX_PHASES,
    MAX_STEPS,
    REP_SECONDS,
    STEP_LENGTH_SECONDS,
    STEP_SECONDS,
)
from voiceguide.routine.texts import SidedText
from voiceguide.routine.values import BY_SHAPE, IN_STEPS, WHOLE, Frozen, Seconds, listed, within

BreathLength = Annotated[float, within(BREATH_SECONDS), *IN_STEPS]
# Holding a breath, and resting after it, are optional.
OptionalBreathLength = Annotated[float, Field(ge=0, le=BREATH_SECONDS.maximum), *IN_STEPS]


class Growth(Frozen):
    """A length that changes evenly from the first breath to the last.

    Attributes:
        first: Of the first breath, in seconds.
        last: Of the last breath, in seconds.
    """

    first: Annotated[OptionalBreathLength, Field(alias="from")]
    last: Annotated[OptionalBreathLength, Field(alias="to")]

    def at(self, number: int, breaths: int) -> float:
        """Return the length in one of several breaths, counted from 0, to the half second."""
        exact = self.first + (self.last - self.first) * number / max(breaths - 1, 1)
        return round(exact / STEP_SECONDS) * STEP_SECONDS


BreathLengthOrGrowth = Annotated[
    Annotated[BreathLength, Tag("value")] | Annotated[Growth, Tag("keys")], BY_SHAPE
]
OptionalLengthOrGrowth = Annotated[
    Annotated[OptionalBreathLength, Tag("value")] | Annotated[Growth, Tag("keys")], BY_SHAPE
]


class Breath(Frozen):
    """How a hold is timed by the breath; the begin chime starts the first breath in.

    Attributes:
        in_seconds: How long to breathe in; ``from`` and ``to`` let it grow from the first breath to the last.
        hold_seconds: How long to hold the breath after that; 0 to not hold it.
        out_seconds: How long to breathe out.
        rest_seconds: How long to pause before the next breath; 0 for no pause.
        breaths: How many breaths one hold lasts.
        calls: How many breaths are called out, from the first on; all of them by default.
    """

    rules = (breath_fits_a_hold,)
    in_seconds: BreathLengthOrGrowth = 4
    hold_seconds: OptionalLengthOrGrowth = 0
    out_seconds: BreathLengthOrGrowth = 6
    rest_seconds: OptionalLengthOrGrowth = 0
    breaths: Annotated[int, within(BREATHS), WHOLE] = 5
    calls: Annotated[int, Field(ge=0, le=BREATHS.maximum), WHOLE] | None = None

    def parts_ms(self, number: int, breaths: int) -> tuple[tuple[str, int], ...]:
        """Return the parts of one of several breaths, counted from 0, that last any time: name and length in ms."""
        lengths = {
            "in": self.in_seconds,
            "hold": self.hold_seconds,
            "out": self.out_seconds,
            "rest": self.rest_seconds,
        }
        parts = (
            (name, length.at(number, breaths) if isinstance(length, Growth) else length)
            for name, length in lengths.items()
        )
        return tuple((name, round(seconds * 1000)) for name, seconds in parts if seconds)

    def starts_ms(self, breaths: int) -> tuple[int, ...]:
        """Return when each of several breaths begins, and when the last one ends."""
        lengths = (sum(ms for _, ms in self.parts_ms(number, breaths)) for number in range(breaths))
        return tuple(accumulate(lengths, initial=0))

    def duration_ms(self, breaths: int) -> int:
        """Return how long several breaths last."""
        return self.starts_ms(breaths)[-1]

    def breaths_for(self, asked_seconds: float | None) -> int:
        """Return the number of breaths closest to a duration; the exercise's own where that is None."""
        if asked_seconds is None:
            return self.breaths
        # Breaths grow evenly, so their mean is that of the first and the last one.
        mean_ms = self.duration_ms(2) / 2
        most = max(min(int(HOLD_SECONDS.maximum * 1000 // mean_ms), int(BREATHS.maximum)), 1)
        near = min(max(round(asked_seconds * 1000 / mean_ms), 1), most)
        candidates = {max(near - 1, 1), near, min(near + 1, most)}
        return min(
            sorted(candidates), key=lambda breaths: abs(self.duration_ms(breaths) - asked_seconds * 1000)
        )


class Variation(Frozen):
    """How the last repetition differs from those before it.

    Attributes:
        instruction: What to do differently, said before the last repetition.
        settle_seconds: Further quiet time to do so, in seconds, besides the two and a half before each begin chime.
    """

    instruction: SidedText
    settle_seconds: Seconds = 0


class _Movement(Frozen):
    """What all movements have in common.

    Attributes:
        short: What later repetitions say instead of the instruction, and brief guidance from the first; several are
            used in turn.
        reminders: Short cues about breathing or posture, of which each hold says the next one.
        variation: A change for the last repetition, if there is more than one.
    """

    short: Annotated[tuple[SidedText, ...], *listed(8, minimum=1)]
    reminders: Annotated[tuple[SidedText, ...], *listed(24)] = ()
    variation: Variation | None = None

    @property
    def instructions(self) -> tuple[str, ...]:
        """What is said before the first repetition, in order."""
        instruction: str | None = getattr(self, "instruction", None)
        return (instruction,) if instruction else ()


class StaticHold(_Movement):
    """A position that is held still.

    Attributes:
        kind: The kind of movement.
        instruction: What to do, said before the first repetition.
    """

    kind: Literal["hold"]
    instruction: SidedText


class Rock(_Movement):
    """A small rhythmic movement.

    Attributes:
        kind: The kind of movement.
        instruction: What to do, said before the first repetition.
    """

    kind: Literal["rock"]
    instruction: SidedText


class Work(_Movement):
    """A movement that is repeated, at the listener's own pace, until the time is up.

    Attributes:
        kind: The kind of movement.
        instruction: What to do, said before the first repetition.
    """

    kind: Literal["work"]
    instruction: SidedText


class Breathe(_Movement):
    """Breathing itself; the exercise's ``breath`` says how.

    Attributes:
        kind: The kind of movement.
        instruction: What to do, said before the first repetition.
    """

    kind: Literal["breathe"]
    instruction: SidedText


class Phase(Frozen):
    """One end of a flow: how to get there, and the word that calls it.

    Attributes:
        instruction: How to get there, said before the first repetition.
        cue: The word or two that call it while the flow goes on.
    """

    instruction: SidedText
    cue: SidedText


class Flow(_Movement):
    """Phases that alternate inside the window.

    Attributes:
        kind: The kind of movement.
        phases: Two or more ends of the movement, in order; the first begins with the begin chime.
        phase_seconds: How long each phase lasts while the phases are called out, in seconds.
    """

    kind: Literal["flow"]
    phases: Annotated[tuple[Phase, ...], *listed(MAX_PHASES, minimum=2)]
    phase_seconds: Annotated[float, Field(ge=2, le=60, allow_inf_nan=False)] = 5

    @property
    def instructions(self) -> tuple[str, ...]:
        """How to get to each phase, in order."""
        return tuple(phase.instruction for phase in self.phases)


class Count(_Movement):
    """Repetitions that the voice counts; ``reps`` of the exercise says how many.

    Attributes:
        kind: The kind of movement.
        rep_seconds: How far the numbers are apart, in seconds: the time for one repetition.
        cues: Words for the parts of a repetition, such as "Pull." and "And back."; spread evenly over it.
        instruction: What to do, said before the first set.
        short: What later sets say instead of the instruction; several are used in turn.
    """

    kind: Literal["count"]
    rep_seconds: Annotated[float, within(REP_SECONDS), *IN_STEPS]
    cues: Annotated[tuple[SidedText, ...], *listed(8)] = ()
    instruction: SidedText | None = None
    short: Annotated[tuple[SidedText, ...], *listed(8)] = ()


class Step(Frozen):
    """One step of a sequence.

    Attributes:
        say: What to do, said when the step begins; a step without words is quiet.
        seconds: How long the step lasts, in seconds; the next one begins exactly then.
    """

    say: SidedText | None = None
    seconds: Annotated[float, within(STEP_LENGTH_SECONDS), *IN_STEPS]


class Steps(_Movement):
    """A sequence in which each step has its own time.

    Attributes:
        kind: The kind of movement.
        steps: What is said, and how long each step lasts, in order.
        instruction: What is to come, said before the first repetition.
        short: What later repetitions say instead of the instruction; several are used in turn.
    """

    rules = (steps_fit_a_hold,)
    kind: Literal["steps"]
    steps: Annotated[tuple[Step, ...], *listed(MAX_STEPS, minimum=1)]
    instruction: SidedText | None = None
    short: Annotated[tuple[SidedText, ...], *listed(8)] = ()


Movement = Annotated[StaticHold | Flow | Rock | Work | Breathe | Count | Steps, Field(discriminator="kind")]
MOVEMENTS = (StaticHold, Flow, Rock, Work, Breathe, Count, Steps)
KINDS = ("hold", "flow", "rock", "work", "breathe", "count", "steps")
