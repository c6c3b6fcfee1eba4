"""Ctrl-C and SIGTERM at any moment: one sentence, the right exit code, no file, nobody left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import left_behind

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")

# The program with a voice that takes its time.
SLOW = """
import signal, sys, time
# As scripts/run.py does, until the program meets them.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
from voiceguide.speech.fake import FakeEngine
speak = FakeEngine.speak
def slowly(self, text, voice, rate):
    time.sleep(0.05)
    return speak(self, text, voice, rate)
FakeEngine.speak = slowly
sys.argv = ["voiceguide", *sys.argv[1:]]
from voiceguide.__main__ import main
main()
"""
# The program with a command of the test's in place of its own; what it does stands between.
_BEFORE = """
import atexit, os, signal, sys, threading, time
sys.argv = ["voiceguide", "routines"]
import voiceguide.cli.app as app
"""
_AFTER = """
app.run = run
from voiceguide.__main__ import main
main()
"""
HANGING_WORKER = "import time\ntime.sleep(1000)\n"


def started(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", "-c", SLOW, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def command_of(run: str) -> list[str]:
    return [sys.executable, "-P", "-c", _BEFORE + run + _AFTER]


def ended(run: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command_of(run), capture_output=True, text=True, check=False, timeout=15)


def begun(run: str) -> "subprocess.Popen[str]":
    """Start a command that says when it is ready."""
    process = subprocess.Popen(command_of(run), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("after_seconds", [0.3, 0.6, 1.0, 1.5, 2.2])
def test_a_signal_ends_it_cleanly(own_folders: Path, number: signal.Signals, after_seconds: float) -> None:
    """While it plans, speaks or writes; a file that was there before still is."""
    (own_folders / "x.mp3").write_bytes(b"mine")
    process = started("make", "lower-back", "--engine", "fake", "--force", "-o", "x.mp3")
    time.sleep(after_seconds)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (128 + number, "")
    assert err == "Stopped; nothing was written.\n"
    assert (own_folders / "x.mp3").read_bytes() == b"mine"
    assert left_behind(own_folders.parent) == []


def test_a_signal_that_python_drops_is_raised_again(own_folders: Path) -> None:
    """As in a destructor, where an exception is only printed."""
    run = """
class Cleared:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
def run():
    thing = Cleared()
    del thing
    time.sleep(20)
    return 0
"""
    done = ended(run)
    assert done.returncode == 130
    assert done.stderr.endswith("Stopped; nothing was written.\n")


def test_a_signal_that_a_library_makes_an_error_of_still_ends_it(own_folders: Path) -> None:
    """As one does that reports whatever comes in words of its own."""
    run = """
def run():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException as error:
        words = str(error)
    raise RuntimeError(f"it was not to be: {words}")
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (130, "Stopped; nothing was written.\n")


def test_what_was_made_is_told_also_where_a_library_makes_an_error_of_it(own_folders: Path) -> None:
    """And on closed streams the code alone has to do."""
    run = """
def run():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException as stop:
        error = RuntimeError(str(stop))
    error.add_note("1 of 2 files were made.")
    raise error
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (130, "Stopped; 1 of 2 files were made.\n")
    silent = ended(f"{run}\nsys.stdout = sys.stderr = None\n")
    assert (silent.returncode, silent.stdout, silent.stderr) == (130, "", "")


def test_where_no_alarm_insists_the_next_signal_does(own_folders: Path) -> None:
    """On Windows: one that Python drops does not leave the program deaf; one that is met is enough."""
    run = """
del signal.setitimer, signal.SIGALRM
class Dropping:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
def run():
    Dropping()
    open("went-on", "w").close()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        open("cleared", "w").close()
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (130, "Stopped; nothing was written.\n")
    assert (own_folders / "went-on").exists()
    assert (own_folders / "cleared").exists()


def test_a_stop_that_becomes_an_error_of_ours_is_no_failure_among_several(own_folders: Path) -> None:
    """The files that were made are told, and none is made after it."""
    run = """
from voiceguide.errors import SpeechError
from voiceguide.speech.fake import FakeEngine
from voiceguide import making
sys.argv[1:] = ["make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--reps", "1", "--hold", "5,6,7,8"]
plan, calls = making.plan_session, []
def planned(*arguments, **named):
    calls.append(1)
    if len(calls) == 3:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except BaseException:
            raise SpeechError("The voice was interrupted.")
    return plan(*arguments, **named)
making.plan_session = planned
run = app.run
"""
    done = ended(run)
    made = [f"output/lower-back-{hold}s-1x.mp3" for hold in (5, 6)]
    assert done.returncode == 130
    assert done.stderr == f"Stopped; 2 of 4 files were made: {', '.join(str(Path(path)) for path in made)}.\n"
    assert sorted(path.as_posix() for path in Path("output").iterdir()) == made


def test_a_stop_that_became_an_ordinary_end_is_a_stop(own_folders: Path) -> None:
    """Whatever code the command line gives after it."""
    run = """
def run():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    except BaseException:
        return 1
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (143, "Stopped; some of it may be done.\n")


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_is_as_one(own_folders: Path, second: signal.Signals) -> None:
    """Whenever it comes: the clearing away goes on, and takes its time."""
    run = """
def run():
    try:
        print("ready", flush=True)
        time.sleep(20)
    finally:
        time.sleep(0.8)
        open("cleared", "w").close()
"""
    process = begun(run)
    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        time.sleep(0.1)
        process.send_signal(second)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (130, "Stopped; nothing was written.\n")
    assert Path("cleared").exists()


def test_what_was_made_before_the_end_is_told(own_folders: Path) -> None:
    """Of many, those that are there by then."""
    (own_folders / "folder").mkdir()
    options = ("--only", "cat-cow", "--engine", "fake", "--hold", "31,32,33,34,35,36", "--reps", "1,2")
    process = started("make", "lower-back", *options, "-o", "folder")
    first = own_folders / "folder" / "lower-back-31s-1x.mp3"
    while not first.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    made = sorted(path.name for path in (own_folders / "folder").iterdir())
    assert (process.returncode, out) == (128 + signal.SIGTERM, "")
    verb = "was" if len(made) == 1 else "were"
    assert err.splitlines()[-1].startswith(f"Stopped; {len(made)} of 12 files {verb} made: ")
    assert all(name in err for name in made)


def test_whatever_still_works_does_not_end_in_an_abort(own_folders: Path) -> None:
    """Threads of libraries are not waited for; what is registered to be cleared away is."""
    run = """
def run():
    atexit.register(lambda: open("cleared", "w").close())
    threading.Thread(target=time.sleep, args=(20,)).start()
    print("ready", flush=True)
    time.sleep(20)
"""
    process = begun(run)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (143, "Stopped; nothing was written.\n")
    assert Path("cleared").exists()


def test_a_signal_during_the_imports_ends_it_cleanly(own_folders: Path) -> None:
    """From the moment the program is its own."""
    program = """
import os, signal, sys
sys.argv = ["voiceguide", "routines"]
from voiceguide import __main__ as program
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "voiceguide.cli.app":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
program.main()
"""
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped; nothing was written.\n")


def test_no_worker_outlives_a_session_that_was_stopped(own_folders: Path) -> None:
    """A hanging system voice is ended with the program, at once."""
    worker = own_folders / "hanging_worker.py"
    worker.write_text(HANGING_WORKER, encoding="utf-8")
    program = (
        "import sys\n"
        "from voiceguide.speech import system\n"
        f"system.SystemEngine.__init__.__defaults__ = ((sys.executable, {str(worker)!r}), 30.0)\n"
        "sys.argv = ['voiceguide', 'make', 'lower-back', '--engine', 'system']\n"
        "from voiceguide.__main__ import main\n"
        "main()\n"
    )
    process = subprocess.Popen([sys.executable, "-P", "-c", program], stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    workers = _running(str(worker))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (130, "Stopped; nothing was written.\n")
    if workers:  # where /proc tells
        time.sleep(0.2)
        assert _running(str(worker)) == []


def _running(name: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = place.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if name in line and "-c" not in line.split("\0"):
            found.append(line)
    return found


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_nobody_takes_is_told_in_one_sentence() -> None:
    """A full disk behind a redirection; and closed output is no error."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "voiceguide", "routines", "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: what was to be told cannot be written: ")
    for command in ("--version", "routines", "plan lower-back --engine fake"):
        closed = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m voiceguide {command} >&-"], stderr=subprocess.PIPE, check=False
        )
        assert (closed.returncode, closed.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("errors", ["2>&-", "2>/dev/full", "2>/dev/null"])
def test_what_cannot_be_told_beside_the_result_changes_nothing(own_folders: Path, errors: str) -> None:
    """A note that nobody can read is no failure, and never gets into the result."""
    command = f"{sys.executable} -m voiceguide make lower-back --engine fake --hold 5 --only cat-cow --json {errors}"
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0
    assert Path(json.loads(done.stdout)["path"]).exists()
    wrong = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m voiceguide plan nowhere {errors}"],
        stdout=subprocess.PIPE,
        check=False,
    )
    assert (wrong.returncode, wrong.stdout) == (2, b"")
