"""The user's cache: where it is, and how large it may be."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from voiceguide.errors import InvalidValue, UsageError
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import Store
from voiceguide.text.parsing import parse_whole_number, quote_shortened

# The default limit. The first session of a routine adds 22 MB (lower back, measured), variations of it far less.
CACHE_MEGABYTES = 500


def cache_folder() -> Path:
    """Return the folder of clips and blocks: ``VOICEGUIDE_CACHE_DIR``, else the user's cache folder."""
    chosen = os.environ.get("VOICEGUIDE_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("voiceguide", appauthor=False))


def cache_limit_bytes() -> int:
    """Return how large the cache may be: ``VOICEGUIDE_CACHE_MB``, else the default.

    Raises:
        InvalidValue: the variable is not a whole number.
    """
    chosen = os.environ.get("VOICEGUIDE_CACHE_MB") or str(CACHE_MEGABYTES)
    try:
        megabytes = parse_whole_number(chosen)
    except UsageError:
        megabytes = -1
    if megabytes < 0:
        raise InvalidValue(
            "VOICEGUIDE_CACHE_MB",
            quote_shortened(chosen),
            f"a whole number of megabytes, such as {CACHE_MEGABYTES}",
        )
    return megabytes * 1_000_000


@contextmanager
def user_cache() -> Iterator[Store]:
    """Open the user's cache; it is pruned to its limit on exit.

    Raises:
        InvalidValue: see ``cache_limit_bytes``.
    """
    limit_bytes = cache_limit_bytes()
    folder = FolderStore(cache_folder())
    try:
        yield LayeredStore(MemoryStore(), folder)
    finally:
        if folder.grew:
            folder.prune(limit_bytes)
