"""The texts of a routine: what may stand in them, and the marks for silence inside them."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from voiceguide.errors import InvalidValue
from voiceguide.routine.cross_field_rules import SIDE_PLACEHOLDERS
from voiceguide.routine.limits import PAUSE_SECONDS
from voiceguide.text.parsing import parse_duration_seconds
from voiceguide.text.printable import printable

_BRACES = re.compile(r"\{([^{}]*)\}|([{}])")
_PAUSE = re.compile(r"\s*\[pause\s+([^\[\]]*)\]\s*", re.IGNORECASE)
_HOW_TO_PAUSE = "write silence as [pause 5s]"
# Marks of other tools, in the order in which they are looked for, and what to write instead. A voice would read them
# aloud. A pause of ours is taken out first.
_FOREIGN_MARKS = (
    (re.compile(r"\[[^\[\]]*\]\([^()]*\)"), "links are not spoken; write only the words"),
    (re.compile(r"<\s*break\b[^>]*>?", re.IGNORECASE), f"tags are not spoken; {_HOW_TO_PAUSE}"),
    (re.compile(r"</?[a-zA-Z!][^<>]*>"), "tags are not spoken; remove it"),
    (re.compile(r"&(?:[a-zA-Z]{2,12}|#\d{1,7}|#x[0-9a-fA-F]{1,6});"), "entities are not spoken; write the character"),
    (re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE), "a link is not spoken; put it under 'source'"),
    (re.compile(r"\[[^\[\]]*\]?|\]"), f"brackets are not spoken; {_HOW_TO_PAUSE}"),
    (re.compile(r"\(\s*pause\b[^()]*\)", re.IGNORECASE), f"a pause in round brackets is spoken; {_HOW_TO_PAUSE}"),
)  # fmt: skip


class ForeignMark(ValueError):
    """A text contains a mark that would be read aloud; says which one, and what to write instead."""

    def __init__(self, mark: str, instead: str) -> None:
        super().__init__(f"contains {mark!r}; {instead}")
        self.character = mark


def split_at_pauses(text: str) -> Iterator[tuple[str, int]]:
    """Yield the parts of a text with the silence in ms that is marked after each; 0 where there is no mark.

    A part is empty where a mark begins the text or follows another one.
    """
    parts = _PAUSE.split(text)
    for words, pause in zip(parts[::2], [*parts[1::2], None], strict=True):
        if words or pause is not None:
            yield words, 0 if pause is None else round(parse_duration_seconds(pause) * 1000)


def without_pauses(text: str) -> str:
    """Return a text as readers see it: without the marks for silence."""
    return " ".join(words for words, _ in split_at_pauses(text) if words)


def _worded(text: str) -> str:
    """Collapse white space, and refuse what cannot be spoken or shown."""
    folded = printable(" ".join(text.split()))
    if not any(character.isalnum() for character in _PAUSE.sub(" ", folded)):
        raise ValueError("contains no word; write what to say")
    return folded


def _without_pause(text: str) -> str:
    """Refuse marks for silence where a text is shown, too."""
    if mark := _PAUSE.search(text):
        raise ForeignMark(mark[0].strip(), "this text is shown, not only spoken; remove it")
    return text


def _speakable(text: str) -> str:
    """Refuse marks that the voice would read aloud, and pauses of an impossible length."""
    for mark in _PAUSE.finditer(text):
        _check_pause(mark)
    _unmarked(_PAUSE.sub(" ", text))
    return text


def _check_pause(mark: re.Match[str]) -> None:
    try:
        seconds = parse_duration_seconds(mark[1])
    except InvalidValue as error:
        raise ForeignMark(mark[0].strip(), _HOW_TO_PAUSE) from error
    if not PAUSE_SECONDS.minimum <= seconds <= PAUSE_SECONDS.maximum:
        limits = f"a pause lasts {PAUSE_SECONDS.minimum:g} to {PAUSE_SECONDS.maximum} seconds"
        raise ForeignMark(mark[0].strip(), limits)


def _unmarked(text: str) -> str:
    for pattern, instead in _FOREIGN_MARKS:
        if found := pattern.search(text):
            raise ForeignMark(found[0], instead)
    return text


def _no_placeholder(text: str) -> str:
    if _BRACES.search(text):
        raise ValueError("contains a brace; {side} and {other_side} work only in the texts of an exercise")
    return text


def _side_placeholders(text: str) -> str:
    for name, stray in _BRACES.findall(text):
        if stray or name not in SIDE_PLACEHOLDERS:
            found = stray or "{" + name + "}"
            raise ValueError(f"contains {found}; only {{side}} and {{other_side}} are filled in")
    return text


# The longest sentence anyone should have to listen to is far below this.
_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_worded)
]
# The same rules for the schema. JSON Schema patterns have no letter classes, so everything above ASCII except
# general punctuation counts as a letter.
_HAS_A_WORD = "(?=[\\s\\S]*[0-9A-Za-z\u00aa-\u1fff\u2070-\uffff])"
_PLAIN = {"pattern": f"^{_HAS_A_WORD}[^{{}}]*$"}
_SIDED = {"pattern": rf"^{_HAS_A_WORD}([^{{}}]|\{{(other_)?side\}})*$"}

# What is shown, or inserted into a sentence.
_Shown = Annotated[
    _Words, AfterValidator(_without_pause), AfterValidator(_no_placeholder), Field(json_schema_extra=_PLAIN)
]
Title = Annotated[_Shown, StringConstraints(max_length=120)]
Label = Annotated[_Shown, AfterValidator(_unmarked)]
# What is spoken, with marks for silence.
Text = Annotated[
    _Words, AfterValidator(_speakable), AfterValidator(_no_placeholder), Field(json_schema_extra=_PLAIN)
]
SidedText = Annotated[
    _Words, AfterValidator(_speakable), AfterValidator(_side_placeholders), Field(json_schema_extra=_SIDED)
]
