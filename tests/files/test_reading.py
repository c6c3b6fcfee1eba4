"""Only regular files are read, at most so much of each, and nothing is ever waited for."""

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from voiceguide.errors import FileTooLarge, InputNotFound, InvalidFile
from voiceguide.files.reading import open_regular, read_limited

posix = pytest.mark.skipif(os.name == "nt", reason="pipes and devices as POSIX has them")


def test_a_file_up_to_the_limit_is_read_whole(own_folders: Path) -> None:
    path = own_folders / "a"
    path.write_bytes(b"\r\n\x1a12345")
    assert read_limited(path, 8) == b"\r\n\x1a12345"


def test_a_larger_file_is_refused_without_being_read(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_folders / "a"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # one terabyte, of which nothing is on the disk
    with pytest.raises(FileTooLarge) as caught:
        read_limited(path, 3_000_000)
    assert str(caught.value) == f"{path} is larger than 3 MB."
    assert (caught.value.path, caught.value.maximum_bytes) == (path, 3_000_000)


@pytest.mark.parametrize("name", ["missing", "x" * 300, "file/below", "null\0"])
def test_what_is_not_there_is_an_error_with_its_path(name: str, own_folders: Path) -> None:
    (own_folders / "file").write_bytes(b"")
    with pytest.raises(InputNotFound) as caught:
        read_limited(own_folders / name, 10)
    assert caught.value.path == own_folders / name


def test_a_folder_is_refused(own_folders: Path) -> None:
    with pytest.raises(InvalidFile) as caught:
        open_regular(own_folders)
    assert str(caught.value) == f"{own_folders} is a folder."


@posix
def test_a_fifo_that_nobody_writes_to_is_refused_at_once(own_folders: Path) -> None:
    """Also through a link; opening it in the usual mode would wait for a writer for ever."""
    fifo, link = own_folders / "pipe", own_folders / "link"
    os.mkfifo(fifo)
    link.symlink_to(fifo)
    for path in (fifo, link):
        with pytest.raises(InvalidFile) as caught:
            read_limited(path, 10)
        assert str(caught.value) == f"{path} is not a regular file."


@posix
def test_a_device_or_a_socket_is_refused(own_folders: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for path in (Path("/dev/zero"), Path("socket")):
            with pytest.raises(InvalidFile, match="is not a regular file"):
                read_limited(path, 10)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_says_so(own_folders: Path) -> None:
    path = own_folders / "a"
    path.touch(mode=0)
    with pytest.raises(InvalidFile, match=r"a cannot be read: Permission denied\."):
        read_limited(path, 10)


def test_a_disk_that_fails_while_reading_says_so(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = own_folders / "a"
    path.write_bytes(b"a")

    def failing(*_: object) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("voiceguide.files.reading.os.open", failing)
    with pytest.raises(InvalidFile, match=r"a cannot be read: Input/output error\."):
        read_limited(path, 10)


@posix
def test_nothing_stays_open_after_a_refusal(own_folders: Path) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for path in (own_folders, Path("/dev/null")):
        with pytest.raises(InvalidFile):
            open_regular(path)
    assert len(list(Path("/dev/fd").iterdir())) == before
