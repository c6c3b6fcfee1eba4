"""Numbers, units, abbreviations and signs of English, in words.

Only the voice reads this; captions keep the text as written. A text without any of them comes back unchanged.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from voiceguide.language.data import DataLanguage, any_of
from voiceguide.language.english.forms import SpokenForms
from voiceguide.language.english.notation import NUMBER as _DECIMAL
from voiceguide.language.english.notation import WHOLE as _NUMBER
from voiceguide.language.english.notation import Notation

_LARGEST = 999_999_999
# A vertebra: a letter for the part of the spine, a number of at most two digits.
_VERTEBRA = r"[CLTS]\d{1,2}"
_OF_TIME = ("second", "minute", "hour")
_TIMES = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})"
# As in “30 s/side”.
_PER = r"(/(?=[A-Za-z]))?"
# As in “12 500” with one of the spaces that printers use; an ordinary one may stand between two numbers.
_SPACED = r"(?<![\w.,-])\d{1,3}(?:(?:[\u00a0\u2009\u202f]\d{3})+|(?: \d{3})* 000)(?![.,]?\d)"


@dataclass(frozen=True)
class EnglishPronunciation:
    """Rewrites a text as it is spoken.

    Attributes:
        language: English, for its numbers.
        forms: how its signs and short forms are said.
    """

    language: DataLanguage
    forms: SpokenForms

    def expand(self, text: str) -> str:
        """Return a text, or a part of one, in words."""
        if text.isascii() and not _SPECIAL.search(text) and not self._abbreviations.search(text):
            return text
        for rule in (
            self._expand_abbreviations,
            self._notation.write_out,
            self._expand_symbols,
            _join_digit_groups,
            self._expand_vertebrae,
            self._expand_signs,
            self._expand_clocks,
            self._expand_fractions,
            self._expand_rates,
            self._expand_times,
            self._expand_ranges,
            self._expand_units,
            self._expand_slashes,
            self._expand_ordinals,
            self._expand_numbers,
        ):
            text = rule(text)
        return _remove_unspeakable(text)

    def spell(self, text: str) -> str:
        """Return a text with its initialisms as letters with points between, which every engine spells out.

        With spaces between, some are read as words.
        """
        return self._initialisms.sub(lambda found: ".".join(found[0]), text)

    @cached_property
    def _notation(self) -> Notation:
        return Notation(self.language, self.forms)

    @cached_property
    def _initialisms(self) -> "re.Pattern[str]":
        each = (
            rf"{letters}(?=[\s-](?:{any_of((*words, *map(str.title, words)))})(?!\w))"
            if words
            else rf"{letters}(?!\w)"
            for letters, words in self.forms.initialisms.items()
        )
        return re.compile(rf"(?<![\w.])(?:{'|'.join(each)})")

    @cached_property
    def _abbreviations(self) -> "re.Pattern[str]":
        return re.compile(
            rf"(?<![\w.])(?<!\d[-/])({any_of(self.forms.abbreviations)})(?!\w|[-/]\d)", re.IGNORECASE
        )

    def _expand_abbreviations(self, text: str) -> str:
        forms = {name.lower(): form for name, form in self.forms.abbreviations.items()}
        return self._abbreviations.sub(lambda found: forms.get(found[1].lower(), found[1]), text)

    def _expand_symbols(self, text: str) -> str:
        """Say ``&`` and ``=``, but not the one in ``>=``."""
        for symbol, form in self.forms.symbols.items():
            words = f" {form} " if form else " "
            text = re.sub(rf"(?<![<>]){re.escape(symbol)}", lambda _, words=words: words, text)  # type: ignore[misc]
        return text

    def _expand_vertebrae(self, text: str) -> str:
        """Say ``L4-L5`` as letter and number, two of them as a range."""
        text = re.sub(
            rf"\b({_VERTEBRA})\s*[-–/]\s*(?=(?:{_VERTEBRA}|\d{{1,2}})\b)", rf"\1 {self.forms.range} ", text
        )
        return re.sub(rf"\b{_VERTEBRA}\b", lambda found: f"{found[0][0]} {found[0][1:]}", text)

    def _expand_signs(self, text: str) -> str:
        """Say what stands before a number: ``≥ 5``, ``No. 1``, ``-5`` and ``$5``."""
        forms = self.forms.before_numbers
        text = re.sub(r"(?<![\w-])-(?=\d)", "−", text)

        def currency(found: "re.Match[str]") -> str:
            plural = self.forms.currencies[found[1]]
            return f"{found[2]} {plural.one if found[2] == '1' else plural.other}"

        text = re.sub(rf"({any_of(self.forms.currencies)})\s?({_DECIMAL})", currency, text)
        # “5 min. 5 times” is a unit and the end of a sentence.
        signs = (
            rf"(?<!\d\s){re.escape(sign)}" if sign.rstrip(".") in self.forms.units else re.escape(sign)
            for sign in sorted(forms, key=len, reverse=True)
        )
        return re.sub(
            rf"(?<!\w)({'|'.join(signs)})\s?(?=\d)",
            lambda found: f" {forms[found[1].lower()]} ",
            text,
            flags=re.IGNORECASE,
        )

    def _expand_clocks(self, text: str) -> str:
        """Say ``7:30``, where it is a time of day, and ``2:1`` as a range."""

        def clock(found: "re.Match[str]") -> str:
            hour, minute = self.language.number(int(found[1])), int(found[2])
            if not minute:
                return self.forms.full_hour.format(n=hour)
            words = self.language.number(minute)
            return f"{hour} {self.forms.minute_below_ten.format(n=words) if minute < 10 else words}"

        text = re.sub(r"(?<![\w:])([01]?\d|2[0-4]):([0-5]\d)(?![\w:])", clock, text)
        return re.sub(r"(?<![\w:])(\d+):(\d+)(?![\w:])", rf"\1 {self.forms.range} \2", text)

    def _expand_fractions(self, text: str) -> str:
        """Say ``½``, ``1 1/2`` and ``2½ min``."""

        def fraction(found: "re.Match[str]") -> str:
            part = self.forms.fractions[found[2]]
            words = part
            if found[1]:
                words = self.forms.and_fraction.format(n=self.number(int(found[1])), fraction=part)
            if not found[4]:
                return words
            unit = self.forms.units[found[4]]
            return f"{words} {unit.other if found[1] and found[3] != '-' else unit.one}"

        return re.sub(
            rf"(?<![\w/])(?:(\d{{1,6}})\s?)?({any_of(self.forms.fractions)})(?![\d/])"
            rf"(?:([\s-]?)({any_of(self.forms.units)})(?!\w))?",
            fraction,
            text,
        )

    def _expand_rates(self, text: str) -> str:
        """Say rates: ``3 times/week``, ``2x/wk``, ``12 breaths/min``."""
        rates, limbs = self.forms.rates, self.forms.limbs

        def rate(found: "re.Match[str]") -> str:
            what, form = (found[2] or "").lower(), rates.get(found[3].lower())
            is_choice = what in limbs and found[3].lower() in limbs
            return f"{found[1]} {self.forms.per} {form}" if form and not is_choice else found[0]

        pattern = rf"(\d(?:\s{self.forms.or_more})?[\s-]?([°%×]|[^\W\d_]+|)|\b(?:once|twice|times))\s?/\s?([a-z]+)(?!\w)"
        return re.sub(pattern, rate, text, flags=re.IGNORECASE)

    def _expand_times(self, text: str) -> str:
        """Say how often: ``2x``, ``x2``, ``1.5x``, ``2-3x`` and ``3 × 10``."""

        def once(found: "re.Match[str]") -> str:
            number = (found[1] or found[3]).replace(",", "")
            words = f"{number} times" if "." in number else self.language.quantity("times", int(number))
            return words + self._per(found[2])

        def several(found: "re.Match[str]") -> str:
            return f"{found[1]} {self.forms.range} {found[2]} times{self._per(found[3])}"

        # “3 sets x 10 reps” multiplies; “do it x3” counts.
        text = re.sub(
            r"(?:(?<=\d)\s?|(?<=[\w.])\s)[x×](?:(?<=\d[x×])|\s)\s?(?=\d)", f" {self.forms.multiplied} ", text
        )
        text = re.sub(rf"\b({_TIMES})\s?[-–]\s?({_TIMES})\s?[x×](?!\w){_PER}", several, text)
        return re.sub(
            rf"(?<![\w.,])({_TIMES}(?:\.\d{{1,6}})?)\s?[x×](?!\w){_PER}"
            rf"|(?<!\w)[x×]\s?({_TIMES}(?:\.\d{{1,6}})?)(?!\w)",
            once,
            text,
        )

    def _expand_ranges(self, text: str) -> str:
        """Say ``10-15`` as a range; the same number twice, as in ``20-20``, is not one."""
        units, to = any_of(self.forms.units), f" {self.forms.range} "
        times = any_of(sign for sign, noun in self.forms.units.items() if noun.one in _OF_TIME)

        def both(found: "re.Match[str]") -> str:
            between = ", " if found[1] == found[2] else to
            return f"{found[1]}{between}{found[2]}"

        text = re.sub(
            rf"({_DECIMAL})\s?({units})\s?[-–]\s?(?={_DECIMAL}\s?\2(?!\w| and \d| \d))", rf"\1{to}", text
        )
        text = re.sub(
            rf"({_DECIMAL}\s?(?:{times}))\s?[-–]\s?(?={_DECIMAL}\s?(?:{times})(?!\w))", rf"\1{to}", text
        )
        return re.sub(rf"(?<![\w.-])({_DECIMAL})\s?[-–]\s?({_DECIMAL})(?!-?\d)", both, text)

    def _expand_units(self, text: str) -> str:
        """Say units, longer ones also in capitals: ``30 SEC``, but ``5 m``; ``10-lb`` takes the singular."""
        units = self.forms.units
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

        # The point of “a 150 lb. person” does not end the sentence.
        pattern = rf"({_DECIMAL})([\s-]?)({any_of(units)})(?![\w°])(?:\.(?=\s(?-i:[a-z])))?{_PER}"
        return re.sub(pattern, unit, text, flags=re.IGNORECASE)

    def _per(self, slash: str | None) -> str:
        return f" {self.forms.per} " if slash else ""

    def _expand_slashes(self, text: str) -> str:
        """Say ``3/10``, ``3/step`` and ``left/right``."""
        text = re.sub(r"(?<![\w/])(\d+)/(\d+)(?![\w/])", rf"\1 {self.forms.out_of} \2", text)
        text = re.sub(r"(?<=\d)/(?=[A-Za-z])", f" {self.forms.per} ", text)
        return re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", f" {self.forms.either} ", text)

    def _expand_ordinals(self, text: str) -> str:
        return re.sub(
            r"\b(\d{1,4})(st|nd|rd|th)\b", lambda found: self._ordinal(int(found[1]), found[2]), text
        )

    def _ordinal(self, value: int, ending: str) -> str:
        hundreds, rest = value - value % 100, value % 100
        if not hundreds:
            return self.language.ordinal(rest)
        return (
            f"{self.number(hundreds)} {self.language.ordinal(rest)}"
            if rest
            else self.number(hundreds) + ending
        )

    def _expand_numbers(self, text: str) -> str:
        def number(found: "re.Match[str]") -> str:
            whole = self.number(int(found[1].replace(",", "")[:40]))
            digits = [self.language.number(int(digit)) for digit in found[2] or ""]
            words = " ".join([whole, *([self.language.text("decimal_point"), *digits] if digits else [])])
            before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
            return f"{' ' * before.isalnum()}{words}{' ' * after.isalnum()}"

        return re.sub(rf"({_NUMBER})(?:\.(\d+))?", number, text)

    def number(self, value: int) -> str:
        """Return a whole number below a billion as words; larger ones digit by digit."""
        if value > _LARGEST:
            return " ".join(self.language.number(int(digit)) for digit in str(value)[:40])
        words: list[str] = []
        for unit, name in ((1_000_000, self.forms.million), (1000, self.forms.thousand)):
            if value >= unit:
                words.append(f"{self._below_thousand(value // unit)} {name}")
                value %= unit
        return " ".join([*words, *([self._below_thousand(value)] if value or not words else [])])

    def _below_thousand(self, value: int) -> str:
        hundreds, rest = divmod(value, 100)
        words = [f"{self.language.number(hundreds)} {self.forms.hundred}"] if hundreds else []
        return " ".join([*words, *([self.language.number(rest)] if rest or not words else [])])


def _join_digit_groups(text: str) -> str:
    return re.sub(_SPACED, lambda found: re.sub(r"\s", "", found[0]), text)


# A text without any of these, and without abbreviations, is already in words: signs, numerals and short forms of sides.
_SPECIAL = re.compile(r"[\d&+=%/@#*_<>|~^\\\[\]{}()]|\b(?:[IVX]+|[LR][tT]?)\b")


def _remove_unspeakable(text: str) -> str:
    """Remove characters that no voice can say, and the spaces they leave."""
    kept = "".join(
        character if character.isalnum() or character in " .,;:!?'’“”\"-–—…" or character.isspace() else " "
        for character in text
    )
    before, after = (" " if edge.isspace() else "" for edge in (kept[:1], kept[-1:]))
    return before + re.sub(r"\s+([.,;:!?…])", r"\1", " ".join(kept.split())) + after
