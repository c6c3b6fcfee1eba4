"""What may be shown on one line, nouns with their number, and ids made from texts."""

import re
import unicodedata

# Zero-width joiners: Persian words and combined emoji need them, always between two other characters.
_JOINERS = "\u200c\u200d"
# Bidirectional controls: they can make a text look different from what it is.
_BIDI_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MAX_ID_LENGTH = 60


class Unprintable(ValueError):
    """A text contains an invisible character; says which one, and where."""

    def __init__(self, character: str, before: str) -> None:
        super().__init__(_problem(character, before))
        self.character = character


def unprintable(text: str) -> str | None:
    """Return the first character that cannot be shown on one line; None where all can."""
    at = _first_unprintable(text)
    return None if at is None else text[at]


def printable(text: str) -> str:
    """Return a text unchanged if it can be shown on one line.

    Raises:
        Unprintable: it contains a line break, a terminal control or a bidirectional control.
    """
    at = _first_unprintable(text)
    if at is not None:
        raise Unprintable(text[at], text[:at])
    return text


def visible(text: str) -> str:
    """Return a text with control characters escaped, which a path may contain.

    Line breaks stay.
    """
    return "".join(
        one if one.isprintable() or one == "\n" or _joins(text, at) else one.encode("unicode_escape").decode()
        for at, one in enumerate(text)
    )


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun, such as ``1 hold`` and ``2 holds``."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def slug(text: str) -> str:
    """Return an id made from a text: lower-case letters, digits and hyphens; empty where it has none."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")[:_MAX_ID_LENGTH].strip("-")


def _first_unprintable(text: str) -> int | None:
    refused = (at for at, one in enumerate(text) if not one.isprintable() and not _joins(text, at))
    return next(refused, None)


def _joins(text: str, index: int) -> bool:
    """Return whether a character is a joiner between two others."""
    if text[index] not in _JOINERS or index in {0, len(text) - 1}:
        return False
    return not any(other.isspace() or other in _JOINERS for other in (text[index - 1], text[index + 1]))


def _problem(character: str, before: str) -> str:
    code = f"U+{ord(character):04X}"
    if 0xD800 <= ord(character) <= 0xDFFF:
        return f"there is half of a character ({code}) {_place(before)}; retype it"
    if _BIDI_CONTROLS.match(character):
        return f"there is a text direction control ({code}) {_place(before)}; delete it"
    return f"there is an invisible character ({code}) {_place(before)}; delete it, or replace it with a space"


def _place(before: str) -> str:
    words = before.split()
    return f'after "{words[-1][-20:]}"' if words else "at the start"
