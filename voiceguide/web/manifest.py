"""The manifest of a published site: which files belong to it, and the permanent identity of each session."""

import json
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from voiceguide.errors import InputNotFound, InvalidFile, UsageError
from voiceguide.files.reading import read_limited

NAME = "voiceguide-site.json"
# Enough for about 6,000 sessions, at 0.8 kB each.
_MAX_BYTES = 5_000_000
_HEXADECIMAL = r"^[0-9a-f]+$"


def _below_site(path: str) -> str:
    """Accept only names of files below the site: the manifest is untrusted."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path or "\0" in path:
        raise ValueError("is not a file below the site")
    return path


RelativePath = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_below_site)]
_Hash = Annotated[str, Field(max_length=64, pattern=_HEXADECIMAL)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", validate_by_name=True)


class SessionRecord(_Frozen):
    """A session that was published.

    Attributes:
        slug: the name of its folder.
        content: hash of the plan and the routine; the same session always has the same.
        guid: its permanent id for feed readers.
        published: when it was first published, in seconds since 1970.
        options_hash: of the routine's id and the options; None in manifests that did not record it yet.
        title: of the routine, as options_hash.
        exercise_hash: of the exercises, as options_hash.
    """

    slug: Annotated[str, Field(max_length=120, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    content: _Hash
    guid: Annotated[str, Field(max_length=100, pattern=r"^[!-~]+$")]
    published: Annotated[int, Field(ge=0, le=10**11)]
    # The aliases are the names of version 0.1.
    options_hash: _Hash | None = Field(default=None, validation_alias=AliasChoices("options_hash", "kin"))
    title: Annotated[str, Field(max_length=400)] | None = None
    exercise_hash: _Hash | None = Field(default=None, validation_alias=AliasChoices("exercise_hash", "parts"))


class Manifest(_Frozen):
    """The manifest of a site; empty for a folder where nothing has been published.

    Attributes:
        files: all that voiceguide has written and not removed.
        lasting: those of the last time that are named after their content.
    """

    voiceguide_site: int = 1
    files: list[RelativePath] = []
    sessions: list[SessionRecord] = []
    lasting: list[RelativePath] = []

    def as_bytes(self) -> bytes:
        """Return the content of the manifest's file."""
        return (json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder.

    Raises:
        UsageError: the manifest cannot be used.
    """
    path = folder / NAME
    try:
        return Manifest.model_validate_json(read_limited(path, _MAX_BYTES), strict=True)
    except InputNotFound:
        return Manifest()
    except (InvalidFile, ValidationError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as the manifest of a published site. Restore it, or publish to another "
            "folder."
        ) from error
