"""Files for people: written under a temporary name and renamed when whole, never half there."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from voiceguide.errors import OutputError


def check_output(path: Path, *, force: bool) -> None:
    """Find out before any work whether a file can be written; leaves nothing behind.

    Raises:
        OutputError: the file exists and may not be replaced, or cannot be written there.
    """
    try:
        if path.is_dir():
            raise OutputError(
                f"{path} is a folder; name a file in it with -o, such as {path / 'session.mp3'}."
            )
        if path.exists() and not force:
            raise OutputError(
                f"{path} exists and is kept. Replace it with --force, or choose another name with -o."
            )
        handle, temporary = _temporary_in(_nearest_folder(path), path.name)
        os.close(handle)
        Path(temporary).unlink()
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error) from error


def _nearest_folder(path: Path) -> Path:
    """Return the folder of a file, or the one in which it would have to be made."""
    found = next((parent for parent in path.absolute().parents if parent.exists()), None)
    if found is None:  # a drive that is not there
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return found


def write_atomically(path: Path, pieces: Iterable[bytes], *, force: bool) -> int:
    """Write a file as one step: it is there whole, or not at all.

    Args:
        path: where to; its folder is made where it is missing.
        pieces: what to write, made while it is written; any error of theirs leaves no file.
        force: whether an existing file may be replaced.

    Returns:
        The size in bytes.

    Raises:
        OutputError: the file cannot be written; whatever was there before still is.
    """
    return make_atomically(path, lambda temporary: write_pieces(temporary, pieces), force=force)


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write pieces to a file as they come."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def make_atomically(path: Path, make: Callable[[Path], None], *, force: bool) -> int:
    """Have a file made as one step; see ``write_atomically``.

    Args:
        path: where to.
        make: makes the file under the name it is given; any error of its leaves no file.
        force: whether an existing file may be replaced.
    """
    return make_together({path: make}, force=force)[path]


def make_together(makers: Mapping[Path, Callable[[Path], None]], *, force: bool) -> dict[Path, int]:
    """Have several files made as one step: none is put in its place before all are whole.

    Args:
        makers: by where it goes, what makes each under the name it is given.
        force: whether existing files may be replaced.

    Returns:
        The size of each in bytes.

    Raises:
        OutputError: one cannot be written; whatever was there before still is.
    """
    temporaries: dict[Path, Path] = {}
    try:
        sizes = {path: _made(path, make, temporaries) for path, make in makers.items()}
        _refuse_existing(makers, force=force)
        _put_in_place(temporaries)
    finally:
        for temporary in temporaries.values():
            _remove(temporary)
    return sizes


def _made(path: Path, make: Callable[[Path], None], temporaries: dict[Path, Path]) -> int:
    """Have one file made under a temporary name, which is noted, and return its size."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = _temporary_in(path.parent, path.name)
        temporaries[path] = Path(name)
        os.close(handle)
        make(temporaries[path])
        temporaries[path].chmod(0o666 & ~_umask())
        return temporaries[path].stat().st_size
    except OSError as error:
        raise _cannot_write(path, error) from error


def _refuse_existing(paths: Iterable[Path], *, force: bool) -> None:
    for path in paths:
        if path.exists() and not force:
            raise OutputError(f"{path} appeared in the meantime and is kept. Replace it with --force.")


def _put_in_place(temporaries: dict[Path, Path]) -> None:
    """Rename every file; where one cannot be, those that are new go again."""
    new: list[Path] = []
    for path, temporary in tuple(temporaries.items()):
        was_there = path.exists()
        try:
            temporary.replace(path)
        except OSError as error:
            for placed in new:
                _remove(placed)
            raise _cannot_write(path, error) from error
        del temporaries[path]
        if not was_there:
            new.append(path)


def _temporary_in(folder: Path, name: str) -> tuple[int, str]:
    return tempfile.mkstemp(prefix=f".{name[:40]}.", suffix=".part", dir=folder)


def _umask() -> int:
    """Return the process's mask for new files; mkstemp makes them private, and sessions are to be shared."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _remove(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink()


_REASONS = {
    errno.ENOSPC: "the disk is full. Make room, or choose another place with -o",
    errno.EDQUOT: "the disk quota is used up. Make room, or choose another place with -o",
    errno.EFBIG: "that disk holds no file so large. Choose another place with -o",
    errno.EACCES: "that place may not be written to. Choose another with -o",
    errno.EPERM: "that place may not be written to. Choose another with -o",
    errno.EROFS: "that disk is read-only. Choose another place with -o",
    errno.ENOENT: "no file can be made in that place. Choose another with -o",
    errno.EEXIST: "part of the path is a file, not a folder. Choose another place with -o",
    errno.ENOTDIR: "part of the path is a file, not a folder. Choose another place with -o",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one with -o",
}


def _cannot_write(path: Path, error: OSError | ValueError) -> OutputError:
    code = error.errno if isinstance(error, OSError) else None
    reason = _REASONS.get(code or 0, getattr(error, "strerror", None) or str(error))
    return OutputError(f"{path} cannot be written: {reason}.")
