"""A length that is asked for on the command line, and from Python."""

import json
from pathlib import Path

import pytest

import voiceguide
from tests.program import left_behind, run
from voiceguide.export.finished_file import read_metadata

SHORT = ("lower-back", "--engine", "fake", "--only", "cat-cow,happy-baby")
FAR = (*SHORT, "--minutes", "50")


def test_a_length_out_of_reach_makes_nothing(own_folders: Path) -> None:
    """One line, with the nearest two ways; they are true."""
    ended = run("make", *FAR)
    assert (ended.code, ended.out) == (1, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("Error: Lower back cannot last 50:00 min within what is advised; the nearest is ")
    assert line.count(", outside the advice)") == 2
    assert line.endswith(" with --any-length.")
    assert list(own_folders.iterdir()) == []
    way = line.partition("Come closer with ")[2].split()[:2]
    assert run("make", *FAR, *way, "-o", "x.mp3").code == 0
    assert abs(read_metadata(Path("x.mp3")).plan.duration_ms - 3_000_000) <= 60_000


def test_the_nearest_length_is_made_if_any_will_do(own_folders: Path) -> None:
    """With the note that the plan has, too; one option tells them apart."""
    planned = run("plan", *FAR, "--json")
    assert planned.code == 0
    made = run("make", *FAR, "--any-length", "--json")
    assert made.code == 0, made.err
    assert made.err == planned.err
    assert json.loads(made.out)["duration_ms"] == json.loads(planned.out)["duration_ms"]
    assert " shorter than asked for. Within full or brief guidance, " in planned.err


def test_one_length_out_of_reach_among_several_costs_only_itself(own_folders: Path) -> None:
    """Hummed, with other words, only one level of guidance is a minute within reach."""
    shortest, longest = (
        json.loads(run("plan", *SHORT, "--minutes", "1", "--guidance", level, "--json").out)["duration_ms"]
        for level in ("chimes", "full")
    )
    assert longest - shortest > 70_000, "else this test says nothing"
    seconds = f"{shortest // 1000}s"
    made = run("make", *SHORT, "--minutes", seconds, "--guidance", "full,chimes", "--countdown", "0")
    assert made.code == 1
    assert "1 of 2 files was made." in made.err
    assert "was not made. Lower back cannot last" in made.err
    assert len(made.out.splitlines()) == 3
    assert left_behind(own_folders) == []


@pytest.mark.slow
def test_python_gets_the_lengths_and_the_ways(own_folders: Path) -> None:
    """As fields of an error; a plan is the nearest, with a warning."""
    for make in (voiceguide.make, voiceguide.make_bytes):
        with pytest.raises(voiceguide.LengthNotReached) as caught:
            make("lower-back", engine="fake", only="cat-cow", minutes=50)
        error = caught.value
        assert error.wished_ms == 3_000_000
        assert len(error.ways) == 2
        assert "--" not in str(error)
    assert list(own_folders.iterdir()) == []
    plan = voiceguide.plan("lower-back", engine="fake", only="cat-cow", minutes=50)
    assert plan.duration_ms == error.nearest_ms
    assert plan.fit
    assert plan.warnings[0] == plan.fit.summary
    assert error.ways == plan.fit.suggestions
    made = voiceguide.make("lower-back", "x.mp3", engine="fake", only="cat-cow", minutes=50, any_length=True)
    assert made.duration_ms == error.nearest_ms


@pytest.mark.slow
def test_the_guidance_of_a_finished_file_is_open_unless_it_was_chosen(own_folders: Path) -> None:
    """A file with everything said may become one with short forms; one with fewer words stays so."""
    for level in ("full", "cues"):
        assert run("make", *SHORT, "--guidance", level, "-o", f"{level}.mp3").code == 0
    limits = {
        level: run("plan", f"{level}.mp3", "--engine", "fake", "--minutes", "50").err
        for level in ("full", "cues")
    }
    assert "Within full or brief guidance" in limits["full"]
    assert "Within cues guidance" in limits["cues"]
