"""Stores in memory, and in front of a slower store."""

from collections import OrderedDict
from threading import Lock

from voiceguide.store.port import Store


class MemoryStore:
    """A store that lasts as long as the process; what was not used for longest makes room."""

    def __init__(self, most_bytes: int = 64_000_000) -> None:
        """Keep at most so many bytes."""
        self._most_bytes = most_bytes
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._held_bytes = 0
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key."""
        with self._lock:
            self._held_bytes += len(data) - len(self._entries.pop(key, b""))
            self._entries[key] = data
            while self._held_bytes > self._most_bytes:
                self._held_bytes -= len(self._entries.popitem(last=False)[1])


class LayeredStore:
    """A quick store in front of a lasting one."""

    def __init__(self, front: Store, back: Store) -> None:
        """Ask the front first, and tell both."""
        self._front = front
        self._back = back

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key by either store."""
        found = self._front.get(key)
        if found is None:
            found = self._back.get(key)
            if found is not None:
                self._front.put(key, found)
        return found

    def put(self, key: str, data: bytes) -> None:
        """Keep the bytes under the key in both."""
        self._front.put(key, data)
        self._back.put(key, data)
