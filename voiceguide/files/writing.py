"""Files for people: written under a temporary name and renamed when whole, never half there."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
    return make_together({path: lambda temporary: write_pieces(temporary, pieces)}, force=force, option=None)[
        path
    ]


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


def make_together(
    makers: Mapping[Path, Callable[[Path], None]], *, force: bool, option: str | None = "-o"
) -> dict[Path, int]:
    """Have several files made as one step: none is put in its place before all are whole.

    Args:
        makers: by where it goes, what makes each under the name it is given.
        force: whether existing files may be replaced.
        option: with which whoever asked for them chooses another place, if there is one.

    Returns:
        The size of each in bytes.

    Raises:
        OutputError: one cannot be written; whatever was there before still is.
    """
    temporaries: dict[Path, Path] = {}
    try:
        sizes = {path: _made(path, make, temporaries, option) for path, make in makers.items()}
        _refuse_existing(makers, force=force, option=option)
        _put_in_place(temporaries, option)
    finally:
        for temporary in temporaries.values():
            _remove(temporary)
    return sizes


def _made(path: Path, make: Callable[[Path], None], temporaries: dict[Path, Path], option: str | None) -> int:
    """Have one file made under a temporary name, which is noted, and return its size."""
    with _told(path, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = _temporary_in(path.parent, path.name)
        temporaries[path] = Path(name)
        os.close(handle)
        make(temporaries[path])
        return temporaries[path].stat().st_size


def _refuse_existing(paths: Iterable[Path], *, force: bool, option: str | None) -> None:
    for path in paths:
        if path.exists() and not force:
            instead = "Replace it with --force" if option else "Choose another name"
            raise OutputError(f"{path} appeared in the meantime and is kept. {instead}.")


def _put_in_place(temporaries: dict[Path, Path], option: str | None) -> None:
    """Rename every file; where one cannot be, those before it are as they were."""
    # The last is replaced in one step or not at all, so that it need not be put aside.
    *first, last = temporaries
    before: dict[Path, Path | None] = {}
    try:
        for path in first:
            with _told(path, option):
                before[path] = _put_aside(path) if os.path.lexists(path) else None
                temporaries[path].replace(path)
        with _told(last, option):
            temporaries[last].replace(last)
    except BaseException as error:
        stuck = {
            path: aside
            for path, aside in before.items()
            if not _put_back(path, aside, is_placed=not temporaries[path].exists())
        }
        before |= dict.fromkeys(stuck)  # better kept under a strange name than lost
        if stuck and isinstance(error, OutputError):
            kept = "".join(f" What {path} was is kept as {aside}." for path, aside in stuck.items())
            raise OutputError(f"{error}{kept}") from error
        raise
    finally:
        for aside in filter(None, before.values()):
            _remove(aside)


def _put_aside(path: Path) -> Path:
    """Keep what a file holds under another name, and leave the file where it is."""
    handle, name = _temporary_in(path.parent, path.name)
    os.close(handle)
    aside = Path(name)
    try:
        aside.unlink()
        try:
            aside.hardlink_to(path)
        except OSError:  # a disk without links
            shutil.copy2(path, aside, follow_symlinks=False)
    except BaseException:
        _remove(aside)
        raise
    return aside


def _put_back(path: Path, aside: Path | None, *, is_placed: bool) -> bool:
    """Have a file as it was; tell whether what it was is in its place."""
    if not aside:
        if is_placed:
            _remove(path)
        return True
    if not is_placed:
        return True
    try:
        aside.replace(path)
    except OSError:
        return False
    return True


@contextmanager
def _told(path: Path, option: str | None) -> Iterator[None]:
    """Have what the system refuses told in our words."""
    try:
        yield
    except OSError as error:
        raise _cannot_write(path, error, option) from error


def _temporary_in(folder: Path, name: str) -> tuple[int, str]:
    """Create a new file in a folder, and return its handle and path.

    Not with tempfile.mkstemp, which makes private files: here the system applies the umask, as to any other file.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f".{name[:40]}.{secrets.token_hex(4)}.part"
        with suppress(FileExistsError):
            return os.open(path, flags, 0o666), str(path)


def _remove(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink()


# Each with what helps.
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Make room, or choose another place"),
    errno.EDQUOT: ("the disk quota is used up", "Make room, or choose another place"),
    errno.EFBIG: ("that disk holds no file so large", "Choose another place"),
    errno.EACCES: ("that place may not be written to", "Choose another"),
    errno.EPERM: ("that place may not be written to", "Choose another"),
    errno.EROFS: ("that disk is read-only", "Choose another place"),
    errno.ENOENT: ("no file can be made in that place", "Choose another"),
    errno.EEXIST: ("part of the path is a file, not a folder", "Choose another place"),
    errno.ENOTDIR: ("part of the path is a file, not a folder", "Choose another place"),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one"),
}


def _cannot_write(path: Path, error: OSError | ValueError, option: str | None = "-o") -> OutputError:
    code = error.errno if isinstance(error, OSError) else None
    if code not in _REASONS:
        return OutputError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.")
    reason, help_ = _REASONS[code]
    return OutputError(f"{path} cannot be written: {reason}. {help_}{f' with {option}' if option else ''}.")
