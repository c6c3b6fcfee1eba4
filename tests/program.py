"""Runs the command line: in this process where that is enough, else as a program of its own."""

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from voiceguide import __main__ as program

COMMAND = (sys.executable, "-P", "-m", "voiceguide")


@dataclass(frozen=True)
class Ended:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def run(*arguments: str) -> Ended:
    """Run a command in this process, through the program's own entry and error handler."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["voiceguide", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = program.run()
    finally:
        sys.argv = before
    return Ended(code, out.getvalue(), err.getvalue())


def run_process(*arguments: str, encoding: str = "utf-8", **environment: str) -> Ended:
    """Run a command as a program of its own, on a console of some encoding."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        encoding=encoding,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding, **environment},
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def left_behind(folder: Path) -> list[str]:
    """Return every unfinished file below a folder."""
    return [str(path) for path in folder.rglob("*.part")]
