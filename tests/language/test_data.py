"""The data of a language fits the program: every text is used, and every text that is used is there."""

import re
from importlib import resources
from pathlib import Path

import pytest

from tests.language.pseudo import PseudoLanguage
from voiceguide.errors import VoiceguideError
from voiceguide.language.data import DataLanguage, LanguageData, read_data
from voiceguide.language.registry import LANGUAGES, find_language

DATA = LanguageData.model_validate(read_data("voiceguide.language.english", "phrases"))
PACKAGE = Path(str(resources.files("voiceguide")))
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.html")
    for path in sorted(PACKAGE.rglob(pattern))
    if "library" not in path.parts
)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_has_the_same_texts_and_phrases(code: str) -> None:
    """As the English one; a new language cannot forget any."""
    language = find_language(code)
    assert isinstance(language, DataLanguage)
    assert language.code == code
    assert (language.data.texts.keys(), language.data.phrases.keys()) == (
        DATA.texts.keys(),
        DATA.phrases.keys(),
    )


def test_a_plural_form_that_the_language_needs_cannot_be_missing() -> None:
    """It is named before anything is said."""
    texts = {**DATA.texts, "minutes": {"one": "{n} minuta", "few": "{n} minuty"}}
    with pytest.raises(VoiceguideError, match=r"The language 'en' has no form 'many' of 'minutes'\."):
        PseudoLanguage(DATA.model_copy(update={"texts": texts}))


def test_every_text_that_is_shown_is_there() -> None:
    """Named in Python or in a template."""
    used = re.findall(r"(?:\btext|\bown)\(\s*\"(\w+)\"", SOURCES)
    assert set(used) <= set(DATA.texts)


def test_no_text_or_phrase_is_left_over() -> None:
    """Each is named somewhere, so that a translator writes nothing in vain; one kind of names is composed."""
    composed = {f"breath_{part}" for part in ("in", "hold", "out", "rest")}
    named = set(re.findall(r"[\"'](\w+)[\"']", SOURCES))
    assert {*DATA.texts, *DATA.phrases} - named == composed
