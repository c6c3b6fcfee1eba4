"""All languages, by code."""

from collections.abc import Callable
from functools import cache

from voiceguide.errors import UnknownName
from voiceguide.language.base import Language

DEFAULT_CODE = "en"


@cache
def _english() -> Language:
    from voiceguide.language.english import English

    return English()


# By BCP 47 code; loaded when they are first used.
LANGUAGES: dict[str, Callable[[], Language]] = {"en": _english}


def find_language(code: str) -> Language:
    """Return the language for a code such as ``en`` or ``en-GB``; a region uses its language.

    Raises:
        UnknownName: voiceguide does not speak this language; the error lists those it speaks.
    """
    base = code.partition("-")[0]
    load = LANGUAGES.get(code) or LANGUAGES.get(base.lower())
    if load is None:
        raise UnknownName(
            "language",
            code,
            tuple(sorted(LANGUAGES)),
            f"voiceguide does not speak the language {code!r} yet.",
            "Set the routine's 'language' to one of these.",
        )
    return load()


def language_for_readers(code: str) -> Language:
    """Return the language for a code, or the default: a file from elsewhere may be in any."""
    try:
        return find_language(code)
    except UnknownName:
        return find_language(DEFAULT_CODE)


def register_language(language: Language) -> None:
    """Add a language; it takes the place of one with the same code."""
    LANGUAGES[language.code] = lambda: language
