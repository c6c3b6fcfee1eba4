"""Which texts may be shown, and how things are counted."""

import pytest

from voiceguide.text import counted, printable, unprintable


@pytest.mark.parametrize(
    "text", ["", "Sit tall.", "Für dich: 日本語", "می\u200cخواهم", "क्\u200dष", "😀\ufe0f", "[/b]"]
)
def test_what_people_write_may_be_shown(text: str) -> None:
    """As it is; letters may be joined and kept apart."""
    assert printable(text) == text


@pytest.mark.parametrize(
    "letter",
    [
        *"\n\r\t\x00\x07\x1b\x7f\x9b\u2028\u2029\ufeff\u00ad\ud800",
        *map(chr, range(0x202A, 0x202F)),
        *map(chr, range(0x2066, 0x206A)),
    ],
)
def test_what_a_terminal_obeys_may_not(letter: str) -> None:
    """Line breaks, controls, and marks that turn the direction; the first is named."""
    assert unprintable(f"a{letter}b\x1b") == letter
    with pytest.raises(ValueError, match=rf"^holds the control character U\+{ord(letter):04X}; remove it$"):
        printable(f"a{letter}")


def test_one_is_not_several() -> None:
    """Nor is none."""
    assert [counted(number, "hold") for number in (0, 1, 2)] == ["0 holds", "1 hold", "2 holds"]
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(3, "entry", "entries") == "3 entries"
