"""A run of the tests says how long it takes, and which test fails when it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LIMIT_SECONDS

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

def test_that_fails():
    assert False

@pytest.mark.slow
def test_that_is_slow():
    pass
"""


def run_tests(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow: takes long\n", encoding="utf-8")
    (folder / "test_two.py").write_text(TESTS, encoding="utf-8")
    plugins = ("-p", "tests.reporting", "-p", "no:randomly", "-p", "no:timeout")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_failing_test_is_named_when_it_fails(own_folders: Path, processes: str) -> None:
    """Before its traceback, which comes when all have run; also where other processes run the tests."""
    done = run_tests(own_folders, "-n", processes)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines.index("FAILED test_two.py::test_that_fails") < next(
        number for number, line in enumerate(lines) if "= FAILURES =" in line
    )
    assert "1 failed, 1 passed" in lines[-1]


@pytest.mark.slow
def test_a_run_says_how_long_the_last_one_took(own_folders: Path) -> None:
    """The measured length where there was none before; a part of the suite says nothing."""
    first = run_tests(own_folders, "--fast", "-n", "0")
    assert "fast suite: about 57 seconds" in first.stdout.splitlines()
    assert "1 failed, 1 deselected" in first.stdout.splitlines()[-1]
    stored = own_folders / ".pytest_cache" / "v" / "voiceguide" / "seconds"
    assert json.loads(stored.read_text(encoding="utf-8"))["fast"] < LIMIT_SECONDS
    stored.write_text('{"fast": 126}', encoding="utf-8")
    assert "fast suite: about 2.1 minutes" in run_tests(own_folders, "--fast", "-n", "0").stdout.splitlines()
    assert "suite: about" not in run_tests(own_folders, "-k", "slow", "-n", "0").stdout
