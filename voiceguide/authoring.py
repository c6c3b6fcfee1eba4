"""A new routine file: already valid, with the schema beside it that its first line names."""

import re
from importlib import resources
from pathlib import Path

from voiceguide.errors import UsageError
from voiceguide.routine.reader import parse_routine
from voiceguide.routine.schema import NAME, schema
from voiceguide.share.output import write_atomically

_MOST_NAME = 60


def new_routine(name: str) -> Path:
    """Write a commented routine file into the working folder, and the schema where it is missing.

    Args:
        name: of the routine, such as ``my-neck`` or ``My neck``; or the path of the file.

    Raises:
        UsageError: no id can be made of the name.
        OutputError: the file exists, or cannot be written.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else Path(f"{_slug(name)}.yaml")
    text = _template().format(
        schema=NAME,
        file=path.name,
        id=_slug(path.stem),
        title=_slug(path.stem).replace("-", " ").capitalize(),
    )
    parse_routine(text, str(path))
    write_atomically(path, [text.encode()], force=False)
    beside = path.parent / NAME
    if not beside.exists():
        write_atomically(beside, [schema().encode()], force=False)
    return path


def _slug(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_MOST_NAME].strip("-")
    if not slug:
        raise UsageError(f"No id can be made of {name!r}; name it with letters or digits, such as my-neck.")
    return slug


def _template() -> str:
    file = resources.files("voiceguide.routine") / "template.yaml"
    return file.read_text(encoding="utf-8")
