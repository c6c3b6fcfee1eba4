"""The kinds of values that the parts of a routine have in common."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from voiceguide.routine.cross_field_rules import Rule
from voiceguide.routine.limits import (
    HOLD_SECONDS,
    REPS,
    REST_SECONDS,
    STEP_SECONDS,
    Limit,
)
from voiceguide.text.parsing import whole_if_integral

Side: TypeAlias = Literal["left", "right"]


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


class Frozen(BaseModel):
    """Immutable, strict about keys and types, and checked by cross-field rules."""

    # Parts are built with the model that has them, and not one by one before.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
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
            for _, problem in rule(self.model_dump(by_alias=True)):
                raise PydanticCustomError("disagreement", "{problem}", {"problem": problem})
        return self


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def listed(maximum: int, minimum: int = 0) -> tuple[BeforeValidator, object]:
    """Accept a YAML list for a tuple; strict mode would refuse it.

    The length is checked after the items, so that a wrong item is not also reported as missing; pydantic leaves it
    out of the schema then.
    """
    limits: dict[str, JsonValue] = {"minItems": minimum, "maxItems": maximum}
    return BeforeValidator(_as_tuple), Field(min_length=minimum, max_length=maximum, json_schema_extra=limits)


def within(limit: Limit) -> object:
    """Return the constraint that keeps a field within a limit."""
    return Field(ge=limit.minimum, le=limit.maximum)


def _whole(value: object) -> object:
    """Return 6 for 6.0."""
    return whole_if_integral(value) if isinstance(value, float) else value


def _in_steps(value: float) -> int | float:
    """Refuse what is not a whole or a half second."""
    if value % STEP_SECONDS:
        raise ValueError(f"is {value:g}; lengths are whole or half seconds, such as {round(2 * value) / 2:g}")
    return whole_if_integral(value)


WHOLE = BeforeValidator(_whole)
# Whole and half seconds; whole ones stay whole numbers.
IN_STEPS = (
    Field(allow_inf_nan=False, json_schema_extra={"multipleOf": STEP_SECONDS}),
    AfterValidator(_in_steps),
    PlainSerializer(whole_if_integral, return_type=Any),
)

Seconds = Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)]
Reps = Annotated[int, within(REPS), WHOLE]
HoldSeconds = Annotated[float, within(HOLD_SECONDS), *IN_STEPS]
RestSeconds = Annotated[float, within(REST_SECONDS), *IN_STEPS]

# What a value that may be written in several ways is: the tags by which the model chooses, which are not in the file.
TAGS = ("value", "list", "keys", "exercise", "group")


def _shape(value: object) -> str:
    """Return the tag of a value that may be one value, a list or keys with values."""
    if isinstance(value, list | tuple):
        return "list"
    return "value" if isinstance(value, str | int | float) or value is None else "keys"


BY_SHAPE = Discriminator(_shape)
