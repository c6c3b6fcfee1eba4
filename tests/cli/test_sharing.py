"""Commands that share: files of files, many at once, sidecars, a site."""

import errno
import json
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from tests.program import left_behind, run
from voiceguide.errors import VoiceguideError
from voiceguide.export.finished_file import read_metadata
from voiceguide.export.sidecars import SIDECAR_WRITERS

pytestmark = pytest.mark.slow

SHORT = ("--only", "cat-cow", "--guidance", "brief", "--engine", "fake")


@pytest.fixture
def friend(own_folders: Path) -> Path:
    """A file that somebody else has made."""
    options = ("--hold", "4", "--reps", "1", "--first-side", "right", "--chime-level", "-5", "--pace", "130")
    assert run("make", "lower-back", *SHORT, *options, "-o", "friend.mp3").code == 0
    return own_folders / "friend.mp3"


def test_a_friends_file_is_made_anew(friend: Path) -> None:
    """With another hold; everything else as the friend had it."""
    made = run("make", "friend.mp3", "--hold", "6", "--engine", "fake", "-o", "mine.mp3")
    assert made.code == 0, made.err
    before, after = (read_metadata(Path(name)).plan for name in ("friend.mp3", "mine.mp3"))
    assert after.title == "Lower back (1 of 5) · every day · 6 s × 1"
    wanted = {**before.options, "hold_seconds": 6}
    assert {name: after.options[name] for name in wanted} == wanted
    assert after.voice == before.voice


def test_a_friends_file_goes_where_any_session_goes(friend: Path) -> None:
    """By its routine's name, and what was chosen for it."""
    assert run("make", "friend.mp3", "--engine", "fake").code == 0
    name = "lower-back-4s-1x-1-of-5-right-first-brief-fake-pace-130-chimes-minus-5db.mp3"
    assert [path.name for path in Path("output").iterdir()] == [name]
    assert "cat-cow" in {event.exercise for event in read_metadata(friend).plan.events}


def test_a_file_is_planned_as_a_routine_is(friend: Path) -> None:
    """With what its listener had asked for."""
    planned = run("plan", "friend.mp3", "--engine", "fake", "--json")
    assert json.loads(planned.out)["options"]["pace_wpm"] == 130


def test_show_tells_what_a_file_holds(friend: Path) -> None:
    """For people and for programs."""
    shown = run("show", "friend.mp3")
    assert shown.code == 0
    assert "Lower back (1 of 5) · every day · 4 s × 1" in shown.out
    assert "Cat and cow" in shown.out
    assert "voiceguide make friend.mp3 --hold 30" in shown.out
    data = json.loads(run("show", "friend.mp3", "--json").out)
    assert data["chapters"][1]["title"] == "Cat and cow"


@pytest.mark.parametrize("command", ["show", "make", "plan"])
def test_a_strangers_file_is_one_sentence(command: str, own_folders: Path) -> None:
    """Missing, empty, with a session that no one made."""
    Path("empty.mp3").touch()
    for name, reason in (
        ("missing.mp3", "There is no file"),
        ("empty.mp3", "carries no voiceguide session"),
    ):
        ended = run(command, name)
        assert ended.code in {1, 2}
        assert reason in ended.err
        assert len(ended.err.splitlines()) == 1


def test_many_are_made_at_once(own_folders: Path) -> None:
    """Every combination, each listed."""
    made = run("make", "lower-back", *SHORT, "--hold", "4,5", "--reps", "1,2")
    assert made.code == 0, made.err
    names = sorted(path.name for path in Path("output").iterdir())
    assert names == [
        f"lower-back-{hold}s-{reps}x-1-of-5-brief-fake.mp3" for hold in (4, 5) for reps in (1, 2)
    ]
    assert all(f"output/{name}" in made.out.replace("\\", "/") for name in names)
    assert "4 of 4 files were made." in made.err


def test_one_of_many_that_fails_costs_only_itself(own_folders: Path) -> None:
    """It is reported at the end; exit code 1."""
    Path("output").mkdir()
    Path("output/lower-back-5s-1x-1-of-5-brief-fake.mp3").write_text("mine")
    made = run("make", "lower-back", *SHORT, "--hold", "4,5,6", "--reps", "1", "--json")
    assert made.code == 1
    assert [item["options"]["hold_seconds"] for item in json.loads(made.out)] == [4, 6]
    assert "lower-back-5s-1x-1-of-5-brief-fake.mp3 was not made." in made.err
    assert "2 of 3 files were made." in made.err
    assert Path("output/lower-back-5s-1x-1-of-5-brief-fake.mp3").read_text() == "mine"
    assert left_behind(own_folders) == []


def test_many_cannot_have_one_name(own_folders: Path) -> None:
    """A folder can hold them."""
    ended = run("make", "lower-back", *SHORT, "--hold", "4,5", "-o", "one.mp3")
    assert ended.code == 2
    assert "2 sessions cannot all be written to one.mp3." in ended.err
    Path("folder").mkdir()
    assert run("make", "lower-back", *SHORT, "--hold", "4,5", "--reps", "1", "-o", "folder").code == 0
    assert len(list(Path("folder").iterdir())) == 2


def test_a_bad_value_among_many_stops_before_any_is_made(own_folders: Path) -> None:
    """As it would alone."""
    for hold in ("4,7000", "4,", "4,x", ","):
        assert run("make", "lower-back", *SHORT, "--hold", hold).code == 2
    assert not Path("output").exists()


def test_what_is_asked_for_stands_beside(own_folders: Path) -> None:
    """Under the same name, each in its form; an existing one is kept."""
    kinds = ["vtt", "srt", "lrc", "txt", "html", "json"]
    made = run("make", "lower-back", *SHORT, "-o", "a.mp3", "--with", ",".join(kinds))
    assert made.code == 0, made.err
    assert {path.suffix[1:] for path in own_folders.iterdir()} == {"mp3", *kinds}
    assert Path("a.vtt").read_text(encoding="utf-8").startswith("WEBVTT")
    assert json.loads(Path("a.json").read_text(encoding="utf-8"))["routine"] == "lower-back"
    assert "Next to it: a.vtt, a.srt" in made.out
    Path("b.srt").write_text("mine")
    ended = run("make", "lower-back", *SHORT, "-o", "b.mp3", "--with", "srt")
    assert "b.srt already exists and was kept" in ended.err
    assert not Path("b.mp3").exists()
    assert "Did you mean 'vtt'?" in run("make", "lower-back", *SHORT, "--with", "vvt").err


def test_sound_and_what_stands_beside_it_are_written_together(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever cannot be, none is there; those that were are kept."""
    wanted = ("make", "lower-back", *SHORT, "-o", "a.mp3", "--with", "vtt,html", "--force")

    def broken(*_: object) -> bytes:
        raise VoiceguideError("no page")

    with monkeypatch.context() as patch:
        patch.setitem(SIDECAR_WRITERS, "html", broken)
        assert run(*wanted).err == "Error: no page\n"
    assert list(own_folders.iterdir()) == []
    put = Path.replace
    for last in ("a.vtt", "a.html", "a.mp3"):
        with monkeypatch.context() as patch:

            def fails_at(path: Path, target: Path, last: str = last) -> Path:
                if target.name == last:
                    raise PermissionError(errno.EACCES, "Permission denied")
                return put(path, target)

            patch.setattr(Path, "replace", fails_at)
            ended = run(*wanted)
        assert (ended.code, ended.out) == (1, "")
        assert f"{last} cannot be written: you may not write there." in ended.err
        assert list(own_folders.iterdir()) == []


def test_the_cover_is_drawn_given_or_left_out(own_folders: Path) -> None:
    """One that is no picture is refused before any work."""
    from PIL import Image

    Image.new("RGB", (300, 200), "red").save("own.png")
    for name, cover, expected in (
        ("a", (), 1),
        ("b", ("--cover", "own.png"), 1),
        ("c", ("--cover", "none"), 0),
    ):
        assert run("make", "lower-back", *SHORT, "-o", f"{name}.mp3", *cover).code == 0
        assert len(ID3(f"{name}.mp3").getall("APIC")) == expected
    ended = run("make", "lower-back", *SHORT, "-o", "d.mp3", "--cover", "missing.png")
    assert (ended.code, ended.err.startswith("Error: There is no file missing.png. Use a JPEG")) == (2, True)
    assert not Path("d.mp3").exists()


def test_rates_are_checked(own_folders: Path) -> None:
    """What a format cannot have is refused with what it can."""
    assert (
        run("make", "lower-back", *SHORT, "-o", "a.mp3", "--sample-rate", "48000", "--bitrate", "96").code
        == 0
    )
    ended = run("make", "lower-back", *SHORT, "-o", "a.opus", "--sample-rate", "24000")
    assert ended.code == 2
    assert "Choose one of: 48000. The option is --sample-rate." in ended.err


def test_a_site_is_published(friend: Path) -> None:
    """From files and from routines, and reported; again without a change."""
    first = run("publish", "site", "friend.mp3", "--base-url", "https://example.org/x")
    assert first.code == 0, first.err
    assert "the feed is https://example.org/x/feed.xml" in first.out
    again = json.loads(
        run("publish", "site", "friend.mp3", "--base-url", "https://example.org/x", "--json").out
    )
    assert again["written"] == []
    empty = run("publish", "site", "--base-url", "https://example.org/x")
    assert (
        "Not given this time, and kept; remove them with --prune: lower-back-4s-1x-1-of-5-right-first-brief/"
        in empty.out
    )
    pruned = run("publish", "site", "--prune", "--base-url", "https://example.org/x")
    assert "Removed: lower-back-4s-1x-1-of-5-right-first-brief/" in pruned.out
    assert "Include https://" in run("publish", "site", "friend.mp3", "--base-url", "example.org").err
    assert "publish needs --base-url" in run("publish", "site", "friend.mp3").err


def test_a_routine_is_published_as_the_same_file_tomorrow(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day of the making is left out."""
    url = ("--base-url", "https://example.org/x")
    Path("short.yaml").write_text(SHORT_ROUTINE, encoding="utf-8")
    assert run("publish", "site", "short.yaml", *url).code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert json.loads(run("publish", "site", "short.yaml", *url, "--json").out)["written"] == []


SHORT_ROUTINE = """
id: short
title: Short
introduction: This is short.
safety: {before: [Move gently.], short: Move gently.}
defaults: {hold_seconds: 3, reps: 1}
exercises:
  - {id: sit, name: Sit, position: Sit., movement: {kind: hold, instruction: Sit still., short: [Sit.]}}
"""
