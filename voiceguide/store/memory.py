"""Stores in memory, and in front of a slower store."""

from collections import OrderedDict
from contextlib import AbstractContextManager
from threading import Lock

from voiceguide.store.port import Store


class MemoryStore(Store):
    """A store that lasts as long as the process; the least recently used entries are dropped when it is full."""

    def __init__(self, max_bytes: int = 64_000_000) -> None:
        """Hold at most this many bytes."""
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._size_bytes = 0
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Return the bytes stored under the key."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Store the bytes under the key."""
        with self._lock:
            self._size_bytes += len(data) - len(self._entries.pop(key, b""))
            self._entries[key] = data
            while self._size_bytes > self._max_bytes:
                self._size_bytes -= len(self._entries.popitem(last=False)[1])


class LayeredStore(Store):
    """A fast store in front of a persistent one."""

    def __init__(self, front: Store, back: Store) -> None:
        """Read from the front first, and write to both."""
        self._front = front
        self._back = back

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of both stores."""
        return (*self._front.notes, *self._back.notes)

    def get(self, key: str) -> bytes | None:
        """Return the bytes stored under the key by either store."""
        found = self._front.get(key)
        if found is None:
            found = self._back.get(key)
            if found is not None:
                self._front.put(key, found)
        return found

    def put(self, key: str, data: bytes) -> None:
        """Store the bytes under the key in both."""
        self._front.put(key, data)
        self._back.put(key, data)

    def claim(self, key: str) -> AbstractContextManager[bool]:
        """Claim the entry in the persistent store, which may be shared."""
        return self._back.claim(key)
