"""Faults on purpose: a voice, a disk or a cache that fails on call N. Only our own errors come out."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from tests.program import left_behind, run
from voiceguide.audio.clip import Clip
from voiceguide.cli.advice import with_advice
from voiceguide.errors import (
    EncodingError,
    EngineUnavailable,
    OutputError,
    PhraseFailed,
    SpeechError,
)
from voiceguide.files.writing import (
    check_output,
    write_atomically,
    write_pieces,
    write_together,
)
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine
from voiceguide.session.making import write_file
from voiceguide.session.planning import Session, plan_session
from voiceguide.speech.engine import Voice
from voiceguide.speech.fake import FakeEngine
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import MemoryStore
from voiceguide.store.port import store_key

MAKE = (
    "make",
    "lower-back",
    "--engine",
    "fake",
    "--reps",
    "1",
    "--only",
    "cat-cow",
    "--guidance",
    "cues",
    "-o",
    "x.mp3",
)
OPTIONS = SessionOptions(reps=1, only=("cat-cow",), guidance="cues")


class Counter:
    """Fails on one call of many."""

    def __init__(self, on_call: int, error: BaseException) -> None:
        self.calls = 0
        self._on_call = on_call
        self._error = error

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self._on_call:
            raise self._error


def failing_speech(monkeypatch: pytest.MonkeyPatch, fail: Callable[[], object]) -> None:
    speak = FakeEngine.speak

    def faulty(engine: FakeEngine, text: str, voice: Voice, rate: float) -> Clip:
        fail()
        return speak(engine, text, voice, rate)

    monkeypatch.setattr(FakeEngine, "speak", faulty)


def planned() -> Session:
    return plan_session(find_routine("lower-back"), OPTIONS, VoiceOptions(engine="fake"), store=MemoryStore())


# --- the voice -----------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [1, 5, 9, 16, 21])
def test_a_phrase_that_fails_once_is_spoken_the_second_time(
    monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """The session is made, and is the same."""
    reference = b"".join(planned().stream())
    fail = Counter(call, PhraseFailed("no"))
    failing_speech(monkeypatch, fail)
    assert b"".join(planned().stream()) == reference
    assert fail.calls > call


@pytest.mark.parametrize("error", [PhraseFailed("cannot say it"), EngineUnavailable("it went away")])
@pytest.mark.parametrize("from_call", [1, 8, 21])
def test_a_voice_that_goes_on_failing_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, error: SpeechError, from_call: int
) -> None:
    """No file, none half done; one that was there still is."""
    (own_folders / "x.mp3").write_bytes(b"mine")
    calls = [0]

    def fail() -> None:
        calls[0] += 1
        if calls[0] >= from_call:
            raise error

    failing_speech(monkeypatch, fail)
    ended = run(*MAKE, "--force")
    assert (ended.code, ended.out, ended.err) == (1, "", f"Error: {with_advice(error)}\n")
    assert (own_folders / "x.mp3").read_bytes() == b"mine"
    assert left_behind(own_folders.parent) == []


def test_a_silent_voice_is_named_with_its_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with what to try."""
    monkeypatch.setattr(FakeEngine, "speak", lambda *_: Clip(bytes(48_000), 24_000))
    ended = run(*MAKE)
    assert ended.code == 1
    assert ended.err.startswith("Error: The voice gave only silence for ")
    assert ended.err.endswith("Try another --voice or --engine.\n")


# --- the encoder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [1, 2, 5])
def test_an_encoder_that_fails_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, call: int
) -> None:
    """Also when it fails in a thread, while others still speak."""
    from voiceguide.mp3 import splice
    from voiceguide.mp3.encoder import encode

    fail = Counter(call, EncodingError("The MP3 encoder failed: broken"))

    def faulty(pcm: bytes, form: Any) -> list[bytes]:
        fail()
        return encode(pcm, form)

    monkeypatch.setattr(splice, "encode", faulty)
    ended = run(*MAKE)
    assert (ended.code, ended.err) == (1, "Error: The MP3 encoder failed: broken\n")
    assert not (own_folders / "x.mp3").exists()
    assert left_behind(own_folders.parent) == []


# --- the disk ------------------------------------------------------------------------------------


class FullDisk:
    """A file that takes so many writes, then none."""

    def __init__(self, file: Any, writes: int, code: int) -> None:
        self._file, self._left, self._code = file, writes, code

    def write(self, data: bytes) -> int:
        self._left -= 1
        if self._left < 0:
            raise OSError(self._code, os.strerror(self._code))
        return int(self._file.write(data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "the disk is full. Free some space, or choose another place."),
        (errno.EDQUOT, "the disk quota is used up."),
        (errno.EIO, "Input/output error."),
    ],
)
@pytest.mark.parametrize("writes", [0, 1, 4, 12])
def test_a_disk_that_gets_full_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, code: int, reason: str, writes: int
) -> None:
    """Whenever it happens; the file that was there before still is."""
    session = planned()
    path = own_folders / "x.mp3"
    path.write_bytes(b"mine")
    opened = Path.open

    def full(path: Path, mode: str = "r", **options: Any) -> Any:
        file = opened(path, mode, **options)
        return FullDisk(file, writes, code) if mode == "wb" else file

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError) as caught:
        write_file(session, path, force=True)
    assert str(caught.value).startswith(f"{path} cannot be written: {reason}")
    assert path.read_bytes() == b"mine"
    assert list(own_folders.iterdir()) == [path]


@pytest.mark.parametrize("name", ["replace", "lstat"])
def test_a_file_that_cannot_be_put_in_place_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, name: str
) -> None:
    """The last step may fail, too."""
    session = planned()

    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, name, denied)
    with pytest.raises(OutputError, match="you may not write there"):
        write_file(session, own_folders / "x.mp3")
    assert list(own_folders.iterdir()) == []


@pytest.mark.parametrize("linking", [True, False])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "Permission denied"), KeyboardInterrupt()])
def test_of_several_files_all_are_replaced_or_none(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, error: BaseException, call: int, linking: bool
) -> None:
    """Whichever cannot be put in place: those before it are as they were, also on disks without links."""
    old = {own_folders / "a.srt": b"old a", own_folders / "c.mp3": b"old c"}
    for path, content in old.items():
        path.write_bytes(content)
    fail, replaced = Counter(call, error), Path.replace

    def faulty(path: Path, target: Path) -> Path:
        fail()
        return replaced(path, target)

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", faulty)
    if not linking:
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    makers = {
        own_folders / name: lambda path: write_pieces(path, [b"new"]) for name in ("a.srt", "b.txt", "c.mp3")
    }
    with pytest.raises((OutputError, KeyboardInterrupt)):
        write_together(makers, force=True)
    assert {path: path.read_bytes() for path in own_folders.iterdir()} == old
    monkeypatch.undo()
    assert write_together(makers, force=True) == dict.fromkeys(makers, 3)
    assert {path: path.read_bytes() for path in own_folders.iterdir()} == dict.fromkeys(makers, b"new")


def test_what_cannot_be_put_back_is_kept_and_named(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    """Where something holds the files from one moment on: nothing that was there is lost."""
    path, other = own_folders / "a.mp3", own_folders / "b.srt"
    path.write_bytes(b"old a")
    other.write_bytes(b"old b")
    replaced, calls = Path.replace, [0]

    def held(source: Path, target: Path) -> Path:
        calls[0] += 1
        if calls[0] > 1:
            raise PermissionError(errno.EACCES, "Permission denied")
        return replaced(source, target)

    monkeypatch.setattr(Path, "replace", held)
    makers = dict.fromkeys((path, other), lambda made: write_pieces(made, [b"new"]))
    with pytest.raises(OutputError) as caught:
        write_together(makers, force=True)
    (kept,) = {*own_folders.iterdir()} - {path, other}
    assert str(caught.value).endswith(f"The previous {path} is kept as {kept}.")
    assert (kept.read_bytes(), other.read_bytes()) == (b"old a", b"old b")


def test_an_error_names_no_option(own_folders: Path) -> None:
    """Settings and sites are written in the same way, and have no -o."""
    path = own_folders / "file" / "settings.toml"
    path.parent.write_bytes(b"")
    with pytest.raises(OutputError) as caught:
        write_atomically(path, [b""], force=True)
    assert str(caught.value) == (
        f"{path} cannot be written: part of the path is a file, not a folder. Choose another place."
    )


def test_a_file_that_appears_in_the_meantime_is_kept(own_folders: Path) -> None:
    """Whoever made it was first."""
    path = own_folders / "x.mp3"

    def pieces() -> Any:
        yield b"ours"
        path.write_bytes(b"theirs")

    with pytest.raises(OutputError, match="already exists and was kept"):
        write_atomically(path, pieces(), force=False)
    assert path.read_bytes() == b"theirs"
    assert list(own_folders.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="file modes as POSIX has them")
def test_a_session_may_be_read_by_others(own_folders: Path) -> None:
    """As any new file, by the person's own mask: it is made to be shared."""
    before = os.umask(0o027)
    try:
        write_file(planned(), own_folders / "x.mp3")
    finally:
        os.umask(before)
    assert (own_folders / "x.mp3").stat().st_mode & 0o777 == 0o640


def test_a_drive_that_is_not_there_is_told(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even the root of the path exists."""
    monkeypatch.setattr(Path, "exists", lambda *_: False)
    with pytest.raises(OutputError, match=r"x\.mp3 cannot be written: no file can be created there\."):
        check_output(own_folders / "x.mp3", force=False)


def test_nothing_is_left_by_looking_whether_a_file_can_be_written(own_folders: Path) -> None:
    """Neither a file nor a folder."""
    check_output(own_folders / "a" / "b" / "x.mp3", force=False)
    assert list(own_folders.iterdir()) == []


# --- the cache -----------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [1, 3, 40])
def test_a_full_cache_costs_time_never_the_session(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path, call: int
) -> None:
    """One note, and the same file."""
    assert run(*MAKE).code == 0
    reference = (own_folders / "x.mp3").read_bytes()
    run("cache", "clear")
    make_temporary, calls = tempfile.mkstemp, [0]

    def full(*arguments: Any, **named: Any) -> tuple[int, str]:
        if "cache" in str(named.get("dir")):
            calls[0] += 1
            if calls[0] >= call:
                raise OSError(errno.ENOSPC, "No space left on device")
        return make_temporary(*arguments, **named)

    monkeypatch.setattr(tempfile, "mkstemp", full)
    ended = run(*MAKE, "--force")
    assert ended.code == 0
    assert (own_folders / "x.mp3").read_bytes() == reference


def test_a_cache_folder_that_is_a_file_costs_time_never_the_session(
    monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    """It is said once."""
    (own_folders / "cache-file").write_text("in the way")
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(own_folders / "cache-file"))
    ended = run(*MAKE)
    assert ended.code == 0
    assert (own_folders / "x.mp3").exists()
    notes = [line for line in ended.err.splitlines() if line.startswith("Note: Cannot")]
    assert len(notes) == 1
    assert notes[0].startswith(f"Note: Cannot write to the cache folder {own_folders / 'cache-file'} (")
    for command in ("info", "prune", "clear"):
        assert run("cache", command).code == 0


def test_every_entry_of_the_cache_may_be_damaged(own_folders: Path) -> None:
    """Cut short, altered, emptied or of another version: the next session is the same."""
    assert run(*MAKE).code == 0
    reference = (own_folders / "x.mp3").read_bytes()
    cache = Path(os.environ["VOICEGUIDE_CACHE_DIR"])
    damages: list[Callable[[bytes], bytes]] = [
        lambda data: data[: len(data) // 2],
        lambda data: data[:50] + bytes([data[50] ^ 1]) + data[51:],
        lambda data: b"",
        lambda data: b"VGS0" + data[4:],
    ]
    for damage in damages:
        for path in [path for path in cache.rglob("*") if path.is_file()]:
            path.write_bytes(damage(path.read_bytes()))
        assert run(*MAKE, "--force").code == 0
        assert (own_folders / "x.mp3").read_bytes() == reference


def test_a_folder_in_the_place_of_an_entry_is_no_trouble(own_folders: Path) -> None:
    """Whoever put it there."""
    store = FolderStore(own_folders / "cache")
    key = store_key("clip", number=1)
    store._path(key).mkdir(parents=True)
    assert store.get(key) is None
    store.put(key, b"data")
    store.clear()
