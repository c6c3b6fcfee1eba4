"""The model of a routine. A value that exists is valid.

Every text is spoken as written, one sentence at a time. Units are in the field names. Authors read what the
docstrings say about the attributes: in the schema, in their editors, and in docs/routines.md.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from voiceguide.routine.cross_field_rules import (
    SIDE_PLACEHOLDERS,
    Rule,
    breaths_fit_a_hold,
    ids_are_unique,
    minimum_not_above_maximum,
    sides_agree,
    timing_agrees,
)
from voiceguide.routine.limits import (
    BREATH_SECONDS,
    BREATHS,
    HOLD_SECONDS,
    READY_SECONDS,
    REPS,
    REST_SECONDS,
    SETS,
    Limit,
)
from voiceguide.text.printable import printable

Side: TypeAlias = Literal["left", "right"]

_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_BRACES = re.compile(r"\{([^{}]*)\}|([{}])")


def with_current_keys(values: dict[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return values with renamed keys under their current names, in the same order.

    Where both names are there, the old one stays: it is then refused as an unknown key.
    """
    if renamed.keys().isdisjoint(values):
        return values
    return {
        (renamed[key] if key in renamed and renamed[key] not in values else key): value
        for key, value in values.items()
    }


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _whole(value: object) -> object:
    """Return 6 for 6.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _worded(text: str) -> str:
    """Collapse white space, and refuse what cannot be spoken or shown."""
    folded = printable(" ".join(text.split()))
    if not any(character.isalnum() for character in folded):
        raise ValueError("contains no word; write what to say")
    return folded


def is_language(code: str) -> bool:
    """Return whether a text has the form of a language code."""
    return re.fullmatch(_LANGUAGE, code) is not None


def _no_placeholder(text: str) -> str:
    if _BRACES.search(text):
        raise ValueError("contains a brace; {side} and {other_side} work only in the texts of an exercise")
    return text


def _side_placeholders(text: str) -> str:
    for name, stray in _BRACES.findall(text):
        if stray or name not in SIDE_PLACEHOLDERS:
            found = stray or "{" + name + "}"
            raise ValueError(f"contains {found}; only {{side}} and {{other_side}} are filled in")
    return text


# The longest sentence anyone should have to listen to is far below this.
_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_worded)
]
# The same rules for the schema. JSON Schema patterns have no letter classes, so everything above ASCII except
# general punctuation counts as a letter.
_HAS_A_WORD = "(?=[\\s\\S]*[0-9A-Za-z\u00aa-\u1fff\u2070-\uffff])"
Text = Annotated[
    _Words, AfterValidator(_no_placeholder), Field(json_schema_extra={"pattern": f"^{_HAS_A_WORD}[^{{}}]*$"})
]
SidedText = Annotated[
    _Words,
    AfterValidator(_side_placeholders),
    Field(json_schema_extra={"pattern": rf"^{_HAS_A_WORD}([^{{}}]|\{{(other_)?side\}})*$"}),
]
Title = Annotated[Text, StringConstraints(max_length=120)]
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=64)]
Seconds = Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)]


# Words, and how to spell them so that they are pronounced correctly.
SayList = Annotated[
    dict[
        Annotated[Text, StringConstraints(max_length=60)],
        Annotated[Text, StringConstraints(max_length=120)],
    ],
    Field(max_length=200),
]


def within(limit: Limit) -> object:
    """Return the constraint that keeps a field within a limit."""
    return Field(ge=limit.minimum, le=limit.maximum)


WHOLE = BeforeValidator(_whole)
HoldSeconds = Annotated[int, within(HOLD_SECONDS), WHOLE]
Reps = Annotated[int, within(REPS), WHOLE]
RestSeconds = Annotated[int, within(REST_SECONDS), WHOLE]
BreathPart = Annotated[int, within(BREATH_SECONDS), WHOLE]
# Holding a breath, and resting after it, are optional.
OptionalBreathPart = Annotated[int, Field(ge=0, le=BREATH_SECONDS.maximum), WHOLE]


def _listed(maximum: int, minimum: int = 0) -> tuple[BeforeValidator, object]:
    """Accept a YAML list for a tuple; strict mode would refuse it.

    The length is checked after the items, so that a wrong item is not also reported as missing; pydantic leaves it
    out of the schema then.
    """
    limits: dict[str, JsonValue] = {"minItems": minimum, "maxItems": maximum}
    return BeforeValidator(_as_tuple), Field(min_length=minimum, max_length=maximum, json_schema_extra=limits)


class _Frozen(BaseModel):
    """Immutable, strict about keys and types, and checked by cross-field rules."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    rules: ClassVar[tuple[Rule, ...]] = ()
    # Keys of version 0.1.0 and what they are called now; files and finished sessions may still have the old ones.
    renamed_keys: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _with_current_keys(cls, values: object) -> object:
        return with_current_keys(values, cls.renamed_keys) if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for rule in self.rules:
            for _, problem in rule(self.model_dump()):
                raise PydanticCustomError("disagreement", "{problem}", {"problem": problem})
        return self


class Noun(_Frozen):
    """What one exercise of the routine is called when it is counted.

    Attributes:
        one: As in "stretch two of five".
        two: The form for two, in languages that have one.
        few: The form for few, in languages that have one.
        many: The form for many, in languages that have one.
        other: As in "there are five stretches".
    """

    one: Text | None = None
    two: Text | None = None
    few: Text | None = None
    many: Text | None = None
    other: Text | None = None


class Safety(_Frozen):
    """What is said to keep the listener safe.

    Attributes:
        before: Sentences said at the start: when to stop, and who should ask a professional first.
        short: The one sentence said instead if the listener wants only cues; also shown by players and pages.
        after: Sentences said at the end: how often to do this, and the signs that mean seeing a doctor.
    """

    before: Annotated[tuple[Text, ...], *_listed(8, minimum=1)]
    short: Text
    after: Annotated[tuple[Text, ...], *_listed(8)] = ()


class Source(_Frozen):
    """Where the movements and the advice come from.

    Attributes:
        title: Of the book, article or page.
        url: Its URL, starting with https://.
    """

    title: Title
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=300)] | None = None


class Defaults(_Frozen):
    """What applies if the listener chooses nothing.

    Attributes:
        hold_seconds: How long each hold lasts, in seconds.
        reps: How often each exercise is done; on each side, if it has sides.
        rest_seconds: The rest between two repetitions, in seconds.
    """

    hold_seconds: HoldSeconds = 25
    reps: Reps = 2
    rest_seconds: RestSeconds = 6


class _Range(_Frozen):
    """A range that the source advises.

    Attributes:
        minimum: The smallest number advised.
        maximum: The largest number advised.
    """

    rules = (minimum_not_above_maximum,)
    renamed_keys = {"least": "minimum", "most": "maximum"}
    minimum: int
    maximum: int


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


class Breath(_Frozen):
    """How a hold is timed by the breath; the begin chime starts the first breath in.

    Attributes:
        in_seconds: How long to breathe in.
        hold_seconds: How long to hold the breath after that; 0 to not hold it.
        out_seconds: How long to breathe out.
        rest_seconds: How long to pause before the next breath; 0 for no pause.
        breaths: How many breaths one hold lasts.
        calls: How many breaths are called out, from the first on; all of them by default.
    """

    rules = (breaths_fit_a_hold,)
    in_seconds: BreathPart = 4
    hold_seconds: OptionalBreathPart = 0
    out_seconds: BreathPart = 6
    rest_seconds: OptionalBreathPart = 0
    breaths: Annotated[int, within(BREATHS), WHOLE] = 5
    calls: Annotated[int, Field(ge=0, le=BREATHS.maximum), WHOLE] | None = None

    @property
    def seconds(self) -> int:
        """How long one breath lasts."""
        return self.in_seconds + self.hold_seconds + self.out_seconds + self.rest_seconds

    def breaths_for(self, asked_seconds: int | None) -> int:
        """Return the number of breaths closest to a duration; the exercise's own where that is None."""
        if asked_seconds is None:
            return self.breaths
        maximum = HOLD_SECONDS.maximum // self.seconds
        return min(max(round(asked_seconds / self.seconds), 1), maximum)


class Variation(_Frozen):
    """How the last repetition differs from those before it.

    Attributes:
        instruction: What to do differently, said before the last repetition.
        settle_seconds: Quiet time to do so, in seconds.
    """

    instruction: SidedText
    settle_seconds: Seconds = 5


class _Movement(_Frozen):
    """What all movements have in common.

    Attributes:
        short: What later repetitions say instead of the instruction; several are used in turn.
        reminders: Short cues about breathing or posture, one said at about a quarter and one at three quarters of a hold, in turn.
        variation: A change for the last repetition, if there is more than one.
    """

    short: Annotated[tuple[SidedText, ...], *_listed(8, minimum=1)]
    reminders: Annotated[tuple[SidedText, ...], *_listed(24)] = ()
    variation: Variation | None = None


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


class Phase(_Frozen):
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
    phases: Annotated[tuple[Phase, ...], *_listed(6, minimum=2)]
    phase_seconds: Annotated[float, Field(ge=2, le=60, allow_inf_nan=False)] = 5


Movement = Annotated[StaticHold | Flow | Rock | Work | Breathe, Field(discriminator="kind")]
MOVEMENTS = (StaticHold, Flow, Rock, Work, Breathe)
KINDS = ("hold", "flow", "rock", "work", "breathe")


class Exercise(_Frozen):
    """One exercise of a routine.

    Attributes:
        id: Lower-case letters, digits and hyphens, unique in the routine; listeners choose or skip exercises by it.
        name: As shown in chapters and lists.
        spoken_name: As spoken, if that differs, such as "the kneeling hip stretch".
        equipment: What this exercise needs in addition to the equipment of the routine.
        position: How to get into position, said before the exercise; {side} and {other_side} are filled in.
        settle_seconds: Quiet time to get into position, in seconds, after the words.
        sides: ``each`` to do the exercise on the left and on the right, with the full time for each side.
        side_order: ``alternating`` changes sides every repetition; ``in-turn`` finishes one side first.
        side_name: What has a left and a right here, such as leg or hand, as in "left leg, first of two".
        changeover: How to get to the other side; needed with ``sides: each``. {side} is the new side.
        changeover_seconds: Quiet time to change sides, in seconds.
        movement: What is done; its ``kind`` is one of hold, flow, rock, work and breathe.
        transition: How to come out between two repetitions, said before the rest; several are used in turn.
        release: How to come out of the exercise after its last repetition.
        hold_scale: The factor by which the hold of the session is multiplied for this exercise.
        hold_seconds: The hold for this exercise, in seconds, unless the listener chooses one.
        reps: The repetitions for this exercise, unless the listener chooses a number.
        rest_seconds: The rest between repetitions of this exercise, in seconds, unless the listener chooses one.
        sets: How many sets of repetitions are done.
        set_rest_seconds: The rest between sets, in seconds.
        ready_seconds: Quiet time after "Get ready", before each hold, in seconds; 0 to not say it.
        quiet: No halfway call and no countdown, so that nothing disturbs.
        breath: Times the holds by the breath instead of the clock.
    """

    rules = (timing_agrees, sides_agree)
    renamed_keys = {"ease": "transition"}
    id: Slug
    name: Title
    spoken_name: Title | None = None
    equipment: Annotated[tuple[Text, ...], *_listed(6)] = ()
    position: SidedText
    settle_seconds: Seconds = 8
    sides: Literal["none", "each"] = "none"
    side_order: Literal["alternating", "in-turn"] = "alternating"
    side_name: Annotated[Text, StringConstraints(max_length=30)] | None = None
    changeover: SidedText | None = None
    changeover_seconds: Seconds = 5
    movement: Movement
    transition: Annotated[tuple[SidedText, ...], *_listed(8)] = ()
    release: SidedText | None = None
    hold_scale: Annotated[float, Field(ge=0.25, le=4, allow_inf_nan=False)] = 1
    hold_seconds: HoldSeconds | None = None
    reps: Reps | None = None
    rest_seconds: RestSeconds | None = None
    sets: Annotated[int, within(SETS), WHOLE] = 1
    set_rest_seconds: RestSeconds = 30
    ready_seconds: Annotated[int, within(READY_SECONDS), WHOLE] = 0
    quiet: bool = False
    breath: Breath | None = None


class Routine(_Frozen):
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
        exercises: What is done, in order.
        closing: Said after the last exercise.
        say: Words, and how to spell them so that they are pronounced correctly.
    """

    rules = (ids_are_unique,)
    id: Slug
    title: Title
    language: Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=35)] = "en"
    noun: Noun = Noun()
    tags: Annotated[tuple[Slug, ...], *_listed(12)] = ()
    introduction: Text
    equipment: Annotated[tuple[Text, ...], *_listed(8)] = ()
    safety: Safety
    source: Source | None = None
    defaults: Defaults = Defaults()
    advised_hold_seconds: HoldRange | None = None
    advised_reps: RepRange | None = None
    advised_rest_seconds: RestRange | None = None
    exercises: Annotated[tuple[Exercise, ...], *_listed(60, minimum=1)]
    closing: Text | None = None
    say: SayList = {}

    def __hash__(self) -> int:
        """Hash the fields that distinguish routines; ``say`` is a dict and has no hash."""
        return hash((self.id, self.title, self.safety, self.exercises))

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """The ids of the exercises, in order."""
        return tuple(exercise.id for exercise in self.exercises)
