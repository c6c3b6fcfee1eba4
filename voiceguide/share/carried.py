"""What a file carries about itself: the routine it was made from, and its plan.

So a file can be verified, and made anew with another hold, by whoever has it. It may come from
anyone: sizes are limited before anything is unpacked, and everything is validated.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from voiceguide.errors import VoiceguideError
from voiceguide.limits import CHIME_LEVEL_DB, SESSION_HOURS

# The kind of the data, as an ID3 GEOB frame names it; raise the number when the form changes.
DESCRIPTION = "voiceguide session 1"
MIME = "application/json+zlib"
_MOST_PACKED_BYTES = 4_000_000
_MOST_BYTES = 40_000_000

_Milliseconds = Annotated[int, Field(ge=0, le=(SESSION_HOURS + 1) * 3_600_000)]


class _Frozen(BaseModel):
    # Later versions may add fields; an earlier one reads what it knows.
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class CarriedEvent(_Frozen):
    """One event of a plan; see ``plan_as_data``."""

    start_ms: _Milliseconds
    end_ms: _Milliseconds
    kind: Literal["say", "chime", "hold", "pause"]
    text: Annotated[str, Field(max_length=2000)] = ""
    chime: Literal["begin", "release", "end"] | None = None
    exercise: Annotated[str, Field(max_length=200)] = ""
    rep: int | None = None
    side: Literal["left", "right"] | None = None


class CarriedOptions(_Frozen):
    """The options that sound depends on."""

    chime_level_db: Annotated[float, Field(ge=CHIME_LEVEL_DB.least, le=CHIME_LEVEL_DB.most)] = 0.0


class CarriedPlan(_Frozen):
    """The plan of a session as its file carries it."""

    title: Annotated[str, Field(max_length=400)]
    duration_ms: _Milliseconds
    options: CarriedOptions
    events: Annotated[list[CarriedEvent], Field(max_length=200_000)]


def packed(plan: Mapping[str, object], routine: Mapping[str, object]) -> bytes:
    """Return plan and routine as the bytes that a file carries."""
    text = json.dumps({"plan": plan, "routine": routine}, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def unpacked(data: bytes) -> CarriedPlan:
    """Return the plan that a file carries.

    Raises:
        ValueError: the data is damaged, too large, or not what it should be.
    """
    if len(data) > _MOST_PACKED_BYTES:
        raise ValueError("it is too large")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, _MOST_BYTES)
        if not unpacker.eof:
            raise ValueError("it is cut short or too large")
        return CarriedPlan.model_validate(json.loads(text)["plan"])
    except (zlib.error, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise ValueError("it is damaged") from error


def carried_plan(path: Path) -> CarriedPlan:
    """Return the plan that an MP3 file carries in its tags.

    Raises:
        VoiceguideError: the file cannot be read or carries none.
    """
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        frames = ID3(path).getall(f"GEOB:{DESCRIPTION}")
        return unpacked(frames[0].data)
    except (MutagenError, OSError, ValueError, IndexError) as error:
        raise VoiceguideError(
            f"{path} carries no plan of voiceguide, so it cannot be verified; it may be another program's, or "
            "its tags were changed. Make it again with: voiceguide make"
        ) from error
