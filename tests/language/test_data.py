"""The data of a language fits the program: every text is used, and every text that is used is there."""

import re
from importlib import resources
from pathlib import Path

from voiceguide.language.data import LanguageData, read_data

DATA = LanguageData.model_validate(read_data("voiceguide.language.english", "phrases"))
PACKAGE = Path(str(resources.files("voiceguide")))
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.html")
    for path in sorted(PACKAGE.rglob(pattern))
    if "library" not in path.parts
)


def test_every_text_that_is_shown_is_there() -> None:
    """Named in Python or in a template."""
    used = re.findall(r"(?:\btext|\bown)\(\s*\"(\w+)\"", SOURCES)
    assert set(used) <= set(DATA.texts)


def test_no_text_or_phrase_is_left_over() -> None:
    """Each is named somewhere, so that a translator writes nothing in vain; two kinds of names are composed."""
    composed = {f"breath_{part}" for part in ("in", "hold", "out", "rest")} | {
        "round_last",
        "side_round_last",
    }
    named = set(re.findall(r"[\"'](\w+)[\"']", SOURCES))
    assert {*DATA.texts, *DATA.phrases} - named == composed
