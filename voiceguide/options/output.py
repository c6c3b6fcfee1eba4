"""What the listener chooses about the file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What the listener asked of the file.

    Attributes:
        path: where to; a folder will do; None for the usual place, ``folder`` or ``output``.
        cover: a picture file instead of the drawn cover; without_cover: none at all.
        beside: endings of what is written beside it; see ``beside.BESIDE``.
        sample_rate_hz, bit_rate_kbps: None for those of the format.
        dated: whether the file tells the day of its making.
        url: the address of whoever makes the file; None for that of the program, where it has one.
    """

    path: Path | None = None
    folder: Path | None = None
    force: bool = False
    cover: Path | None = None
    without_cover: bool = False
    beside: tuple[str, ...] = ()
    sample_rate_hz: int | None = None
    bit_rate_kbps: int | None = None
    dated: bool = True
    url: str | None = None
