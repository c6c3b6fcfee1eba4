"""What may stand in a text: marks for silence, and none of other tools."""

import pytest

from tests.session.test_prescription import HEAD, HOLD, exercise
from voiceguide.errors import RoutineError
from voiceguide.routine.reader import parse_routine
from voiceguide.routine.texts import split_at_pauses, without_pauses


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sit.", [("Sit.", 0)]),
        ("Sit. [pause 5s] Rest.", [("Sit.", 5000), ("Rest.", 0)]),
        ("Sit[pause 1.5 s]down", [("Sit", 1500), ("down", 0)]),
        ("Sit. [PAUSE 1m30s]", [("Sit.", 90_000)]),
        ("[pause 2] Sit. [pause 3 seconds] [pause 4s]", [("", 2000), ("Sit.", 3000), ("", 4000)]),
    ],
)
def test_a_text_is_split_at_its_pauses(text: str, parts: list[tuple[str, int]]) -> None:
    """Each part with the silence after it; readers see none of the marks."""
    assert list(split_at_pauses(text)) == parts
    assert "pause" not in without_pauses(text).lower()


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("[pause]", "contains '[pause]'; brackets are not spoken; write silence as [pause 5s]"),
        ("[5s]", "contains '[5s]'; brackets are not spoken"),
        ("[pause five]", "contains '[pause five]'; write silence as [pause 5s]"),
        ("[pause 0s]", "contains '[pause 0s]'; a pause lasts 0.5 to 300 seconds"),
        ("[pause 900s]", "contains '[pause 900s]'; a pause lasts 0.5 to 300 seconds"),
        ("(pause 5s)", "a pause in round brackets is spoken; write silence as [pause 5s]"),
        ("<break time='2s'/>", "tags are not spoken; write silence as [pause 5s]"),
        ("<br>", "contains '<br>'; tags are not spoken; remove it"),
        ("</p>", "contains '</p>'; tags are not spoken; remove it"),
        ("&nbsp;", "contains '&nbsp;'; entities are not spoken; write the character"),
        ("&#160;", "contains '&#160;'; entities are not spoken"),
        ("https://example.org/a", "a link is not spoken; put it under 'source'"),
        ("www.example.org", "a link is not spoken"),
        ("[a video](clip)", "links are not spoken; write only the words"),
    ],
)
def test_marks_of_other_tools_are_errors_with_their_place(mark: str, message: str) -> None:
    """Line and column of the mark itself, and the right way to write it."""
    text = HEAD + "exercises:\n" + exercise(HOLD).replace("Lie down.", f'"Lie down. {mark} And rest."')
    with pytest.raises(RoutineError) as caught:
        parse_routine(text, "r.yaml")
    (found,) = caught.value.diagnostics
    line = next(number for number, written in enumerate(text.splitlines(), 1) if mark in written)
    assert (found.line, found.column) == (line, text.splitlines()[line - 1].index(mark) + 1)
    assert message in found.problem


@pytest.mark.parametrize("text", ["Less is < more.", "Tom & Anna.", "A 5 > 3.", "Rest (a pause is fine)."])
def test_signs_that_mean_nothing_else_are_fine(text: str) -> None:
    """Not every sign is a mark."""
    parse_routine(HEAD + "exercises:\n" + exercise(HOLD).replace("Lie down.", f'"{text}"'), "r.yaml")


def test_a_pause_does_not_belong_where_a_text_is_shown() -> None:
    """Names are shown in chapters and lists."""
    text = HEAD + "exercises:\n" + exercise(HOLD).replace("name: Lift", 'name: "Lift [pause 5s]"')
    with pytest.raises(RoutineError, match="this text is shown, not only spoken; remove it"):
        parse_routine(text, "r.yaml")
