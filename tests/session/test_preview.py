"""A line is spoken to a file, as a session would speak it."""

from pathlib import Path

import pytest

from tests.program import run
from voiceguide.audio.decoding import decode_file
from voiceguide.settings import settings_path


@pytest.mark.parametrize("name", ["say.wav", "say.mp3", "say.flac"])
def test_a_line_is_spoken(name: str, own_folders: Path) -> None:
    """And its spoken form is shown, if that differs."""
    ended = run("say", "Bend by 90° near L4.", "-o", name, "--engine", "fake")
    assert ended.code == 0, ended.err
    assert "Spoken as: Bend by ninety degrees near L four." in ended.out
    assert decode_file(Path(name)).duration_ms > 800
    assert "Spoken as" not in run("say", "Breathe out.", "-o", f"b{name}", "--engine", "fake").out


def test_letters_are_shown_plainly(own_folders: Path) -> None:
    """The points between them are for the voice."""
    ended = run("say", "Turn 5° at the SI joint.", "--engine", "fake")
    assert "Spoken as: Turn five degrees at the SI joint." in ended.out, ended.err
    assert "Spoken as" not in run("say", "Roll the IT band.", "--engine", "fake").out


def test_a_line_is_tried_again_and_again(own_folders: Path) -> None:
    """The place that nobody named is replaced; one that was named is kept."""
    for words in ("Breathe in.", "Breathe out, and rest."):
        ended = run("say", words, "--engine", "fake")
        assert (ended.code, ended.out) == (0, "say.wav\n"), ended.err
    kept = Path("say.wav").read_bytes()
    assert "say.wav already exists and was kept" in run("say", "No.", "-o", "say.wav", "--engine", "fake").err
    assert Path("say.wav").read_bytes() == kept


def test_several_sentences_have_the_scripts_pause_between(own_folders: Path) -> None:
    """The same one twice is spoken once."""
    run("say", "Breathe.", "-o", "one.wav", "--engine", "fake")
    run("say", "Breathe. Breathe.", "-o", "two.wav", "--engine", "fake")
    one, two = (decode_file(Path(name)).duration_ms for name in ("one.wav", "two.wav"))
    assert two == pytest.approx(2 * one + 650, abs=3)


def test_ones_own_list_is_heard(own_folders: Path) -> None:
    """As set for all sessions."""
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("[say]\npsoas = 'so-as'\n", encoding="utf-8")
    assert "Spoken as: Soften your so-as." in run("say", "Soften your psoas.", "--engine", "fake").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("",), "There is nothing to say"),
        (("?!",), "There is nothing to say"),
        (("x" * 2001,), "This text has 2001 characters; at most 2000 are spoken at once."),
        (("Hi.", "-o", "a.ogg"), ".ogg is not a format that can be made"),
        (("Hi.", "-o", "mine.wav"), "mine.wav already exists and was kept"),
        (("Hi.", "--language", "xx"), "does not speak the language 'xx'"),
        (("Hi.", "--voice", "nobody"), "has no voice called 'nobody'"),
    ],
)
def test_what_cannot_be_said_is_one_sentence(
    arguments: tuple[str, ...], message: str, own_folders: Path
) -> None:
    """And nothing is written."""
    Path("mine.wav").write_text("mine")
    ended = run("say", *arguments, "--engine", "fake")
    assert ended.code in {1, 2}
    assert message in ended.err
    assert [path.name for path in own_folders.iterdir()] == ["mine.wav"]
    assert Path("mine.wav").read_text() == "mine"
