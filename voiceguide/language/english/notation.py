"""What plans of exercises write in a notation of their own, such as ``1'30"``, ``Set 1/3`` and ``20-5-20``.

It is written out as far as signs, units and abbreviations that are common English; ``pronunciation`` says those. Where
a notation has two meanings, the one of a routine counts, in what cannot be heard as another number: ``1:30`` is a
length, and ``40/20`` is two numbers with a break between.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from voiceguide.language.data import DataLanguage, any_of
from voiceguide.language.english.forms import SpokenForms

WHOLE = r"\d{1,3}(?:,\d{3})+|\d+"
NUMBER = rf"(?:{WHOLE})(?:\.\d+)?"
_DASH = r"[-–—‒−]"
# What begins with a zero hour is a length.
_CLOCK = r"(?!0?0:)(?:[01]?\d|2[0-4]):[0-5]\d(?![\d:])"
_CLOCKS = rf"{_CLOCK}(?:(?:\s?[-–,]\s?|,?\s(?:and|or|to)\s){_CLOCK})*"
_TILDE = r"[~～〜∼]"
_MINUTES_SIGN = r"['’′]"
_SECONDS_SIGN = r"(?:\s?(?:''|’’|′′|″)|[\"”])"
# A quotation may end with a number; the quote behind it is no sign for seconds.
_QUOTED = (
    r"(?<![\w\"])\"(?=[^\s\"])[^\"]*\"|“[^“”]*”|(?<![\w'])''(?=\w)[^']*''"
    r"|(?<![\w'’])['‘](?=[^\W\d])[^'’\"]*['’](?!\w)"
)
# Work and rest are given in such steps, and with at least two digits.
_STEP_SECONDS = 5
_TWO_DIGITS = 10
# What a pain or a result is out of.
_WHOLE_SCALES = (10, 100)

_Match = re.Match[str]
_Rule = tuple[str, "str | Callable[[_Match], str]"]


@dataclass(frozen=True)
class Notation:
    """Writes out the notations of a text.

    Attributes:
        language: English, for its numbers and sides.
        forms: how signs and short forms are said.
    """

    language: DataLanguage
    forms: SpokenForms

    def write_out(self, text: str) -> str:
        """Return a text without the notations."""
        for pattern, replacement in self._rules:
            text = pattern.sub(replacement, text)
        return text

    @cached_property
    def _rules(self) -> "tuple[tuple[re.Pattern[str], str | Callable[[_Match], str]], ...]":
        """Every notation with what is written instead, in the order in which they are read."""
        rules = (
            *self._decades(),
            *self._lengths(),
            *self._sides(),
            *self._numerals(),
            *self._slashes(),
            *self._series(),
            *self._amounts(),
        )
        return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)

    @cached_property
    def _units(self) -> str:
        return any_of(self.forms.units)

    @cached_property
    def _named(self) -> str:
        return any_of((*self.forms.counters, *self.forms.named))

    # --- lengths ---------------------------------------------------------------------------------

    def _lengths(self) -> Iterable[_Rule]:
        """``1'30"``, ``15~20 s``, ``1h30``, ``2m30``, ``1:30:00``, and ``1:30`` where no time of day is meant."""
        intervals, ratios = any_of(self.forms.intervals), any_of(self.forms.ratios)
        fractions = "".join(sign for sign in self.forms.fractions if not sign.isascii())
        hours = r"(?<![\w.:])(\d{1,2})\s?(?:h|hrs?)"
        return (
            (self._signs_pattern, self._signs),
            (
                rf"([\d{fractions}](?:\s?(?:{self._units}))?)(?:\s{_TILDE}\s|{_TILDE}\s?|[‒−—])(?=[\d{fractions}])",
                r"\1–",
            ),
            (rf"{hours}([0-5]\d)(?:\s?(?:m|mins?))?(?!\w)", r"\1 h \2 min"),
            (rf"{hours}\s?([0-5]?\d)\s?m(?!\w)", r"\1 h \2 min"),
            (
                rf"{hours}\s([0-5]\d)(?!\w|[.,:]\d|\s?(?:{self._units}|[x×])(?!\w)|\s\w+s\b)",
                r"\1 h \2 min",
            ),
            (r"(?<![\w.:])(\d{1,3})(?:m|\s?min)(?:([0-5]\d)|\s?(\d{1,2})s(?:ecs?)?)(?!\w)", r"\1 min \2\3 s"),
            (r"(?<![\w:.])(\d):([0-5]\d):([0-5]\d)(?![\w:])", _hours),
            (rf"(\b(?i:{intervals})\W{{1,3}}(?:of\s)?[2-9]\d):(?=(?!00)\d\d\b)", r"\1/"),
            (rf"(\b(?i:{ratios})(?:\sof)?\s\d+):(?=\d)", rf"\1 {self.forms.range} "),
            (self._clock_pattern, self._clock),
        )

    @property
    def _signs_pattern(self) -> str:
        """Minutes and seconds, or feet and inches, by their signs; a quotation as a whole comes first."""
        inches = rf"\s(?:{any_of(self.forms.inches_before)})\b(?!\s(?!from|of|or|and|than)\w)"
        return (
            rf"(?P<quoted>{_QUOTED})|(?<![\d.])(?:"
            rf"(?:(?P<minutes>{NUMBER}){_MINUTES_SIGN}\s?)?(?P<seconds>{NUMBER})"
            rf"(?:{_SECONDS_SIGN}|(?<={_MINUTES_SIGN}[0-5]\d)(?![\w'’′\"″”]))"
            rf"|(?P<only>{NUMBER}){_MINUTES_SIGN}(?!\w))(?=(?P<inches>{inches})?)"
        )

    def _signs(self, found: _Match) -> str:
        if found["quoted"]:
            return found[0]
        minutes, seconds = found["minutes"] or found["only"], found["seconds"]
        units = ("ft", "in.") if found["inches"] else ("min", "s")
        parts = _with_units((minutes, seconds), units) or [f"0 {units[1]}"]
        return (" ".join(parts) if found["inches"] else self._together(parts)) + _space_after(found)

    @property
    def _clock_pattern(self) -> str:
        """Times of day after and before what tells them, then lengths, with their unit if there is one."""
        before, after = any_of(self.forms.clock_after), any_of(self.forms.clock_before)
        unit = r"(?:h|hrs?|hours?|min(?:ute)?s?|s|sec(?:ond)?s?)(?!\w)"
        return (
            rf"(?P<clock>\b(?i:{before})\s(?:(?:about|around)\s)?{_CLOCKS}(?!\s?{unit})"
            rf"|(?<![\w:.]){_CLOCKS}\s?(?i:{after})(?!\w))"
            r"|(?:(?:(?<![\w:.])|(?<=\d[x×]))(?P<minutes>\d{1,3})|(?<![^\s(])):(?P<seconds>[0-5]\d)"
            rf"(?:\s?(?P<unit>{unit}))?(?!:|(?![x×])\w)"
        )

    def _clock(self, found: _Match) -> str:
        if found["clock"]:
            spaced = re.sub(r"(?<=\d)(?=[a-z])", " ", found[0], flags=re.IGNORECASE)
            return re.sub(r"(?<=\d)\s?[-–]\s?(?=\d)", f" {self.forms.range} ", spaced)
        units = ("h", "min") if (found["unit"] or "").startswith("h") else ("min", "s")
        values = (int(found["minutes"] or 0), int(found["seconds"]))
        parts = _with_units(values, units) or [f"0 {units[1]}"]
        return (" ".join(parts) if found["unit"] else self._together(parts)) + _space_after(found)

    def _together(self, parts: list[str]) -> str:
        """Join minutes and seconds as in a session's own words."""
        if len(parts) == 1:
            return parts[0]
        return self.language.data.minutes_and_seconds.format(minutes=parts[0], seconds=parts[1])

    # --- sides and numerals ----------------------------------------------------------------------

    def _sides(self) -> Iterable[_Rule]:
        """``(R) leg``, ``L/R``, ``R. leg``, ``L arm``, ``Rt knee``, ``turn R`` and ``R: 30 s``."""
        short, parts, turns = map(any_of, (self.forms.sides, self.forms.parts, self.forms.turns))
        alone = r"(?<![\w'’./-])"
        joiner = r"(?:\s?[/&+–-]\s?|\s(?:and|or|then|to)\s)"
        several = rf"{alone}(?:{short})(?:\.?{joiner}(?:{short})(?![\w'’]))+(?:\.(?=\s[a-z]))?(?![/-]\w)"
        where = r"(?:upper|lower|front|back|top|bottom|inner|outer)\s"
        return (
            (rf"(?<![^\W\d])[(\[](?i:(?P<side>{short}))\.?[)\]]", lambda found: f" {self._side(found)} "),
            (several, self._both_sides),
            (rf"{alone}(?:(?:{short}),\s){{2,}}(?:{short})(?![\w'’./-]\w)", self._both_sides),
            (rf"(?<!\d\s){alone}(?P<side>{short})\.(?=\s[a-z])", self._side),
            (rf"{alone}(?P<side>{short})(?=\s(?:{where})?(?:{parts})\b|:\s)", self._side),
            (r"(?<![\w.])(?P<side>[LR]t)(?!\w|\.?\s[A-Z])", self._side),
            (
                rf"(?P<before>\b(?i:{turns})\s)(?P<side>[LR])(?=\s*(?:[.,;:!?)]|$)|\s(?:and|then|for|to)\b)",
                lambda found: found["before"] + self._side(found),
            ),
        )

    def _side(self, found: _Match) -> str:
        return self.forms.sides[found["side"][0].upper()]

    def _both_sides(self, found: _Match) -> str:
        """Say two sides with what joins them, more of them with breaks; ``R&R`` is none."""
        sides = [self.forms.sides[letter] for letter in re.findall(r"[LR]", found[0])]
        if len(set(sides)) == 1:
            return found[0]
        word = re.search(r"\s([a-z]+)\s", found[0])
        is_pair = len(sides) == len(set(sides)) and not re.search("[–,-]", found[0])
        return (f" {word[1] if word else self.forms.both} " if is_pair else ", ").join(sides)

    def _numerals(self) -> Iterable[_Rule]:
        """``Warrior II``, ``Phase I–III`` and ``Level V``, but not ``I``, a ``V shape`` and an ``IV drip``."""
        every, drip = any_of(self.forms.roman), any_of(self.forms.not_roman_before)
        sure = any_of(name for name in self.forms.roman if len(name) > 1 and name != "IV")
        between = r"(?:\s?[/,&–-]\s?|,?\s(?:and|or|to)\s)"
        ended = r"\s*(?:[.,;:!?)\]/–-]|$)|\s(?:and|or|to|pose|on|with|for|at)\b"
        name = rf"(?:\b(?!(?:The|An?|Your|My|No|Any)\b)[A-Z][a-z]+|\b(?i:{self._named})s?)[\s-]"
        return (
            (rf"\b({every})\s?[-–]\s?(?=(?:{sure}|IV)\b)", rf"\1 {self.forms.range} "),
            (
                rf"(?<![\w'’])(?P<roman>{every})(?=(?:{between}|\s{self.forms.range}\s)(?:{sure}|IV)(?![\w'’]))",
                self._numeral,
            ),
            (rf"(?P<before>\b(?i:{self._named})s?[\s-])(?P<roman>[IVX])(?={ended})", self._numeral),
            (rf"(?<![\w.'’])(?P<roman>{sure})(?![\w'’])", self._numeral),
            (rf"(?P<before>{name}|\w{between})(?P<roman>IV)(?![\w'’]|\s(?:{drip})\b)", self._numeral),
        )

    def _numeral(self, found: _Match) -> str:
        number = self.language.number(self.forms.roman.index(found["roman"]) + 1)
        return (found.groupdict().get("before") or "") + number

    # --- numbers with slashes, hyphens and signs -------------------------------------------------

    def _slashes(self) -> Iterable[_Rule]:
        """``Set 1/3``, ``HIIT 40/20`` and ``30 s/30 s``; a fraction and a scale, such as ``7/10``, stay."""
        intervals = any_of(self.forms.intervals)
        counters = rf"(?!(?i:{intervals})\b)(?i:{any_of(self.forms.counters)})"
        counted = (
            rf"(?P<before>(?:\b{counters}s?:?\s(?:no\.\s?|number\s)?|\bNo\.\s?)\(?#?|#)"
            rf"(?P<n>\d{{1,3}})/(?P<of>\d{{1,3}})(?![\w/]|\.\d){self._followed_by_a_part}"
        )
        work_and_rest = (
            rf"(?P<before>\b(?:(?P<scale>(?i:{any_of(self.forms.scales)})\b[^.,;\d]{{0,16}})"
            rf"|(?P<interval>(?i:{intervals})\W{{1,3}}(?:of\s)?)))?"
            rf"(?<![\w/.:,])(?P<work>\d{{1,3}})/(?P<rest>\d{{1,3}})(?![\d/]|\.\d|\s{counters}s\b)"
            rf"(?=(?P<unit>\s?(?:{self._seconds}|(?i:seconds?|{intervals}))\b)?)(?P<times>\s?[x×]\s?(?=\d))?"
        )
        return (
            (r"(?<=\d)\s/\s(?=\d)", "/"),
            (counted, self._counted),
            (work_and_rest, self._work_and_rest),
            (rf"(\d\s?(?:{self._units}))\s?/\s?(?=\d)", r"\1, "),
            (r"(?<=[\w.)])\s+/\s(?=\d)", ", "),
        )

    @cached_property
    def _followed_by_a_part(self) -> str:
        return rf"(?=(?P<part>[\s-](?:{any_of(self.forms.fraction_of)}|{self._units})(?!\w))?)"

    @cached_property
    def _seconds(self) -> str:
        return any_of(sign for sign, noun in self.forms.units.items() if noun.one == "second")

    def _is_fraction(self, found: _Match, n: str, of: str) -> bool:
        return f"{found[n]}/{found[of]}" in self.forms.fractions

    def _counted(self, found: _Match) -> str:
        is_part = found["part"] and self._is_fraction(found, "n", "of")
        if is_part or int(found["n"]) > int(found["of"]):
            return found[0]
        # In words, so that what follows a dash makes no range with it.
        return f"{found['before']}{found['n']} {self.forms.one_of} {self.language.number(int(found['of']))}"

    def _work_and_rest(self, found: _Match) -> str:
        is_told = found["interval"] or (found["unit"] and not self._is_fraction(found, "work", "rest"))
        looks_so = not found["scale"] and _look_like_intervals(int(found["work"]), int(found["rest"]))
        if not (is_told or looks_so):
            return found[0]
        return f"{found['before'] or ''}{found['work']}, {found['rest']}{', x' if found['times'] else ''}"

    def _series(self) -> Iterable[_Rule]:
        """``20-5-20``, also with units; ``Set 2 – 30 s`` is no range."""
        number = rf"(?:{NUMBER})(?:\s?(?:{self._units})(?!\w))?"
        sign = rf"(?P<sign>\s?(?:{_DASH}|[:/])\s?)"
        counters = any_of(set(self.forms.counters) - set(self.forms.also_verbs))
        amount = rf"\d[\d.,–-]*\s?(?:(?:{self._units})(?!\w)|\w+s\b)"
        yield rf"(\b(?i:{counters})\s\d+)\s{_DASH}\s(?={amount})", r"\1, "
        yield rf"(?<![\w.:/-]){number}{sign}(?:{number}(?P=sign))+{number}(?![\d/]|[-–]\d)", _series

    def _amounts(self) -> Iterable[_Rule]:
        """``3x week``, ``5+ min`` and ``30 s+``, and fractions in ``1-1/2``, ``½-1``, ``2–2½`` and ``2 1/2x``."""
        forms = self.forms
        fractions = any_of(forms.fractions)
        written = any_of(name for name in forms.fractions if name.isascii())
        signs = any_of(name for name in forms.fractions if not name.isascii())
        alone = r"(?<![\w./-])"
        return (
            (
                rf"(\d\+?\s?(?:[x×]|times))\s({any_of(forms.times_a)})(?!\w|\s\d)",
                lambda found: f"{found[1]} {forms.times_a[found[2]]}",
            ),
            (rf"(?<![\w.])({NUMBER})\+(?!\s?\d)(?:\s?({self._units}|[x×])(?!\w))?", self._or_more),
            (rf"(\d\s?(?:{self._units}))\+(?!\s?\d|\w)", rf"\1 {forms.or_more}"),
            (rf"{alone}(\d+)-(?=(?:{fractions})(?![\d/]))", r"\1 "),
            (rf"(?<![\d/])({fractions})\s?{_DASH}\s?(?=\d|{signs})", rf"\1 {forms.range} "),
            (rf"{alone}(\d+)\s?{_DASH}\s?(?=\d+(?:\s(?:{written})|\s?(?:{signs})))", rf"\1 {forms.range} "),
            (rf"({fractions})\s?[x×](?!\w|\s?\d)", rf"\1 {forms.multiplied}"),
        )

    def _or_more(self, found: _Match) -> str:
        unit = self.forms.units[found[2]].other if found[2] in self.forms.units else self.forms.multiplied
        return f"{found[1]} {self.forms.or_more}" + (f" {unit}" if found[2] else "")

    def _decades(self) -> Iterable[_Rule]:
        """``in the 90s``, ``in your 50s``, ``the '80s`` and ``1990s``; the ``90s hold`` lasts seconds."""
        told = (
            rf"(?P<before>\b(?i:{any_of(self.forms.decades)})\s(?:(?:early|mid|late)[\s-])?)['’]?"
            rf"(?P<century>1[6-9])?(?P<ten>[2-9])0['’]?s(?!\w|\s(?:{any_of(self.forms.lengths)})\b)"
        )
        return (
            (told, self._decade),
            (r"(?<!\w)['’](?P<ten>[2-9])0s(?!\w)", self._decade),
            (r"(?<![\w.])(?P<century>19)?(?P<ten>[2-9])0['’]s(?!\w)", self._decade),
            (r"(?<![\w.])(?P<century>19)(?P<ten>[2-9])0s(?!\w)", self._decade),
        )

    def _decade(self, found: _Match) -> str:
        parts = found.groupdict()
        century = f"{self.language.number(int(parts['century']))} " if parts.get("century") else ""
        tens = self.language.number(10 * int(parts["ten"]))
        return f"{parts.get('before') or ''}{century}{tens[:-1]}ies"


def _with_units(values: Iterable[object], units: Iterable[str]) -> list[str]:
    """Return each value with its unit, without the missing ones and zeros."""
    pairs = zip(values, units, strict=True)
    return [f"{value} {unit}" for value, unit in pairs if str(value or "").strip("0.")]


def _hours(found: _Match) -> str:
    return " ".join(_with_units(map(int, found.groups()), ("h", "min", "s"))) or "0 s"


def _space_after(found: _Match) -> str:
    return " " * found.string[found.end() :][:1].isalnum()


def _look_like_intervals(work: int, rest: int) -> bool:
    if work > rest:
        return True
    are_steps = work % _STEP_SECONDS == rest % _STEP_SECONDS == 0
    return work >= _TWO_DIGITS and rest not in _WHOLE_SCALES and (work == rest or are_steps)


def _series(found: _Match) -> str:
    """Join three numbers or more with breaks, but those below ten as ``4-7-8``, which is said in one breath."""
    sign = found["sign"].strip()
    numbers = found[0].split(found["sign"])
    is_short = sign not in "/:" and all(len(number) == 1 for number in numbers)
    return ("-" if is_short else ", ").join(numbers)
