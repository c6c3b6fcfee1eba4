"""The cache folder under several processes, killed at random, full, read-only, or too large."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.listening import heard
from tests.program import run
from voiceguide.audio.clip import Clip
from voiceguide.speech.engine import Voice
from voiceguide.speech.fake import FakeEngine
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import store_key
from voiceguide.store.user_cache import user_cache

pytestmark = pytest.mark.slow
SHORT = str(Path(__file__).parents[1] / "data" / "short.yaml")
MAKE = (sys.executable, "-P", "-m", "voiceguide", "make", "lower-back", "--engine", "fake", "--reps", "1")
WRITER = """
import sys
from pathlib import Path
from voiceguide.store.folder import FolderStore; from voiceguide.store.port import store_key
store = FolderStore(Path(sys.argv[1]))
while True:
    for number in range(40):
        store.put(store_key("clip", number=number), bytes([number]) * 400_000)
        found = store.get(store_key("clip", number=number))
        assert found in (None, bytes([number]) * 400_000)
"""


@pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")
def test_entries_are_whole_after_eight_writers_were_killed(own_folders: Path) -> None:
    """Same keys, at the same time, killed in the middle: what is there is whole, and can be added to."""
    draw = random.Random(1)
    root = own_folders / "cache"
    for _ in range(3):
        writers = [subprocess.Popen([sys.executable, "-P", "-c", WRITER, str(root)]) for _ in range(8)]
        while len(list(root.glob("??/*-*"))) <= 25:
            time.sleep(0.05)
        draw.shuffle(writers)
        for writer in writers:
            time.sleep(draw.random() * 0.05)
            writer.send_signal(signal.SIGKILL)
            writer.wait()
    store = FolderStore(root)
    keys = {number: store_key("clip", number=number) for number in range(40)}
    there = [number for number, key in keys.items() if store._path(key).exists()]
    assert len(there) > 20
    # Whole under its name, not only noticed as damaged: a store forgets what is.
    assert {number: store.get(keys[number]) for number in there} == {
        number: bytes([number]) * 400_000 for number in there
    }
    store.clear()
    assert not [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")
def test_eight_sessions_at_once_share_a_cache(own_folders: Path) -> None:
    """Same and different sessions, two of them killed: the others are as if each had been alone."""
    make = [SHORT if argument == "lower-back" else argument for argument in MAKE]
    options = [
        ("--hold", hold, "--guidance", level) for hold in ("20", "25") for level in ("full", "brief")
    ] * 2
    running = [
        subprocess.Popen([*make, *wanted, "-o", f"{number}.mp3"], stdout=subprocess.DEVNULL)
        for number, wanted in enumerate(options)
    ]
    while not list(Path(os.environ["VOICEGUIDE_CACHE_DIR"]).glob("??/clip-*")):
        time.sleep(0.01)
    for number in (0, 5):
        running[number].send_signal(signal.SIGKILL)
    codes = [process.wait() for process in running]
    assert [code for number, code in enumerate(codes) if number not in {0, 5}] == [0] * 6
    subprocess.run([*make, *options[0], "-o", "0.mp3", "--force"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*make, *options[5], "-o", "5.mp3", "--force"], check=True, stdout=subprocess.DEVNULL)
    for number in range(4):
        one, other = (own_folders / f"{name}.mp3" for name in (number, number + 4))
        assert one.read_bytes() == other.read_bytes()
        assert len(heard(one)[0]) > 24_000 * 20


def test_the_least_recently_used_goes_first(own_folders: Path) -> None:
    """What was read lately stays, however old it is."""
    store = FolderStore(own_folders / "cache")
    keys = [store_key("clip", number=number) for number in range(10)]
    for age, key in enumerate(reversed(keys)):
        store.put(key, bytes(1000))
        os.utime(store._path(key), (1_000_000 + age, 1_000_000 + age))
    assert store.get(keys[-1])  # the oldest, used just now
    assert store.prune(5500) == 5
    assert [store.get(key) is not None for key in keys] == [True] * 4 + [False] * 5 + [True]
    assert store.prune(5500) == 0


def test_pruning_sweeps_up_what_killed_processes_left(own_folders: Path) -> None:
    """Old unfinished files go, young ones may still be written; other people's files stay."""
    store = FolderStore(own_folders / "cache")
    store.put(store_key("clip", number=1), b"x" * 100)
    folder = next((own_folders / "cache").iterdir())
    old, young, other = (folder / name for name in ("clip-a.part", "clip-b.part", "my-notes.txt"))
    for path in (old, young, other):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    store.prune(10**9)
    assert [path.exists() for path in (old, young, other)] == [False, True, True]


def test_making_a_session_keeps_the_cache_within_its_limit(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is kept after each make that added something, and the session is whole."""
    monkeypatch.setenv("VOICEGUIDE_CACHE_MB", "1")
    subprocess.run([*MAKE, "-o", "a.mp3"], check=True, stdout=subprocess.DEVNULL)
    files = Path(os.environ["VOICEGUIDE_CACHE_DIR"]).rglob("*-*")
    assert 300_000 < sum(path.stat().st_size for path in files if path.is_file()) <= 1_000_000
    first = Path("a.mp3").read_bytes()
    subprocess.run([*MAKE, "-o", "a.mp3", "--force"], check=True, stdout=subprocess.DEVNULL)
    assert Path("a.mp3").read_bytes() == first


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "lower-back", "--engine", "fake"),
        ("plan", "lower-back", "--engine", "fake", "--minutes", "40"),
        ("say", "One sentence. And then another one, which is longer.", "--engine", "fake"),
        ("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--minutes", "3"),
    ],
)
def test_whatever_is_spoken_the_cache_stays_within_its_limit(
    command: tuple[str, ...], own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only what makes a session adds to it."""
    store = FolderStore(Path(os.environ["VOICEGUIDE_CACHE_DIR"]))
    old = store_key("clip", number=1)
    store.put(old, bytes(900_000))
    os.utime(store._path(old), (1_000_000, 1_000_000))
    monkeypatch.setenv("VOICEGUIDE_CACHE_MB", "1")
    assert run(*command).code == 0
    size = store.size()
    assert 0 < sum(size.size_bytes.values()) <= 1_000_000
    if command[0] != "say":
        assert store.get(old) is None


def test_what_is_spoken_to_fit_a_duration_is_not_spoken_again(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the cache may hold nothing: the session that was looked for is the one that is made."""
    speak = FakeEngine.speak
    spoken: list[tuple[str, float]] = []

    def counted(engine: FakeEngine, text: str, voice: Voice, rate: float) -> Clip:
        spoken.append((text, rate))
        return speak(engine, text, voice, rate)

    monkeypatch.setattr(FakeEngine, "speak", counted)
    monkeypatch.setenv("VOICEGUIDE_CACHE_MB", "0")
    assert run("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--minutes", "4").code == 0
    assert len(spoken) == len(set(spoken))


def test_a_limit_that_is_not_a_number_is_one_sentence(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to write instead."""
    monkeypatch.setenv("VOICEGUIDE_CACHE_MB", "lots")
    done = subprocess.run([*MAKE[:4], "cache", "prune"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "Error: VOICEGUIDE_CACHE_MB: 'lots' is not a whole number of megabytes, such as 500.\n",
    )


def test_a_memory_store_keeps_to_its_limit() -> None:
    """The least recently used goes; replacing an entry counts once."""
    store = MemoryStore(1000)
    for number in range(10):
        store.put(str(number), bytes(300))
        store.get("0")
        store.put("0", bytes(300))
    assert [store.get(str(number)) is not None for number in range(10)] == [True] + [False] * 7 + [True] * 2


def test_a_layered_store_asks_the_quick_one_first() -> None:
    """And fills it from the lasting one."""
    front, back = MemoryStore(), MemoryStore()
    store = LayeredStore(front, back)
    store.put("a", b"1")
    back.put("b", b"2")
    assert (front.get("a"), back.get("a")) == (b"1", b"1")
    assert (front.get("b"), store.get("b"), front.get("b")) == (None, b"2", b"2")
    front.put("a", b"3")
    assert store.get("a") == b"3"
    assert store.get("c") is None


def test_a_cache_that_cannot_be_read_is_an_empty_one(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As below a home folder without permissions: nothing is found, nothing stored, one note."""
    root = own_folders / "closed"

    def refused(function: Callable[..., Any]) -> Callable[..., Any]:
        def checked(path: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(path, str | Path) and str(path).startswith(str(root)):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return function(path, *arguments, **named)

        return checked

    for name in ("stat", "lstat", "scandir", "listdir", "open", "mkdir", "unlink", "utime"):
        monkeypatch.setattr(os, name, refused(getattr(os, name)))
    monkeypatch.setenv("VOICEGUIDE_CACHE_DIR", str(root))
    with user_cache() as store:
        with store.claim(store_key("clip")) as granted:
            assert granted
        store.put(store_key("clip"), b"data")
        store.put(store_key("block"), b"data")
        (note,) = store.notes
        assert note.startswith(
            f"Cannot write to the cache folder {root} (Permission denied), so the next session"
        )
    for command in (("info",), ("prune",), ("clear",)):
        ended = run("cache", *command)
        assert (ended.code, ended.err) == (0, "")
