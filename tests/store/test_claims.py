"""Claims: several processes on one folder make each entry once, and none waits for one that is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from voiceguide.errors import EngineUnavailable
from voiceguide.language.registry import find_language
from voiceguide.script.segments import Utterance
from voiceguide.speech import renderer
from voiceguide.speech.fake import FakeEngine
from voiceguide.speech.pool import EnginePool
from voiceguide.speech.renderer import SpeechRenderer
from voiceguide.store.folder import FolderStore
from voiceguide.store.memory import LayeredStore, MemoryStore
from voiceguide.store.port import Store, store_key

KEY = store_key("clip", text="Halfway.")
# Plans a session on the cache that all share, once all are ready; notes every phrase that its engine speaks.
PLANNER = """
import os, sys, time
from pathlib import Path
from voiceguide.speech.fake import FakeEngine

speak = FakeEngine.speak

def noted(engine, text, voice, rate):
    with open("spoken", "a") as file:
        file.write(f"{rate} {text}\\n")
    return speak(engine, text, voice, rate)

FakeEngine.speak = noted
from voiceguide.__main__ import main
Path(f"ready-{os.getpid()}").touch()
while not Path("go").exists():
    time.sleep(0.005)
sys.argv = ["voiceguide", "plan", "lower-back", "--engine", "fake"]
main()
"""
# Claims an entry and never lets go of it.
HOLDER = """
import sys, time
from pathlib import Path
from voiceguide.store.folder import FolderStore
with FolderStore(Path(sys.argv[1])).claim(sys.argv[2]) as granted:
    print(granted, flush=True)
    time.sleep(1000)
"""


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A store in an empty folder."""
    return FolderStore(tmp_path / "cache")


def render_one(store: Store, engine: FakeEngine | None = None) -> FakeEngine:
    """Render "Halfway." with the fake engine, and return the engine."""
    engine = engine or FakeEngine()
    passage = find_language("en").calibration_passage
    pool = EnginePool(engine, FakeEngine, 1)
    speech = SpeechRenderer(pool, engine.voices()[0], store, pace_wpm=120, passage=passage)
    clips = dict(speech.speak([Utterance("Halfway, and more.")]))
    assert len(clips) == 1
    return engine


def test_a_claim_is_granted_once_at_a_time(store: FolderStore) -> None:
    """To this process or another; different entries are independent; nothing is left behind."""
    other = FolderStore(store.root)
    with store.claim(KEY) as first, other.claim(KEY) as second, other.claim(store_key("clip")) as different:
        assert (first, second, different) == (True, False, True)
        with LayeredStore(MemoryStore(), other).claim(KEY) as layered:
            assert not layered
    with other.claim(KEY) as again:
        assert again
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_claim_is_not_an_entry(store: FolderStore) -> None:
    """Neither counted nor found; one that a killed process has left is swept away."""
    with store.claim(KEY):
        assert (store.size().entries, store.get(KEY), store.clear()) == ({}, None, 0)
    left = store.root / KEY[-64:][:2] / f"{KEY}.claim"
    left.touch()
    os.utime(left, (1, 1))
    store.prune(10**9)
    assert not left.exists()


def test_a_store_that_cannot_coordinate_grants_every_claim(tmp_path: Path) -> None:
    """One in memory, and one in a folder that cannot be written."""
    (tmp_path / "file").write_text("in the way")
    for store in (MemoryStore(), FolderStore(tmp_path / "file")):
        with store.claim(KEY) as first, store.claim(KEY) as second:
            assert first
            assert second


def test_threads_that_claim_by_turns_never_hold_it_together(store: FolderStore) -> None:
    """The file comes and goes, and is held by one at a time all the same."""
    holding, most, granted = [0], [0], [0]
    lock = threading.Lock()

    def claim_often() -> None:
        own = FolderStore(store.root)
        for _ in range(200):
            with own.claim(KEY) as ours:
                with lock:
                    holding[0] += ours
                    granted[0] += ours
                    most[0] = max(most[0], holding[0])
                time.sleep(0)
                with lock:
                    holding[0] -= ours

    threads = [threading.Thread(target=claim_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert granted[0] > 10


@pytest.mark.slow
def test_eight_processes_on_a_cold_cache_speak_each_phrase_once(own_folders: Path) -> None:
    """Calibration included; every process has the whole session."""
    planners = [
        subprocess.Popen([sys.executable, "-P", "-c", PLANNER], stdout=subprocess.PIPE) for _ in range(8)
    ]
    while len(list(own_folders.glob("ready-*"))) < 8:
        time.sleep(0.02)
    (own_folders / "go").touch()
    plans = {planner.communicate()[0] for planner in planners}
    assert [planner.returncode for planner in planners] == [0] * 8
    assert len(plans) == 1
    spoken = (own_folders / "spoken").read_text().splitlines()
    assert len(spoken) > 50
    assert sorted(spoken) == sorted(set(spoken))


@pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")
def test_a_killed_holder_blocks_nobody(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its claims end with it, long before the time limit."""
    monkeypatch.setattr(renderer, "_MAX_WAIT_SECONDS", 1e6)
    root = own_folders / "cache"
    render_one(FolderStore(root))  # for the calibration
    ((claimed, path),) = [(path.name, path) for path in root.rglob("clip-*") if is_last_spoken(path, root)]
    path.unlink()
    holder = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLDER, str(root), claimed], stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"True\n"
    done: list[FakeEngine] = []
    waiting = threading.Thread(target=lambda: done.append(render_one(FolderStore(root))))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    waiting.join()
    assert done[0].spoken == ["Halfway, and more."]
    assert path.exists()


def is_last_spoken(path: Path, root: Path) -> bool:
    """Whether a clip is the newest of a folder."""
    return path == max(root.rglob("clip-*"), key=lambda one: one.stat().st_mtime_ns)


def test_a_holder_that_hangs_is_waited_for_only_so_long(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the phrase is spoken here, too, and the calibration found here."""
    monkeypatch.setattr(renderer, "_MAX_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(store, "claim", lambda key: FolderStore(Path("nowhere")).claim("never"))
    held = FolderStore(Path("nowhere"))
    with held.claim("never"):
        assert render_one(store).spoken[-1] == "Halfway, and more."


def test_a_phrase_that_fails_is_free_for_others(store: FolderStore) -> None:
    """The claim ends with the error."""

    class Mute(FakeEngine):
        def speak(self, *arguments: object) -> object:  # type: ignore[override]
            raise EngineUnavailable("The voice is gone.")

    with pytest.raises(EngineUnavailable):
        render_one(store, Mute())
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    assert render_one(store).spoken
