"""Ctrl-C and SIGTERM at any moment: one sentence, the right exit code, no file, nobody left behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import left_behind
from tests.waiting import LIMIT_SECONDS, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them"),
]

# The program, sending itself a signal at one call of one of its own functions.
_AT_A_CALL = """
import importlib, os, signal, sys
# As scripts/run.py does, until the program is ready for them.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
place, call, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
module, _, name = place.partition(":")
*owners, name = name.split(".")
owner = importlib.import_module(module)
for part in owners:
    owner = getattr(owner, part)
original, calls = getattr(owner, name), []
def at_a_call(*arguments, **named):
    calls.append(1)
    if len(calls) == call:
        os.kill(os.getpid(), number)
    return original(*arguments, **named)
setattr(owner, name, at_a_call)
sys.argv = ["voiceguide", *sys.argv[4:]]
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
# The signal comes when the process is there, and before the one who starts it knows.
STOPPED_WHILE_STARTING = """
import os, signal, subprocess, time
class Popen(subprocess.Popen):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        while not os.path.exists("speaks"):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
subprocess.Popen = Popen
"""
HANGING_WORKER = "import time\nopen('speaks', 'w').close()\ntime.sleep(1000)\n"


def stopped_at(
    place: str, call: int, number: signal.Signals, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to which a signal comes at the n-th call of a function, named as module:name."""
    return subprocess.run(
        [sys.executable, "-P", "-c", _AT_A_CALL, place, str(call), str(int(number)), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )


def command_of(run: str) -> list[str]:
    return [sys.executable, "-P", "-c", _BEFORE + run + _AFTER]


def ended(run: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command_of(run), capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS)


def begun(run: str) -> "subprocess.Popen[str]":
    """Start a command, and wait for it to say that it is ready."""
    process = subprocess.Popen(
        command_of(run), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(
    ("place", "call", "number"),
    [
        ("voiceguide.routine.reader:find_routine_with_warnings", 1, signal.SIGHUP),
        ("voiceguide.speech.fake:FakeEngine.speak", 1, signal.SIGINT),
        ("voiceguide.speech.fake:FakeEngine.speak", 9, signal.SIGTERM),
        ("voiceguide.mp3.encoder:_packets", 1, signal.SIGINT),
        ("voiceguide.mp3.encoder:_packets", 4, signal.SIGTERM),
        # Whole, but still under its temporary name.
        ("voiceguide.files.writing:_put_in_place", 1, signal.SIGINT),
        ("voiceguide.files.writing:_put_in_place", 1, signal.SIGTERM),
    ],
)
def test_a_signal_ends_it_cleanly(own_folders: Path, place: str, call: int, number: signal.Signals) -> None:
    """While it reads, plans, speaks, encodes or writes; a file that was there before still is."""
    (own_folders / "x.mp3").write_bytes(b"mine")
    options = ("--engine", "fake", "--only", "cat-cow", "--reps", "1", "--force", "-o", "x.mp3")
    done = stopped_at(place, call, number, "make", "lower-back", *options)
    assert (done.returncode, done.stdout) == (128 + number, "")
    assert done.stderr == "Stopped; nothing was written.\n"
    assert (own_folders / "x.mp3").read_bytes() == b"mine"
    assert left_behind(own_folders.parent) == []


def test_a_signal_that_python_drops_is_raised_again(own_folders: Path) -> None:
    """As in a destructor, where an exception is only printed."""
    run = """
class Cleared:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def run():
    thing = Cleared()
    del thing
    time.sleep(1000)
    return 0
"""
    done = ended(run)
    assert done.returncode == 130
    assert done.stderr.endswith("Stopped; nothing was written.\n")


def test_a_signal_that_a_library_makes_an_error_of_still_ends_it(own_folders: Path) -> None:
    """As one does that reports every exception as an error of its own."""
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


def test_what_was_made_is_listed_also_where_a_library_makes_an_error_of_it(own_folders: Path) -> None:
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
def run():
    Dropping()
    open("went-on", "w").close()
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        open("cleared", "w").close()
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (130, "Stopped; nothing was written.\n")
    assert (own_folders / "went-on").exists()
    assert (own_folders / "cleared").exists()


def test_a_stop_that_becomes_an_error_of_ours_is_no_failure_among_several(own_folders: Path) -> None:
    """The files that were made are listed, and none is made after it."""
    run = """
from voiceguide.errors import SpeechError
from voiceguide.speech.fake import FakeEngine
from voiceguide.session import making
sys.argv[1:] = ["make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--reps", "1", "--hold", "5,6,7,8"]
plan, calls = making.plan_session, []
def planned(*arguments, **named):
    calls.append(1)
    if len(calls) == 3:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except BaseException:
            raise SpeechError("The voice was interrupted.")
    return plan(*arguments, **named)
making.plan_session = planned
run = app.run
"""
    done = ended(run)
    made = [f"output/lower-back-{hold}s-1x-1-of-5-fake.mp3" for hold in (5, 6)]
    assert done.returncode == 130
    assert done.stderr == f"Stopped; 2 of 4 files were made: {', '.join(str(Path(path)) for path in made)}.\n"
    assert sorted(path.as_posix() for path in Path("output").iterdir()) == made


def test_a_stop_that_became_an_ordinary_end_is_a_stop(own_folders: Path) -> None:
    """Whatever code the command line gives after it."""
    run = """
def run():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except BaseException:
        return 1
"""
    done = ended(run)
    assert (done.returncode, done.stderr) == (143, "Stopped; part of the work may be done.\n")


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_second_signal_changes_nothing(own_folders: Path, second: signal.Signals) -> None:
    """Whenever it comes: the cleaning up goes on, and takes its time; the alarm does not interrupt it either."""
    run = """
def run():
    try:
        print("ready", flush=True)
        time.sleep(1000)
    finally:
        ring, rings = signal.getsignal(signal.SIGALRM), []
        signal.signal(signal.SIGALRM, lambda *_: (rings.append(1), ring(*_)))
        print("cleaning up", flush=True)
        sys.stdin.readline()
        while len(rings) < 2:
            time.sleep(0.01)
        open("cleared", "w").close()
"""
    process = begun(run)
    process.send_signal(signal.SIGINT)
    assert process.stdout
    assert process.stdout.readline() == "cleaning up\n"
    for _ in range(3):
        process.send_signal(second)
    _, err = process.communicate("go on\n", timeout=LIMIT_SECONDS)
    assert (process.returncode, err) == (130, "Stopped; nothing was written.\n")
    assert Path("cleared").exists()


def test_what_was_made_before_the_end_is_named(own_folders: Path) -> None:
    """Of many, those that are there by then."""
    Path("folder").mkdir()
    options = ("--only", "cat-cow", "--engine", "fake", "--hold", "31,32,33", "--reps", "1,2")
    place = "voiceguide.session.making:plan_session"
    done = stopped_at(place, 3, signal.SIGTERM, "make", "lower-back", *options, "-o", "folder")
    made = sorted(Path("folder").iterdir())
    assert len(made) == 2
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "")
    assert done.stderr.splitlines()[-1].startswith("Stopped; 2 of 6 files were made: ")
    assert all(path.name in done.stderr for path in made)


def test_whatever_still_works_does_not_end_in_an_abort(own_folders: Path) -> None:
    """Threads of libraries are not waited for; what is registered to be cleared away is."""
    run = """
def run():
    atexit.register(lambda: open("cleared", "w").close())
    threading.Thread(target=time.sleep, args=(1000,)).start()
    print("ready", flush=True)
    time.sleep(1000)
"""
    process = begun(run)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=LIMIT_SECONDS)
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


@pytest.mark.parametrize("prelude", ["", STOPPED_WHILE_STARTING], ids=["speaking", "starting"])
def test_no_worker_outlives_a_session_that_was_stopped(own_folders: Path, prelude: str) -> None:
    """A hanging system voice is ended with the program, at once, even if it has only just been started."""
    worker = own_folders / "hanging_worker.py"
    worker.write_text(HANGING_WORKER, encoding="utf-8")
    program = (
        "import sys\n"
        "from voiceguide.speech import system\n"
        f"{prelude}"
        f"system.SystemEngine.__init__.__defaults__ = ((sys.executable, {str(worker)!r}), 30.0)\n"
        "sys.argv = ['voiceguide', 'make', 'lower-back', '--engine', 'system']\n"
        "from voiceguide.__main__ import main\n"
        "main()\n"
    )
    process = subprocess.Popen([sys.executable, "-P", "-c", program], stderr=subprocess.PIPE, text=True)
    wait_until(Path("speaks").exists)
    if not prelude:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_SECONDS)
    assert (process.returncode, err) == (130, "Stopped; nothing was written.\n")
    wait_until(lambda: not _running(str(worker)))


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
    assert ended.stderr.startswith("Error: cannot write output: ")
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
