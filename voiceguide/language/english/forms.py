"""What the data file says of English signs and short forms."""

from typing import Annotated

from pydantic import Field

from voiceguide.language.data import FrozenData

# JSON has no tuples. A function that makes one takes pydantic half a millisecond to look at, for each field.
_Words = Annotated[tuple[str, ...], Field(strict=False)]


class Noun(FrozenData):
    """What is counted: its singular and its plural."""

    one: str
    other: str


class SpokenForms(FrozenData):
    """How signs and abbreviations are said.

    Attributes:
        units, currencies: by their sign after and before a number.
        rates: the unit after a slash that means per, by how it is written; times_a: the one after “three times”.
        limbs: those of them that after another one mean a choice, as in “one hand/foot”.
        fractions, before_numbers, abbreviations, symbols, sides: what is said instead.
        initialisms: what is said letter by letter, and before which words; before any if there are none.
        counters, also_verbs: what is counted as one of several, and what of it may come before a range.
        fraction_of: what comes after a fraction of something.
        roman, named: numerals in their order, and what has a number of one letter behind it.
        not_roman_before: what comes after a short form that looks like a numeral.
        intervals, scales: where two numbers with a slash are work and rest, and where they are not.
        clock_after, clock_before: what a time of day stands after and before; ratios: what names neither that nor a length.
        lengths: what lasts so many seconds; decades: what a decade comes after.
        inches_before: what inches stand before, and seconds do not.
        parts, turns: what has a left and a right, and what goes there.
        range, out_of, multiplied, per, either, and the others: the words between numbers; examples stand in the data
            file.
    """

    units: dict[str, Noun]
    currencies: dict[str, Noun]
    rates: dict[str, str]
    times_a: dict[str, str]
    limbs: _Words
    fractions: dict[str, str]
    before_numbers: dict[str, str]
    abbreviations: dict[str, str]
    initialisms: dict[str, _Words]
    symbols: dict[str, str]
    sides: dict[str, str]
    counters: _Words
    also_verbs: _Words
    fraction_of: _Words
    roman: _Words
    named: _Words
    not_roman_before: _Words
    intervals: _Words
    scales: _Words
    clock_after: _Words
    clock_before: _Words
    ratios: _Words
    lengths: _Words
    decades: _Words
    inches_before: _Words
    parts: _Words
    turns: _Words
    range: str
    hundred: str
    thousand: str
    million: str
    and_fraction: str
    out_of: str
    one_of: str
    both: str
    or_more: str
    multiplied: str
    per: str
    either: str
    full_hour: str
    minute_below_ten: str
