"""Sessions made from several threads at once are the same files, and leave the process as it is."""

import subprocess
import sys
from pathlib import Path

import pytest

SHORT = Path(__file__).parents[1] / "data" / "short.yaml"
# Runs in a process of its own, which has loaded none of the libraries yet.
_SCRIPT = """
import locale, os, signal, sys, threading, warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import voiceguide

ROUTINE, ENGINE, THREADS = sys.argv[1], sys.argv[2], 8

def umask():
    if not os.path.exists("/proc/self/status"):
        return None
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((line for line in lines if line.startswith("Umask")), None)

def state():
    numbers = [number for number in signal.valid_signals() if number not in {signal.SIGKILL, signal.SIGSTOP}]
    return {
        "warning filters": [*warnings.filters],
        "showwarning": warnings.showwarning,
        "umask": umask(),
        "signal handlers": [signal.getsignal(number) for number in numbers],
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "working folder": os.getcwd(),
        "standard streams": (sys.stdin, sys.stdout, sys.stderr),
    }

def changed(before):
    now = state()
    return [name for name in before if now[name] != before[name]]

class Mine(UserWarning):
    pass

shown, raised, seen, done = [0], [0], set(), threading.Event()

def note(message, category, *_):
    shown[0] += category is Mine

warnings.showwarning = note
warnings.simplefilter("always", Mine)

def warn_all_the_time():
    while not done.wait(0.001):
        raised[0] += 1
        warnings.warn("look", Mine)

# Filters of numpy and others are added while they are imported, and removed again by the call.
LOADED = {"warning filters"}
def look_all_the_time(before):
    while not done.wait(0.002):
        seen.update(changed(before))

def make(number, folder):
    hold = 5 + number % 4
    choices = {"hold": hold, "guidance": "cues", "engine": ENGINE, "dated": False}
    return voiceguide.make(ROUTINE, Path(folder) / f"{number}.mp3", **choices)

before = state()
watchers = [threading.Thread(target=warn_all_the_time), threading.Thread(target=look_all_the_time, args=(before,))]
for watcher in watchers:
    watcher.start()
with ThreadPoolExecutor(THREADS) as pool:
    results = list(pool.map(lambda number: make(number, "together"), range(THREADS)))
done.set()
for watcher in watchers:
    watcher.join()
assert changed(before) == [], changed(before)
assert seen <= LOADED, seen
assert raised[0] > 10 and shown[0] == raised[0], (shown, raised)
os.environ["VOICEGUIDE_CACHE_DIR"] += "-alone"
for result in results:
    alone = make(int(result.path.stem), "alone")
    assert alone.path.read_bytes() == result.path.read_bytes(), result.path
workers = [thread for thread in threading.enumerate() if thread.name.startswith("voiceguide")]
assert len(workers) <= 64, workers
"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["fake", "neural"])
def test_eight_threads_make_the_files_that_each_makes_alone(engine: str, own_folders: Path) -> None:
    """With a cold cache each time; warnings of another thread are all shown meanwhile."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _SCRIPT, str(SHORT), engine], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
