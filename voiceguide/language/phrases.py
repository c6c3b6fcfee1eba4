"""Wording as data: phrases with plurals, numbers and durations as words."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from voiceguide.errors import VoiceguideError

# A full stop ends a sentence where a space and then anything but a small letter follows; a closing
# quote or bracket may stand between.
_SENTENCE_END = re.compile(r"[.!?…][\"”’)\]]*\s+(?=[^a-z\s])")
# After a single letter or one of these it ends none.
_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b\w\.\w|\b(?:Dr|Mr|Mrs|Ms|St|vs))\.$")
# Before a number it ends none after these, either.
_BEFORE_A_NUMBER = re.compile(r"\b(?:No|Nos|Fig|max|min|ca|approx)\.$", re.IGNORECASE)

_ListOfText = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]
_Forms = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else (value,)),
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Plural(_Frozen):
    """A noun with its number; ``two`` is for languages that have a word for it."""

    one: str
    two: str | None = None
    other: str


class SpokenForms(_Frozen):
    """How signs and abbreviations are spoken.

    Attributes:
        units, currencies: by their sign after and before a number.
        rates: what stands after a slash that means per, by how it is written.
        limbs: those of them that are a choice behind another one, as in “one hand/foot”.
        fractions, before_numbers, abbreviations, symbols: what is said instead.
        range, point, out_of, multiplied, per, either, and the others: the words between numbers; examples
            stand in the phrase file.
    """

    units: dict[str, Plural]
    currencies: dict[str, Plural]
    rates: dict[str, str]
    limbs: _ListOfText
    fractions: dict[str, str]
    before_numbers: dict[str, str]
    abbreviations: dict[str, str]
    symbols: dict[str, str]
    range: str
    point: str
    hundred: str
    thousand: str
    million: str
    and_fraction: str
    out_of: str
    multiplied: str
    per: str
    either: str
    full_hour: str
    minute_below_ten: str


class Wording(_Frozen):
    """The phrase file of one language.

    Attributes:
        numbers, ordinals: words for 0 to 19; tens, ordinal_tens: words for 20, 30 … by tens digit.
        joiner: stands between tens and ones.
        side_name: what has a left and a right, where the routine does not say.
        phrases: by name: a text, alternatives taken in turn, or texts by kind.
    """

    language: str
    numbers: _ListOfText
    tens: _ListOfText
    ordinals: _ListOfText
    ordinal_tens: _ListOfText
    joiner: str
    second: Plural
    minute: Plural
    breath: Plural
    minutes_and_seconds: str
    times: Plural
    and_last: str
    sides: dict[str, str]
    side_name: str
    spoken_forms: SpokenForms
    phrases: dict[str, _Forms | dict[str, str]]

    def number(self, value: int) -> str:
        """Return a number from 0 to 99 as words; figures above that."""
        return self._words(value, self.numbers, self.tens)

    def ordinal(self, value: int) -> str:
        """Return an ordinal from 1 to 99 as words; figures above that."""
        return self._words(value, self.ordinals, self.ordinal_tens)

    def duration(self, seconds: int) -> str:
        """Return a duration as words: seconds below a minute and a half, else minutes and seconds."""
        if seconds < 90 and seconds != 60:
            return self.plural(self.second, seconds)
        minutes, rest = divmod(seconds, 60)
        spoken = self.plural(self.minute, minutes)
        if not rest:
            return spoken
        return self.minutes_and_seconds.format(minutes=spoken, seconds=self.plural(self.second, rest))

    def plural(self, forms: Plural, value: int) -> str:
        """Return the form for a number, with the number as words."""
        form = {1: forms.one, 2: forms.two or forms.other}.get(value, forms.other)
        return form.format(n=self.number(value))

    def listed(self, items: tuple[str, ...]) -> str:
        """Join what someone needs to have at hand; at least one item."""
        if len(items) == 1:
            return items[0]
        return self.and_last.format(items=", ".join(items[:-1]), last=items[-1])

    def say(self, name: str, /, turn: int = 0, kind: str | None = None, **values: str) -> str:
        """Return a phrase with its values filled in and its first letter large.

        Args:
            name: the phrase.
            turn: which of several alternatives, counted on beyond their number.
            kind: which text, for phrases by kind.

        Raises:
            VoiceguideError: the phrase file lacks the phrase; the message names both.
        """
        phrase = self.phrases.get(name)
        if isinstance(phrase, dict):
            form = phrase.get(kind or "")
        else:
            form = phrase[turn % len(phrase)] if phrase else None
        if form is None:
            raise VoiceguideError(
                f"The wording for {self.language!r} has no phrase {name!r}"
                + (f" of kind {kind!r}." if kind else ".")
            )
        return capitalised(form.format(**values))

    def _words(self, value: int, below_twenty: tuple[str, ...], tens: tuple[str, ...]) -> str:
        if value < len(below_twenty):
            return below_twenty[value]
        if value > 99:
            return str(value)
        ten, one = divmod(value, 10)
        return f"{self.tens[ten]}{self.joiner}{below_twenty[one]}" if one else tens[ten]


def capitalised(text: str) -> str:
    """Return the text with a large first letter."""
    return text[:1].upper() + text[1:]


def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences, so that the pauses between them are the script's.

    What holds no word ("…") stays with the sentence before it.
    """
    found: list[str] = []
    start = 0
    for end in [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]:
        part = text[start:end].strip()
        before_a_number = text[end : end + 1].isdecimal() and _BEFORE_A_NUMBER.search(part)
        if end < len(text) and (before_a_number or _ABBREVIATION.search(part)):
            continue
        start = end
        if found and not any(character.isalnum() for character in part):
            found[-1] = f"{found[-1]} {part}".strip()
        elif part:
            found.append(part)
    return tuple(found)
