"""Reads numbers and durations as people write them."""

import re

from voiceguide.errors import InvalidValue

# How help and messages show the notation of durations.
DURATION_EXAMPLES = "25, 7.5s or 1m30s"

_WHOLE = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_DURATION = re.compile(
    r"(?:(\d{1,12})\s*h(?:ours?|rs?)?)?\s*"
    r"(?:(\d{1,12})\s*m(?:inutes?|ins?)?)?\s*"
    r"(?:(\d{1,12}(?:\.\d{1,3})?)\s*(?:s(?:econds?|ecs?)?)?)?",
    re.IGNORECASE | re.ASCII,
)


def parse_whole_number(text: str) -> int:
    """Return the whole number of ``25``, ``+25`` or ``-25``.

    Raises:
        InvalidValue: the text is not a whole number.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise InvalidValue("", quote_shortened(text), "a whole number")
    return int(text)


def parse_duration_seconds(text: str) -> int | float:
    """Return the seconds of ``25``, ``7.5s``, ``1m30s``, ``10 minutes``; whole seconds as a whole number.

    Raises:
        InvalidValue: the text is not a duration.
    """
    bare = text.strip()
    sign = -1 if bare.startswith("-") else 1
    bare = bare.removeprefix("-")
    found = _DURATION.fullmatch(bare)
    if not bare or found is None:
        raise InvalidValue("", quote_shortened(text), "a duration", f"Write it as {DURATION_EXAMPLES}.")
    hours, minutes, seconds = (part or "0" for part in found.groups())
    return whole_if_integral(sign * (3600 * int(hours) + 60 * int(minutes) + float(seconds)))


def whole_if_integral(number: float) -> int | float:
    """Return 6 for 6.0, and 7.5 for 7.5."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def shortened(text: str) -> str:
    """Return a text of at most 40 characters."""
    return text if len(text) <= 40 else text[:37] + "..."


def quote_shortened(text: str) -> str:
    """Return a text in quotes, shortened to 40 characters."""
    return repr(shortened(text))
