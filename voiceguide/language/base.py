"""The interface of a language: the one source of all words for listeners and readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

PluralCategory = Literal["zero", "one", "two", "few", "many", "other"]
# Texts by CLDR plural category, or by one number written as ``=2``; ``{n}`` stands for the number.
PluralForms = Mapping[str, str]
Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class CalibrationPassage:
    """What a voice reads so that its pace and loudness can be measured.

    Attributes:
        sentences: a mixture of long and short ones, as sessions have them.
        counted: single words at the natural rate, as in a countdown.
    """

    sentences: tuple[str, ...]
    counted: tuple[str, ...]

    @property
    def words(self) -> int:
        """How many words the sentences have; two joined by a hyphen count as two."""
        return sum(len(text.replace("-", " ").split()) for text in self.sentences)


@dataclass(frozen=True, slots=True)
class LintPatterns:
    """What to look for in the texts of a routine; ``[0]`` of a match is quoted to the author.

    Attributes:
        named_side: a side by its name with a part of the body, which is group 1, as in “left leg”.
        sided: words that only make sense where something is done on one side and then on the other.
        of_two: words that make them harmless if they come first, as in “one side, then the other side”.
        left, right: the names of the sides as whole words.
        stopping: a sentence says when to stop.
        professional: a doctor or another professional is mentioned.
        careless: advice to go on in pain; refused: words before it that negate it, such as “never”.
        two_things: a reminder asks for two things.
        stop_example, professional_example: a sentence that an author can add.
    """

    named_side: re.Pattern[str]
    sided: re.Pattern[str]
    of_two: re.Pattern[str]
    left: re.Pattern[str]
    right: re.Pattern[str]
    stopping: re.Pattern[str]
    professional: re.Pattern[str]
    careless: re.Pattern[str]
    refused: re.Pattern[str]
    two_things: re.Pattern[str]
    stop_example: str
    professional_example: str


class Language(Protocol):
    """One language, with everything that depends on it.

    ``voiceguide.language.data.DataLanguage`` implements it from a data file; a language adds what it does differently.
    """

    @property
    def code(self) -> str:
        """The BCP 47 code without a region, such as ``en``."""

    @property
    def iso639_2(self) -> str:
        """The three-letter code that tags of audio files use."""

    @property
    def calibration_passage(self) -> CalibrationPassage:
        """What a voice reads before its first session."""

    @property
    def lint_patterns(self) -> LintPatterns | None:
        """What the check of routines looks for; None if nobody has written it yet."""

    @property
    def characters_per_word(self) -> float:
        """Of ordinary text, including the space after each word; used to estimate the length of speech."""

    def plural_category(self, value: int) -> PluralCategory:
        """Return the CLDR plural category of a whole number."""

    def plural(self, forms: PluralForms, value: int, shown: str) -> str:
        """Return the form that goes with a number, with the number filled in as it is shown."""

    def number(self, value: int) -> str:
        """Return a number from 0 to 99 as words; figures above that."""

    def ordinal(self, value: int) -> str:
        """Return an ordinal from 1 to 99 as words; figures above that."""

    def decimal(self, value: float, digits: int) -> str:
        """Return a number in figures with this many digits after the decimal separator."""

    def quantity(self, name: str, value: int) -> str:
        """Return a number with what is counted, in words.

        Args:
            name: ``second``, ``minute``, ``breath``, ``times``, ``repetition`` or ``round``.
            value: the number.
        """

    def duration(self, seconds: float) -> str:
        """Return a duration in whole or half seconds as words."""

    def join_list(self, items: tuple[str, ...]) -> str:
        """Join one or more things to a spoken list."""

    def side(self, side: Side) -> str:
        """Return the word for a side."""

    @property
    def side_name(self) -> str:
        """What has a left and a right if a routine does not say: the word for side."""

    def guidance_name(self, guidance: str) -> str:
        """Return what a title says of how much is said; empty for full guidance, and where there is nothing to say."""

    def without_bell(self, text: str) -> str:
        """Return what to do at a bell as where the listener is then, for those who look at the page; empty for nothing."""

    def capitalize(self, text: str) -> str:
        """Return a text as it is written at the start of a sentence."""

    def inside_sentence(self, name: str) -> str:
        """Return a name, written like a title, as it is written inside a sentence."""

    def sentences(self, text: str) -> tuple[str, ...]:
        """Split a text into sentences."""

    def spoken_form(self, text: str, say: Mapping[str, str]) -> str:
        """Return a sentence as it is handed to the voice, never empty.

        Args:
            text: as it is written and shown.
            say: words, and how they are spoken instead.
        """

    def shown_form(self, text: str, say: Mapping[str, str]) -> str:
        """Return the spoken form of a sentence as a person reads it: without the signs that only help a voice."""

    def phrase(self, name: str, /, variant: int = 0, kind: str | None = None, **values: str) -> str:
        """Return a phrase that the voice says.

        Args:
            name: of the phrase.
            variant: which of several alternatives; beyond their number it starts again.
            kind: which text, for phrases that come in kinds.
            values: fill the placeholders.

        Raises:
            VoiceguideError: there is no such phrase.
        """

    def variants(self, name: str) -> tuple[str, ...]:
        """Return every text of a phrase: its alternatives, or those of its kinds."""

    def text(self, name: str, /, **values: object) -> str:
        """Return a text that is read: on a page, a cue sheet or a cover, in captions or tags.

        Args:
            name: of the text.
            values: fill the placeholders; ``n`` chooses among plural forms.

        Raises:
            VoiceguideError: there is no such text.
        """
