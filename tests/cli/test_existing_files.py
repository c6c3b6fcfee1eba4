"""A file that is there already: the same is kept, and another one, too, but only the same is no failure."""

import json
import os
from pathlib import Path

import pytest

import voiceguide
from tests.program import left_behind, run
from voiceguide.session import making

SHORT = ("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--reps", "1")
NAME = "lower-back-25s-1x-1-of-5-fake.mp3"
KEPT = f"Note: {Path('output') / NAME} is this session already, and was kept; it is ready to play, and --force makes it again."


def test_the_same_session_is_no_failure(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On any day: its path as if it had been made, what to do next, and not a byte is written."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    first = run(*SHORT)
    assert first.code == 0, first.err
    path = Path("output") / NAME
    before = path.read_bytes()
    os.utime(path, (1, 1))
    for day in ("1600000000", "1700000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        again = run(*SHORT)
        assert (again.code, again.out) == (0, first.out)
        assert KEPT in again.err.splitlines()
    assert path.stat().st_mtime == 1
    assert json.loads(run(*SHORT, "--json").out)["is_new"] is False
    assert run(*SHORT, "--force").code == 0
    assert path.stat().st_mtime > 1
    assert path.read_bytes() != before, "it has another day"
    assert left_behind(own_folders) == []


@pytest.mark.slow
@pytest.mark.parametrize("extension", ["flac", "m4b"])
def test_it_is_the_same_in_any_format(
    extension: str, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it says the same day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    named = (*SHORT, "-o", f"x.{extension}")
    assert run(*named).code == 0
    assert "was kept; it is ready" in run(*named).err
    data = bytearray(Path(f"x.{extension}").read_bytes())
    data[len(data) // 2] ^= 1
    Path(f"x.{extension}").write_bytes(data)
    assert run(*named).code == 1


@pytest.mark.parametrize(
    "other",
    [
        ("--hold", "24"),
        ("--cover", "none"),
        ("--undated",),
        ("--url", "https://example.org"),
        ("--bitrate", "96"),
        ("--pace", "130"),
        ("--bells", "wood"),
    ],
)
def test_a_file_that_differs_needs_force(other: tuple[str, ...], own_folders: Path) -> None:
    """In what is done, in how it sounds, or in what its tags say."""
    assert run(*SHORT, "-o", "x.mp3").code == 0
    before = Path("x.mp3").read_bytes()
    ended = run(*SHORT, *other, "-o", "x.mp3")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1] == (
        "Error: x.mp3 already exists and was kept. Replace it with --force, or choose another name with -o."
    )
    assert Path("x.mp3").read_bytes() == before
    assert run(*SHORT, *other, "-o", "x.mp3", "--force").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("place", [0.02, 0.5, 0.999])
def test_damage_makes_it_another_file(place: float, own_folders: Path) -> None:
    """A single bit in the tags or in the sound; a cut; a file of somebody else."""
    assert run(*SHORT, "-o", "x.mp3").code == 0
    whole = Path("x.mp3").read_bytes()
    flipped = bytearray(whole)
    flipped[int(place * len(whole))] ^= 1
    for other in (bytes(flipped), whole[: int(place * len(whole))], b"mine", b""):
        Path("x.mp3").write_bytes(other)
        assert run(*SHORT, "-o", "x.mp3").code == 1
        assert Path("x.mp3").read_bytes() == other


def test_another_session_is_told_apart_without_any_work(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No phrase is spoken where the file says that it is another one."""
    assert run(*SHORT, "-o", "x.mp3").code == 0

    def planned(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(making, "plan_session", planned)
    for other in (("--hold", "24"), ("--pace", "130"), ("--engine", "system"), ("--guidance", "brief")):
        assert run(*SHORT, *other, "-o", "x.mp3").code == 1


def test_only_what_is_missing_next_to_it_is_written(own_folders: Path) -> None:
    """Captions that were changed are somebody's work."""
    assert run(*SHORT, "-o", "x.mp3", "--with", "vtt").code == 0
    os.utime("x.vtt", (1, 1))
    more = run(*SHORT, "-o", "x.mp3", "--with", "vtt,txt")
    assert more.code == 0
    assert Path("x.txt").read_text(encoding="utf-8")
    assert Path("x.vtt").stat().st_mtime == 1
    Path("x.vtt").write_text("mine", encoding="utf-8")
    ended = run(*SHORT, "-o", "x.mp3", "--with", "vtt,srt")
    assert ended.code == 1
    assert "x.vtt already exists and was kept" in ended.err
    assert not Path("x.srt").exists()


def test_python_is_told_whether_the_file_is_new(own_folders: Path) -> None:
    """Both results have all the same fields."""
    results = [
        voiceguide.make("lower-back", "x.mp3", engine="fake", only="cat-cow", reps=1) for _ in range(2)
    ]
    assert [result.is_new for result in results] == [True, False]
    assert results[0].plan == results[1].plan
    assert results[0].size_bytes == results[1].size_bytes


def test_first_time_and_every_day_are_a_pair(own_folders: Path) -> None:
    """Two files, told apart by name and title; made again, both are there."""
    pair = (*SHORT, "--guidance", "full,brief")
    made = run(*pair)
    assert made.code == 0, made.err
    assert sorted(path.name for path in Path("output").iterdir()) == [
        "lower-back-25s-1x-1-of-5-brief-fake.mp3",
        NAME,
    ]
    assert "  Lower back (1 of 5) · 25 s × 1, " in made.out
    assert "  Lower back (1 of 5) · every day · 25 s × 1, " in made.out
    again = run(*pair)
    assert (again.code, again.out) == (0, made.out)
    assert "0 of 2 files were made, and 2 were there already." in again.err.splitlines()
    one_more = run(*SHORT, "--guidance", "full,brief,cues")
    assert "1 of 3 files was made, and 2 were there already." in one_more.err.splitlines()


@pytest.mark.slow
def test_a_pair_is_published(own_folders: Path) -> None:
    """As choices of one page, and as files for the feed; files that are made already are published as they are."""
    assert run(*SHORT, "-o", "x.mp3").code == 0
    Path("short.yaml").write_text(ROUTINE, encoding="utf-8")
    site = ("publish", "site", "short.yaml", "--base-url", "https://example.org/x")
    done = run(*site, "--guidance", "full,brief", "--hold", "3,4", "--json")
    assert done.code == 0, done.err
    names = sorted(folder.name for folder in Path("site").iterdir() if folder.name.startswith("short-"))
    assert names == ["short-3s-1x", "short-3s-1x-brief"]
    assert all(Path("site", name, f"{name}.mp3").is_file() for name in names)
    assert "every day" in Path("site/short-3s-1x-brief/index.html").read_text(encoding="utf-8")
    page = Path("site/short/index.html").read_text(encoding="utf-8")
    choices = json.loads(page.split('id="choices">')[1].split("</script>")[0])["choices"]
    expected = {(hold, "1", level) for hold in ("3", "4") for level in ("full", "brief")}
    assert expected <= {tuple(choice[:3]) for choice in choices}
    assert "x-brief" not in run("publish", "other", "x.mp3", "--guidance", "brief", *site[3:]).out
    assert "There is no guidance called 'less'" in run(*site, "--guidance", "full,less").err


ROUTINE = """
id: short
title: Short
introduction: This is short.
safety: {before: [Move gently.], short: Move gently.}
defaults: {hold_seconds: 3, reps: 1, engine: fake}
exercises:
  - {id: sit, name: Sit, position: Sit., movement: {kind: hold, instruction: Sit still., short: [Sit.]}}
"""
