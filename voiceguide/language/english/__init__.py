"""English."""

import re
from functools import cached_property

from voiceguide.language.base import LintPatterns, PluralCategory
from voiceguide.language.data import DataLanguage, LanguageData, read_data
from voiceguide.language.english.forms import SpokenForms
from voiceguide.language.english.pronunciation import EnglishPronunciation


class English(DataLanguage):
    """English as it is spoken in the United States."""

    def __init__(self) -> None:
        """Read the words that come with voiceguide."""
        super().__init__(LanguageData.model_validate(read_data(__name__, "phrases")))

    def plural_category(self, value: int) -> PluralCategory:
        """Return ``one`` for 1, else ``other`` (CLDR)."""
        return "one" if value == 1 else "other"

    def guidance_name(self, guidance: str) -> str:
        """Tell the session for every day from the one for the first times."""
        return "every day" if guidance == "brief" else ""

    def without_bell(self, text: str) -> str:
        """Return a move at the bell as a place: such as ``Knees left.`` for “At the bell, knees left.”."""
        plain = re.sub(r",? and at the bell,", ",", text, flags=re.IGNORECASE)
        plain = re.sub(r"\bat the bell,? ?", "", plain, flags=re.IGNORECASE)
        plain = re.sub(r"\s+(?=[.,])", "", plain).strip()
        return self.capitalize(plain) if re.search(r"\w", plain) else ""

    def inside_sentence(self, name: str) -> str:
        """Return a name with a lower-case first letter, unless it begins with an abbreviation."""
        is_abbreviation = name[1:2].isupper()
        return name if is_abbreviation else name[:1].lower() + name[1:]

    def normalize(self, text: str) -> str:
        """Return a text with signs, numbers and short forms in words."""
        return self._pronunciation.expand(text)

    def spell(self, text: str) -> str:
        """Return a text with its initialisms as letters."""
        return self._pronunciation.spell(text)

    @cached_property
    def _pronunciation(self) -> EnglishPronunciation:
        return EnglishPronunciation(self, SpokenForms.model_validate(read_data(__name__, "spoken_forms")))

    @property
    def lint_patterns(self) -> LintPatterns:
        """See ``Language``."""
        from voiceguide.language.english.lint import PATTERNS

        return PATTERNS
