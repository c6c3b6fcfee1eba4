"""A store in a folder.

A key covers everything that changes the bytes, and nothing specific to the machine. A problem with the folder (a
damaged entry, a full disk, missing permissions) costs time, but never a session.
"""

import hashlib
import os
import re
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from voiceguide.errors import OutputError
from voiceguide.store.claims import claim_file
from voiceguide.store.port import Store

# Change this with the layout of an entry; entries of another layout count as damaged.
_MARK = b"VGS1"
_CHECKSUM_BYTES = 32
# The names of our own files; the folder may contain others.
_ENTRY = re.compile(r"[a-z]+-[0-9a-f]{64}")
_TEMPORARY = re.compile(r"[a-z]+-[0-9a-f]+.*\.(part|claim)")
# No entry takes longer to make and write.
_STALE_SECONDS = 3600.0


@dataclass(frozen=True)
class StoreSize:
    """What a folder store contains: number of entries and bytes on disk, by kind."""

    entries: dict[str, int]
    size_bytes: dict[str, int]


class FolderStore(Store):
    """A store in a local folder: one checksummed file per entry, renamed into place when it is complete.

    Several processes may use one folder: an entry is complete or absent, and one that another
    process removes is made again.
    """

    def __init__(self, root: Path) -> None:
        """Store entries below a folder, which is created with the first entry."""
        self.root = root
        self.grew = False
        self._notes: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Why the folder cannot be written, if an entry could not."""
        return self._notes

    def get(self, key: str) -> bytes | None:
        """Return the bytes stored under the key; a damaged entry is removed and counts as absent."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        data = _unsealed(content)
        if data is None:
            with suppress(OSError):
                path.unlink()
        else:
            _mark_as_used(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Store the bytes under the key; if the folder cannot be written, note it once and continue."""
        if self._notes:
            return
        path = self._path(key)
        try:
            try:
                self._write(path, _sealed(data))
            except FileNotFoundError:  # another process has cleared the folder in between
                self._write(path, _sealed(data))
            self.grew = True
        except OSError as error:
            # Another process may have been first: Windows refuses to replace a file that is being read.
            if self.get(key) == data or self._notes:
                return
            note = (
                f"Cannot write to the cache folder {self.root} ({error.strerror or error}), so the next session "
                "will take as long as this one."
            )
            self._notes = (note,)

    def claim(self, key: str) -> AbstractContextManager[bool]:
        """Reserve an entry among all processes that use the folder."""
        if self._notes:
            return nullcontext(enter_result=True)
        return claim_file(self._path(key).with_name(f"{key}.claim"))

    def size(self) -> StoreSize:
        """Count the entries by kind."""
        sizes: dict[str, list[int]] = {}
        for path in self._files():
            with suppress(OSError):
                sizes.setdefault(path.name.partition("-")[0], []).append(path.stat().st_size)
        return StoreSize(
            entries={kind: len(found) for kind, found in sorted(sizes.items())},
            size_bytes={kind: sum(found) for kind, found in sorted(sizes.items())},
        )

    def clear(self) -> int:
        """Remove every entry and return how many there were; other files stay.

        Raises:
            OutputError: some cannot be removed.
        """
        self._sweep(0)
        files = self._files()
        removed = sum(map(_remove, files))
        if removed < len(files):
            raise OutputError(
                f"Cannot remove {len(files) - removed} of {len(files)} entries in {self.root}; check its permissions.",
                self.root,
            )
        return removed

    def prune(self, max_bytes: int) -> int:
        """Remove the least recently used entries until the rest fits, and return how many were removed.

        Args:
            max_bytes: the total size that may stay.
        """
        self._sweep(_STALE_SECONDS)
        used: list[tuple[float, int, Path]] = []
        for path in self._files():
            with suppress(OSError):
                status = path.stat()
                used.append((status.st_mtime, status.st_size, path))
        excess = sum(size for _, size, _ in used) - max_bytes
        removed = 0
        for _, size, path in sorted(used):
            if excess <= 0:
                break
            removed += _remove(path)
            excess -= size
        return removed

    def _sweep(self, older_than_seconds: float) -> None:
        """Remove the temporary files of processes that were killed."""
        with suppress(OSError):  # the folder cannot be read
            for path in self.root.glob("??/*.*"):
                if not _TEMPORARY.fullmatch(path.name):
                    continue
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime >= older_than_seconds:
                        path.unlink()

    def _files(self) -> list[Path]:
        """Return the files of all entries; none if the folder cannot be read."""
        try:
            found = self.root.glob("??/*-*")
            return sorted(path for path in found if _ENTRY.fullmatch(path.name) and path.is_file())
        except OSError:
            return []

    def _path(self, key: str) -> Path:
        return self.root / key.rpartition("-")[2][:2] / key

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=path.name[:24], suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise


def _mark_as_used(path: Path) -> None:
    """Set the file's time: many file systems do not record when a file was read."""
    with suppress(OSError):
        os.utime(path)


def _remove(path: Path) -> bool:
    """Return whether a file could be removed."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _sealed(data: bytes) -> bytes:
    return _MARK + hashlib.sha256(data).digest() + data


def _unsealed(content: bytes) -> bytes | None:
    """Return the data of a complete entry; None if it is cut short, altered or has another layout."""
    start = len(_MARK) + _CHECKSUM_BYTES
    data = content[start:]
    whole = content.startswith(_MARK) and content[len(_MARK) : start] == hashlib.sha256(data).digest()
    return data if whole else None
