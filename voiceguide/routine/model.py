"""The model of a routine. A value that exists is valid.

Every text is spoken as written, one sentence at a time. Units are in the field names. Authors read what the
docstrings say about the attributes: in the schema, in their editors, and in docs/routines.md.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from voiceguide.routine.cross_field_rules import (
    ids_are_unique,
    minimum_not_above_maximum,
    only_the_group_changes_sides,
    sides_agree,
    timing_agrees,
)
from voiceguide.routine.limits import (
    BELLS,
    CALL_EVERY_SECONDS,
    CHIME_LEVEL_DB,
    COUNTDOWNS,
    LEAD_IN,
    PACE_WPM,
    READY_SECONDS,
    REPS,
    ROUNDS,
    SETS,
)
from voiceguide.routine.movements import (
    KINDS,
    MOVEMENTS,
    Breath,
    Breathe,
    Count,
    Flow,
    Growth,
    Movement,
    Phase,
    Rock,
    StaticHold,
    Step,
    Steps,
    Variation,
    Work,
)
from voiceguide.routine.texts import Label, SidedText, Text, Title
from voiceguide.routine.values import (
    BY_SHAPE,
    IN_STEPS,
    WHOLE,
    Frozen,
    HoldSeconds,
    Reps,
    RestSeconds,
    Seconds,
    Side,
    listed,
    within,
)

# Everything that a routine is built from, so that whoever builds one needs only this module.
__all__ = [
    "KINDS",
    "MOVEMENTS",
    "Breath",
    "Breathe",
    "Count",
    "Defaults",
    "Exercise",
    "Flow",
    "Group",
    "Growth",
    "HoldRange",
    "Movement",
    "Noun",
    "Phase",
    "RepRange",
    "RestRange",
    "Rock",
    "Routine",
    "Safety",
    "Side",
    "SideReps",
    "Slug",
    "Source",
    "StaticHold",
    "Step",
    "Steps",
    "Variation",
    "Work",
    "is_language",
    "within",
]

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=64)]

# Words, and how to spell them so that they are pronounced correctly.
SayList = Annotated[
    dict[
        Annotated[Label, StringConstraints(max_length=60)],
        Annotated[Label, StringConstraints(max_length=120)],
    ],
    Field(max_length=200),
]

_MAX_RUNGS = int(REPS.maximum)
HoldLadder = Annotated[
    Annotated[HoldSeconds, Tag("value")]
    | Annotated[tuple[HoldSeconds, ...], *listed(_MAX_RUNGS, minimum=1), Tag("list")],
    BY_SHAPE,
]
RestLadder = Annotated[
    Annotated[RestSeconds, Tag("value")]
    | Annotated[tuple[RestSeconds, ...], *listed(_MAX_RUNGS, minimum=1), Tag("list")],
    BY_SHAPE,
]
RepLadder = Annotated[
    Annotated[Reps, Tag("value")]
    | Annotated[tuple[Reps, ...], *listed(int(SETS.maximum), minimum=1), Tag("list")],
    BY_SHAPE,
]


def is_language(code: str) -> bool:
    """Return whether a text has the form of a language code."""
    return re.fullmatch(_LANGUAGE, code) is not None


def _counted_down(value: object) -> object:
    """Return 3 for true and 0 for false."""
    return (3 if value else 0) if isinstance(value, bool) else value


CountdownFrom = Annotated[Literal[COUNTDOWNS], BeforeValidator(_counted_down)]  # type: ignore[valid-type]
CallEverySeconds = Annotated[float, within(CALL_EVERY_SECONDS), *IN_STEPS]


class Noun(Frozen):
    """What one exercise of the routine is called when it is counted.

    Attributes:
        one: As in "stretch two out of five".
        two: The form for two, in languages that have one.
        few: The form for few, in languages that have one.
        many: The form for many, in languages that have one.
        other: As in "there are five stretches".
    """

    one: Label | None = None
    two: Label | None = None
    few: Label | None = None
    many: Label | None = None
    other: Label | None = None


class Safety(Frozen):
    """What is said to keep the listener safe.

    Attributes:
        before: Sentences said at the start: when to stop, and who should ask a professional first.
        red_flags: Sentences said after them: the signs that mean seeing a doctor. Also in lyrics, on cue sheets and
            pages.
        short: The one sentence that briefer guidance says instead: when to stop; also shown by players and pages.
        after: Sentences said at the end, which should be calm: how often to do this.
    """

    before: Annotated[tuple[Text, ...], *listed(8, minimum=1)]
    red_flags: Annotated[tuple[Text, ...], *listed(8)] = ()
    short: Text
    after: Annotated[tuple[Text, ...], *listed(8)] = ()


class Source(Frozen):
    """Where the movements and the advice come from.

    Attributes:
        title: Of the book, article or page.
        url: Its URL, starting with https://.
    """

    title: Title
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=300)] | None = None


class Defaults(Frozen):
    """What applies if the listener chooses nothing.

    Attributes:
        hold_seconds: How long each hold lasts, in seconds.
        reps: How often each exercise is done; on each side, if it has sides.
        rest_seconds: The rest between two repetitions, in seconds, from chime to chime; without it, a rest is as
            long as its words need, and a breath.
        side: ``left`` or ``right`` to do only that side of everything that has sides.
        first_side: The side that goes first.
        guidance: How much is said.
        countdown: How many seconds are counted down at the end of each hold; 0 for none.
        lead_in: How many seconds are counted before each hold begins; 0 for none.
        call_every_seconds: In long holds, say the time that is left every so many seconds.
        bells: The set of chimes.
        engine: What speaks.
        voice: The id of a voice.
        pace_wpm: The speaking pace, in words a minute.
        chime_level_db: The level of the chimes relative to the voice, in dB.
    """

    hold_seconds: HoldSeconds = 25
    reps: Reps = 2
    rest_seconds: RestSeconds | None = None
    side: Side | None = None
    first_side: Side | None = None
    guidance: Literal["full", "brief", "cues", "chimes"] | None = None
    countdown: CountdownFrom | None = None
    lead_in: Annotated[int, within(LEAD_IN), WHOLE] | None = None
    call_every_seconds: CallEverySeconds | None = None
    bells: Literal[BELLS] | None = None  # type: ignore[valid-type]
    engine: Slug | None = None
    voice: Annotated[Label, StringConstraints(max_length=200)] | None = None
    pace_wpm: Annotated[int, within(PACE_WPM), WHOLE] | None = None
    chime_level_db: Annotated[float, within(CHIME_LEVEL_DB), Field(allow_inf_nan=False)] | None = None


class _Range(Frozen):
    """A range that the source advises.

    Attributes:
        minimum: The smallest number advised.
        maximum: The largest number advised.
    """

    rules = (minimum_not_above_maximum,)
    renamed_keys: ClassVar[Mapping[str, str]] = {"least": "minimum", "most": "maximum"}
    minimum: float
    maximum: float


class HoldRange(_Range):
    """The holds that the source advises."""

    minimum: HoldSeconds
    maximum: HoldSeconds


class RepRange(_Range):
    """The numbers of repetitions that the source advises."""

    minimum: Reps
    maximum: Reps


class RestRange(_Range):
    """The rests between repetitions that the source advises."""

    minimum: RestSeconds
    maximum: RestSeconds


class SideReps(Frozen):
    """How often each side is done.

    Attributes:
        left: Times on the left.
        right: Times on the right.
    """

    left: Reps
    right: Reps


# ``group`` stands for the side that a group is on; the group sets it.
Sides: TypeAlias = Literal["none", "each", "left", "right", "group"]


class Exercise(Frozen):
    """One exercise of a routine.

    Attributes:
        id: Lower-case letters, digits and hyphens, unique in the routine; listeners choose or skip exercises by it.
        name: As shown in chapters and lists.
        spoken_name: As spoken, if that differs, such as "the kneeling hip stretch".
        equipment: What this exercise needs in addition to the equipment of the routine.
        position: How to get into position, said before the exercise; {side} and {other_side} are filled in.
        brief: One short sentence to get into position, which brief guidance says instead; {side} and {other_side} are
            filled in.
        settle_seconds: Quiet time to get into position, in seconds: after the words, or where these have several sentences
            and no pauses of their own, half of it after the first.
        sides: ``each`` to do the exercise on the left and on the right, with the full time for each side; ``left`` or
            ``right`` for only one; ``{left: 3, right: 2}`` for more on one.
        side_order: ``alternating`` changes sides every repetition; ``in-turn`` finishes one side first.
        side_name: What has a left and a right here, such as leg or hand, as in "left leg, first of two".
        changeover: How to get to the other side; needed with ``sides: each``. {side} is the new side. Its last sentence
            comes just before the begin chime; the time to move comes before that, five seconds or ``[pause 8s]``.
        changeover_seconds: The time to change sides, in seconds, from chime to chime; without it, as long as the words
            need, and a breath.
        movement: What is done; its ``kind`` is one of hold, flow, rock, work, breathe, count and steps.
        transition: How to come out between two repetitions, said before the rest; several are used in turn.
        release: How to come out of the exercise after its last repetition.
        hold_scale: The factor by which the hold of the session is multiplied for this exercise.
        hold_seconds: The hold for this exercise, in seconds, unless the listener chooses one; a list for a ladder,
            with one length for each repetition.
        reps: The repetitions for this exercise, unless the listener chooses a number; a list with one number for each
            set.
        rest_seconds: The rest between repetitions of this exercise, in seconds, from chime to chime, unless the
            listener chooses one; a list with one length for each repetition.
        sets: How many sets of repetitions are done; a list of ``reps`` says it, too.
        set_rest_seconds: The rest between sets, in seconds, from chime to chime; without it, half a minute or as long
            as the words need.
        set_texts: What is said before each set: the first text before the first set, and so on.
        ready_seconds: Quiet time after "Get ready", before a hold, in seconds; 0 to not say it.
        get_ready: ``each`` to say "Get ready" before each hold, ``first`` for only the first one.
        call_every_seconds: In long holds, say the time that is left every so many seconds.
        quiet: No halfway call and no countdown, so that nothing disturbs.
        breath: Times the holds by the breath instead of the clock.
        advised_hold_seconds: The holds that the source advises for this exercise, in seconds.
        advised_reps: The numbers of repetitions that the source advises for this exercise.
        advised_rest_seconds: The rests that the source advises for this exercise, in seconds.
    """

    # Its rules look at its values while a routine is read; built by then, it is not built again for the routine.
    model_config = ConfigDict(defer_build=False)

    rules = (timing_agrees, sides_agree)
    renamed_keys: ClassVar[Mapping[str, str]] = {"ease": "transition"}
    id: Slug
    name: Title
    spoken_name: Title | None = None
    equipment: Annotated[tuple[Label, ...], *listed(6)] = ()
    position: SidedText
    brief: SidedText | None = None
    settle_seconds: Seconds = 8
    sides: Annotated[Annotated[Sides, Tag("value")] | Annotated[SideReps, Tag("keys")], BY_SHAPE] = "none"
    side_order: Literal["alternating", "in-turn"] = "alternating"
    side_name: Annotated[Label, StringConstraints(max_length=30)] | None = None
    changeover: SidedText | None = None
    changeover_seconds: RestSeconds | None = None
    movement: Movement
    transition: Annotated[tuple[SidedText, ...], *listed(8)] = ()
    release: SidedText | None = None
    hold_scale: Annotated[float, Field(ge=0.25, le=4, allow_inf_nan=False)] = 1
    hold_seconds: HoldLadder | None = None
    reps: RepLadder | None = None
    rest_seconds: RestLadder | None = None
    sets: Annotated[int, within(SETS), WHOLE] = 1
    set_rest_seconds: RestSeconds | None = None
    set_texts: Annotated[tuple[SidedText, ...], *listed(int(SETS.maximum))] = ()
    ready_seconds: Annotated[int, within(READY_SECONDS), WHOLE] = 0
    get_ready: Literal["each", "first"] = "each"
    call_every_seconds: CallEverySeconds | None = None
    quiet: bool = False
    breath: Breath | None = None
    advised_hold_seconds: HoldRange | None = None
    advised_reps: RepRange | None = None
    advised_rest_seconds: RestRange | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_a_set_for_each_number(cls, values: object) -> object:
        if (
            isinstance(values, dict)
            and isinstance(values.get("reps"), list | tuple)
            and values.get("sets", 1) == 1
        ):
            return {**values, "sets": max(len(values["reps"]), 1)}
        return values

    @property
    def is_counted(self) -> bool:
        """Whether ``reps`` are numbers that the voice counts in each set."""
        return self.movement.kind == "count"


def _on_the_side_of_the_group(value: object) -> object:
    """Give the exercises of a group with sides the side that the group is on."""
    if not isinstance(value, dict) or value.get("sides") != "each":
        return value
    inside = value.get("exercises")
    if not isinstance(inside, list | tuple):
        return value
    return {**value, "exercises": [with_side_of_group(exercise) for exercise in inside]}


def with_side_of_group(exercise: Any) -> Any:
    """Return the values of an exercise in a group that has sides."""
    return {"sides": "group", **exercise} if isinstance(exercise, dict) else exercise


class Group(Frozen):
    """Exercises that are done together, in rounds, such as a circuit.

    Attributes:
        group: What it is called.
        rounds: How many rounds are done.
        rest_seconds: The rest between two exercises, in seconds, from chime to chime; without it, as long as the words
            need.
        round_rest_seconds: The rest between two rounds, in seconds, from chime to chime.
        sides: ``each`` to do all exercises of a round on one side, then all of them on the other.
        introduction: Said before the first round.
        round_texts: What is said before each round: the first text before the first round, and so on.
        exercises: What is done in each round, in order.
    """

    rules = (only_the_group_changes_sides,)
    group: Title
    rounds: Annotated[int, within(ROUNDS), WHOLE] = 1
    rest_seconds: RestSeconds | None = None
    round_rest_seconds: RestSeconds | None = None
    sides: Literal["none", "each"] = "none"
    introduction: Text | None = None
    round_texts: Annotated[tuple[Text, ...], *listed(int(ROUNDS.maximum))] = ()
    exercises: Annotated[tuple[Exercise, ...], *listed(30, minimum=1)]

    @model_validator(mode="before")
    @classmethod
    def _pass_side_on(cls, values: object) -> object:
        return _on_the_side_of_the_group(values)


def _entry(value: object) -> str:
    """Return the tag of an entry of ``exercises``."""
    is_group = "group" in value if isinstance(value, dict) else isinstance(value, Group)
    return "group" if is_group else "exercise"


Entry = Annotated[
    Annotated[Exercise, Tag("exercise")] | Annotated[Group, Tag("group")], Discriminator(_entry)
]


class Routine(Frozen):
    """A routine: what is done, in which order, and what is said about it.

    Attributes:
        id: Lower-case letters, digits and hyphens; names the finished files.
        title: As players and pages show it.
        language: The language of the texts, as a code such as ``en``.
        noun: What one exercise is called when it is counted; by default, the language's word for exercise.
        tags: Words that people search for, such as neck or desk.
        introduction: Said after the welcome: what this is good for.
        equipment: What to have at hand, said at the start.
        safety: What is said to keep the listener safe.
        source: Where the movements and the advice come from.
        defaults: What applies if the listener chooses nothing.
        advised_hold_seconds: The holds that the source advises, in seconds. Listeners may choose others, with a
            note; a session of a given duration stays within them.
        advised_reps: The numbers of repetitions that the source advises.
        advised_rest_seconds: The rests between repetitions that the source advises, in seconds.
        exercises: What is done, in order: exercises, and groups of exercises that are done in rounds.
        closing: Said after the last exercise.
        say: Words, and how to spell them so that they are pronounced correctly.
    """

    rules = (ids_are_unique,)
    id: Slug
    title: Title
    language: Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=35)] = "en"
    noun: Noun = Noun()
    tags: Annotated[tuple[Slug, ...], *listed(12)] = ()
    introduction: Text
    equipment: Annotated[tuple[Label, ...], *listed(8)] = ()
    safety: Safety
    source: Source | None = None
    defaults: Defaults = Defaults()
    advised_hold_seconds: HoldRange | None = None
    advised_reps: RepRange | None = None
    advised_rest_seconds: RestRange | None = None
    exercises: Annotated[tuple[Entry, ...], *listed(60, minimum=1)]
    closing: Text | None = None
    say: SayList = Field(default={})

    def __hash__(self) -> int:
        """Hash the fields that distinguish routines; ``say`` is a dict and has no hash."""
        return hash((self.id, self.title, self.safety, self.exercises))

    @property
    def all_exercises(self) -> tuple[Exercise, ...]:
        """The exercises, also those in groups, in order."""
        return tuple(chain.from_iterable(map(_exercises_of, self.exercises)))

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """The ids of the exercises, in order."""
        return tuple(exercise.id for exercise in self.all_exercises)

    def equipment_for(self, exercise_ids: Collection[str | None]) -> tuple[str, ...]:
        """Return what is needed for some of the exercises, each thing once."""
        done = (exercise for exercise in self.all_exercises if exercise.id in exercise_ids)
        things = chain(self.equipment, *(exercise.equipment for exercise in done))
        return tuple(dict.fromkeys(things))

    def exercises_by_path(self) -> Iterator[tuple[tuple[str | int, ...], Exercise]]:
        """Yield every exercise with its path in the file."""
        for number, entry in enumerate(self.exercises):
            if isinstance(entry, Exercise):
                yield ("exercises", number), entry
            else:
                for inside, exercise in enumerate(entry.exercises):
                    yield ("exercises", number, "exercises", inside), exercise


def _exercises_of(entry: Exercise | Group) -> tuple[Exercise, ...]:
    return (entry,) if isinstance(entry, Exercise) else entry.exercises
