"""A language from a data file: what most languages share, and nothing specific to one."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from voiceguide.errors import VoiceguideError
from voiceguide.language.base import (
    CalibrationPassage,
    LintPatterns,
    PluralCategory,
    PluralForms,
    Side,
)

# Closing quotes and brackets may follow the mark that ends a sentence.
_SENTENCE_END = re.compile(r"[.!?…][\"”’»›)\]]*\s+(?=\S)")
# Initials (“J. Smith”) and letters with points between them (“e.g.”) do not end a sentence.
_INITIALS = re.compile(r"(?:\b[A-Z]|\b\w\.\w)\.$")

# What stands before an item of a list and is not read: “1.”, “(2)”, “II.”, “a)”, and bullets. L and R are sides.
_LIST_NUMBER = r"\(?\d{1,2}\.?\)|\d{1,2}\.|(?:[IVX]{2,4}|[ivx]{2,4})\."
_LIST_LETTER = r"\(?(?![LRlr]\))[A-Za-z]\)|\(?[ivx]{2,4}\)"
_BULLET = r"[•‣◦▪●·∙○■□➤►✓✔☐*–—-]"
_LIST_MARK = re.compile(
    rf"\A\s*(?:(?:{_BULLET}\s+)?(?:{_LIST_NUMBER}|{_LIST_LETTER})\s+|{_BULLET}\s+|\d{{1,2}}\.(?=[A-Z]))(?=\W*\w)"
)
# A number and what follows in a small letter, as at the end of a countdown: “1. go”.
_NUMBER_BEFORE = re.compile(r"\A(\d{1,2}\.)\s+(?=\W*\w)")

_Texts = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]
_OneOrMore = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else (value,)),
]
_Forms = dict[Annotated[str, Field(pattern=r"^(zero|one|two|few|many|other|=\d+)$")], str]


class FrozenData(BaseModel):
    """A part of a language's data: immutable, and strict about keys and types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class LanguageData(FrozenData):
    """The data file of a language.

    Attributes:
        code, iso639_2: as for ``Language``.
        numbers, ordinals: words for 0 to 19; tens, ordinal_tens: words for 20, 30 … by tens digit.
        joiner: stands between tens and ones.
        decimal_separator, group_separator: in numbers written with figures.
        quantities: what is counted aloud, by plural category.
        minutes_and_seconds, list_of: how two durations, and the last of several things, are joined.
        sides: the words for left and right; side_name: what has a left and a right, in general.
        abbreviations: do not end a sentence; without their last point.
        abbreviations_before_numbers: do not end a sentence if a number follows.
        calibration_passage, calibration_count, characters_per_word: see ``Language``.
        phrases: what the voice says, by name: a text, alternatives that are taken in turn, or texts by kind.
        texts: what is read, by name: a text, or plural forms chosen by ``n``.
    """

    code: str
    iso639_2: Annotated[str, Field(pattern=r"^[a-z]{3}$")]
    numbers: _Texts
    tens: _Texts
    ordinals: _Texts
    ordinal_tens: _Texts
    joiner: str
    decimal_separator: str
    group_separator: str
    quantities: dict[str, _Forms]
    half_seconds: _Forms
    minutes_and_seconds: str
    list_of: str
    sides: dict[Side, str]
    side_name: str
    abbreviations: _Texts
    abbreviations_before_numbers: _Texts
    calibration_passage: _Texts
    calibration_count: _Texts
    characters_per_word: float
    phrases: dict[str, _OneOrMore | dict[str, str]]
    texts: dict[str, str | _Forms]


class DataLanguage(ABC):
    """A ``Language`` with its words in a data file; what the data cannot say is overridden.

    A number as words is tens, then ones; a language with another order overrides ``number`` and ``ordinal``.
    """

    def __init__(self, data: LanguageData) -> None:
        """Speak with the words of a data file.

        Raises:
            VoiceguideError: a plural form is missing; the message names it.
        """
        self.data = data
        self._check_plural_forms()

    def __repr__(self) -> str:
        """Name the language."""
        return f"{type(self).__name__}({self.code!r})"

    @property
    def code(self) -> str:
        """See ``Language``."""
        return self.data.code

    @property
    def iso639_2(self) -> str:
        """See ``Language``."""
        return self.data.iso639_2

    @property
    def side_name(self) -> str:
        """See ``Language``."""
        return self.data.side_name

    @property
    def characters_per_word(self) -> float:
        """See ``Language``."""
        return self.data.characters_per_word

    @property
    def calibration_passage(self) -> CalibrationPassage:
        """See ``Language``."""
        return CalibrationPassage(self.data.calibration_passage, self.data.calibration_count)

    @property
    def lint_patterns(self) -> LintPatterns | None:
        """None: each language brings its own."""
        return None

    # --- numbers ---------------------------------------------------------------------------------

    @abstractmethod
    def plural_category(self, value: int) -> PluralCategory:
        """See ``Language``."""

    def _check_plural_forms(self) -> None:
        needed = {self.plural_category(value) for value in range(200)}
        for name, forms in (*self.data.quantities.items(), *self.data.texts.items()):
            missing = needed - forms.keys() if isinstance(forms, dict) and "other" not in forms else ()
            if missing:
                raise VoiceguideError(f"The language {self.code!r} has no form {min(missing)!r} of {name!r}.")

    def plural(self, forms: PluralForms, value: int, shown: str) -> str:
        """See ``Language``; ``other`` stands in for a category without a form of its own."""
        form = forms.get(f"={value}") or forms.get(self.plural_category(value)) or forms["other"]
        return form.replace("{n}", shown)

    def number(self, value: int) -> str:
        """See ``Language``."""
        return self._words(value, self.data.numbers, self.data.tens)

    def ordinal(self, value: int) -> str:
        """See ``Language``."""
        return self._words(value, self.data.ordinals, self.data.ordinal_tens)

    def _words(self, value: int, below_twenty: tuple[str, ...], tens: tuple[str, ...]) -> str:
        if value < len(below_twenty):
            return below_twenty[value]
        if value > 99:
            return str(value)
        ten, one = divmod(value, 10)
        return f"{self.data.tens[ten]}{self.data.joiner}{below_twenty[one]}" if one else tens[ten]

    def decimal(self, value: float, digits: int) -> str:
        """See ``Language``."""
        return f"{value:.{digits}f}".replace(".", self.data.decimal_separator)

    def quantity(self, name: str, value: int) -> str:
        """See ``Language``."""
        return self.plural(self.data.quantities[name], value, self.number(value))

    def duration(self, seconds: float) -> str:
        """See ``Language``: seconds below a minute and a half, else minutes and seconds."""
        if seconds < 90 and seconds != 60:
            return self._seconds(seconds)
        minutes, rest = divmod(seconds, 60)
        spoken = self.quantity("minute", int(minutes))
        if not rest:
            return spoken
        return self.data.minutes_and_seconds.format(minutes=spoken, seconds=self._seconds(rest))

    def _seconds(self, seconds: float) -> str:
        whole = int(seconds)
        if seconds == whole:
            return self.quantity("second", whole)
        return self.plural(self.data.half_seconds, whole, self.number(whole))

    def guidance_name(self, guidance: str) -> str:  # noqa: ARG002 (for languages that say it)
        """Return nothing, so that a language need not name it."""
        return ""

    def without_bell(self, text: str) -> str:
        """Return the text as it is, where a language does not know how to take the bell out."""
        return text

    # --- words and sentences ---------------------------------------------------------------------

    def join_list(self, items: tuple[str, ...]) -> str:
        """See ``Language``."""
        if len(items) == 1:
            return items[0]
        return self.data.list_of.format(items=", ".join(items[:-1]), last=items[-1])

    def side(self, side: Side) -> str:
        """See ``Language``."""
        return self.data.sides[side]

    def capitalize(self, text: str) -> str:
        """See ``Language``: only the first letter changes."""
        return text[:1].upper() + text[1:]

    def inside_sentence(self, name: str) -> str:
        """See ``Language``: names keep their first letter."""
        return name

    def sentences(self, text: str) -> tuple[str, ...]:
        """See ``Language``; what holds no word (“…”) stays with the sentence before it."""
        found: list[str] = []
        start = 0
        for end in [*self._sentence_ends(text), len(text)]:
            part, start = text[start:end].strip(), end
            if found and not any(character.isalnum() for character in part):
                found[-1] = f"{found[-1]} {part}".strip()
            elif part:
                found.append(part)
        return tuple(_with_list_numbers(found))

    def _sentence_ends(self, text: str) -> Iterable[int]:
        inside = [match.span() for match in self._spaced_abbreviation.finditer(text)]
        for match in _SENTENCE_END.finditer(text):
            end = match.end()
            part = text[:end].rstrip()
            is_abbreviation = (
                text[end].islower()
                or _INITIALS.search(part)
                or self._abbreviation.search(part)
                or (text[end].isdecimal() and self._before_a_number.search(part))
                or any(first <= match.start() < last for first, last in inside)
            )
            if not is_abbreviation:
                yield end

    @cached_property
    def _abbreviation(self) -> "re.Pattern[str]":
        return re.compile(rf"\b(?:{any_of(self.data.abbreviations)})\.$")

    @cached_property
    def _before_a_number(self) -> "re.Pattern[str]":
        return re.compile(rf"\b(?:{any_of(self.data.abbreviations_before_numbers)})\.$", re.IGNORECASE)

    @cached_property
    def _spaced_abbreviation(self) -> "re.Pattern[str]":
        """Abbreviations with a space inside, such as “z. B.”."""
        spaced = (name for name in self.data.abbreviations if " " in name)
        return re.compile(rf"\b(?:{any_of(spaced)})\.")

    # --- what the voice reads --------------------------------------------------------------------

    def spoken_form(self, text: str, say: Mapping[str, str]) -> str:
        """See ``Language``."""
        return self._in_words(text, say, lambda part: self.spell(self.normalize(part)))

    def shown_form(self, text: str, say: Mapping[str, str]) -> str:
        """See ``Language``."""
        return self._in_words(text, say, self.normalize)

    def _in_words(self, text: str, say: Mapping[str, str], in_words: Callable[[str], str]) -> str:
        item = _LIST_MARK.sub("", text)
        spoken = "".join(
            word if is_final else in_words(word) for word, is_final in _by_word_list(item, say)
        ).strip()
        return spoken if any(character.isalnum() for character in spoken) else text

    def spell(self, text: str) -> str:
        """Return a text, or a part of one, so that a voice spells what is spelled; languages do it here."""
        return text

    def normalize(self, text: str) -> str:
        """Return a text, or a part of one, with numbers as words; languages do more here."""
        decimal, group = re.escape(self.data.decimal_separator), re.escape(self.data.group_separator)
        pattern = rf"(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{decimal}(\d+))?"
        return re.sub(pattern, lambda found: self._figures_spoken(found[1], found[2] or ""), text)

    def _figures_spoken(self, whole: str, fraction: str) -> str:
        value = int(whole.replace(self.data.group_separator, "")[:40])
        words = [self.number(value)] if value < 100 else [self.number(int(digit)) for digit in str(value)]
        if fraction:
            words += [self.text("decimal_point"), *(self.number(int(digit)) for digit in fraction)]
        return " ".join(words)

    # --- texts -----------------------------------------------------------------------------------

    def phrase(self, name: str, /, variant: int = 0, kind: str | None = None, **values: str) -> str:
        """See ``Language``."""
        phrase = self.data.phrases.get(name)
        if isinstance(phrase, dict):
            text = phrase.get(kind or "")
        else:
            text = phrase[variant % len(phrase)] if phrase else None
        if text is None:
            raise VoiceguideError(
                f"The language {self.code!r} has no phrase {name!r}"
                + (f" of kind {kind!r}." if kind else ".")
            )
        return self.capitalize(text.format(**values))

    def variants(self, name: str) -> tuple[str, ...]:
        """See ``Language``."""
        phrase = self.data.phrases.get(name, ())
        return tuple(phrase.values()) if isinstance(phrase, dict) else phrase

    def text(self, name: str, /, **values: object) -> str:
        """See ``Language``."""
        text = self.data.texts.get(name)
        if text is None:
            raise VoiceguideError(f"The language {self.code!r} has no text {name!r}.")
        if isinstance(text, dict):
            value = int(str(values["n"]))
            text = self.plural(text, value, str(value))
        return text.format(**values)


def _with_list_numbers(sentences: Iterable[str]) -> Iterable[str]:
    """Join the numbers of a list with the sentences behind them; those of a countdown stay alone.

    A list begins with the text, and its numbers follow each other.
    """
    parts = [part for sentence in sentences for part in _NUMBER_BEFORE.split(sentence) if part]
    mark, last = "", ""
    for place, part in enumerate(parts):
        number = re.sub(r"\D", "", part)
        is_next = place == 0 or (last and number == str(int(last) + 1))
        if is_next and _is_number(part) and place + 1 < len(parts) and not _is_number(parts[place + 1]):
            mark, last = f"{part} ", number
        else:
            yield mark + part
            mark = ""


def _is_number(part: str) -> bool:
    """Tell whether a sentence is only a number: of a list or of a count."""
    return bool(re.fullmatch(rf"(?:{_BULLET}\s+)?(?:{_LIST_NUMBER}|\d+\W*)", part))


def read_data(package: str, name: str) -> object:
    """Return a data file that comes with a language.

    It is written as YAML and read as the JSON that ``scripts/generate.py`` makes from it, in a tenth of the time.
    """
    file = resources.files(package) / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8"))


def any_of(texts: Iterable[str]) -> str:
    """Return a pattern for any of some texts, the longest first; one that never matches for none."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True))) or r"(?!)"


# --- an author's list of how words are spoken ----------------------------------------------------


def _by_word_list(text: str, say: Mapping[str, str]) -> Iterable[tuple[str, bool]]:
    """Yield the parts of a text, and whether each is a spoken form of the list, in any case of its letters."""
    if not say:
        yield text, False
        return
    pattern, forms = _word_list(tuple(say.items()))
    for number, part in enumerate(pattern.split(text)):
        # IGNORECASE also matches a few letters that have no lower case in common, such as the Turkish i.
        yield (forms.get(_plain_apostrophes(part).casefold(), part), True) if number % 2 else (part, False)


@lru_cache(maxsize=8)
def _word_list(say: tuple[tuple[str, str], ...]) -> "tuple[re.Pattern[str], dict[str, str]]":
    forms = {_plain_apostrophes(word).casefold(): form for word, form in say}
    words = sorted((_plain_apostrophes(word) for word, _ in say), key=len, reverse=True)
    pattern = "|".join(re.escape(word).replace("'", "['’]") for word in words)
    return re.compile(rf"(?<!\w)({pattern})(?!\w)", re.IGNORECASE), forms


def _plain_apostrophes(text: str) -> str:
    return text.replace("’", "'")
