"""The store: bytes kept under a key, so that nothing is spoken or encoded twice.

A key holds everything that changes the bytes and nothing of the machine. Whatever is wrong with the
store (damaged entry, full disk, folder that cannot be written) costs time, never a session.
"""

import hashlib
import logging
import os
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from voiceguide.errors import OutputError

# Changing how entries are laid out changes this mark; older entries are then made again.
_MARK = b"VGS1"
_CHECKSUM_BYTES = 32
# How our own files are called; a person may have put others beside them.
_ENTRY = re.compile(r"[a-z]+-[0-9a-f]{64}")
_UNFINISHED = re.compile(r"[a-z]+-[0-9a-f]+.*\.part")
# A file that is still being written is younger than this.
_STALE_SECONDS = 3600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoreSize:
    """What a folder store holds: number of entries and bytes on disk, by kind."""

    entries: dict[str, int]
    size_bytes: dict[str, int]


class FolderStore:
    """A store in a local folder: one checksummed file an entry, renamed into place when whole.

    Several processes may use one folder: an entry is there whole or not at all, and one that another
    process removes is made again.
    """

    def __init__(self, root: Path) -> None:
        """Keep entries below ``root``, which is made when first needed."""
        self.root = root
        self.grew = False
        self._writable = True

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key; a damaged entry is removed and counts as absent."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        data = _unsealed(content)
        if data is None:
            log.info("The cache entry %s is damaged; it is made again.", path.name)
            with suppress(OSError):
                path.unlink()
        else:
            _mark_as_used(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key; where the folder cannot be written, say so once and go on."""
        if not self._writable:
            return
        path = self._path(key)
        try:
            try:
                self._write(path, _sealed(data))
            except FileNotFoundError:  # another process has cleared the folder in between
                self._write(path, _sealed(data))
            self.grew = True
        except OSError as error:
            # Another process may have been first: Windows refuses to replace what it still reads.
            if self.get(key) == data:
                return
            self._writable = False
            log.warning(
                "The cache folder %s cannot be written (%s): the session is made all the same, and "
                "the next one will take as long.",
                self.root,
                error.strerror or error,
            )

    def size(self) -> StoreSize:
        """Count what is kept, by kind of entry."""
        sizes: dict[str, list[int]] = {}
        for path in self._files():
            with suppress(OSError):
                sizes.setdefault(path.name.partition("-")[0], []).append(path.stat().st_size)
        return StoreSize(
            entries={kind: len(found) for kind, found in sorted(sizes.items())},
            size_bytes={kind: sum(found) for kind, found in sorted(sizes.items())},
        )

    def clear(self) -> int:
        """Remove every entry and return how many there were; other people's files are left alone.

        Raises:
            OutputError: some cannot be removed.
        """
        self._sweep(0)
        files = self._files()
        gone = sum(_removed(path) for path in files)
        if gone < len(files):
            raise OutputError(
                f"{len(files) - gone} of {len(files)} entries in {self.root} cannot be removed; may its files be changed?"
            )
        return gone

    def prune(self, most_bytes: int) -> int:
        """Remove what was not used for longest until the rest fits, and return how many entries went.

        Args:
            most_bytes: how much may stay.
        """
        self._sweep(_STALE_SECONDS)
        used: list[tuple[float, int, Path]] = []
        for path in self._files():
            with suppress(OSError):
                status = path.stat()
                used.append((status.st_mtime, status.st_size, path))
        excess = sum(size for _, size, _ in used) - most_bytes
        gone = 0
        for _, size, path in sorted(used):
            if excess <= 0:
                break
            gone += _removed(path)
            excess -= size
        return gone

    def _sweep(self, older_than_seconds: float) -> None:
        """Remove what processes that were killed while they wrote have left."""
        for path in self.root.glob("??/*.part"):
            if not _UNFINISHED.fullmatch(path.name):
                continue
            with suppress(OSError):
                if time.time() - path.stat().st_mtime >= older_than_seconds:
                    path.unlink()

    def _files(self) -> list[Path]:
        found = self.root.glob("??/*-*")
        return sorted(path for path in found if _ENTRY.fullmatch(path.name) and path.is_file())

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
    """Note the time in the file itself: many file systems do not note when a file was read."""
    with suppress(OSError):
        os.utime(path)


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _sealed(data: bytes) -> bytes:
    return _MARK + hashlib.sha256(data).digest() + data


def _unsealed(content: bytes) -> bytes | None:
    """Return the data of a whole entry, None for one that is cut short, altered or of another form."""
    start = len(_MARK) + _CHECKSUM_BYTES
    data = content[start:]
    whole = content.startswith(_MARK) and content[len(_MARK) : start] == hashlib.sha256(data).digest()
    return data if whole else None
