"""The metadata embedded in a finished file: its plan, and the routine it was made from.

With it, a file can be shown, verified, and made again with another hold. Since anyone may have written it, sizes are
limited before anything is decompressed or parsed, and everything is validated as if it were new.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, Field, ValidationError

from voiceguide.options.session import DEFAULT_COUNTDOWN, EXERCISE_FIELDS, Guidance, SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.limits import (
    BELLS,
    CHIME_LEVEL_DB,
    COUNTDOWNS,
    DEFAULT_PACE_WPM,
    HOLD_SECONDS,
    LEAD_IN,
    PACE_WPM,
    REPS,
    REST_SECONDS,
)
from voiceguide.routine.model import CallEverySeconds, Routine, Slug
from voiceguide.routine.values import IN_STEPS, Side, within
from voiceguide.script.plan import Plan
from voiceguide.text.printable import printable

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# What an ID3 GEOB frame calls the data; raise the number when its structure changes.
DESCRIPTION = "voiceguide session 1"
MIME = "application/json+zlib"
MAX_SERIALIZED_BYTES = 4_000_000
# Both for as many events as a timeline can have, 100,000: of 200 bytes each, and of nine values. An empty list takes
# three bytes in the file and 117 in memory (measured), so values are counted before anything is parsed.
_MAX_JSON_BYTES = 20_000_000
_MAX_JSON_VALUES = 1_500_000


# A character for each tenth of a second.
_LevelEnvelope = Annotated[str, Field(max_length=6000, pattern=r"^[!-~]*$")]


@dataclass(frozen=True)
class SessionMetadata:
    """What a file says about itself.

    Attributes:
        level_envelopes: how loud each clip should be, by its id; see ``audio.level_envelope``.
    """

    plan: Plan
    routine: Routine
    level_envelopes: Annotated[
        dict[str, _LevelEnvelope],
        # Files made by 0.1 call them profiles.
        Field(max_length=20_000, validation_alias=AliasChoices("level_envelopes", "profiles")),
    ] = field(default_factory=dict)

    def options(self) -> tuple[SessionOptions, VoiceOptions]:
        """Return the options with which the same session is made again.

        Raises:
            ValueError: they are not options that voiceguide writes.
        """
        options = _adapter(_Options).validate_python(dict(self.plan.options))
        usual = options.guidance == (self.routine.defaults.guidance or "full")
        not_chosen = [name for name in EXERCISE_FIELDS if name not in options.asked]
        session = SessionOptions(
            hold_seconds=options.hold_seconds,
            reps=options.reps,
            rest_seconds=options.rest_seconds,
            implicit=(*not_chosen, "guidance") if usual else tuple(not_chosen),
            only=options.exercises,
            guidance=options.guidance,
            countdown=_countdown(options),
            first_side=options.first_side,
            side=options.side,
            lead_in=options.lead_in,
            call_every_seconds=options.call_every_seconds,
            bells=options.bells if options.bells in BELLS else None,
        )
        speech = VoiceOptions(
            options.engine,
            self.plan.voice or None,
            options.pace_wpm,
            options.chime_level_db,
            from_file=True,
        )
        return session, speech


@dataclass(frozen=True)
class _Options:
    """The options of a plan, as far as a session is made from them."""

    hold_seconds: Annotated[float, within(HOLD_SECONDS), *IN_STEPS]
    reps: Annotated[int, within(REPS)]
    rest_seconds: Annotated[float, within(REST_SECONDS), *IN_STEPS] | None
    exercises: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=60)]
    guidance: Guidance = "full"
    countdown: bool = True
    countdown_from: Literal[COUNTDOWNS] | None = None  # type: ignore[valid-type]
    first_side: Side = "left"
    side: Side | None = None
    lead_in: Annotated[int, within(LEAD_IN)] = 0
    call_every_seconds: Literal[0] | CallEverySeconds | None = None
    asked: Annotated[tuple[str, ...], Field(max_length=10)] = EXERCISE_FIELDS
    engine: Annotated[str, Field(max_length=40), AfterValidator(printable)] | None = None
    pace_wpm: Annotated[int, within(PACE_WPM)] = DEFAULT_PACE_WPM
    chime_level_db: Annotated[float, within(CHIME_LEVEL_DB)] = 0.0
    bells: Annotated[str, Field(max_length=400), AfterValidator(printable)] | None = None


def _countdown(options: _Options) -> int:
    """Return what is counted down from; files made by 0.2 say only whether there is a countdown."""
    if options.countdown_from is not None:
        return int(options.countdown_from)
    return DEFAULT_COUNTDOWN if options.countdown else 0


def serialize(plan: Plan, routine: Routine, level_envelopes: Mapping[str, str] | None = None) -> bytes:
    """Return plan, routine and level envelopes as the bytes that a file carries."""
    contents = {
        "plan": plan.to_dict(),
        "routine": routine.model_dump(mode="json", exclude_defaults=True, by_alias=True),
        "level_envelopes": dict(level_envelopes or {}),
    }
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def deserialize(data: bytes) -> SessionMetadata:
    """Return the metadata that a file carries.

    Raises:
        ValueError: the data is damaged, too large, or not valid; says which.
    """
    if len(data) > MAX_SERIALIZED_BYTES:
        raise ValueError("it is too large")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, _MAX_JSON_BYTES)
    except zlib.error as error:
        raise ValueError("it is damaged") from error
    if not unpacker.eof:
        raise ValueError("it is incomplete or too large")
    # Each value except the first of a list or object follows a comma; commas in texts count, too.
    if sum(map(text.count, (b",", b"[", b"{"))) > _MAX_JSON_VALUES:
        raise ValueError("it holds too many values")
    try:
        contents: SessionMetadata = _adapter(SessionMetadata).validate_json(text, strict=True)
        contents.options()
        _check_printable(contents)
        contents.plan.check_order()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place or 'it'} is not valid: {first['msg']}") from error
    except ValueError as error:
        raise ValueError(f"it is not valid: {error}") from error
    return contents


def _check_printable(contents: SessionMetadata) -> None:
    """Refuse control characters where the fields' own rules allow any text: a terminal would interpret them.

    Raises:
        ValueError: there is one; names it.
    """
    source = contents.routine.source
    printable(source.url if source and source.url else "")
    printable(json.dumps(dict(contents.plan.options), ensure_ascii=False))


@cache
def _adapter(kind: type) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
