"""Whatever comes in: a result, or one sentence. More of it: VOICEGUIDE_HYPOTHESIS=fuzz python3 scripts/test.py -k fuzz."""

import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from tests.program import run
from tests.routine.test_reader import as_yaml
from tests.session.test_checking import GOOD
from tests.strategies import Laid, routines, sessions
from voiceguide.errors import VoiceguideError
from voiceguide.export.cover import drawing_of
from voiceguide.export.cue_sheet import cue_sheet
from voiceguide.export.finished_file import read_metadata
from voiceguide.language.registry import find_language
from voiceguide.mp3.file import read_mp3
from voiceguide.routine.model import Exercise, Routine
from voiceguide.routine.reader import built_in_ids, parse_routine
from voiceguide.script.naming import Dose
from voiceguide.script.plan import Plan
from voiceguide.session.checking import check_files

pytestmark = pytest.mark.slow
LIBRARY = Path(__file__).parents[1] / "voiceguide" / "routine" / "library"
FILES = [(LIBRARY / f"{name}.yaml").read_text(encoding="utf-8") for name in built_in_ids()]
# As often as the profile says, but hundreds of times in every run.
MANY = settings(max_examples=max(300, settings().max_examples))
SOME = settings(max_examples=max(100, settings().max_examples))
FEW = settings(max_examples=max(30, settings().max_examples // 2))

_PIECES = st.sampled_from(
    [*"{}[]:,-#&*!|>'\"%@`?\n\t ", "\x00", "\ud800", "…", "null", "~", "<<: *a", "&a ", "*a", "!!python/object:os", "- - - -",
     "{side}", "{a}", "1e999", "0x", "9" * 400, "---\n", "...\n", "%YAML 1.1\n", "😀", "\u202e", "  ", "\r"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A routine file with some of its text taken out, doubled, moved, or replaced."""
    text = draw(st.sampled_from(FILES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        piece = draw(_PIECES | st.just(text[start:end] * 2) | st.just("") | st.text(max_size=12))
        text = text[:start] + piece + text[end:]
    return text


def only_our_own(text: str) -> None:
    """Reading a text gives a routine or our own error with a sentence."""
    try:
        parse_routine(text, "r.yaml")
        said = "r.yaml"
    except VoiceguideError as error:
        said = str(error)
    assert said.startswith("r.yaml")
    assert "\n" not in said


@MANY
@given(mutated())
def test_fuzz_mutated_routine_files(text: str) -> None:
    """Most are no routine any more; none gets through as something else."""
    only_our_own(text)


@MANY
@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda data: data.decode("latin-1")))
def test_fuzz_any_text_as_a_routine(text: str) -> None:
    """Nothing of it is YAML, or all of it."""
    only_our_own(text)


@FEW
@given(routines(), st.integers(1, 60))
def test_fuzz_check_says_something_of_every_routine(routine: Routine, times: int) -> None:
    """Whatever its numbers are, also beyond the longest session: a fault at its defaults, or advice with a line."""
    few = routine.all_exercises
    many = [replaced(few[n % len(few)], f"e{n}") for n in range(times)]
    whole = routine.model_copy(update={"exercises": tuple(many), "language": "en"})
    Path("r.yaml").write_text(as_yaml(whole), encoding="utf-8")
    (checked,) = check_files([Path("r.yaml")])
    assert {found.key for found in checked.errors} <= {"defaults"}
    assert all(found.line and found.column for found in checked.diagnostics)
    assert len({*checked.diagnostics}) == len(checked.diagnostics)


def replaced(exercise: Exercise, name: str) -> Exercise:
    """The exercise under another id."""
    return exercise.model_copy(update={"id": name})


@SOME
@given(st.binary(max_size=600) | mutated().map(lambda text: text.encode("utf-8", "replace")))
def test_fuzz_any_bytes_as_files(data: bytes) -> None:
    """Checked as a routine, shown as a session, verified as an MP3."""
    path = Path("any.mp3")
    path.write_bytes(data)
    assert check_files([path])[0].path == path
    for read in (read_metadata, read_mp3):
        with pytest.raises(VoiceguideError):
            read(path)


@SOME
@given(sessions())
def test_fuzz_every_plan_can_be_written(laid: Laid) -> None:
    """As a sheet, as a picture, in the order of its times."""
    plan = Plan.of(
        laid.timeline,
        routine=laid.routine.id,
        title=laid.routine.title,
        options={"hold_seconds": 1, "reps": 1},
        voice="",
    )
    sheet = cue_sheet(plan, laid.routine)
    assert sheet.startswith("<!doctype html>")
    assert all(
        str(escape(exercise.name)) in sheet
        for exercise in laid.routine.all_exercises
        if exercise.id in laid.options.exercises
    )
    drawing = drawing_of(plan, laid.routine.title, Dose("25", "2"), find_language("en"))
    assert drawing.parts == len(laid.timeline.chapters)
    starts = [event.start_ms for event in plan.events]
    assert starts == sorted(starts)
    assert all(0 <= event.start_ms <= event.end_ms <= plan.duration_ms for event in plan.events)


_WORDS = st.text(max_size=12) | st.sampled_from(
    ["", "-", "--", "25", "1m30s", "0", "-1", "1e9", "nan", "inf",
     "9" * 20, "½", "٣", "None", "../..", "\x00", "a,b", ",", "😀"]
)  # fmt: skip
_OPTIONS = st.sampled_from(
    ["--hold", "--reps", "--rest", "--minutes", "--guidance", "--only", "--skip", "--first-side", "--engine", "--voice", "--pace",
     "--chime-level", "--jobs", "--json", "--no-countdown", "--nonsense", ""]
)  # fmt: skip


@SOME
@given(st.lists(st.tuples(_OPTIONS, _WORDS), max_size=4))
def test_fuzz_any_options(options: list[tuple[str, str]]) -> None:
    """A plan, or one sentence and exit code 1 or 2; never a traceback."""
    Path("r.yaml").write_text(GOOD.replace("reps: 2", "reps: 1"), encoding="utf-8")
    words = [word for pair in options for word in pair if word]
    ended = run("plan", "r.yaml", "--engine", "fake", *words)
    assert ended.code in {0, 1, 2}, (words, ended)
    assert "Traceback" not in ended.err
    assert "something unexpected" not in ended.err, ended.err
    if ended.code:
        assert len(ended.err.strip().splitlines()) <= 3
    else:
        assert ended.out


@SOME
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_fuzz_damaged_sessions(seed: int, flips: int) -> None:
    """Bits of what a file carries are flipped, serialize or deserialize: it is read, or refused with a reason."""
    from voiceguide.export.embedded_metadata import deserialize

    chance = random.Random(seed)
    for data, seal in ((_CARRIED, lambda b: b), (zlib.decompress(_CARRIED), zlib.compress)):
        damaged = bytearray(data)
        for _ in range(flips):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            said = deserialize(seal(bytes(damaged))).plan.title
        except ValueError as error:
            said = str(error)
        assert said is not None


def _carried() -> bytes:
    from tests.export.test_tags import TAGS

    return TAGS.embedded_metadata


_CARRIED = _carried()
