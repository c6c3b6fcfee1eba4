"""The one place of the script that reads files: the wording that comes with the program.

It is written as YAML and read as the JSON that ``scripts/generate.py`` makes of it, which takes a tenth of the time.
"""

import json
from functools import cache
from importlib import resources

from voiceguide.errors import UsageError
from voiceguide.language.phrases import Wording


def wording_languages() -> tuple[str, ...]:
    """Return the languages that voiceguide has wording for."""
    folder = resources.files("voiceguide.language") / "wording"
    names = [file.name for file in folder.iterdir()]
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@cache
def read_wording(language: str) -> Wording:
    """Return the wording for a language such as ``en`` or ``en-GB``.

    Raises:
        UsageError: there is no wording for it.
    """
    base = language.partition("-")[0]
    if base not in wording_languages():
        raise UsageError(
            f"voiceguide has no wording for the language {language!r} yet; "
            f"it has: {', '.join(wording_languages())}. Set the routine's 'language' to one of these."
        )
    file = resources.files("voiceguide.language") / "wording" / f"{base}.json"
    return Wording.model_validate(json.loads(file.read_text(encoding="utf-8")))
