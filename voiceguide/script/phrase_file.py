"""The one place of the script that reads files: the wording that comes with the program."""

from functools import cache
from importlib import resources

from ruamel.yaml import YAML

from voiceguide.errors import UsageError
from voiceguide.script.phrases import Wording


def wording_languages() -> tuple[str, ...]:
    """Return the languages that voiceguide has wording for."""
    folder = resources.files("voiceguide.script") / "wording"
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir()))


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
    file = resources.files("voiceguide.script") / "wording" / f"{base}.yaml"
    return Wording.model_validate(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
