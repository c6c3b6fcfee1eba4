"""What may stand in a text, and the id made of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.text.printable import (
    counted,
    printable,
    slug,
    unprintable,
)


@pytest.mark.parametrize("text", ["", "a b", "[/b]", "می‌خواهم", "👩‍🦰 hair", "Élan", "½"])
def test_what_people_write_is_printable(text: str) -> None:
    """Also joiners, where they join."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\u200bb", r'an invisible character \(U\+200B\) after "a"; delete it'),
        ("\u200dab", r"an invisible character \(U\+200D\) at the start"),
        ("a \u200d b", r"U\+200D"),
        ("a\u200c\u200cb", r"U\+200C"),
        ("a\u202eb", r"a text direction control \(U\+202E\)"),
        ("a\u2066b", r"a text direction control \(U\+2066\)"),
        ("a\x07", r"U\+0007"),
        ("a\ud83d", r"half of a character \(U\+D83D\)"),
    ],
)
def test_what_is_not_seen_is_refused(text: str, message: str) -> None:
    """With its code and the word before it."""
    with pytest.raises(ValueError, match=message):
        printable(text)


@pytest.mark.parametrize(
    "letter",
    [
        *"\n\r\t\x00\x07\x1b\x7f\x9b\u2028\u2029\ufeff\u00ad\ud800",
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
    ],
)
def test_what_a_terminal_obeys_may_not_be_shown(letter: str) -> None:
    """Line breaks, controls, and marks that turn the direction; the first is named."""
    assert unprintable(f"a{letter}b\x1b") == letter
    with pytest.raises(ValueError, match=rf"\(U\+{ord(letter):04X}\) after"):
        printable(f"a{letter}")


def test_one_is_not_several() -> None:
    """Nor is none."""
    assert [counted(number, "hold") for number in (0, 1, 2)] == ["0 holds", "1 hold", "2 holds"]
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(3, "entry", "entries") == "3 entries"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Rücken", "rucken"),
        ("My Neck!", "my-neck"),
        ("Straße", "strasse"),
        ("Anna's neck", "annas-neck"),
        ("—", ""),
    ],
)
def test_an_id_keeps_the_letters_of_its_text(text: str, made: str) -> None:
    """Without their accents."""
    assert slug(text) == made


@given(st.text())
def test_an_id_is_always_one(text: str) -> None:
    """Whatever it is made of: lower-case letters, digits, single hyphens, or nothing."""
    assert slug(slug(text)) == slug(text)
    assert set(slug(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
