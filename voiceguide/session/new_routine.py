"""A new routine file: already valid, with the schema beside it that its first line names."""

import json
import re
import shlex
from importlib import resources
from pathlib import Path

from voiceguide.errors import OutputError, UsageError
from voiceguide.files.writing import write_atomically
from voiceguide.routine.reader import parse_routine
from voiceguide.routine.schema import NAME, schema
from voiceguide.text.printable import slug, unprintable

_ENDINGS = (".yaml", ".yml")
_MAX_TITLE = 120
# No file can have these names on Windows, whatever its ending is.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
# What YAML, or an older YAML, reads as something else than a text.
_NO_TEXTS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 -]*")


def new_routine(name: str) -> Path:
    """Write a commented routine file into the working folder, and the schema where it is missing.

    Args:
        name: of the routine, such as ``my-neck`` or ``My neck``; or the path of the file.

    Raises:
        UsageError: no id, or no file, can be made of the name.
        OutputError: the file exists, or cannot be written.
    """
    path, title = _path_and_title(name)
    if path.exists():
        raise OutputError(f"{path} exists and is kept. Choose another name.")
    text = _template().format(
        schema=NAME,
        file=shlex.quote(path.name),
        id=_written(_id_of(path.stem)),
        title=_written(title),
    )
    parse_routine(text, str(path))
    write_atomically(path, [text.encode()], force=False)
    beside = path.parent / NAME
    if not beside.exists():
        write_atomically(beside, [schema().encode()], force=False)
    return path


def _path_and_title(name: str) -> tuple[Path, str]:
    """Return the file that a name means, and what the routine is called."""
    if unprintable(name):
        raise UsageError(f"{name!r} is no name; write it in one line, such as my-neck.")
    if name.lower().endswith(_ENDINGS):
        path = Path(name)
        if path.name.lower() in _ENDINGS:
            raise UsageError(f"{name!r} has no name before its ending; name it such as my-neck.yaml.")
        given = path.stem
    elif "/" in name or "\\" in name:
        raise UsageError(
            f"{name!r} holds a separator of folders; a file in a folder is named with its ending, "
            "such as folder/my-neck.yaml."
        )
    else:
        path, given = Path(f"{_id_of(name)}.yaml"), name
    if _DEVICES.fullmatch(path.stem):
        raise UsageError(
            f"{path.stem!r} cannot be the name of a file on Windows; choose another, such as my-neck."
        )
    return path, _title_of(given)


def _id_of(name: str) -> str:
    made = slug(name)
    if not made:
        raise UsageError(
            f"No id can be made of {name!r}; name it with letters from a to z or digits, such as my-neck."
        )
    return made


def _title_of(name: str) -> str:
    """Return the name as it was typed; an id is written as words."""
    title = " ".join(re.sub(r"[{}]", " ", name).split())
    return title.replace("-", " ").capitalize() if title == slug(title) else title[:_MAX_TITLE].strip()


def _written(text: str) -> str:
    """Return a text as YAML has it, in quotes where it would be read as something else."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXTS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _template() -> str:
    file = resources.files("voiceguide.routine") / "template.yaml"
    return file.read_text(encoding="utf-8")
