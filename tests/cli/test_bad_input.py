"""Bad input gets one clear sentence and the right exit code, and leaves nothing behind."""

import os
from pathlib import Path

import pytest

from tests.program import left_behind, run, run_process

VALID = Path(__file__).parents[2] / "voiceguide" / "routine" / "library" / "lower-back.yaml"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

MAKE = ("make", "lower-back", "--engine", "fake")
TABLE: list[tuple[tuple[str, ...], int, str]] = [
    (("make", "lower-bak"), 2, "There is no routine called 'lower-bak'. Did you mean 'lower-back'?"),
    (("make", "zzz"), 2, "Choose one of: balance, hips, legs, lower-back,"),
    (("make",), 2, "Missing argument 'ROUTINE'. Help: voiceguide --help"),
    (("mak", "lower-back"), 2, "No such command 'mak'"),
    ((*MAKE, "--nope"), 2, "No such option: --nope"),
    ((*MAKE, "--hold", "0"), 2, "A hold of 0 seconds is not possible. Choose 3 to 3600 seconds (1 hour)."),
    ((*MAKE, "--hold", "-3"), 2, "A hold of -3 seconds is not possible."),
    ((*MAKE, "--hold", "2"), 2, "A hold of 2 seconds is not possible."),
    ((*MAKE, "--hold", "10h"), 2, "A hold of 36000 seconds is not possible."),
    (
        (*MAKE, "--minutes", "12:75"),
        2,
        "'12:75' is not a length. Write it in minutes, such as 12, 12:30 or 12m30s.",
    ),
    ((*MAKE, "--hold", "abc"), 2, "'abc' is not a duration. Write it as 25, 7.5s or 1m30s."),
    ((*MAKE, "--hold", "25.3"), 2, "25.3 is not a whole or half second"),
    ((*MAKE, "--hold", ""), 2, "'' is not a duration"),
    ((*MAKE, "--hold", "30 30"), 2, "'30 30' is not a duration"),
    ((*MAKE, "--hold", "9" * 400), 2, "...' is not a duration"),
    ((*MAKE, "--reps", "0"), 2, "A number of repetitions of 0 is not possible. Choose 1 to 50."),
    ((*MAKE, "--reps", "10000"), 2, "A number of repetitions of 10000 is not possible."),
    ((*MAKE, "--reps", "x"), 2, "'x' is not a whole number."),
    ((*MAKE, "--rest", "-1"), 2, "A rest of -1 seconds is not possible."),
    ((*MAKE, "--rest", "11m"), 2, "A rest of 660 seconds is not possible."),
    ((*MAKE, "--pace", "1000"), 2, "A pace of 1000 words a minute is not possible. Choose 90 to 180"),
    ((*MAKE, "--chime-level", "99"), 2, "A chime level of 99 dB is not possible. Choose -30 to 10 dB."),
    ((*MAKE, "--chime-level", "nan"), 2, "A chime level of nan dB is not possible."),
    ((*MAKE, "--jobs", "0"), 2, "A number of jobs of 0 is not possible. Choose 1 to 64."),
    ((*MAKE, "--hold", "600", "--reps", "50"), 2, "at most 12 hours are possible. Choose a shorter --hold"),
    ((*MAKE, "--rest", "600", "--reps", "50", "--hold", "90"), 2, "at most 12 hours are possible."),
    (
        (*MAKE, "--guidance", "loud"),
        2,
        "There is no guidance called 'loud'. Choose one of: full, brief, cues, chimes.",
    ),
    ((*MAKE, "--only", "cat-cwo"), 2, "Lower back has no exercise called 'cat-cwo'. Did you mean 'cat-cow'?"),
    (
        (*MAKE, "--only", "1,9"),
        2,
        "Lower back has no exercise 9. Did you mean 5? Choose by number, name or id: 1 Cat",
    ),
    ((*MAKE, "--skip", "cat-cow,knee-roll,hip-flexor,flat-back,happy-baby"), 2, "No exercise is left to do"),
    (
        ("make", "lower-back", "--engine", "nural"),
        2,
        "There is no engine called 'nural'. Did you mean 'neural'?",
    ),
    (("make", "lower-back", "--engine", "neural", "--voice", "hart"), 2, "Did you mean 'heart'?"),
    (("make", "lower-back", "--voice", "../../etc"), 2, "no voice called '../../etc'"),
    (
        (*MAKE, "-o", "session.ogg"),
        2,
        "session.ogg does not end in one of .mp3, .m4b, .m4a, .opus, .flac, .wav",
    ),
    ((*MAKE, "-o", "/dev/null/x.mp3"), 1, "cannot be written: part of the path is a file, not a folder."),
    ((*MAKE, "-o", "x" * 300 + ".mp3"), 1, "cannot be written: the name is too long."),
    (("make", "missing.yaml"), 2, "There is no file missing.yaml. Check the name"),
    (("make", "folder.yaml"), 2, "folder.yaml is a folder. Name a routine file, such as my-routine.yaml."),
    (("make", "binary.yaml"), 1, "binary.yaml, line 2, column 118: is not UTF-8 text"),
    (("make", "large.yaml"), 1, "large.yaml: is larger than 500 kB"),
    (("make", "bomb.yaml"), 1, "than a routine can be; check for aliases that repeat each other."),
    (
        ("make", "key.yaml"),
        1,
        "key.yaml, line 8, column 1 (noum): there is no key 'noum' here. Did you mean 'noun'?",
    ),
    (("make", "type.yaml"), 1, "type.yaml, line 5, column 1 (title): expected a text, found 3."),
    (
        ("make", "slash.yaml"),
        1,
        "slash.yaml, line 4, column 1 (id): '../lower' is not valid. Use lower-case letters",
    ),
    (
        ("make", "control.yaml"),
        1,
        "control.yaml, line 5, column 1 (title): there is an invisible character (U+0007)",
    ),
    (("make", "language.yaml"), 2, "voiceguide does not speak the language 'xx' yet. Choose one of: en."),
    (("verify", "missing.mp3"), 2, "There is no file missing.mp3."),
    (("verify", "binary.yaml"), 1, "binary.yaml is not an MP3 made by voiceguide"),
]


@pytest.fixture
def files(own_folders: Path) -> Path:
    """Put the files that the table names into the working folder."""
    text = VALID.read_text(encoding="utf-8")
    (own_folders / "folder.yaml").mkdir()
    (own_folders / "binary.yaml").write_bytes(bytes(range(256)) * 4)
    with (own_folders / "large.yaml").open("wb") as file:
        file.truncate(50_000_000)
    for name, content in {
        "bomb": BOMB,
        "key": text.replace("noun:", "noum:"),
        "type": text.replace("title: Lower back", "title: 3", 1),
        "slash": text.replace("id: lower-back", "id: ../lower"),
        "control": text.replace("title: Lower back", 'title: "Lower\\aback"', 1),
        "language": text.replace("language: en", "language: xx"),
    }.items():
        (own_folders / f"{name}.yaml").write_text(content, encoding="utf-8")
    return own_folders


@pytest.mark.parametrize(("arguments", "code", "sentence"), TABLE, ids=lambda value: str(value)[:60])
def test_bad_input_is_one_sentence(files: Path, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    """What is wrong, what is allowed, what to do; no traceback, no file."""
    before = sorted(files.rglob("*"))
    ended = run(*arguments)
    assert (ended.code, ended.out) == (code, "")
    assert sentence in ended.err
    assert ended.err.startswith("Error: ")
    assert ended.err.count("\n") == 1
    assert ended.err.endswith((".\n", "?\n", "--help\n", "voices\n", "routines\n", ".yaml.\n", ".mp3\n"))
    assert sorted(files.rglob("*")) == before


def test_a_process_ends_the_same_way(files: Path) -> None:
    """Exit code and streams, as a shell sees them."""
    ended = run_process("make", "lower-bak")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Error: There is no routine called")


def test_no_arguments_show_the_help() -> None:
    """All commands are there."""
    ended = run()
    assert ended.code == 2
    assert all(name in ended.out for name in ("make", "plan", "voices", "verify", "doctor", "cache"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_reported_before_any_work(own_folders: Path) -> None:
    """Found out first, not after the speech."""
    (own_folders / "closed").mkdir(mode=0o555)
    ended = run(*MAKE, "-o", "closed/x.mp3")
    assert ended.code == 1
    assert "you may not write there. Choose another place." in ended.err


def test_a_disk_that_refuses_is_reported_before_any_work() -> None:
    """A file system that takes no files."""
    if not Path("/proc/self").exists():
        pytest.skip("needs /proc")
    ended = run(*MAKE, "-o", "/proc/nowhere/x.mp3")
    assert ended.code == 1
    assert ended.err == (
        "Error: /proc/nowhere/x.mp3 cannot be written: no file can be created there. Choose another place.\n"
    )


@pytest.mark.parametrize("name", ["-o", "--output"])
def test_an_existing_file_is_kept(own_folders: Path, name: str) -> None:
    """And the message says how to replace it."""
    (own_folders / "x.mp3").write_bytes(b"mine")
    ended = run(*MAKE, name, "x.mp3")
    assert (ended.code, ended.err) == (
        1,
        "Error: x.mp3 already exists and was kept. Replace it with --force, or choose another name with -o.\n",
    )
    assert (own_folders / "x.mp3").read_bytes() == b"mine"
    assert left_behind(own_folders) == []


@pytest.mark.skipif(os.name == "nt", reason="pipes as POSIX has them")
@pytest.mark.parametrize(
    "command",
    [
        ("show", "pipe.mp3"),
        ("verify", "pipe.mp3"),
        ("make", "pipe.mp3", "--hold", "20"),
        ("make", "pipe.yaml"),
        ("make", "lower-back", "--cover", "pipe.png"),
        ("publish", "site", "pipe.mp3", "--base-url", "https://example.org/"),
    ],
)
def test_a_pipe_is_refused_at_once(command: tuple[str, ...], own_folders: Path) -> None:
    """Nobody writes to it, so whoever opened it in the usual mode would wait for ever."""
    for name in ("pipe.mp3", "pipe.png", "pipe.yaml"):
        os.mkfifo(own_folders / name)
    ended = run(*command)
    assert ended.code in {1, 2}
    assert "file" in ended.err.splitlines()[-1]
    assert "Error: pipe." in ended.err
