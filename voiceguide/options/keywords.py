"""The keywords of the Python interface; made by scripts/generate.py from the table of options."""

from collections.abc import Sequence
from os import PathLike
from typing import Literal, TypeAlias, TypedDict

AnyPath: TypeAlias = str | PathLike[str]
Names: TypeAlias = str | Sequence[str]


class PlanKeywords(TypedDict, total=False):
    """The options of a session and its voice."""

    hold: int | str
    reps: int
    rest: int | str
    minutes: float | str
    guidance: Literal["full", "brief", "cues", "chimes"]
    countdown: bool
    first_side: Literal["left", "right"]
    only: Names
    skip: Names
    engine: str
    voice: str
    pace: int
    chime_level: float
    jobs: int


class BytesKeywords(PlanKeywords, total=False):
    """The options of a session and its MP3 file."""

    cover: AnyPath | Literal[False]
    bit_rate: int
    sample_rate: int
    dated: bool
    url: str


class MakeKeywords(BytesKeywords, total=False):
    """The options of a session and its files."""

    overwrite: bool
    sidecars: Names
