"""What is set for all sessions: by the environment, or in a file of one's own."""

import json
from pathlib import Path

import pytest

from tests.program import run
from voiceguide.errors import UsageError
from voiceguide.settings import KINDS, read_settings, settings_path, variable, write_setting


def written(text: str) -> Path:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def options(*arguments: str) -> dict[str, object]:
    ended = run("plan", "lower-back", "--engine", "fake", *arguments, "--json")
    assert ended.code == 0, ended.err
    found: dict[str, object] = json.loads(ended.out)["options"]
    return found


def test_nothing_is_set_at_first() -> None:
    """And the file is not made by looking."""
    assert not read_settings().values
    assert not settings_path().exists()


def test_the_order_is_option_environment_file_routine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each above the next."""
    assert options()["hold_seconds"] == 25
    written("hold = 21\nreps = 1\nguidance = 'brief'\ncountdown = false\npace = 100\nchime-level = -3\n")
    found = options()
    assert (found["hold_seconds"], found["reps"], found["guidance"]) == (21, 1, "brief")
    assert (found["countdown"], found["pace_wpm"], found["chime_level_db"]) == (False, 100, -3.0)
    monkeypatch.setenv("VOICEGUIDE_HOLD", "22")
    monkeypatch.setenv("VOICEGUIDE_FIRST_SIDE", "right")
    monkeypatch.setenv("VOICEGUIDE_COUNTDOWN", "yes")
    found = options()
    assert (found["hold_seconds"], found["first_side"], found["countdown"]) == (22, "right", True)
    assert options("--hold", "23", "--no-countdown")["hold_seconds"] == 23


def test_a_friends_file_goes_above_the_settings() -> None:
    """It is made anew as it was, but for what is asked for."""
    short = ("--only", "cat-cow", "--guidance", "cues", "--engine", "fake", "--hold", "5", "--reps", "1")
    assert run("make", "lower-back", *short, "-o", "friend.mp3").code == 0
    written("hold = 40\nreps = 3\nguidance = 'full'\n")
    found = json.loads(run("plan", "friend.mp3", "--json").out)["options"]
    assert (found["hold_seconds"], found["reps"], found["guidance"]) == (5, 1, "cues")


def test_files_go_to_the_folder_that_is_set(own_folders: Path) -> None:
    """Unless a place is asked for."""
    written(f"output = '{(own_folders / 'mine').as_posix()}'\nengine = 'fake'\n")
    short = ("--only", "cat-cow", "--guidance", "cues", "--hold", "5", "--reps", "1")
    assert run("make", "lower-back", *short).code == 0
    assert [path.name for path in (own_folders / "mine").iterdir()] == ["lower-back-5s-1x.mp3"]


def test_values_are_set_by_the_command(own_folders: Path) -> None:
    """Whatever else is in the file stays, comments too."""
    path = written("# mine\nhold = 30  # long\n\n[say]\npsoas = 'so-as'\n")
    for name, value in (
        ("pace", "110"),
        ("hold", "20"),
        ("guidance", "cues"),
        ("countdown", "no"),
        ("voice", "hum"),
    ):
        ended = run("config", "set", name, value)
        assert ended.code == 0, ended.err
        assert str(path) in ended.out
    text = path.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# long" in text
    found = read_settings()
    assert (found.value("hold"), found.value("pace"), found.value("countdown")) == (20, 110, False)
    assert found.say == {"psoas": "so-as"}
    assert run("config", "path").out.strip() == str(path)


def test_where_each_value_comes_from_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By config show, as data too, and by doctor."""
    path = written("hold = 30\n")
    monkeypatch.setenv("VOICEGUIDE_PACE", "111")
    shown = run("config", "show").out
    assert f"30  (from {path})" in shown
    assert "111  (from VOICEGUIDE_PACE)" in shown
    for name in KINDS:
        assert name in shown
        assert variable(name).startswith("VOICEGUIDE_")
    data = json.loads(run("config", "show", "--json").out)
    assert data["hold"] == {"value": 30, "origin": str(path)}
    assert "pace = 111 from VOICEGUIDE_PACE" in run("doctor").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hold = 0", "hold in "),
        ("hold = 'long'", "is not a whole number of seconds"),
        ("hold = true", "is not a whole number"),
        ("hold = 2.5", "is not a whole number"),
        ("holdd = 5", "There is no setting 'holdd'"),
        ("guidance = 'loud'", "Choose full, brief, cues or chimes."),
        ("countdown = 'perhaps'", "is neither true nor false"),
        ("chime-level = 'x'", "is not a number of decibels"),
        ("chime-level = 99", "is not possible"),
        ("voice = ''", "is not a name"),
        ("pace = [1]", "is not a whole number"),
        ("say = 3", "is a list of words"),
        ("[say]\npsoas = 3", "is a list of words"),
        ("hold = = 3", "is no TOML"),
        ("\x00", "is no TOML"),
        ("a = " + "[" * 5000, "is no TOML"),
    ],
)
def test_what_cannot_be_set_is_one_sentence(text: str, message: str) -> None:
    """With the file, the name, and what is allowed."""
    path = written(text)
    with pytest.raises(UsageError) as caught:
        read_settings()
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    ended = run("plan", "lower-back", "--engine", "fake")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)


def test_a_bad_value_is_not_written(own_folders: Path) -> None:
    """Nor is a broken file replaced."""
    path = written("hold = 30\n")
    for name, value in (("hold", "0"), ("holdd", "5"), ("guidance", "loud")):
        with pytest.raises(UsageError):
            write_setting(name, value)
    assert path.read_text(encoding="utf-8") == "hold = 30\n"
    written("hold = = 3\n")
    assert run("config", "set", "pace", "110").code == 2
    assert path.read_text(encoding="utf-8") == "hold = = 3\n"
