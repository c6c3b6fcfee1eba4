"""What is not needed is not loaded: the quick things stay quick."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
SHORT = str(Path(__file__).parent / "data" / "short.yaml")
HEAVY = ("numpy", "scipy", "av", "pydub", "hibari", "onnxruntime", "pyttsx3", "rich.progress")
_PROBE = """
import json, sys
sys.argv = ["voiceguide", *json.loads(sys.argv[1])]
from voiceguide.__main__ import main
try:
    main()
except SystemExit as end:
    loaded = [name for name in json.loads(sys.stdin.read()) if name in sys.modules]
    print(json.dumps(loaded), file=sys.stderr)
    raise
"""


def loaded_by(*arguments: str) -> list[str]:
    """Run the command in a process of its own, and return which heavy packages it loaded."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROBE, json.dumps(arguments)],
        input=json.dumps(HEAVY),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(done.stderr.splitlines()[-1])
    assert isinstance(loaded, list)
    return loaded


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("make", "--help"), ("routines",), ("cache", "info")]
)
def test_small_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """No sound, no voice."""
    assert loaded_by(*arguments) == []


def test_a_session_that_is_all_known_loads_no_voice_and_no_encoder(own_folders: Path) -> None:
    """The second make reads clips and blocks, and nothing else."""
    arguments = ("make", SHORT, "--engine", "neural")
    assert "hibari" in loaded_by(*arguments, "-o", "one.mp3")
    assert loaded_by(*arguments, "-o", "two.mp3") == []
    assert Path("one.mp3").read_bytes() == Path("two.mp3").read_bytes()


def test_a_session_whose_words_are_known_loads_no_voice(own_folders: Path) -> None:
    """Blocks are encoded for the first time; what speaks, or measures speech, is not needed."""
    arguments = (SHORT, "--engine", "neural")
    assert "hibari" in loaded_by("plan", *arguments)
    assert loaded_by("make", *arguments, "-o", "one.mp3") == ["numpy", "av", "pydub"]


def test_a_known_plan_loads_no_voice(own_folders: Path) -> None:
    """Only clip lengths are needed."""
    arguments = ("plan", SHORT, "--json")
    loaded_by(*arguments)
    assert loaded_by(*arguments) == []
