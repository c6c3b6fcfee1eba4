"""The port behind which finished clips and encoded blocks are kept: bytes by key."""

import hashlib
import json
from typing import Protocol


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
