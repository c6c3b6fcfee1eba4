"""The cue sheet: one page to print."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import find_routine
from voiceguide.script.plan import Plan
from voiceguide.session.planning import plan_session
from voiceguide.store.memory import MemoryStore

LOWER_BACK = find_routine("lower-back")


def plan_for(options: SessionOptions, routine: Routine = LOWER_BACK) -> Plan:
    return plan_session(routine, options, VoiceOptions(engine="fake"), store=MemoryStore()).plan


class _Text(HTMLParser):
    """What a reader sees, and what the page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in {"src", "href", "srcset", "data"}]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> _Text:
    reader = _Text()
    reader.feed(page)
    return reader


def test_everything_that_matters_is_on_it() -> None:
    """Exercises, holds, repetitions, sides, change, safety, what to have at hand, source."""
    page = read(cue_sheet(plan_for(SessionOptions(hold_seconds=30, reps=3)), LOWER_BACK))
    text = " ".join(" ".join(page.text).split())
    for exercise in LOWER_BACK.all_exercises:
        assert exercise.name in text
    assert text.count("3 × 30 s on each side") == 2
    assert text.count("3 × 30 s") == 5
    variation = LOWER_BACK.all_exercises[-1].movement.variation
    assert variation
    assert f"Last round: {variation.instruction}" in text
    safety = LOWER_BACK.safety
    for sentence in (*safety.before, *safety.red_flags, *safety.after):
        assert sentence in text
    assert "a heavy chair or counter that cannot slide" in text
    assert "Easy Stretches to Prevent" in text
    assert "side}" not in text


@pytest.mark.parametrize(("first", "other"), [("left", "right"), ("right", "left")])
def test_sides_are_worded_as_they_are_done(first: str, other: str) -> None:
    """The first side, then how to get to the other."""
    plan = plan_for(SessionOptions(reps=1, only=("knee-roll",), first_side=first))  # type: ignore[arg-type]
    text = cue_sheet(plan, LOWER_BACK)
    assert f"draw your knees up, roll them to the {first}, and look to the {other}." in text
    assert f"knees up and over to the {other}, eyes to the {first}." in text
    assert "Cat and cow" not in text


def test_each_side_has_its_line_and_each_repetition_its_box() -> None:
    """Left and right in the order in which they are done; nothing to tick where that would be a wall of boxes."""
    page = cue_sheet(plan_for(SessionOptions(reps=3, only=("knee-roll",))), LOWER_BACK)
    text = " ".join(" ".join(read(page).text).split())
    assert text.index("Left At the bell") < text.index("Right Back to the middle")
    assert page.count("<i></i>") == 6
    assert cue_sheet(plan_for(SessionOptions(reps=13, only=("knee-roll",))), LOWER_BACK).count("<i></i>") == 0
    assert cue_sheet(plan_for(SessionOptions(reps=2, only=("cat-cow",))), LOWER_BACK).count("<i></i>") == 2


def test_many_exercises_stand_in_two_columns() -> None:
    """From eleven on."""
    first = LOWER_BACK.all_exercises[0]
    for count, expected in ((10, False), (11, True)):
        exercises = tuple(first.model_copy(update={"id": f"part-{n}"}) for n in range(count))
        routine = LOWER_BACK.model_copy(update={"exercises": exercises})
        assert ('class="many"' in cue_sheet(plan_for(SessionOptions(reps=1), routine), routine)) == expected


def test_it_needs_nothing_from_elsewhere() -> None:
    """No script, nothing loaded, and a policy that would not allow it."""
    page = cue_sheet(plan_for(SessionOptions()), LOWER_BACK)
    assert read(page).loads == []
    assert "script" not in read(page).tags
    assert "default-src 'none'" in page


def test_hostile_words_stay_words() -> None:
    """Whatever a routine says is text."""
    hostile = LOWER_BACK.model_copy(update={"title": "<script>alert(1)</script>\"'&"})
    page = cue_sheet(replace(plan_for(SessionOptions()), title="<b>&"), hostile)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_each_part_says_which_language_it_is_in() -> None:
    """A routine from elsewhere, in a language that voiceguide does not know, has headings in English."""
    plan = plan_for(SessionOptions())
    known = cue_sheet(plan, LOWER_BACK.model_copy(update={"language": "en-GB"}))
    assert re.findall(r'lang="([\w-]+)"', known) == ["en-GB"]
    unknown = cue_sheet(plan, LOWER_BACK.model_copy(update={"language": "gsw"}))
    assert '<html lang="gsw">' in unknown
    assert '<h2><span lang="en">Before you begin</span></h2>' in unknown
