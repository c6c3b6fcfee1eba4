"""The system voice's process may hang, die, talk nonsense or leave no sound: the phrase is named, and that is all."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.waiting import wait_until
from voiceguide.errors import EngineUnavailable, PhraseFailed
from voiceguide.speech import system
from voiceguide.speech.engine import Voice
from voiceguide.speech.system import SystemEngine

VOICE = Voice("v", "V", "en", "system", "1")
# Answers like the real one, but for what stands in place of the dots; notes its process id in a file.
WORKER = """
import json, os, sys, wave
open("pids", "a").write(f"{os.getpid()}\\n")
for line in sys.stdin:
    request = json.loads(line)
    def answer(value): print(json.dumps(value), flush=True)
    def tone(path, frames=12000):
        with wave.open(path, "wb") as file:
            file.setnchannels(1); file.setsampwidth(2); file.setframerate(24000)
            file.writeframes((b"\\x00\\x20\\x00\\xe0") * (frames // 2))
    if request["do"] == "voices":
        answer({"ok": {"voices": [{"id": "v", "name": "V", "language": "en"}], "version": "1", "default": "v"}})
        continue
    ...
"""


@pytest.fixture
def engine_that(own_folders: Path) -> Callable[..., SystemEngine]:
    """Make an engine whose worker does something wrong when it is to speak."""

    def make(fault: str, seconds: float = 0.7) -> SystemEngine:
        worker = own_folders / "worker.py"
        worker.write_text(WORKER.replace("...", fault), encoding="utf-8")
        return SystemEngine((sys.executable, str(worker)), seconds)

    return make


FAULTS = {
    "hangs": ("import time; time.sleep(100)", "it did not answer within 0.7 seconds."),
    "dies": ("os._exit(3)", "its process ended."),
    "talks nonsense": ("print('Audio saved to x', flush=True)", "an invalid answer."),
    "answers no object": ("answer([1])", "an invalid answer."),
    "answers half": ("answer({})", "an invalid answer."),
    "fails": ("answer({'error': 'ValueError: boom'})", "it said ValueError: boom."),
    "leaves no file": ("answer({'ok': request['path']})", "produced no audio for 'Hello.'"),
    "leaves an empty file": (
        "open(request['path'], 'w').close(); answer({'ok': 1})",
        "produced no audio for 'Hello.'",
    ),
    "leaves no samples": ("tone(request['path'], 0); answer({'ok': 1})", "produced no audio for 'Hello.'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_failed_phrase(engine_that: Callable[..., SystemEngine], fault: str) -> None:
    """The message names the phrase, and what happened."""
    code, reason = FAULTS[fault]
    engine = engine_that(code)
    with pytest.raises(PhraseFailed) as caught:
        engine.speak("Hello.", VOICE, 1.0)
    engine.close()
    assert "The system voice" in str(caught.value)
    assert "'Hello.'" in str(caught.value)
    assert str(caught.value).rstrip(".").endswith(reason.rstrip("."))


def test_after_a_failure_another_process_speaks(engine_that: Callable[..., SystemEngine]) -> None:
    """One that hangs is replaced."""
    engine = engine_that(
        "first = not os.path.exists('seen'); open('seen', 'w').close()\n"
        "    import time\n"
        "    if first: time.sleep(100)\n"
        "    tone(request['path']); answer({'ok': 1})"
    )
    with pytest.raises(PhraseFailed):
        engine.speak("Hello.", VOICE, 1.0)
    assert engine.speak("Hello.", VOICE, 1.0).duration_ms == 500
    engine.close()


def test_a_process_that_lost_a_phrase_is_replaced(engine_that: Callable[..., SystemEngine]) -> None:
    """What has left no sound once may leave none again."""
    engine = engine_that(
        "first = not os.path.exists('seen'); open('seen', 'w').close()\n"
        "    if not first: tone(request['path'])\n"
        "    answer({'ok': 1})"
    )
    with pytest.raises(PhraseFailed, match="produced no audio"):
        engine.speak("Hello.", VOICE, 1.0)
    assert engine.speak("Hello.", VOICE, 1.0).duration_ms == 500
    assert len(Path("pids").read_text().split()) == 2
    engine.close()


def test_a_process_that_starts_while_all_is_closed_is_ended(
    engine_that: Callable[..., SystemEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, which waits for it."""
    engine = engine_that("tone(request['path']); answer({'ok': 1})")
    started: list[system._Worker] = []
    start = system._Worker.__init__

    def closed_meanwhile(worker: system._Worker, command: tuple[str, ...]) -> None:
        start(worker, command)
        started.append(worker)
        closing.start()
        wait_until(lambda: engine._closed)

    closing = threading.Thread(target=engine.close)
    monkeypatch.setattr(system._Worker, "__init__", closed_meanwhile)
    with pytest.raises(EngineUnavailable, match="was stopped"):
        engine.speak("Hello.", VOICE, 1.0)
    closing.join()
    assert [worker._process.poll() is None for worker in started] == [False]


def test_one_process_speaks_at_every_rate_and_ends_with_the_engine(
    engine_that: Callable[..., SystemEngine],
) -> None:
    """Nothing is left running behind."""
    engine = engine_that("tone(request['path']); answer({'ok': 1})")
    for rate in (0.7, 1.0, 0.7):
        engine.speak("Hello.", VOICE, rate)
    engine.close()
    (pid,) = Path("pids").read_text().split()
    if os.name != "nt":
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_an_engine_that_was_closed_starts_nothing_more(engine_that: Callable[..., SystemEngine]) -> None:
    """A later phrase is an error that says so."""
    engine = engine_that("tone(request['path']); answer({'ok': 1})")
    engine.close()
    with pytest.raises(EngineUnavailable, match="was stopped"):
        engine.speak("Hello.", VOICE, 1.0)
    assert not Path("pids").exists()


def test_a_worker_that_cannot_start_is_an_error_with_a_remedy() -> None:
    """No such program, or one that ends at once."""
    for command, reason in (
        (("no-such-program-at-all",), "cannot be started"),
        ((sys.executable, "-c", "pass"), r"cannot be used: its process ended\. On Linux, install espeak-ng"),
        ((sys.executable, "-c", "input(); print('{\"ok\": [1]}')"), "in an unknown format"),
    ):
        engine = SystemEngine(command)
        with pytest.raises(EngineUnavailable, match=reason):
            engine.voices()
        engine.close()


def test_a_machine_without_voices_is_an_error_with_a_remedy(own_folders: Path) -> None:
    """With what to install."""
    answer = '{"ok": {"voices": [], "version": "1", "default": ""}}'
    engine = SystemEngine((sys.executable, "-c", f"input(); print({answer!r})"))
    with pytest.raises(EngineUnavailable, match="has no voices on this computer"):
        engine.voices()
    engine.close()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only eSpeak NG runs in a fork for each phrase"
)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [("time.sleep(100)", "not answer within 1 seconds"), ("os.abort()", "said eSpeak NG ended with -6")],
)
def test_a_fork_that_hangs_or_dies_is_gone_afterwards(own_folders: Path, fault: str, reason: str) -> None:
    """The fork that speaks one phrase on Linux ends with the worker that forked it."""
    engine = SystemEngine((sys.executable, str(copying_worker(own_folders, fault))), phrase_seconds=1.0)
    with pytest.raises(PhraseFailed, match=reason):
        engine.speak("Hello.", VOICE, 1.0)
    engine.close()
    wait_for_end(Path("pids").read_text().split())


def copying_worker(folder: Path, fault: str) -> Path:
    """Write the real worker, except for what its fork does instead of speaking."""
    worker = folder / "worker.py"
    worker.write_text(
        "import os, time\n"
        "from voiceguide.speech import system_worker\n"
        "def speak(line, answers):\n"
        "    open('pids', 'a').write(f'{os.getpid()}\\n')\n"
        f"    {fault}\n"
        "system_worker.main(answer=speak, max_seconds=2)\n",
        encoding="utf-8",
    )
    return worker


def wait_for_end(pids: list[str]) -> None:
    """Wait until processes are gone; the test's time limit ends a wait in vain."""
    while any(map(is_running, pids)):
        time.sleep(0.02)


def is_running(pid: str) -> bool:
    """Return whether a process is running; one that has ended but was not waited for is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only eSpeak NG runs in a fork for each phrase"
)
def test_no_process_is_left_when_the_session_is_killed(own_folders: Path) -> None:
    """While a phrase hangs: its fork ends at its time limit, and then the worker, whose input has ended."""
    worker = copying_worker(own_folders, "time.sleep(100)")
    session = (
        "import sys\n"
        "from voiceguide.speech.engine import Voice\n"
        "from voiceguide.speech.system import SystemEngine\n"
        f"SystemEngine((sys.executable, {str(worker)!r})).speak('Hello.', Voice('v', 'V', 'en', 'system', '1'), 1.0)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", session])
    while not Path("pids").exists() or not Path("pids").read_text().endswith("\n"):
        time.sleep(0.02)
    copy = Path("pids").read_text().strip()
    parent = Path(f"/proc/{copy}/stat").read_text().rpartition(")")[2].split()[1]
    process.kill()
    process.wait()
    wait_for_end([copy, parent])
