"""What is set for all sessions: by the environment, or in a file of one's own."""

import json
import re
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from tests.program import run
from voiceguide.errors import InvalidFile, UsageError
from voiceguide.options import table
from voiceguide.session.source import find_source
from voiceguide.settings import (
    read_settings,
    settings_path,
    write_setting,
)


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


@pytest.mark.slow
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
    """It is made again as it was, except for what is asked for."""
    short = ("--only", "cat-cow", "--guidance", "cues", "--engine", "fake", "--hold", "5", "--reps", "1")
    assert run("make", "lower-back", *short, "-o", "friend.mp3").code == 0
    written("hold = 40\nreps = 3\nguidance = 'full'\n")
    found = json.loads(run("plan", "friend.mp3", "--engine", "fake", "--json").out)["options"]
    assert (found["hold_seconds"], found["reps"], found["guidance"]) == (5, 1, "cues")


def test_files_go_to_the_folder_that_is_set(own_folders: Path) -> None:
    """Unless a place is asked for."""
    written(f"output = '{(own_folders / 'mine').as_posix()}'\nengine = 'fake'\n")
    short = ("--only", "cat-cow", "--guidance", "cues", "--hold", "5", "--reps", "1")
    assert run("make", "lower-back", *short).code == 0
    assert [path.name for path in (own_folders / "mine").iterdir()] == [
        "lower-back-5s-1x-1-of-5-cues-fake.mp3"
    ]


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
    assert (found.value("hold"), found.value("pace"), found.value("countdown")) == (20, 110, 0)
    assert found.say == {"psoas": "so-as"}
    assert run("config", "path").out.strip() == str(path)


def test_where_each_value_comes_from_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By config show, as data too, and by doctor."""
    path = written("hold = 30\n")
    monkeypatch.setenv("VOICEGUIDE_PACE", "111")
    shown = run("config", "show").out
    assert f"30  (from {path})" in shown
    assert "111  (from VOICEGUIDE_PACE)" in shown
    for name in table.settings():
        assert name in shown
        assert table.settings()[name].variable.startswith("VOICEGUIDE_")
    data = json.loads(run("config", "show", "--json").out)
    assert data["hold"] == {"value": 30, "origin": str(path)}
    assert "pace = 111 from VOICEGUIDE_PACE" in run("doctor").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hold = 0", "hold in "),
        ("hold = 'long'", "is not a duration. Write it as 25, 7.5s or 1m30s."),
        ("hold = true", "is not a duration"),
        ("hold = 25.3", "is not a whole or half second"),
        ("holdd = 5", "There is no setting 'holdd'"),
        (
            "guidance = 'loud'",
            "There is no guidance called 'loud'. Choose one of: full, brief, cues, chimes.",
        ),
        ("countdown = 'perhaps'", "'perhaps' is not 0, 3, 5 or 10"),
        ("chime-level = 'x'", "is not a number of decibels"),
        ("chime-level = 99", "is not possible"),
        ("voice = ''", "is not a name"),
        ("pace = [1]", "is not a whole number"),
        ("say = 3", "must be a list of words"),
        ("[say]\npsoas = 3", "must be a list of words"),
        ("hold = = 3", "is not valid TOML"),
        ("\x00", "is not valid TOML"),
        ("a = " + "[" * 5000, "has a line of 5004 characters"),
        ("a = " + "[" * 900, "is not valid TOML"),
        ("hold = " + "1" * 900, "is not possible"),
        ("hold = " + "1" * 3600, "has a line of 3607 characters"),
        ("k." * 20_000 + "k = 1", "has a line of 40005 characters"),
        ("k" * 40_000 + " = 1", "has a line of 40004 characters"),
        (".".join(["a"] * 150) + " = 1", "There is no setting 'a'"),
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


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("hold", "1m30s", 90),
        ("rest", "10 sec", 10),
        ("chime-level", "-6", -6.0),
        ("countdown", "off", 0),
        ("countdown", "ON", 3),
        ("engine", "system", "system"),
        ("url", "https://example.org/back", "https://example.org/back"),
    ],
)
def test_a_value_is_written_as_its_option_takes_it(
    name: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command, and by the environment."""
    assert run("config", "set", name, text).code == 0
    assert read_settings().value(name) == value
    assert run("config", "unset", name).code == 0
    assert read_settings().value(name) is None
    monkeypatch.setenv(table.settings()[name].variable, text)
    assert read_settings().value(name) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("hold", "+-5", "'+-5' is not a duration. Write it as 25, 7.5s or 1m30s."),
        ("hold", "--5", "'--5' is not a duration"),
        ("hold", "9" * 5000, "99...' is not a duration"),
        ("pace", "+-5", "'+-5' is not a whole number."),
        ("pace", "9" * 5000, "99...' is not a whole number."),
        ("chime-level", "9" * 5000, "is not possible"),
        ("reps", "\u0663", "is not a whole number."),
        ("engine", "nueral", "There is no engine called 'nueral'. Did you mean 'neural'?"),
        (
            "output",
            "~nosuchuser/x",
            "'~nosuchuser/x' is not a path. There is no such user here; write the whole path.",
        ),
        (
            "url",
            "example.org",
            "'example.org' is not a URL. Include https://, such as https://example.org/back",
        ),
        ("url", "javascript:alert(1)", "is not a URL"),
        ("url", "https://exa\u202emple.org", "is not a URL"),
        ("voice", "x\u001b", "is not a name"),
    ],
)
def test_what_the_environment_cannot_mean_is_one_sentence(
    name: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variable's name; the same from the command."""
    monkeypatch.setenv(table.settings()[name].variable, text)
    # An option would overrule the variable, and then nothing is wrong.
    ended = run("plan", "lower-back", *(() if name == "engine" else ("--engine", "fake")))
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert ended.err.startswith(f"Error: {name} in {table.settings()[name].variable}: ")
    assert message in ended.err
    monkeypatch.delenv(table.settings()[name].variable)
    ended = run("config", "set", name, text)
    assert (ended.code, message in ended.err) == (2, True)
    assert not settings_path().exists()


def test_what_an_option_overrules_need_not_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the environment nor in the file; anything else still must be."""
    written("reps = 'many'\n")
    monkeypatch.setenv("VOICEGUIDE_HOLD", "long")
    short = ("plan", "lower-back", "--engine", "fake", "--only", "cat-cow", "--json")
    ended = run(*short, "--hold", "20", "--reps", "1")
    assert ended.code == 0, ended.err
    assert "hold in VOICEGUIDE_HOLD" in run(*short, "--reps", "1").err
    assert "reps in " in run(*short, "--hold", "20").err


def test_a_variable_above_the_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody sets, or takes out, what the environment overrides."""
    monkeypatch.setenv("VOICEGUIDE_PACE", "100")
    note = "Note: The environment variable VOICEGUIDE_PACE is set, and overrides the settings file.\n"
    assert run("config", "set", "pace", "110").err == note
    assert run("config", "unset", "pace").err == note
    assert run("config", "set", "hold", "30").err == ""


@pytest.mark.slow
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in shells that set what they do not know to nothing."""
    for name in table.settings():
        monkeypatch.setenv(table.settings()[name].variable, "")
    for name in ("VOICEGUIDE_CACHE_MB", "SOURCE_DATE_EPOCH"):
        monkeypatch.setenv(name, "")
    assert not read_settings().values
    assert run("make", "lower-back", "--engine", "fake", "--only", "cat-cow").code == 0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("VOICEGUIDE_CACHE_MB", "9" * 5000, "is not a whole number of megabytes, such as 500."),
        (
            "VOICEGUIDE_CACHE_MB",
            "-1",
            "VOICEGUIDE_CACHE_MB: '-1' is not a whole number of megabytes, such as 500.",
        ),
        (
            "SOURCE_DATE_EPOCH",
            "999999999999999",
            "is not a time in seconds since 1970. Set it to a number such as 1800000000, or leave it out.",
        ),
        (
            "SOURCE_DATE_EPOCH",
            "yesterday",
            "SOURCE_DATE_EPOCH: 'yesterday' is not a time in seconds since 1970.",
        ),
    ],
)
def test_other_variables_are_checked_too(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence."""
    monkeypatch.setenv(name, value)
    ended = run("make", "lower-back", "--engine", "fake", "--only", "cat-cow")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert message in ended.err


def test_what_is_wrong_hides_nothing_else(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is reported by config show and doctor, along with what is valid, and can be removed by its name."""
    path = written("hold = 30\npaec = 110\n")
    monkeypatch.setenv("VOICEGUIDE_REPS", "many")
    shown = run("config", "show")
    assert shown.code == 2
    assert f"30  (from {path})" in shown.out
    unknown, unusable = shown.err.splitlines()
    assert unknown == (
        f"Error: There is no setting 'paec' ({path}). Did you mean 'pace'? Or remove it: voiceguide config unset paec"
    )
    assert unusable.startswith("Error: reps in VOICEGUIDE_REPS: 'many' is not a whole number.")
    checked = run("doctor").out
    assert "hold = 30 from" in checked
    assert "'paec'" in checked
    assert "'many'" in checked
    assert run("config", "unset", "paec").code == 0
    monkeypatch.delenv("VOICEGUIDE_REPS")
    assert path.read_text(encoding="utf-8") == "hold = 30\n"
    assert run("config", "show").code == 0
    wrong = run("config", "unset", "paec")
    assert (wrong.code, wrong.err) == (2, "Error: There is no setting 'paec'. Did you mean 'pace'?\n")


def test_the_pronunciation_list_is_no_setting_to_take_out(own_folders: Path) -> None:
    """A word in place of a name does not cost the whole list."""
    path = written("hold = 30\n\n[say]\npsoas = 'so-as'\n")
    before = path.read_text(encoding="utf-8")
    ended = run("config", "unset", "say")
    assert (ended.code, "There is no setting 'say'." in ended.err) == (2, True)
    assert path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["\\u001b[31mred", "-x", "a b", "x" * 200])
def test_a_name_that_cannot_be_typed_is_no_advice(name: str, own_folders: Path) -> None:
    """Nothing of the file gets to the terminal raw."""
    written(f'"{name}" = 1\n')
    ended = run("plan", "lower-back", "--engine", "fake")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "config unset" not in ended.err
    assert "\x1b" not in ended.err


def test_a_value_is_taken_out_again(own_folders: Path) -> None:
    """The rest of the file stays; a mark that an editor put before it does no harm."""
    path = written("\ufeff# mine\nhold = 30\npace = 100\n")
    ended = run("config", "unset", "hold")
    assert (ended.code, ended.out) == (0, f"Removed hold from {path}\n")
    assert path.read_text(encoding="utf-8") == "# mine\npace = 100\n"
    assert run("config", "unset", "rest").code == 0
    assert "Did you mean 'hold'?" in run("config", "unset", "holdd").err
    written("\ufeffhold = 30\n")
    assert run("config", "set", "pace", "110").code == 0
    assert read_settings().value("hold") == 30


def test_a_file_that_is_too_large_is_left_alone(own_folders: Path) -> None:
    """A part of it would be lost."""
    path = written("hold = 30\n" + "# padding\n" * 30_000)
    assert "is larger than 200 kB" in run("config", "set", "pace", "110").err
    assert path.stat().st_size > 300_000


@pytest.mark.slow
def test_the_address_that_is_set_is_in_the_files(own_folders: Path) -> None:
    """For whoever gets one and has a question."""
    assert run("config", "set", "url", "https://bücher.example/").code == 0
    assert run("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "-o", "a.mp3").code == 0
    assert ID3("a.mp3")["WXXX:voiceguide"].url == "https://xn--bcher-kva.example/"


def test_doctor_tries_the_folder_that_is_set(own_folders: Path) -> None:
    """And says so where it cannot be written."""
    (own_folders / "file").write_text("in the way")
    written(f"output = '{(own_folders / 'file' / 'mine').as_posix()}'\n")
    ended = run("doctor")
    assert ended.code == 1
    assert re.search(
        r"^BAD +output folder: .*file.mine.* cannot be written: part of the path is a file",
        ended.out,
        re.MULTILINE,
    )


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


def test_what_only_one_of_two_parsers_reads_is_one_sentence() -> None:
    """The one that keeps comments refuses deep nesting."""
    written(".".join(["a"] * 150) + " = 1")
    with pytest.raises(UsageError, match=r"is not valid TOML: .*Correct it, or remove it"):
        write_setting("pace", "110")


def test_a_settings_file_that_may_not_be_read_leaves_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a home that belongs to somebody else; a note says so."""
    path = written("pace = 110")

    def refused(path: Path, max_bytes: int) -> bytes:
        raise InvalidFile(path, "cannot be read: Permission denied") from PermissionError(
            13, "Permission denied"
        )

    monkeypatch.setattr("voiceguide.settings.read_limited", refused)
    settings = read_settings()
    assert settings.value("pace") is None
    assert settings.notes == (
        f"The settings file {path} cannot be read: Permission denied. The defaults are used.",
    )
    assert settings.notes[0] in find_source("lower-back", settings).notes
