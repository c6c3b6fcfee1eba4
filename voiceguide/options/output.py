"""What the listener chooses for the file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from voiceguide.options.merging import fill_unset


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The choices for the file; None, or an empty tuple, leaves a choice to the program.

    Attributes:
        path: of the file, or a folder for it: one that exists, or a path with a slash at its end.
        folder: for a file that has no path of its own; may begin with ``~``.
        overwrite: whether files that exist are replaced.
        any_length: whether a session is made that is far from the duration asked for.
        cover: a picture file in place of the drawn cover; False for no cover.
        sidecars: kinds of files to write next to it; see ``export.sidecars``.
        sample_rate_hz, bit_rate_kbps: the format's defaults if None.
        dated: whether the file carries the day it was made.
        url: the web address of the person who makes the file.
    """

    path: Path | str | None = None
    folder: Path | str | None = None
    overwrite: bool = False
    any_length: bool = False
    cover: Path | Literal[False] | None = None
    sidecars: tuple[str, ...] = ()
    sample_rate_hz: int | None = None
    bit_rate_kbps: int | None = None
    dated: bool = True
    url: str | None = None

    def merge(self, fallback: "OutputOptions") -> "OutputOptions":
        """Return these options, with those of the fallback where they leave a choice open."""
        return replace(
            fill_unset(self, fallback),
            overwrite=self.overwrite or fallback.overwrite,
            any_length=self.any_length or fallback.any_length,
            dated=self.dated and fallback.dated,
        )
