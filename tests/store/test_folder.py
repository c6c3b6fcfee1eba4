"""The store: whole entries or none, and never a session lost to it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.errors import OutputError
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import Store, store_key

KEY = store_key("clip", text="Halfway.", voice="hum")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A store in an empty folder."""
    return FolderStore(tmp_path / "cache")


def entry_of(store: FolderStore) -> Path:
    """The one file that the store has written."""
    (path,) = [path for path in store.root.rglob("*") if path.is_file()]
    return path


@given(st.binary(max_size=300))
def test_what_is_put_is_got_back(tmp_path: Path, data: bytes) -> None:
    """By the same store, and by one that is opened later on the same folder; no bytes at all are an entry, too."""
    store = FolderStore(tmp_path)
    store.put(KEY, data)
    assert store.get(KEY) == data
    assert FolderStore(tmp_path).get(KEY) == data


@pytest.mark.parametrize("kind", ["memory", "folder", "layered"])
def test_every_store_keeps_the_newest_bytes_of_a_key(tmp_path: Path, kind: str) -> None:
    """What is put again replaces what was there; what was never put is absent."""
    stores: dict[str, Store] = {
        "memory": MemoryStore(),
        "folder": FolderStore(tmp_path),
        "layered": LayeredStore(MemoryStore(), FolderStore(tmp_path)),
    }
    store = stores[kind]
    assert store.get(KEY) is None
    store.put(KEY, b"old")
    store.put(KEY, b"new")
    assert store.get(KEY) == b"new"
    assert store.get(store_key("clip", text="Other.")) is None


# --- damage ------------------------------------------------------------------------------------


def test_an_entry_with_any_byte_changed_is_absent_and_removed(store: FolderStore) -> None:
    """Mark, checksum and data alike."""
    store.put(KEY, b"short entry")
    whole = entry_of(store).read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        path = store.root / KEY[-64:][:2] / KEY
        path.write_bytes(damaged)
        assert store.get(KEY) is None, position
        assert not path.exists(), position


def test_an_entry_cut_short_anywhere_is_absent_and_removed(store: FolderStore) -> None:
    """From the empty file to the one that lacks its last byte."""
    store.put(KEY, b"short entry")
    path = entry_of(store)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert store.get(KEY) is None, length
        assert not path.exists(), length


@pytest.mark.parametrize("extra", [b"\0", b"more"])
def test_an_entry_with_something_after_it_is_absent(store: FolderStore, extra: bytes) -> None:
    """The checksum covers all that is there."""
    store.put(KEY, b"data")
    path = entry_of(store)
    path.write_bytes(path.read_bytes() + extra)
    assert store.get(KEY) is None


def test_an_entry_of_another_form_is_absent_and_made_again(store: FolderStore) -> None:
    """Another mark is what an older or newer program has written."""
    store.put(KEY, b"data")
    path = entry_of(store)
    path.write_bytes(b"VGS0" + path.read_bytes()[4:])
    assert store.get(KEY) is None
    assert not path.exists()
    store.put(KEY, b"data")
    assert store.get(KEY) == b"data"


def test_a_folder_in_place_of_an_entry_is_absent(store: FolderStore) -> None:
    """Whatever the system says when the entry is opened."""
    store.put(KEY, b"data")
    path = entry_of(store)
    path.unlink()
    path.mkdir()
    assert store.get(KEY) is None


# --- writing -----------------------------------------------------------------------------------


def test_only_whole_entries_are_left_after_writing(store: FolderStore) -> None:
    """No temporary file is left."""
    for number in range(20):
        store.put(store_key("clip", number=number), bytes(number))
    files = [path for path in store.root.rglob("*") if path.is_file()]
    assert len(files) == 20
    assert not [path for path in files if path.suffix == ".part"]


def test_writers_at_the_same_time_leave_one_whole_entry(store: FolderStore) -> None:
    """Whoever is last, what is read is one of the values, never a mixture."""
    values = [bytes([number]) * 20_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda data: store.put(KEY, data), values))
    assert store.get(KEY) in values
    assert entry_of(store).name == KEY


def test_a_folder_that_cannot_be_written_is_noted_once(tmp_path: Path) -> None:
    """The note names the folder; nothing is raised, and nothing is tried again."""
    (tmp_path / "cache").write_text("a file, not a folder", encoding="utf-8")
    store = FolderStore(tmp_path / "cache")
    assert store.notes == ()
    store.put(KEY, b"data")
    store.put(store_key("clip", text="Other."), b"data")
    (note,) = LayeredStore(MemoryStore(), store).notes
    assert note.startswith(f"Cannot write to the cache folder {tmp_path / 'cache'} (")
    assert note.endswith("), so the next session will take as long as this one.")
    assert store.get(KEY) is None
    assert not store.grew


# --- size, clear, prune ------------------------------------------------------------------------


def test_size_counts_entries_by_kind(store: FolderStore) -> None:
    """Number and bytes on disk; other people's files are not counted."""
    store.put(store_key("clip", number=1), b"12")
    store.put(store_key("clip", number=2), b"1234")
    store.put(store_key("block", number=1), b"")
    (store.root / "notes-of-mine.txt").write_text("mine", encoding="utf-8")
    overhead = len("VGS1") + 32
    assert store.size().entries == {"block": 1, "clip": 2}
    assert store.size().size_bytes == {"block": overhead, "clip": 2 * overhead + 6}


def test_the_size_of_a_store_that_is_not_there_is_nothing(store: FolderStore) -> None:
    """Looking makes no folder."""
    assert store.size().entries == {}
    assert store.clear() == 0
    assert not store.root.exists()


def test_clear_removes_entries_and_leaves_other_files_alone(store: FolderStore) -> None:
    """Also half-written ones of processes that were killed; the number returned is that of the entries."""
    store.put(KEY, b"data")
    store.put(store_key("block", number=1), b"data")
    part = entry_part(store)
    mine = store.root / "notes-of-mine.txt"
    mine.write_text("mine", encoding="utf-8")
    assert store.clear() == 2
    assert store.get(KEY) is None
    assert not part.exists()
    assert mine.read_text(encoding="utf-8") == "mine"


def entry_part(store: FolderStore) -> Path:
    """What a process has left that was killed while it wrote."""
    part = store.root / KEY[-64:][:2] / "clip-abc.part"
    part.write_bytes(b"half")
    return part


def test_prune_removes_what_was_not_used_for_longest(store: FolderStore) -> None:
    """Reading an entry counts as using it."""
    keys = [store_key("clip", number=number) for number in range(3)]
    for age, key in zip((300, 200, 100), keys, strict=True):
        store.put(key, bytes(100))
        path = store.root / key[-64:][:2] / key
        os.utime(path, (time.time() - age,) * 2)
    assert store.get(keys[0]) is not None
    assert store.prune(2 * 136) == 1
    assert [store.get(key) is not None for key in keys] == [True, False, True]
    assert store.prune(2 * 136) == 0


def test_prune_leaves_what_is_just_being_written(store: FolderStore) -> None:
    """Only what has been lying about for an hour goes."""
    store.put(KEY, b"data")
    part = entry_part(store)
    store.prune(1_000_000)
    assert part.exists()
    os.utime(part, (time.time() - 3700,) * 2)
    store.prune(1_000_000)
    assert not part.exists()


def test_a_folder_that_is_cleared_during_a_write_is_written_again(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is half-written by then is written again."""
    replaced = Path.replace
    cleared: list[int] = []

    def clear_first(path: Path, target: Path) -> Path:
        if not cleared:
            cleared.append(store.clear())
            assert not path.exists()
        return replaced(path, target)

    monkeypatch.setattr(Path, "replace", clear_first)
    store.put(store_key("clip", number=1), b"whole")
    assert cleared
    store.put(store_key("clip", number=2), b"too")
    assert [store.get(store_key("clip", number=number)) for number in (1, 2)] == [b"whole", b"too"]


def test_a_memory_store_forgets_what_was_not_used_for_longest() -> None:
    """It never holds more than it may."""
    store = MemoryStore(max_bytes=10)
    store.put("a", b"12345")
    store.put("b", b"12345")
    assert store.get("a") == b"12345"
    store.put("c", b"12345")
    assert (store.get("a"), store.get("b"), store.get("c")) == (b"12345", None, b"12345")
    store.put("d", bytes(11))
    assert [store.get(key) for key in "abcd"] == [None] * 4


def test_a_layered_store_brings_what_it_finds_to_the_front() -> None:
    """So that the slow store is read once."""
    front, back = MemoryStore(), MemoryStore()
    back.put(KEY, b"data")
    assert LayeredStore(front, back).get(KEY) == b"data"
    assert front.get(KEY) == b"data"


# --- keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        store_key("block", text="Halfway.", voice="hum"),
        store_key("clip", text="Halfway", voice="hum"),
        store_key("clip", text="Halfway.", voice="hum2"),
        store_key("clip", text="Halfway.", voice="hum", rate=1),
        store_key("clip", text="Halfway."),
        store_key("clip", text="hum", voice="Halfway."),
        store_key("clip", text="Halfway.", voice=None),
        store_key("clip", text=["Halfway."], voice="hum"),
    ],
)
def test_a_key_depends_on_every_part(other: str) -> None:
    """On the kind, on each name and on each value."""
    assert other != KEY


def test_a_key_does_not_depend_on_the_order_of_its_parts() -> None:
    """Nor on the machine: this one is the same everywhere and for ever."""
    assert store_key("clip", voice="hum", text="Halfway.") == KEY
    assert store_key("clip") == "clip-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_numbers_and_their_texts_are_different_parts() -> None:
    """1 is not "1", nor true."""
    assert len({store_key("clip", part=part) for part in (1, "1", True, 1.5, [1])}) == 5


def test_an_entry_that_cannot_be_written_is_noted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the folder cannot be read, or holds a damaged entry of that name."""
    store = FolderStore(tmp_path)
    key = store_key("clip", text="x")
    store.put(key, b"whole")
    store._path(key).write_bytes(b"damaged")

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FolderStore, "_write", refused)
    monkeypatch.setattr(Path, "read_bytes", refused)
    store.put(key, b"whole")
    store.put(key, b"whole")
    assert [note.partition(" (")[0] for note in store.notes] == [
        f"Cannot write to the cache folder {tmp_path}"
    ]


def test_entries_that_cannot_be_removed_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clearing that clears nothing is no success."""
    store = FolderStore(tmp_path)
    store.put(store_key("clip", text="x"), b"whole")
    monkeypatch.setattr("voiceguide.store.folder._remove", lambda _: False)
    with pytest.raises(OutputError, match=r"Cannot remove 1 of 1 entries in "):
        store.clear()
