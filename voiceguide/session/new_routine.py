"""Writes a new routine file that is already valid, and the schema that its first line names."""

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

_EXTENSIONS = (".yaml", ".yml")
_MAX_TITLE_LENGTH = 120
# Windows reserves these names, with any extension.
_RESERVED_NAMES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
# What YAML 1.1 or 1.2 reads as something other than text.
_NOT_TEXTS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 -]*")


def new_routine(name: str) -> Path:
    """Write a commented routine file, and the schema next to it if it is missing.

    Args:
        name: of the routine, such as ``my-neck`` or ``My neck``; or the path of the file.

    Raises:
        UsageError: no id or file name can be made from the name.
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
    schema_path = path.parent / NAME
    if not schema_path.exists():
        write_atomically(schema_path, [schema().encode()], force=False)
    return path


def _path_and_title(name: str) -> tuple[Path, str]:
    """Return the path of the file, and the title of the routine."""
    if unprintable(name):
        raise UsageError(f"{name!r} is not a name; write it on one line, such as my-neck.")
    if name.lower().endswith(_EXTENSIONS):
        path = Path(name)
        if path.name.lower() in _EXTENSIONS:
            raise UsageError(f"{name!r} has no name before the extension; use a name such as my-neck.yaml.")
        given = path.stem
    elif "/" in name or "\\" in name:
        raise UsageError(
            f"{name!r} contains a folder; add the extension of the file, such as folder/my-neck.yaml."
        )
    else:
        path, given = Path(f"{_id_of(name)}.yaml"), name
    if _RESERVED_NAMES.fullmatch(path.stem):
        raise UsageError(f"{path.stem!r} is a reserved name on Windows; choose another one, such as my-neck.")
    return path, _title_of(given)


def _id_of(name: str) -> str:
    made = slug(name)
    if not made:
        raise UsageError(
            f"{name!r} has no letter from a to z and no digit to make an id from; choose a name such as my-neck."
        )
    return made


def _title_of(name: str) -> str:
    """Return the name as it was typed; an id is turned into words."""
    title = " ".join(re.sub(r"[{}]", " ", name).split())
    return title.replace("-", " ").capitalize() if title == slug(title) else title[:_MAX_TITLE_LENGTH].strip()


def _written(text: str) -> str:
    """Return a text as YAML, in quotes where it would be read as something else."""
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXTS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _template() -> str:
    file = resources.files("voiceguide.routine") / "template.yaml"
    return file.read_text(encoding="utf-8")
