"""Writes output files: under a temporary name, renamed when complete, so that no partial file is ever visible."""

import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from voiceguide.errors import OutputError, OutputExists

if sys.platform != "win32":
    import fcntl

Writer = Callable[[Path], None]

# A temporary file of another machine, or on a disk without locks, is abandoned when nothing has been written to it for
# this long: encoding a whole session takes minutes.
_ABANDONED_SECONDS = 3600
# How many letters of the file's name its temporary file has; 40 of at most 4 bytes, and the rest, are below 255.
_MAX_NAME_LETTERS = 40
_TEMPORARY = re.compile(r"\..{1,40}\.voiceguide-(?P<machine>[0-9a-f]{8})-[0-9a-f]{12}\.part", re.DOTALL)


def check_output(path: Path, *, force: bool) -> None:
    """Check before any work whether a file can be written; leaves nothing behind.

    Raises:
        OutputExists: the name exists, and may not be replaced.
        OutputError: the file cannot be written there.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it, such as {path / 'session.mp3'}.", path)
        _refuse_existing(path, force=force)
        with _temporary(_nearest_folder(path), path.name):
            pass
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from error


def write_atomically(path: Path, pieces: Iterable[bytes], *, force: bool) -> int:
    """Write a file in one step: completely, or not at all.

    Args:
        path: of the file; its folder is created if it is missing.
        pieces: the content, which may be generated while it is written; if that fails, no file is left.
        force: whether an existing file may be replaced.

    Returns:
        The size in bytes.

    Raises:
        OutputError: the file cannot be written; an existing one is unchanged.
    """
    return write_together({path: lambda temporary: write_pieces(temporary, pieces)}, force=force)[path]


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write pieces to a file as they are generated."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def write_together(writers: Mapping[Path, Writer], *, force: bool) -> dict[Path, int]:
    """Write several files in one step: none is put in place before all are complete.

    Args:
        writers: for each path, a function that writes the file to the temporary path it is given.
        force: whether existing files may be replaced.

    Returns:
        The size of each in bytes.

    Raises:
        OutputExists: one of them exists, and may not be replaced.
        OutputError: one cannot be written; existing files are unchanged.
    """
    for folder in {path.parent for path in writers}:
        _sweep(folder)
    temporaries: dict[Path, Path] = {}
    with ExitStack() as stack:
        for path, write in writers.items():
            with _translated(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                temporaries[path] = stack.enter_context(_temporary(path.parent, path.name))
                write(temporaries[path])
        sizes = {path: temporary.stat().st_size for path, temporary in temporaries.items()}
        for path in writers:
            with _translated(path):
                _refuse_existing(path, force=force)
        _put_in_place(temporaries)
    return sizes


def _refuse_existing(path: Path, *, force: bool) -> None:
    # A broken link exists, too.
    if not force and _is_taken(path):
        raise OutputExists(path)


def _is_taken(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _nearest_folder(path: Path) -> Path:
    """Return the folder of a file, or the nearest one above it that exists."""
    found = next((parent for parent in path.absolute().parents if parent.exists()), None)
    if found is None:  # a drive that is not there
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return found


# --- several files as one ----------------------------------------------------------------------


def _put_in_place(temporaries: Mapping[Path, Path]) -> None:
    """Rename every temporary file; if one cannot be renamed, the files before it are restored."""
    last = next(reversed(list(temporaries)))  # replaced in one step or not at all, so it needs no backup
    backups: dict[Path, Path | None] = {}
    try:
        for path, temporary in temporaries.items():
            with _translated(path):
                if path != last:
                    backups[path] = _back_up(path)
                temporary.replace(path)
    except BaseException as error:
        replaced = [path for path in backups if not temporaries[path].exists()]
        # If it cannot be restored, a copy under a strange name is better than none.
        kept = {path: backups.pop(path) for path in replaced if not _is_restored(path, backups[path])}
        if kept and isinstance(error, OutputError):
            where = "".join(f" The previous {path} is kept as {backup}." for path, backup in kept.items())
            raise OutputError(f"{error}{where}", error.path) from error
        raise
    finally:
        for backup in filter(None, backups.values()):
            _remove(backup)


def _back_up(path: Path) -> Path | None:
    """Keep a copy of a file under another name; None if there is no file."""
    if not _is_taken(path):
        return None
    # Not named as a temporary file, since those are swept.
    backup = path.with_name(f".{path.name[:_MAX_NAME_LETTERS]}.{secrets.token_hex(6)}.old")
    try:
        backup.hardlink_to(path)
    except OSError:  # a disk without links
        try:
            shutil.copy2(path, backup, follow_symlinks=False)
        except BaseException:
            _remove(backup)
            raise
    return backup


def _is_restored(path: Path, backup: Path | None) -> bool:
    """Restore a file that was replaced, and return whether that succeeded."""
    try:
        if backup:
            backup.replace(path)
        else:
            path.unlink()
    except OSError:
        return backup is None
    return True


# --- temporary files ---------------------------------------------------------------------------


@contextmanager
def _temporary(folder: Path, name: str) -> Iterator[Path]:
    """Yield the path of an empty file, which is locked; the lock goes with the process, however that ends.

    The file has the mode of any new file, according to the process's umask.
    """
    path, descriptor = _create_temporary(folder, name)
    try:
        if sys.platform == "win32":  # where no open file can be renamed
            os.close(descriptor)
        yield path
    finally:
        _remove(path)
        if sys.platform != "win32":
            os.close(descriptor)


def _create_temporary(folder: Path, name: str) -> tuple[Path, int]:
    while True:
        random = secrets.token_hex(6)
        path = folder / f".{name[:_MAX_NAME_LETTERS]}.voiceguide-{_machine()}-{random}.part"
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        _lock(descriptor)
        if os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)  # another process removed it before it was locked


def _lock(descriptor: int) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # a disk without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)


def _sweep(folder: Path) -> None:
    """Remove temporary files whose writers were killed; other files, and those in use, are not touched."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if match := _TEMPORARY.fullmatch(entry.name):
                with suppress(OSError):
                    _remove_abandoned(Path(entry.path), is_of_this_machine=match["machine"] == _machine())


def _remove_abandoned(path: Path, *, is_of_this_machine: bool) -> None:
    if time.time() - path.lstat().st_mtime > _ABANDONED_SECONDS:
        path.unlink()
    elif is_of_this_machine and sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an OSError while the writer lives
            path.unlink()
        finally:
            os.close(descriptor)


@cache
def _machine() -> str:
    """Return a short name of this machine: locks may not reach those that share a network drive."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _remove(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink()


# --- errors ------------------------------------------------------------------------------------


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Translate an error of the operating system."""
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error) from error


# Each with its remedy.
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, or choose another place"),
    errno.EDQUOT: ("the disk quota is used up", "Free some space, or choose another place"),
    errno.EFBIG: ("that disk cannot hold a file this large", "Choose another place"),
    errno.EACCES: ("you may not write there", "Choose another place"),
    errno.EPERM: ("you may not write there", "Choose another place"),
    errno.EROFS: ("that disk is read-only", "Choose another place"),
    errno.ENOENT: ("no file can be created there", "Choose another place"),
    errno.EEXIST: ("part of the path is a file, not a folder", "Choose another place"),
    errno.ENOTDIR: ("part of the path is a file, not a folder", "Choose another place"),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one"),
}


def _cannot_write(path: Path, error: OSError | ValueError) -> OutputError:
    code = error.errno if isinstance(error, OSError) else None
    if code not in _REASONS:
        reason = getattr(error, "strerror", None) or error
        return OutputError(f"{path} cannot be written: {reason}.", path)
    reason, advice = _REASONS[code]
    return OutputError(f"{path} cannot be written: {reason}. {advice}.", path)
