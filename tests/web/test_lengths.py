"""A length is the same number wherever a person reads it: rounded to the nearest, not up."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.export.test_tags import PLAN
from voiceguide.cli.report import print_routine, print_routines
from voiceguide.export.captions import lrc
from voiceguide.export.cover import drawing_of
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.export.embedded_metadata import SessionMetadata
from voiceguide.language.registry import find_language
from voiceguide.routine.reader import find_routine
from voiceguide.script.naming import Dose
from voiceguide.session.catalog import CatalogEntry, catalog_entry
from voiceguide.text.formatting import format_duration
from voiceguide.web.entry import Entry

LOWER_BACK = find_routine("lower-back")


@pytest.mark.parametrize(
    ("duration_ms", "minutes", "clock"),
    [(978_400, 16, "16:18"), (978_600, 16, "16:19"), (989_400, 16, "16:29"), (989_600, 16, "16:30"), (990_000, 17, "16:30")],
)  # fmt: skip
def test_a_length_is_rounded_everywhere(
    duration_ms: int, minutes: int, clock: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cue sheet, cover, page, lists, lyrics and the command line."""
    plan = replace(PLAN, duration_ms=duration_ms)
    assert f"about {minutes} min" in cue_sheet(plan, LOWER_BACK)
    drawing = drawing_of(plan, "Lower back", Dose("25", "2"), find_language("en"))
    assert drawing.total == f"{minutes} min"
    page = Entry(cast("Any", None), SessionMetadata(plan, LOWER_BACK), Path("x.mp3"), 1, None)
    assert page.minutes == minutes
    entry = CatalogEntry(LOWER_BACK, duration_ms)
    assert entry.to_dict()["minutes"] == minutes
    print_routines((entry,))
    print_routine(entry, "lower-back")
    shown = capsys.readouterr().out
    assert re.search(rf" {minutes} min +Lower back", shown)
    assert f"about {minutes} min, back" in shown
    assert f"[length:{clock}]" in lrc(plan)
    assert format_duration(duration_ms) == f"{clock} min"


@pytest.mark.slow
def test_the_length_that_is_listed_is_the_length_that_is_made() -> None:
    """Within a few seconds, with the voice that speaks by default; no list makes it longer than it is."""
    from voiceguide.options.session import SessionOptions
    from voiceguide.options.voice import VoiceOptions
    from voiceguide.session.planning import plan_session
    from voiceguide.store.memory import MemoryStore

    routine = find_routine("wind-down-breathing")
    made = plan_session(routine, SessionOptions(), VoiceOptions("neural"), store=MemoryStore())
    assert catalog_entry(routine).duration_ms == pytest.approx(made.timeline.duration_ms, abs=12_000)
