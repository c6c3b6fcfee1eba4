"""What a published site remembers of itself: which files are ours, and each session's lasting identity."""

import json
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from voiceguide.errors import UsageError

NAME = "voiceguide-site.json"
_MAX_BYTES = 5_000_000
_HEXADECIMAL = r"^[0-9a-f]+$"


def _inside(path: str) -> str:
    """Let only names of files below the site through: the manifest may have been changed by anyone."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path or "\0" in path:
        raise ValueError("is no file below the site")
    return path


RelativePath = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_inside)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class KnownSession(_Frozen):
    """A session that was published.

    Attributes:
        content: names what the file says of itself; the same session has the same.
        guid: for feed readers, for ever; published: when it first was, in seconds since 1970.
        kin, title, parts: by which it is known when it was made anew; None where they were not noted yet.
    """

    slug: Annotated[str, Field(max_length=120, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    content: Annotated[str, Field(max_length=64, pattern=_HEXADECIMAL)]
    guid: Annotated[str, Field(max_length=100, pattern=r"^[!-~]+$")]
    published: Annotated[int, Field(ge=0, le=10**11)]
    kin: Annotated[str, Field(max_length=64, pattern=_HEXADECIMAL)] | None = None
    title: Annotated[str, Field(max_length=400)] | None = None
    parts: Annotated[str, Field(max_length=64, pattern=_HEXADECIMAL)] | None = None


class Manifest(_Frozen):
    """The manifest of a site; an empty one for a folder in which nothing was published."""

    voiceguide_site: int = 1
    files: list[RelativePath] = []
    sessions: list[KnownSession] = []

    def as_bytes(self) -> bytes:
        """Return the manifest as a file."""
        return (json.dumps(self.model_dump(), ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder.

    Raises:
        UsageError: there is one that cannot be used.
    """
    path = folder / NAME
    try:
        with path.open("rb") as file:
            return Manifest.model_validate_json(file.read(_MAX_BYTES), strict=True)
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValidationError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as the list of a published site. Put it back as it was, or publish to "
            "another folder."
        ) from error
