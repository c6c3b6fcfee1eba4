"""Texts as people see them: which may be shown at all, how things are counted, and the id made of a text."""

import re
import unicodedata

# Joiners: Persian words and joined emoji are written with them, always between two other characters.
_JOINERS = "\u200c\u200d"
# What turns the reading direction around: a text that shows something else than it says.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MAX_ID = 60


class Unprintable(ValueError):
    """A text holds a character that is neither seen nor heard; says which, and where."""

    def __init__(self, character: str, before: str) -> None:
        super().__init__(_about(character, before))
        self.character = character


def unprintable(text: str) -> str | None:
    """Return the first character that may not be shown on one line; None where all may."""
    at = _first_unprintable(text)
    return None if at is None else text[at]


def printable(text: str) -> str:
    """Return a text that may be shown on one line, as it is.

    Raises:
        ValueError: it holds a character that may not, as ``Unprintable`` says: a line break, a terminal's control,
            a turn of direction.
    """
    at = _first_unprintable(text)
    if at is not None:
        raise Unprintable(text[at], text[:at])
    return text


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun, such as ``1 hold`` and ``2 holds``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def slug(text: str) -> str:
    """Return an id made of a text: lower-case letters, digits and hyphens; empty where it has none."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")[:_MAX_ID].strip("-")


def _first_unprintable(text: str) -> int | None:
    refused = (at for at, one in enumerate(text) if not one.isprintable() and not _joins(text, at))
    return next(refused, None)


def _joins(text: str, index: int) -> bool:
    """Tell whether a joiner stands where it has something to join."""
    if text[index] not in _JOINERS or index in {0, len(text) - 1}:
        return False
    return not any(beside.isspace() or beside in _JOINERS for beside in (text[index - 1], text[index + 1]))


def _about(character: str, before: str) -> str:
    code = f"U+{ord(character):04X}"
    if 0xD800 <= ord(character) <= 0xDFFF:
        return f"half of a character ({code}) stands {_behind(before)}; type the whole character anew"
    if _TURNING.match(character):
        return f"a sign that turns the direction of reading ({code}) stands {_behind(before)}; delete it"
    return f"an invisible character ({code}) stands {_behind(before)}; delete it, and type a space if one is meant"


def _behind(before: str) -> str:
    words = before.split()
    return f'after "{words[-1][-20:]}"' if words else "at the beginning"
