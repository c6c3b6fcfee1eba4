"""From what is written to what is spoken: numbers, units, abbreviations, and words with a sound of their own.

Captions keep the text as written; only the voice gets this form. What holds nothing of the kind comes
back unchanged.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.script.phrases import SpokenForms, Wording

_LARGEST = 999_999
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
# A vertebra: a letter for the part of the spine, a number of at most two digits.
_VERTEBRA = r"[CLTS]\d{1,2}"


@dataclass(frozen=True)
class Pronunciation:
    """How the sentences of one session are spoken.

    Attributes:
        wording: of the session's language; brings its units and abbreviations.
        say: words, and how they are spoken instead; in any case, longest first.
    """

    wording: Wording
    say: Mapping[str, str] = field(default_factory=dict)

    def spoken(self, text: str) -> str:
        """Return a sentence as it is handed to the voice; never empty."""
        parts = self._own.split(text) if self._own else [text]
        # The odd parts are words of the list, whose form is final.
        told = [self._word(part) if number % 2 else self._plain(part) for number, part in enumerate(parts)]
        found = "".join(told).strip()
        return found if any(character.isalnum() for character in found) else text

    @cached_property
    def _own(self) -> "re.Pattern[str] | None":
        if not self.say:
            return None
        words = "|".join(re.escape(word) for word in sorted(self.say, key=len, reverse=True))
        return re.compile(rf"(?<!\w)({words})(?!\w)", re.IGNORECASE)

    def _word(self, word: str) -> str:
        forms = {name.lower(): form for name, form in self.say.items()}
        return forms[word.lower()]

    def _plain(self, text: str) -> str:
        if text.isascii() and not _SPECIAL.search(text) and not self._abbreviations.search(text):
            return text
        for rule in (
            self._symbols_spoken,
            self._abbreviations_spoken,
            self._spine_spoken,
            self._times_spoken,
            self._ranges_spoken,
            self._units_spoken,
            self._ordinals_spoken,
            self._numbers_spoken,
        ):
            text = rule(text)
        return _tidied(text)

    @property
    def _forms(self) -> SpokenForms:
        return self.wording.spoken_forms

    @cached_property
    def _abbreviations(self) -> "re.Pattern[str]":
        found = sorted(self._forms.abbreviations, key=len, reverse=True)
        return re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, found))})(?!\w)", re.IGNORECASE)

    def _abbreviations_spoken(self, text: str) -> str:
        forms = {name.lower(): form for name, form in self._forms.abbreviations.items()}
        return self._abbreviations.sub(lambda found: forms[found[1].lower()], text)

    def _symbols_spoken(self, text: str) -> str:
        for symbol, form in self._forms.symbols.items():
            text = text.replace(symbol, f" {form} " if form else " ")
        return text

    def _spine_spoken(self, text: str) -> str:
        """``L4-L5``: letter and number apart, two joined by the word for a range."""
        text = re.sub(rf"\b({_VERTEBRA})\s*[-–/]\s*({_VERTEBRA})\b", rf"\1 {self._forms.range} \2", text)
        return re.sub(rf"\b{_VERTEBRA}\b", lambda found: f"{found[0][0]} {found[0][1:]}", text)

    def _times_spoken(self, text: str) -> str:
        """``2x``, ``x2`` and ``2 ×``: how often."""

        def often(found: "re.Match[str]") -> str:
            return self.wording.plural(self.wording.times, int(found[1] or found[2]))

        return re.sub(r"\b(\d{1,2})\s?[x×](?!\w)|(?<!\w)[x×]\s?(\d{1,2})\b", often, text)

    def _ranges_spoken(self, text: str) -> str:
        return re.sub(
            rf"(?<![\w.-])({_NUMBER})\s?[-–]\s?({_NUMBER})(?![\d-])", rf"\1 {self._forms.range} \2", text
        )

    def _units_spoken(self, text: str) -> str:
        units = "|".join(map(re.escape, sorted(self._forms.units, key=len, reverse=True)))

        def unit(found: "re.Match[str]") -> str:
            forms = self._forms.units[found[2]]
            return f"{found[1]} {forms.one if found[1] == '1' else forms.other}"

        return re.sub(rf"((?:{_NUMBER})(?:\.\d+)?)\s?({units})(?![\w°])", unit, text)

    def _ordinals_spoken(self, text: str) -> str:
        return re.sub(
            r"\b(\d{1,2})(?:st|nd|rd|th)\b", lambda found: self.wording.ordinal(int(found[1])), text
        )

    def _numbers_spoken(self, text: str) -> str:
        def number(found: "re.Match[str]") -> str:
            whole = self.number(int(found[1].replace(",", "")))
            digits = [self.wording.number(int(digit)) for digit in found[2] or ""]
            return " ".join([whole, *([self._forms.point, *digits] if digits else [])])

        return re.sub(rf"({_NUMBER})(?:\.(\d+))?", number, text)

    def number(self, value: int) -> str:
        """Return a whole number up to 999,999 as words; larger ones digit by digit."""
        if value > _LARGEST:
            return " ".join(self.wording.number(int(digit)) for digit in str(value)[:40])
        thousands, rest = divmod(value, 1000)
        words = [f"{self._below_thousand(thousands)} {self._forms.thousand}"] if thousands else []
        return " ".join([*words, *([self._below_thousand(rest)] if rest or not words else [])])

    def _below_thousand(self, value: int) -> str:
        hundreds, rest = divmod(value, 100)
        words = [f"{self.wording.number(hundreds)} {self._forms.hundred}"] if hundreds else []
        return " ".join([*words, *([self.wording.number(rest)] if rest or not words else [])])


# Only what holds one of these is looked at any closer.
_SPECIAL = re.compile(r"[\d&+=%/@#*_<>|~^\\\[\]{}()]")


def _tidied(text: str) -> str:
    """Take out what no voice can say, and the spaces that were left."""
    kept = "".join(
        character if character.isalnum() or character in " .,;:!?'’“”\"-–—…" or character.isspace() else " "
        for character in text
    )
    before, after = (" " if edge.isspace() else "" for edge in (kept[:1], kept[-1:]))
    return before + re.sub(r"\s+([.,;:!?…])", r"\1", " ".join(kept.split())) + after
