"""The store: bytes kept under a key, so that nothing is spoken or encoded twice.

A key holds everything that changes the bytes and nothing of the machine. Whatever is wrong with the
store (damaged entry, full disk, folder that cannot be written) costs time, never a session.
"""

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# Changing how entries are laid out changes this mark; older entries are then made again.
_MARK = b"VGS1"
_CHECKSUM_BYTES = 32

log = logging.getLogger(__name__)


class Store(Protocol):
    """Where finished pieces are kept."""

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, or None where there are none that are whole."""

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key; may forget them, must never keep half of them."""


def store_key(kind: str, /, **parts: object) -> str:
    """Return the key for what the parts determine.

    Args:
        kind: the sort of entry, such as ``clip``; a plain word.
        parts: everything that changes the bytes, as values JSON can hold.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass
class MemoryStore:
    """A store that lasts as long as the process."""

    entries: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key."""
        return self.entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key."""
        self.entries[key] = data


@dataclass(frozen=True)
class StoreSize:
    """What a folder store holds: number of entries and bytes on disk, by kind."""

    entries: dict[str, int]
    size_bytes: dict[str, int]


class FolderStore:
    """A store in a local folder: one checksummed file an entry, renamed into place when whole."""

    def __init__(self, root: Path) -> None:
        """Keep entries below ``root``, which is made when first needed."""
        self.root = root
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
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key; where the folder cannot be written, say so once and go on."""
        if not self._writable:
            return
        try:
            self._write(self._path(key), _sealed(data))
        except OSError as error:
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
        """Remove every entry and return how many there were; other people's files are left alone."""
        removed = 0
        for path in self._files():
            with suppress(OSError):
                path.unlink()
                removed += 1
        return removed

    def _files(self) -> list[Path]:
        return sorted(path for path in self.root.glob("??/*-*") if path.is_file())

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


def _sealed(data: bytes) -> bytes:
    return _MARK + hashlib.sha256(data).digest() + data


def _unsealed(content: bytes) -> bytes | None:
    """Return the data of a whole entry, None for one that is cut short, altered or of another form."""
    start = len(_MARK) + _CHECKSUM_BYTES
    data = content[start:]
    whole = content.startswith(_MARK) and content[len(_MARK) : start] == hashlib.sha256(data).digest()
    return data if whole else None
