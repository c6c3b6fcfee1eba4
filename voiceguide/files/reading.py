"""Reads untrusted files: only regular ones, and never more than a limit."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from voiceguide.errors import FileTooLarge, InputNotFound, InvalidFile, VoiceguideError

# A FIFO that nobody writes to is opened at once instead of being waited for, and a terminal that is opened does
# not become the program's own. Windows has neither flag; there, O_BINARY keeps line ends as they are.
_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _flag, 0)

_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes; never blocks, no matter what the path leads to.

    Raises:
        InputNotFound: there is no such file.
        InvalidFile: it is a folder, a pipe or a device, or the system refuses to open it.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        raise _cannot_open(path, error) from error
    try:
        _check_regular(path, os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _check_regular(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise InvalidFile(path, "is a folder")
    if not stat.S_ISREG(mode):
        raise InvalidFile(path, "is not a regular file")


def _cannot_open(path: Path, error: OSError | ValueError) -> VoiceguideError:
    # A ValueError is a null character, which no path has.
    if not isinstance(error, OSError) or error.errno in _NOT_THERE:
        return InputNotFound(path)
    if error.errno == errno.ENXIO:  # a socket
        return InvalidFile(path, "is not a regular file")
    if path.is_dir():  # Windows opens no folder
        return InvalidFile(path, "is a folder")
    return unreadable(path, error)


def read_limited(path: Path, max_bytes: int) -> bytes:
    """Return the whole content of a regular file that is at most ``max_bytes`` long.

    Raises:
        InputNotFound: there is no such file.
        FileTooLarge: it is longer; no more than the limit was read.
        InvalidFile: it is not a regular file, or cannot be read.
    """
    with open_regular(path) as file:
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise unreadable(path, error) from error
    if len(data) > max_bytes:
        raise FileTooLarge(path, max_bytes)
    return data


def unreadable(path: Path, error: OSError) -> InvalidFile:
    """Translate an error of the operating system that occurs while a file is read."""
    return InvalidFile(path, f"cannot be read: {error.strerror or error}")
