"""Claims on entries of a folder: locked files, which the system unlocks when their process ends, however it ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def claim_file(path: Path) -> Iterator[bool]:
    """Hold a claim; yields whether it was granted: false if it is held already.

    If the file cannot be created or locked (a read-only folder, some network drives), there is nothing to
    coordinate with, and every claim is granted.

    Args:
        path: of the file that represents the claim; it exists while the claim is held.
    """
    try:
        handle = _open_locked(path)
    except BlockingIOError:
        yield False
        return
    except OSError:
        yield True
        return
    try:
        yield True
    finally:
        _remove(path, handle)


def _open_locked(path: Path) -> int:
    """Return a handle of the locked file.

    Raises:
        BlockingIOError: another process has locked it.
        OSError: it cannot be created or locked at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        _lock(handle)
        if not _is_at(
            path, handle
        ):  # its holder has removed it since it was opened: by now, the entry exists
            raise BlockingIOError
    except BaseException:
        os.close(handle)
        raise
    return handle


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

    def _remove(path: Path, handle: int) -> None:
        os.close(handle)  # Windows removes no file that is open
        with suppress(OSError):
            path.unlink()

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _remove(path: Path, handle: int) -> None:
        with suppress(OSError):
            path.unlink()  # before the lock ends, so that no one locks a file that is being removed
        os.close(handle)
