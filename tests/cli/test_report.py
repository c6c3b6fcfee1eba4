"""What people read: texts as they are written, in any width, on any console."""

import io
import json
import re
import sys
from pathlib import Path

import pytest

from tests.program import run, run_process
from voiceguide.cli.report import print_plan, print_routines, print_voices
from voiceguide.options.session import SessionOptions
from voiceguide.options.voice import VoiceOptions
from voiceguide.routine.reader import find_routine, parse_routine
from voiceguide.session.catalog import CatalogEntry
from voiceguide.session.planning import Session, plan_session
from voiceguide.speech.engine import Voice
from voiceguide.speech.registry import VoiceListing
from voiceguide.store.memory import MemoryStore

MARKUP = "Sit [red]tall[/b] [/foo] :smile: [link=x]."


def marked_up() -> Session:
    """A session whose title, texts, and exercise ids hold what rich would take for its own."""
    routine = find_routine("lower-back")
    first = routine.all_exercises[0].model_copy(
        update={"id": "[/b]", "name": MARKUP, "position": MARKUP, "sides": "each"}
    )
    routine = routine.model_copy(update={"title": MARKUP, "exercises": (first,), "introduction": MARKUP})
    return plan_session(
        routine, SessionOptions(hold_seconds=5, reps=1), VoiceOptions("fake"), store=MemoryStore()
    )


def test_a_plan_is_shown_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets are no markup, and colons no pictures."""
    print_plan(marked_up())
    shown = capsys.readouterr().out
    assert "Sit [red]tall[/b] [/foo] :smile: [link=x]" in shown
    assert f"{MARKUP} · 5 s × 1: " in shown


def test_each_part_of_a_circuit_is_numbered(capsys: pytest.CaptureFixture[str]) -> None:
    """In every round, also where its rest announces the next exercise."""
    page = (Path(__file__).parents[2] / "docs" / "routines.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[-1]
    routine = parse_routine(example, "docs")
    print_plan(plan_session(routine, SessionOptions(), VoiceOptions("fake"), store=MemoryStore()))
    headings = re.findall(r"^ {9,}(\d+  .* \(.*\))$", capsys.readouterr().out, re.MULTILINE)
    assert headings[-4:] == [
        "4  Marching · 1 of 2 (march)",
        "5  Step-ups · 1 of 2 (step-up)",
        "4  Marching · 2 of 2 (march)",
        "5  Step-ups · 2 of 2 (step-up)",
    ]


def test_routines_and_voices_are_listed_as_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever named them."""
    print_routines((CatalogEntry(marked_up().routine, 60_000),))
    voice = Voice("[/b]", MARKUP, "en", "system", "1")
    print_voices(VoiceListing((voice,), voice, ()))
    shown = capsys.readouterr().out
    assert shown.count(MARKUP) == 2
    assert re.search(r"^\*  *\[/b\] +en +system", shown, re.MULTILINE)


LONG_ID = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech\Voices\Tokens\TTS_MS_EN-US_ZIRA_11.0"
VOICES = (
    Voice("heart", "Heart (American female)", "en-US", "neural", "1"),
    Voice(LONG_ID, "Zira " * 9, "en-US", "system", "1"),
)


def test_voices_fit_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The star and the engine stay, and an id is folded, never cut."""
    monkeypatch.setenv("COLUMNS", "80")
    print_voices(VoiceListing(VOICES, VOICES[0], ()))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    assert re.search(r"^\* +heart +en-US +neural +Heart", shown, re.MULTILINE)
    column = "".join(line[2:].split("  ")[0].strip() for line in shown.splitlines()[2:] if line.strip())
    assert column.startswith(LONG_ID)


def test_where_nobody_looks_nothing_is_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line a voice, for programs that read lines."""
    monkeypatch.delenv("COLUMNS")
    print_voices(VoiceListing(VOICES, VOICES[0], ()))
    lines = capsys.readouterr().out.splitlines()
    assert LONG_ID in lines[2]
    assert lines[2].endswith("Zira")


PLAN = ("plan", "lower-back", "--engine", "fake", "--only", "cat-cow")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
def test_a_console_that_lacks_letters_shows_others(encoding: str) -> None:
    """After the work is done is no time for an error."""
    shown = run_process(*PLAN, encoding=encoding)
    assert (shown.code, shown.err) == (0, "")
    assert re.search(r"Lower back .+ 25 s .+ 2: \d:\d\d min in total, 2 holds, voice Hum\.", shown.out)


@pytest.mark.slow
def test_data_is_whole_on_any_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters that it lacks are escaped, as JSON has it."""
    data = json.loads(run_process(*PLAN, "--json", encoding="cp437").out)
    assert data["title"] == "Lower back (1 of 5) · 25 s × 2"
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", out)
    from voiceguide.cli.printing import print_json

    print_json({"title": "×"})
    out.flush()
    assert "×".encode() in out.buffer.getvalue()


def test_a_command_that_is_shown_can_be_copied() -> None:
    """Names with spaces are in quotes."""
    made = run("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "-o", "my own.mp3")
    assert made.code == 0, made.err
    assert "voiceguide make 'my own.mp3' --hold 30" in run("show", "my own.mp3").out


@pytest.mark.slow
def test_one_is_not_several() -> None:
    """As people say it."""
    made = run("make", "lower-back", "--engine", "fake", "--only", "cat-cow", "--reps", "1", "-o", "a.mp3")
    assert "\n  1 hold: 1 of 25 s\n" in made.out
    assert ", 1 hold: 1 of 25 s\n" in run("show", "a.mp3").out
    assert ", 1 hold, voice Hum." in run("plan", "a.mp3", "--engine", "fake").out
