"""A pseudo-language: English with every word in marks, so that a word that comes from elsewhere stands out.

Its plural forms are those of Polish, its decimal comma is German, and so is its abbreviation with a space inside.
"""

import re
from typing import Any

from voiceguide.language.base import PluralCategory
from voiceguide.language.data import DataLanguage, LanguageData, read_data
from voiceguide.routine.model import Routine

CODE = "qps"  # ISO 639-2 leaves qaa to qtz for private use
_WORD = re.compile(r"\{[^{}]*\}|\[pause [^\[\]]*\]|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARKED = re.compile(r"«[^«»]*»")
_NOT_TEXT = frozenset({"id", "kind", "language", "sides", "side_order", "get_ready", "tags", "url"})


def mark(text: str) -> str:
    """Put every word into marks; placeholders are filled with marked words, and a pause is no word."""
    return _WORD.sub(lambda word: word[0] if word[0].startswith(("{", "[pause")) else f"«{word[0]}»", text)


def unmarked_words(text: str) -> list[str]:
    """Return the words outside of marks."""
    return re.findall(r"[^\W\d_]+", _MARKED.sub(" ", text))


def _marked(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _marked(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_marked(value) for value in data]
    return mark(data) if isinstance(data, str) else data


def _three_forms(noun: str) -> dict[str, str]:
    return {"one": f"{{n}} «{noun}»", "few": f"{{n}} «{noun}y»", "many": f"{{n}} «{noun}ow»"}


def _data() -> LanguageData:
    english = LanguageData.model_validate(read_data("voiceguide.language.english", "phrases"))
    values = _marked(english.model_dump())
    values |= {
        "code": CODE,
        "iso639_2": CODE,
        "decimal_separator": ",",
        "group_separator": ".",
        "abbreviations": ["z. B", "Dr"],
        "abbreviations_before_numbers": ["Nr"],
    }
    values["quantities"] |= {noun: _three_forms(noun) for noun in ("second", "minute", "breath")}
    values["texts"] |= {"minutes": _three_forms("minute"), "decimal_point": "«comma»"}
    values["texts"]["in_all"] = {form: text[4:] for form, text in _three_forms("minute").items()}
    return LanguageData.model_validate(values)


class PseudoLanguage(DataLanguage):
    """What a new language is: its data, and its plural rule."""

    def __init__(self, data: LanguageData | None = None) -> None:
        super().__init__(data or _data())

    def plural_category(self, value: int) -> PluralCategory:
        """Return the category of CLDR's rule for Polish."""
        if value == 1:
            return "one"
        return "few" if value % 10 in {2, 3, 4} and value % 100 not in {12, 13, 14} else "many"


def in_pseudo(routine: Routine) -> Routine:
    """Return a routine with every word in marks."""

    def marked(value: Any, key: str = "") -> Any:
        if key in _NOT_TEXT:
            return value
        if isinstance(value, dict):
            return {name: marked(inner, name) for name, inner in value.items() if inner is not None}
        if isinstance(value, list | tuple):
            return [marked(inner, key) for inner in value]
        return mark(value) if isinstance(value, str) else value

    values = marked(routine.model_dump(exclude={"say"}))
    return Routine.model_validate({**values, "language": CODE})
