"""Every command through the program's own entry, as people and other programs see it."""

import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import COMMAND, left_behind, run, run_process
from voiceguide import __version__
from voiceguide.audio.decoding import decode_file
from voiceguide.cli import app as commands
from voiceguide.cli.printing import print_line

FAKE = ("--engine", "fake", "--reps", "2", "--only", "cat-cow")


def test_make_writes_the_file_and_sums_it_up(own_folders: Path) -> None:
    """Path, title, length, size, voice, holds; then, on standard error, the full path and what to do with it."""
    ended = run("make", "lower-back", *FAKE)
    path = own_folders / "output" / "lower-back-25s-2x-1-of-5-fake.mp3"
    assert ended.code == 0
    where, what_next = ended.err.splitlines()
    assert where == f"Your session is {path}"
    assert what_next.startswith(
        "Open it to play it. For your phone, send it to yourself by mail or messenger,"
    )
    lines = ended.out.splitlines()
    assert lines[0] == str(path.relative_to(own_folders))
    assert re.fullmatch(r"  Lower back \(1 of 5\) · 25 s × 2, \d:\d\d min, \d\.\d MB, voice Hum", lines[1])
    assert lines[2] == "  2 holds: 2 of 25 s"
    assert path.stat().st_size > 100_000
    assert left_behind(own_folders) == []


def test_make_says_what_was_left_out(own_folders: Path) -> None:
    """And where to see all of it."""
    ended = run("make", "lower-back", "--engine", "fake", "--reps", "1", "--only", "happy-baby")
    assert "  Left out: 1 cue, such as “This time, " in ended.out
    assert "  1 hold: 1 of 25 s\n" in ended.out


def test_make_gives_programs_the_same(own_folders: Path) -> None:
    """JSON on standard output: the plan, the path and the size."""
    ended = run("make", "lower-back", *FAKE, "--json", "-o", "x.mp3")
    data = json.loads(ended.out)
    assert ended.err == ""
    assert data["path"] == "x.mp3"
    assert data["size_bytes"] == (own_folders / "x.mp3").stat().st_size
    assert data["options"]["hold_seconds"] == 25
    assert {
        "routine",
        "title",
        "options",
        "voice",
        "duration_ms",
        "chapters",
        "events",
        "dropped",
    } <= data.keys()


@pytest.mark.slow
def test_make_goes_into_a_folder_that_is_named(own_folders: Path) -> None:
    """With the name that the default has; folders that are missing are made."""
    (own_folders / "mine").mkdir()
    assert run("make", "lower-back", *FAKE, "-o", "mine").code == 0
    assert run("make", "lower-back", *FAKE, "-o", "a/b/c.mp3").code == 0
    assert run("make", "lower-back", *FAKE, "-o", f"new{os.sep}").code == 0
    assert (own_folders / "mine" / "lower-back-25s-2x-1-of-5-fake.mp3").exists()
    assert (own_folders / "new" / "lower-back-25s-2x-1-of-5-fake.mp3").exists()
    assert (own_folders / "a" / "b" / "c.mp3").exists()


def test_force_replaces_a_file(own_folders: Path) -> None:
    """Only then."""
    (own_folders / "x.mp3").write_bytes(b"mine")
    assert run("make", "lower-back", *FAKE, "-o", "x.mp3").code == 1
    assert run("make", "lower-back", *FAKE, "-o", "x.mp3", "--force").code == 0
    assert (own_folders / "x.mp3").read_bytes().startswith(b"ID3")


@pytest.mark.slow
@pytest.mark.parametrize("hold", ["15", "31", "1m"])
def test_a_hold_outside_the_advice_is_noted_in_one_line(hold: str) -> None:
    """On standard error; the file is made."""
    ended = run("make", "lower-back", *FAKE, "--hold", hold)
    assert ended.code == 0
    assert ended.err.startswith(
        "Note: The source of this routine advises holds of 20 to 30 seconds; this session"
    )
    assert ended.err.count("Note: ") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("25", 25),
        ("25s", 25),
        ("1m30s", 90),
        ("1m30", 90),
        ("2 minutes", 120),
        ("10 min", 600),
        ("90sec", 90),
    ],
)
def test_durations_are_written_as_people_write_them(text: str, seconds: int) -> None:
    """Seconds, minutes, or both."""
    ended = run("plan", "lower-back", *FAKE, "--hold", text, "--json")
    assert json.loads(ended.out)["options"]["hold_seconds"] == seconds


def test_plan_shows_a_table(own_folders: Path) -> None:
    """Times, what is said, the holds, the total; no file is made."""
    ended = run("plan", "lower-back", "--engine", "fake", "--hold", "30", "--reps", "3")
    assert ended.code == 0
    assert re.search(r"^ *1:\d\d\.\d +30\.0 +hold +hold 30 s, repetition 1 *$", ended.out, re.MULTILINE)
    assert "Stretch one out of five: cat and cow." in ended.out
    assert "Right side, last round." in ended.out
    assert re.search(r"^ +1  Cat and cow \(cat-cow\)$", ended.out, re.MULTILINE)
    assert re.search(r"^ +5  Happy baby \(happy-baby\)$", ended.out, re.MULTILINE)
    assert re.search(r"^ +Introduction$", ended.out, re.MULTILINE)
    assert re.search(r"Lower back · 30 s × 3: \d\d:\d\d min in total, 21 holds, voice Hum\.", ended.out)
    assert re.search(
        r"^Speech \d\d%, holds \d\d%, quiet \d\d%; at most 2\.6 s from an instruction to the bell\.$",
        ended.out,
        re.MULTILINE,
    )
    assert list(own_folders.iterdir()) == []


def test_plan_is_the_same_for_programs() -> None:
    """Holds are windows, sides are named, chapters follow each other."""
    data = json.loads(run("plan", "lower-back", "--engine", "fake", "--json").out)
    holds = [event for event in data["events"] if event["kind"] == "hold"]
    assert len(holds) == 14
    assert {event["end_ms"] - event["start_ms"] for event in holds} == {25_000}
    assert [event.get("side") for event in holds[2:6]] == ["left", "right", "left", "right"]
    assert [chapter["title"] for chapter in data["chapters"]][1] == "Cat and cow"
    assert data["chapters"][-1]["end_ms"] == data["duration_ms"]


def test_routines_lists_what_there_is() -> None:
    """As a table and as data."""
    assert "lower-back" in run("routines").out
    routine = next(item for item in json.loads(run("routines", "--json").out) if item["id"] == "lower-back")
    assert routine["exercises"] == ["cat-cow", "knee-roll", "hip-flexor", "flat-back", "happy-baby"]
    assert routine["exercise_names"][0] == "Cat and cow"


def test_a_routine_is_shown_with_its_exercises(own_folders: Path) -> None:
    """Number, id and name: each of them chooses the exercise; from the library, a file, or a finished session."""
    shown = run("routines", "lower-back")
    assert re.search(r"^ +1 +cat-cow +Cat and cow$", shown.out, re.MULTILINE), shown.err
    assert "voiceguide make lower-back --only 1,3\n" in shown.out
    assert json.loads(run("routines", "lower-back", "--json").out)["exercises"][4] == "happy-baby"
    run("make", "lower-back", *FAKE, "-o", "my friend.mp3")
    of_a_file = run("routines", "my friend.mp3").out
    assert of_a_file.replace("'my friend.mp3'", "lower-back") == shown.out
    assert "not both" in run("routines", "lower-back", "--tag", "back").err
    assert "Did you mean 'lower-back'?" in run("routines", "lower-bak").err


def test_voices_marks_the_default() -> None:
    """With language and engine."""
    ended = run("voices", "--language", "en", "--all")
    assert re.search(r"^\* +heart +en-US +neural +Heart", ended.out, re.MULTILINE)
    voices = json.loads(run("voices", "--json").out)
    assert [voice["id"] for voice in voices if voice["default"]] == ["heart"]
    assert {"id", "name", "language", "engine", "version", "default"} == voices[0].keys()


def test_voices_shows_the_few_good_ones_first() -> None:
    """The default, the other natural ones, and one of the system; the rest is counted."""
    shown, everything = run("voices").out, run("voices", "--all").out
    rows = [line.split() for line in shown.partition("\n\n")[0].splitlines()[1:]]
    assert rows[0][:2] == ["*", "heart"]
    engines = [row[-1] if row[0] == "*" else row[2] for row in rows]
    assert engines.count("system") <= 1
    assert len(rows) < 20
    voices = json.loads(run("voices", "--json").out)
    assert len(everything.partition("\n\n")[0].splitlines()) == len(voices) + 1
    hidden = len(voices) - len(rows)
    assert (f"{hidden} more voice" in shown) == (hidden > 0)
    assert "--all" not in everything
    assert "Hear one: voiceguide voices try heart\n" in shown


def test_a_voice_is_tried(own_folders: Path) -> None:
    """A file for each voice, replaced each time; a file that is named is kept."""
    for _ in range(2):
        ended = run("voices", "try", "HUM", "--engine", "Fake")
        assert (ended.code, ended.err) == (0, "")
    assert ended.out == "voice-hum.wav\n  Voice: Hum\n  For every session: voiceguide config set voice hum\n"
    assert 5000 < decode_file(Path("voice-hum.wav")).duration_ms < 40_000
    ended = run("voices", "try", "--engine", "fake", "--pace", "150")
    assert (ended.out, ended.err) == ("voice.wav\n  Voice: Hum\n", "")
    assert decode_file(Path("voice.wav")).duration_ms < decode_file(Path("voice-hum.wav")).duration_ms
    assert run("voices", "try", "--engine", "fake", "-o", "a.mp3").code == 0
    kept = run("voices", "try", "--engine", "fake", "-o", "a.mp3")
    assert (kept.code, kept.out) == (1, "")
    assert "a.mp3 already exists and was kept" in kept.err
    unknown = run("voices", "try", "hart", "--engine", "neural")
    assert unknown.code == 2
    assert "Did you mean 'heart'?" in unknown.err


def test_the_voice_that_is_set_is_tried(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless another one is named."""
    monkeypatch.setenv("VOICEGUIDE_ENGINE", "FAKE")
    assert run("voices", "try").out == "voice.wav\n  Voice: Hum\n"


@pytest.mark.slow
def test_several_sessions_are_found_again(own_folders: Path) -> None:
    """In their folder, also where they were there already; programs get none of it."""
    several = ("make", "lower-back", *FAKE, "--hold", "20,25", "-o", f"mine{os.sep}")
    lines = run(*several).err.splitlines()
    assert lines[-2] == f"Your sessions are in {own_folders / 'mine'}"
    assert lines[-1].startswith("Open them to play them. For your phone, send them to yourself")
    assert lines[-2:] == run(*several).err.splitlines()[-2:]
    assert "Your session" not in run(*several, "--force", "--json").err


@pytest.mark.slow
def test_the_same_session_is_the_same_file_however_it_is_chosen(own_folders: Path) -> None:
    """Exercises by number, id or name; values in any case."""
    voice = ("--engine", "FAKE", "--guidance", "CUES", "--reps", "1")
    made = run("make", "lower-back", *voice, "--only", "1")
    again = run("make", "lower-back", *voice, "--only", "Cat and Cow")
    assert made.code == 0, made.err
    path = made.out.splitlines()[0]
    assert again.code == 0
    assert f"{path} is this session already, and was kept" in again.err
    shown = json.loads(run("show", path, "--json").out)
    assert shown["options"]["exercises"] == ["cat-cow"]
    assert (shown["options"]["guidance"], shown["options"]["engine"]) == ("cues", "fake")
    assert "happy-baby" not in run("plan", path, "--engine", "fake").out


@pytest.mark.parametrize(
    ("variable", "value", "option", "meant"),
    [("GUIDANCE", "Cues", "guidance", "cues"), ("BELLS", "WOOD", "bells", "wood")],
)
def test_a_setting_may_be_written_in_any_case(
    variable: str, value: str, option: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the environment and the file; what is kept is the name itself."""
    assert f"{option} = {value}, in " in run("config", "set", option, value).out
    assert f"{meant}  (from " in run("config", "show").out
    run("config", "unset", option)
    monkeypatch.setenv(f"VOICEGUIDE_{variable}", value)
    data = json.loads(run("plan", "lower-back", *FAKE, "--json").out)
    assert data["options"][option] == meant


def test_check_reports_every_error_of_every_file(own_folders: Path) -> None:
    """With line and key; exit code 1 where one is wrong."""
    library = Path(commands.__file__).parents[1] / "routine" / "library" / "lower-back.yaml"
    (own_folders / "bad.yaml").write_text("id: Bad\ntitle: 3\n", encoding="utf-8")
    ended = run("check", str(library), "bad.yaml", "missing.yaml")
    assert ended.code == 1
    assert f"{library}: this routine is valid." in ended.out
    assert "bad.yaml, line 1, column 1 (id): 'Bad' is not valid." in ended.out
    assert "bad.yaml, line 2, column 1 (title): expected a text, found 3." in ended.out
    assert "There is no file missing.yaml." in ended.out
    assert run("check", str(library)).code == 0


def test_doctor_tries_everything(own_folders: Path) -> None:
    """And leaves nothing behind."""
    ended = run("doctor")
    assert ended.code == 0
    assert "This computer can make sessions." in ended.out
    for what in ("neural voice", "system voice", "MP3 encoder", "cache folder", "output folder", "disk"):
        assert what in ended.out
    assert list(own_folders.iterdir()) == []


def test_the_cache_is_shown_and_cleared() -> None:
    """Number and size by kind, then nothing."""
    run("make", "lower-back", *FAKE)
    kinds = json.loads(run("cache", "info", "--json").out)
    assert {"clip", "chime", "block", "silence", "calibration", "cover"} == set(kinds["entries"])
    assert "total" in run("cache", "info").out
    assert run("cache", "prune").out.startswith("Removed 0 entries")
    removed = sum(kinds["entries"].values())
    assert run("cache", "clear").out.startswith(f"Removed {removed} entries from ")
    assert json.loads(run("cache", "info", "--json").out)["entries"] == {}


@pytest.mark.slow
def test_verify_measures_a_finished_file(own_folders: Path) -> None:
    """A table for people, data for programs, exit code 1 where something is wrong."""
    run("make", "lower-back", *FAKE, "--hold", "20", "-o", "x.mp3")
    ended = run("verify", "x.mp3", "--json")
    data = json.loads(ended.out)
    assert data["holds"][0]["planned_ms"] == 20_000
    assert abs(data["holds"][0]["measured_ms"] - 20_000) <= 1
    content = bytearray((own_folders / "x.mp3").read_bytes())
    (own_folders / "x.mp3").write_bytes(bytes(content[: len(content) // 2]))
    ended = run("verify", "x.mp3")
    assert ended.code == 1
    assert "WRONG  The file is cut short" in ended.out


def test_the_version_and_the_help_are_there() -> None:
    """Whole processes, as a shell runs them."""
    assert run_process("--version").out == f"voiceguide {__version__}\n"
    ended = run_process("make", "-h")
    assert ended.code == 0
    assert "voiceguide make [OPTIONS]" in ended.out


@pytest.mark.slow
def test_no_bar_is_drawn_where_nobody_looks() -> None:
    """Standard error has only the last lines when it is no terminal."""
    ended = run_process("make", "lower-back", *FAKE)
    assert ended.code == 0
    assert re.fullmatch(r"Your session is .+\nOpen it .+\n", ended.err)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo terminal")
def test_a_terminal_gets_a_bar_for_speech_and_for_the_file(own_folders: Path) -> None:
    """Both reach their end."""
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "make", "lower-back", *FAKE], stderr=child, stdout=subprocess.DEVNULL
    )
    os.close(child)
    shown = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(parent)
    assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode("utf-8", "replace"))
    for stage in ("Speaking", "Writing the file"):
        done = re.findall(rf"{stage} .*?(\d+)%", text)
        assert done
        assert done[-1] == "100"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="pipes as POSIX has them")
def test_a_reader_that_has_gone_is_no_drama() -> None:
    """As `head` does; no traceback, no complaint."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "plan", "lower-back", "--engine", "fake", "--json"], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    os.read(reading, 100)
    os.close(reading)
    _, err = process.communicate()
    assert err == b""


def test_an_unexpected_error_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way to see more."""
    from voiceguide.session import source

    def broken(_: str) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(source, "find_routine_with_warnings", broken)
    ended = run("plan", "lower-back")
    assert ended.code == 1
    assert ended.err == (
        "Error: something unexpected happened (RuntimeError: boom). "
        "Set VOICEGUIDE_DEBUG=1 and run it again to see where; please report it.\n"
    )
    monkeypatch.setenv("VOICEGUIDE_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        run("plan", "lower-back")


COMMANDS = [
    *(
        "make",
        "plan",
        "routines",
        "voices",
        "voices try",
        "new",
        "say",
        "check",
        "schema",
        "show",
        "publish",
        "verify",
        "doctor",
    ),
    *("cache info", "cache clear", "cache prune", "config show", "config path", "config set", "config unset"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_of_the_command_and_no_type_of_python(command: str) -> None:
    """Two, where there are two ways to call it."""
    shown = run(*command.split(), "--help").out
    examples = re.findall(rf"^ voiceguide {command}\b.*$", shown.partition("Examples:")[2], re.MULTILINE)
    takes_anything = re.search(r"│ +(?:\*|[A-Z]+|--(?!help))", shown)
    assert len(examples) >= (2 if takes_anything else 1)
    assert not re.search(r"<\w+>", shown)


def test_every_command_has_its_test_of_help() -> None:
    """The list above is whole."""
    found = []
    for name in re.findall(r"^│ ([a-z]+) ", run("--help").out, re.MULTILINE):
        below = re.findall(
            r"^│ ([a-z]+) ", run(name, "--help").out.partition("─ Commands ─")[2], re.MULTILINE
        )
        is_command = not below or re.search(
            rf"Usage: voiceguide {name} .*\[COMMAND\]", run(name, "--help").out
        )
        found += [*([name] if is_command else []), *(f"{name} {one}" for one in below)]
    assert sorted(found) == sorted(COMMANDS)


def test_options_are_shown_in_groups() -> None:
    """In the order in which a person chooses: the session, its sound, its file."""
    titles = re.findall(r"^╭─ ([^─]+) ─", run("make", "--help").out, re.MULTILINE)
    assert titles == ["Arguments", "Options", "Session", "Voice and sound", "File"]


@pytest.mark.slow
def test_an_undated_file_is_the_same_on_any_day(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And another one is not."""
    short = (
        "make",
        "lower-back",
        "--engine",
        "fake",
        "--only",
        "cat-cow",
        "--reps",
        "1",
        "--force",
        "-o",
        "x.mp3",
    )
    files = {}
    for day in ("1600000000", "1700000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        for dated in ("--dated", "--undated"):
            assert run(*short, dated).code == 0
            files[dated, day] = (own_folders / "x.mp3").read_bytes()
    assert files["--undated", "1600000000"] == files["--undated", "1700000000"]
    assert files["--dated", "1600000000"] != files["--dated", "1700000000"]


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be on Windows")
def test_terminal_controls_in_a_path_are_escaped(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colour and a change of direction; a program that reads the output gets the path as it is."""
    name = "\x1b[31mred\u202e.mp3"
    short = ("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--reps", "1", "-o", name)
    assert run(*short).out.startswith(name)
    ended = run(*short, "--hold", "24")
    assert ended.code == 1
    assert "\\x1b[31mred\\u202e.mp3" in ended.err
    assert "\x1b" not in ended.err

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    print_line(Path(name))
    assert terminal.getvalue() == "\\x1b[31mred\\u202e.mp3\n"


def test_the_docs_name_every_command_and_option() -> None:
    """And no option that does not exist."""
    root = Path(__file__).parents[2]
    page = (root / "docs" / "options.md").read_text(encoding="utf-8")
    table = page.partition("## Options of `make`")[2].partition("\n## ")[0]
    named = set(re.findall(r"(--[a-z][a-z-]+)", table))
    shown = run("make", "--help").out
    assert named == set(re.findall(r"(--[a-z][a-z-]+)", shown)) - {"--help"}
    readme = (root / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"^│ ([a-z]+) ", run("--help").out, re.MULTILINE):
        assert f"`{name}`" in page, name
        assert f"voiceguide {name}" in readme or f"run.py {name}" in readme, name


@pytest.mark.slow
def test_the_commands_of_the_readme_are_true(own_folders: Path) -> None:
    """Each of them runs, with the engine that hums in place of the voice, and few exercises."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", readme, re.DOTALL))
    lines = [
        shlex.split(line, comments=True) for line in blocks.splitlines() if line.startswith("voiceguide ")
    ]
    assert len(lines) >= 4
    short = ("--engine", "fake", "--only", "cat-cow")
    run("make", "lower-back", *short)
    run("make", "lower-back", *short, "--hold", "24", "-o", "friend.mp3")
    for line in lines:
        mine = "--only" in line or "my-neck.yaml" in line
        quick = ("--engine", "fake", "--force", "--any-length", *(() if mine else ("--only", "cat-cow")))
        extra = {"make": quick, "plan": ("--engine", "fake")}.get(line[1], ())
        found = {word: sorted(map(str, Path().glob(word))) for word in line[1:] if "*" in word}
        words = [name for word in line[1:] for name in found.get(word, [word])]
        ended = run(*words, *extra)
        # The hum is not calibrated on words, and may miss the loudness.
        assert ended.code == 0 or line[1] == "verify", (line, ended.err)
