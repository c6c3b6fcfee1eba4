"""The port behind which finished clips and encoded blocks are stored: bytes by key."""

import hashlib
import json
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Store(Protocol):
    """Stores finished bytes under keys. May be used by several threads at once."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Problems with the store that the listener should know about; one sentence each."""
        return ()

    def get(self, key: str) -> bytes | None:
        """Return the bytes stored under a key; None if there are none, or they are damaged."""

    def put(self, key: str, data: bytes) -> None:
        """Store bytes under a key; may drop them, must never store part of them."""

    def claim(self, key: str) -> AbstractContextManager[bool]:  # noqa: ARG002 (for those that coordinate)
        """Reserve an entry while it is made, so that only one of those who share the store makes it.

        A claim is a hint that saves work. It ends with the context, or with the process that holds it.

        Returns:
            A context: true if the caller is to make the entry; false if another one is making it. A
            store that cannot coordinate, such as one of a single process, grants every claim.
        """
        return nullcontext(enter_result=True)


def store_key(kind: str, /, **parts: object) -> str:
    """Return the key of an entry, which is determined by its parts.

    Args:
        kind: the sort of entry, such as ``clip``; a plain word.
        parts: everything that changes the bytes, as values JSON can hold.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()}"
