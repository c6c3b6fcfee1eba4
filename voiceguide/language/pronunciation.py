"""From what is written to what is spoken: numbers, units, abbreviations, and words with a sound of their own.

Captions keep the text as written; only the voice gets this form. What holds nothing of the kind comes
back unchanged.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from voiceguide.language.phrases import SpokenForms, Wording

_LARGEST = 999_999_999
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
# A vertebra: a letter for the part of the spine, a number of at most two digits.
_VERTEBRA = r"[CLTS]\d{1,2}"
# As in “30 s/side”.
_PER = r"(/(?=[A-Za-z]))?"
# What stands behind the colon of 1:30 min and of 1:30 h.
_PARTS_OF = {"min": "s", "h": "min"}
_DECIMAL = rf"(?:{_NUMBER})(?:\.\d+)?"
# As in “12 500” with one of the spaces that printers use; an ordinary one may stand between two numbers.
_SPACED = r"(?<![\w.,-])\d{1,3}(?:(?:[\u00a0\u2009\u202f]\d{3})+|(?: \d{3})* 000)(?![.,]?\d)"


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
        words = sorted(map(_plain_apostrophes, self.say), key=len, reverse=True)
        pattern = "|".join(re.escape(word).replace("'", "['’]") for word in words)
        return re.compile(rf"(?<!\w)({pattern})(?!\w)", re.IGNORECASE)

    @cached_property
    def _own_forms(self) -> dict[str, str]:
        return {_plain_apostrophes(word).casefold(): form for word, form in self.say.items()}

    def _word(self, word: str) -> str:
        # The pattern takes a few letters for alike that have no common small form, such as the Turkish i.
        return self._own_forms.get(_plain_apostrophes(word).casefold(), word)

    def _plain(self, text: str) -> str:
        if text.isascii() and not _SPECIAL.search(text) and not self._abbreviations.search(text):
            return text
        for rule in (
            self._symbols_spoken,
            self._abbreviations_spoken,
            _without_spaces,
            self._spine_spoken,
            self._signs_spoken,
            self._clocks_spoken,
            self._fractions_spoken,
            self._rates_spoken,
            self._times_spoken,
            self._ranges_spoken,
            self._units_spoken,
            self._slashes_spoken,
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
        return re.compile(rf"(?<![\w.])({_any_of(self._forms.abbreviations)})(?!\w)", re.IGNORECASE)

    def _abbreviations_spoken(self, text: str) -> str:
        forms = {name.lower(): form for name, form in self._forms.abbreviations.items()}
        return self._abbreviations.sub(lambda found: forms.get(found[1].lower(), found[1]), text)

    def _symbols_spoken(self, text: str) -> str:
        """``&`` and ``=``, but not that of ``>=``."""
        for symbol, form in self._forms.symbols.items():
            words = f" {form} " if form else " "
            text = re.sub(rf"(?<![<>]){re.escape(symbol)}", lambda _, words=words: words, text)  # type: ignore[misc]
        return text

    def _spine_spoken(self, text: str) -> str:
        """``L4-L5``: letter and number apart, two joined by the word for a range."""
        text = re.sub(
            rf"\b({_VERTEBRA})\s*[-–/]\s*(?=(?:{_VERTEBRA}|\d{{1,2}})\b)", rf"\1 {self._forms.range} ", text
        )
        return re.sub(rf"\b{_VERTEBRA}\b", lambda found: f"{found[0][0]} {found[0][1:]}", text)

    def _signs_spoken(self, text: str) -> str:
        """``≥ 5``, ``No. 1``, ``-5`` and ``$5``: what stands before a number."""
        forms = self._forms.before_numbers
        text = re.sub(r"(?<![\w-])-(?=\d)", "−", text)

        def currency(found: "re.Match[str]") -> str:
            plural = self._forms.currencies[found[1]]
            return f"{found[2]} {plural.one if found[2] == '1' else plural.other}"

        text = re.sub(rf"({_any_of(self._forms.currencies)})\s?({_DECIMAL})", currency, text)
        # “5 min. 5 times” is a unit and the end of a sentence.
        signs = (
            rf"(?<!\d\s){re.escape(sign)}" if sign.rstrip(".") in self._forms.units else re.escape(sign)
            for sign in sorted(forms, key=len, reverse=True)
        )
        return re.sub(
            rf"(?<!\w)({'|'.join(signs)})\s?(?=\d)",
            lambda found: f" {forms[found[1].lower()]} ",
            text,
            flags=re.IGNORECASE,
        )

    def _clocks_spoken(self, text: str) -> str:
        """``1:30 min`` as a duration, ``7:30`` as a time of day; other numbers with a colon, as ``2:1``, as a range."""

        def clock(found: "re.Match[str]") -> str:
            hour, minute = self.wording.number(int(found[1])), int(found[2])
            if not minute:
                return self._forms.full_hour.format(n=hour)
            words = self.wording.number(minute)
            return f"{hour} {self._forms.minute_below_ten.format(n=words) if minute < 10 else words}"

        def duration(found: "re.Match[str]") -> str:
            rest = f" {int(found[2])} {_PARTS_OF[found[3]]}" if int(found[2]) else ""
            return f"{int(found[1])} {found[3]}{rest}"

        text = re.sub(r"(?<![\w:.])(\d{1,3}):([0-5]\d)\s?(min|h)(?!\w)", duration, text)
        text = re.sub(r"(?<![\w.])(\d{1,3})m(\d{1,2})s(?!\w)", r"\1 min \2 s", text)
        text = re.sub(r"(?<![\w:])([01]?\d|2[0-4]):([0-5]\d)(?![\w:])", clock, text)
        return re.sub(r"(?<![\w:])(\d+):(\d+)(?![\w:])", rf"\1 {self._forms.range} \2", text)

    def _fractions_spoken(self, text: str) -> str:
        """``½``, ``1 1/2`` and ``2½ min``."""

        def fraction(found: "re.Match[str]") -> str:
            part = self._forms.fractions[found[2]]
            words = part
            if found[1]:
                words = self._forms.and_fraction.format(n=self.number(int(found[1])), fraction=part)
            if not found[4]:
                return words
            unit = self._forms.units[found[4]]
            return f"{words} {unit.other if found[1] and found[3] != '-' else unit.one}"

        return re.sub(
            rf"(?<![\w/])(?:(\d{{1,6}})\s?)?({_any_of(self._forms.fractions)})(?![\d/])"
            rf"(?:([\s-]?)({_any_of(self._forms.units)})(?!\w))?",
            fraction,
            text,
        )

    def _rates_spoken(self, text: str) -> str:
        """``3 times/week``, ``2x/wk``, ``12 breaths/min``: how much in which time, or on what."""
        rates, limbs = self._forms.rates, self._forms.limbs

        def rate(found: "re.Match[str]") -> str:
            what, form = (found[2] or "").lower(), rates.get(found[3].lower())
            is_choice = what in limbs and found[3].lower() in limbs
            return f"{found[1]} {self._forms.per} {form}" if form and not is_choice else found[0]

        often = _any_of({self.wording.times.one, self.wording.times.two or "", "times"} - {""})
        pattern = rf"(\d[\s-]?([°%×]|[^\W\d_]+|)|\b(?:{often}))\s?/\s?([a-z]+)(?!\w)"
        return re.sub(pattern, rate, text, flags=re.IGNORECASE)

    def _times_spoken(self, text: str) -> str:
        """``2x``, ``x2``, ``1.5x``, ``2-3x`` and ``3 × 10``: how often."""
        often = self.wording.times

        def once(found: "re.Match[str]") -> str:
            number = found[1] or found[3]
            words = often.other.format(n=number) if "." in number else self.wording.plural(often, int(number))
            return words + self._per(found[2])

        def several(found: "re.Match[str]") -> str:
            last = self.wording.plural(often, int(found[2]))
            last = last if int(found[2]) > 2 else often.other.format(n=self.wording.number(int(found[2])))
            return f"{found[1]} {self._forms.range} {last}{self._per(found[3])}"

        # “3 sets x 10 reps” multiplies; “do it x3” counts.
        text = re.sub(
            r"(?:(?<=\d)\s?|(?<=[\w.])\s)[x×](?:(?<=\d[x×])|\s)\s?(?=\d)", f" {self._forms.multiplied} ", text
        )
        text = re.sub(rf"\b(\d{{1,2}})\s?[-–]\s?(\d{{1,2}})\s?[x×](?!\w){_PER}", several, text)
        return re.sub(
            rf"(?<![\w.,])(\d{{1,2}}(?:\.\d{{1,6}})?)\s?[x×](?!\w){_PER}"
            r"|(?<!\w)[x×]\s?(\d{1,2}(?:\.\d{1,6})?)(?!\w)",
            once,
            text,
        )

    def _ranges_spoken(self, text: str) -> str:
        """``10-15``; twice the same number, as in ``90-90``, is no range."""

        def both(found: "re.Match[str]") -> str:
            between = " " if found[1] == found[2] else f" {self._forms.range} "
            return f"{found[1]}{between}{found[2]}"

        units = _any_of(self._forms.units)
        text = re.sub(
            rf"({_DECIMAL})\s?({units})\s?[-–]\s?(?={_DECIMAL}\s?\2(?!\w))", rf"\1 {self._forms.range} ", text
        )
        return re.sub(rf"(?<![\w.-])({_DECIMAL})\s?[-–]\s?({_DECIMAL})(?!-?\d)", both, text)

    def _units_spoken(self, text: str) -> str:
        """Units in any case where they have more than one letter: ``30 SEC``, but ``5 m``; ``10-lb`` is one thing."""
        units = self._forms.units
        longer = {name.lower(): name for name in units if len(name) > 1}

        def unit(found: "re.Match[str]") -> str:
            number, between, name, slash = found.groups()
            forms = units.get(name) or units.get(longer.get(name.lower(), ""))
            after = found.string[found.end() :].lstrip()[:1]
            is_word = name.endswith(".") and after.isupper()  # “Breathe for 4 in. Then out.”
            if forms is None or is_word:
                return found[0]
            is_last = name.endswith(".") and not after
            spoken = forms.one if number == "1" or between == "-" else forms.other
            return f"{number} {spoken}{'.' * is_last}{self._per(slash)}"

        # The point of “a 150 lb. person” ends no sentence.
        pattern = rf"({_DECIMAL})([\s-]?)({_any_of(units)})(?![\w°])(?:\.(?=\s(?-i:[a-z])))?{_PER}"
        return re.sub(pattern, unit, text, flags=re.IGNORECASE)

    def _per(self, slash: str | None) -> str:
        return f" {self._forms.per} " if slash else ""

    def _slashes_spoken(self, text: str) -> str:
        """``3/10``, ``50/50``, ``3/step`` and ``left/right``."""
        text = re.sub(r"(?<![\w/])([1-9]\d)/\1(?<!10/10)(?![\w/])", r"\1 \1", text)
        text = re.sub(r"(?<![\w/])(\d+)/(\d+)(?![\w/])", rf"\1 {self._forms.out_of} \2", text)
        text = re.sub(r"(?<=\d)/(?=[A-Za-z])", f" {self._forms.per} ", text)
        return re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", f" {self._forms.either} ", text)

    def _ordinals_spoken(self, text: str) -> str:
        return re.sub(
            r"\b(\d{1,4})(st|nd|rd|th)\b", lambda found: self._ordinal(int(found[1]), found[2]), text
        )

    def _ordinal(self, value: int, ending: str) -> str:
        hundreds, rest = value - value % 100, value % 100
        if not hundreds:
            return self.wording.ordinal(rest)
        return (
            f"{self.number(hundreds)} {self.wording.ordinal(rest)}"
            if rest
            else self.number(hundreds) + ending
        )

    def _numbers_spoken(self, text: str) -> str:
        def number(found: "re.Match[str]") -> str:
            whole = self.number(int(found[1].replace(",", "")[:40]))
            digits = [self.wording.number(int(digit)) for digit in found[2] or ""]
            words = " ".join([whole, *([self._forms.point, *digits] if digits else [])])
            before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
            return f"{' ' * before.isalnum()}{words}{' ' * after.isalnum()}"

        return re.sub(rf"({_NUMBER})(?:\.(\d+))?", number, text)

    def number(self, value: int) -> str:
        """Return a whole number below a billion as words; larger ones digit by digit."""
        if value > _LARGEST:
            return " ".join(self.wording.number(int(digit)) for digit in str(value)[:40])
        words: list[str] = []
        for unit, name in ((1_000_000, self._forms.million), (1000, self._forms.thousand)):
            if value >= unit:
                words.append(f"{self._below_thousand(value // unit)} {name}")
                value %= unit
        return " ".join([*words, *([self._below_thousand(value)] if value or not words else [])])

    def _below_thousand(self, value: int) -> str:
        hundreds, rest = divmod(value, 100)
        words = [f"{self.wording.number(hundreds)} {self._forms.hundred}"] if hundreds else []
        return " ".join([*words, *([self.wording.number(rest)] if rest or not words else [])])


def _without_spaces(text: str) -> str:
    return re.sub(_SPACED, lambda found: re.sub(r"\s", "", found[0]), text)


def _any_of(signs: Iterable[str]) -> str:
    """Return a pattern for any of some signs, the longest first."""
    return "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))


def _plain_apostrophes(text: str) -> str:
    return text.replace("’", "'")


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
