"""Files are written as one step; what a killed process left behind goes with the next file."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from voiceguide.errors import OutputExists
from voiceguide.files import writing
from voiceguide.files.writing import check_output, write_atomically, write_pieces, write_together

posix = pytest.mark.skipif(os.name == "nt", reason="signals, links and locks as POSIX has them")

# Begins a file, says so, and never ends.
WRITER = """
import sys, time
from pathlib import Path
from voiceguide.files.writing import write_atomically

def pieces():
    yield b"half"
    print("begun", flush=True)
    time.sleep(600)
    yield b"whole"

write_atomically(Path(sys.argv[1]), pieces(), force=True)
"""


def begin_writing(path: Path) -> subprocess.Popen[str]:
    """Start a process that is in the middle of a file."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert writer.stdout
    assert writer.stdout.readline() == "begun\n"
    return writer


def end(writer: subprocess.Popen[str]) -> None:
    writer.kill()
    writer.communicate()


@posix
def test_what_killed_writers_left_goes_with_the_next_file(own_folders: Path) -> None:
    """At once: a lock says that nobody writes any more. A writer that lives keeps its file."""
    killed = [begin_writing(own_folders / name) for name in ("a.mp3", "b.mp3")]
    alive = begin_writing(own_folders / "c.mp3")
    try:
        for writer in killed:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        assert len(list(own_folders.iterdir())) == 3
        write_atomically(own_folders / "d.mp3", [b"new"], force=False)
        left = sorted(path.name for path in own_folders.iterdir())
        assert left[1:] == ["d.mp3"]
        assert left[0].startswith(".c.mp3.voiceguide-")
    finally:
        end(alive)


def old(path: Path, seconds: float) -> Path:
    path.write_bytes(b"x")
    then = time.time() - seconds
    os.utime(path, (then, then))
    return path


def test_only_abandoned_files_of_ours_are_swept(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of another machine, which no lock may reach, when nothing was written for an hour."""
    theirs = [
        old(own_folders / name, 10**6)
        for name in (
            "film.mkv.part",
            ".x.mp3.abcd1234.part",
            ".x.mp3.voiceguide-0123456-0123456789ab.part",
            "x.mp3.voiceguide-01234567-0123456789ab.part",
            ".x.mp3.voiceguide-01234567-0123456789ab.part.txt",
            ".x.mp3.0123456789ab.old",
        )
    ]
    fresh = old(own_folders / ".x.mp3.voiceguide-01234567-0123456789ab.part", 3000)
    old(own_folders / ".y.mp3.voiceguide-01234567-0123456789ab.part", 4000)
    (own_folders / ".z.mp3.voiceguide-01234567-0123456789ab.part").mkdir()
    write_atomically(own_folders / "new", [b"new"], force=False)
    left = {path for path in own_folders.iterdir() if path.is_file()}
    assert left == {*theirs, fresh, own_folders / "new"}


@posix
def test_a_link_in_the_place_of_a_temporary_file_is_not_followed(own_folders: Path) -> None:
    mine = own_folders / "mine"
    mine.write_bytes(b"mine")
    (own_folders / f".x.voiceguide-{writing._machine()}-0123456789ab.part").symlink_to(mine)
    write_atomically(own_folders / "new", [b"new"], force=False)
    assert mine.read_bytes() == b"mine"


@posix
def test_a_file_swept_before_it_was_locked_is_created_again(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may sweep between the two steps."""
    lock = writing._lock
    swept: list[Path] = []

    def late(descriptor: int) -> None:
        if not swept:
            swept.extend(own_folders.glob(".*.part"))
            swept[0].unlink()
        lock(descriptor)

    monkeypatch.setattr(writing, "_lock", late)
    assert write_atomically(own_folders / "x", [b"new"], force=False) == 3
    assert [path.name for path in own_folders.iterdir()] == ["x"]
    assert len(swept) == 1


@posix
def test_a_link_that_leads_nowhere_is_kept(own_folders: Path) -> None:
    link = own_folders / "x.mp3"
    link.symlink_to("nowhere")
    for attempt in (
        lambda: check_output(link, force=False),
        lambda: write_atomically(link, [b"new"], force=False),
    ):
        with pytest.raises(OutputExists) as caught:
            attempt()
        assert caught.value.path == link
        assert link.readlink() == Path("nowhere")
    write_atomically(link, [b"new"], force=True)
    assert (link.is_symlink(), link.read_bytes()) == (False, b"new")


@posix
def test_the_mask_of_the_process_is_used_and_never_changed(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other threads create files at the same time."""
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the mask was touched"))
        write_together(
            {own_folders / name: lambda path: write_pieces(path, [b"x"]) for name in "ab"}, force=False
        )
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in own_folders.iterdir()} == {0o640}


def test_many_threads_write_into_one_folder(own_folders: Path) -> None:
    """None sweeps what another is writing."""
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for count in range(20):
                write_atomically(own_folders / f"{number}", [b"%d" % count] * 3, force=True)
        except BaseException as error:  # noqa: BLE001 (shown below)
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {path.read_bytes() for path in own_folders.iterdir()} == {b"191919"}
