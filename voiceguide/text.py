"""Texts as people see them: which may be shown at all, and how things are counted."""

# Some scripts join letters, or keep them apart, with these; Unicode calls them format characters, as it does
# the marks that turn the direction of what follows, with which one text can pass for another.
_JOINERS = "\u200c\u200d"


def unprintable(text: str) -> str | None:
    """Return the first character that may not be shown on one line; None where all may."""
    return next((letter for letter in text if not letter.isprintable() and letter not in _JOINERS), None)


def printable(text: str) -> str:
    """Return a text that may be shown on one line, as it is.

    Raises:
        ValueError: names the character that may not: a line break, a terminal's control, a turn of direction.
    """
    bad = unprintable(text)
    if bad is not None:
        raise ValueError(f"holds the control character U+{ord(bad):04X}; remove it")
    return text


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with its noun, such as ``1 hold`` and ``2 holds``."""
    return f"{number} {one if number == 1 else several or one + 's'}"
