"""The table of options: one row is enough for an option to be everywhere."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.errors import InvalidValue, UsageError, ValueOutOfRange
from voiceguide.options import table
from voiceguide.options.request import Request
from voiceguide.options.table import OPTIONS, Option, read, read_variations
from voiceguide.options.values import ValueType

ROOT = Path(__file__).parents[2]
# A row that sets what another row sets, so that the code which obeys it is there.
ROW = """
from voiceguide.options import table
from voiceguide.options.values import whole_number
from voiceguide.routine.limits import REPS
table.OPTIONS += (table.Option(
    "times-each", "session.reps", whole_number("TIMES", REPS), "Session", "How often, in other words.", is_setting=True),)
"""


def with_row(program: str, *arguments: str, **environment: str) -> str:
    """Run a program in which the table has one more row, and return what it prints."""
    import os

    done = subprocess.run(
        [sys.executable, "-c", ROW + program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


COMMAND = "import sys; from voiceguide.cli.app import run; sys.exit(run())"


@pytest.mark.slow
def test_a_row_is_an_option_of_the_command_line() -> None:
    """In help, and obeyed."""
    shown = with_row(COMMAND, "plan", "--help")
    assert "--times-each" in shown
    assert "TIMES" in shown
    planned = json.loads(
        with_row(COMMAND, "plan", "lower-back", "--engine", "fake", "--times-each", "3", "--json")
    )
    assert planned["options"]["reps"] == 3


@pytest.mark.slow
def test_a_row_is_a_setting() -> None:
    """In the environment, and in what ``config show`` lists."""
    plan = ("plan", "lower-back", "--engine", "fake", "--json")
    planned = json.loads(with_row(COMMAND, *plan, VOICEGUIDE_TIMES_EACH="4"))
    assert planned["options"]["reps"] == 4
    assert "not set  (VOICEGUIDE_TIMES_EACH)" in with_row(COMMAND, "config", "show")


@pytest.mark.slow
def test_a_row_is_a_keyword() -> None:
    """Of the Python interface."""
    program = "import voiceguide; print(voiceguide.plan('lower-back', engine='fake', times_each=5).plan.options['reps'])"
    assert with_row(program).split() == ["5"]


def test_a_row_is_in_the_documentation() -> None:
    """In the tables of both pages, and in the types of the keywords."""
    program = (
        "import sys; sys.path.insert(0, 'scripts'); import generate\n"
        "for path, text in generate._wanted().items():\n"
        "    if 'times' in text and path.name in ('options.md', 'api.md', 'keywords.py'): print(path.name)\n"
        "    print(*[line for line in text.splitlines() if 'times-each' in line or 'times_each' in line], sep='\\n')"
    )
    shown = with_row(program)
    assert "| `--times-each` TIMES | How often, in other words. |  | `VOICEGUIDE_TIMES_EACH` |" in shown
    assert "| `times_each` | number | How often, in other words. |" in shown
    assert "    times_each: int" in shown


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.field)
def test_a_row_sets_a_field_that_exists(option: Option) -> None:
    """Of a request, or of the options in it; and every name is written one way everywhere."""
    part, _, field = option.field.rpartition(".")
    holder: Any = getattr(Request(), part) if part else Request()
    assert field in {known.name for known in fields(holder)}
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", option.name)
    assert option.help.endswith(".")
    assert option.takers or option.is_setting


def test_every_choice_of_a_listener_has_a_row() -> None:
    """Except for what only programs set."""
    chosen = {option.field for option in OPTIONS}
    parts: dict[str, Any] = {
        "session": Request().session,
        "voice": Request().voice,
        "output": Request().output,
    }
    known = {f"{part}.{field.name}" for part, options in parts.items() for field in fields(options)} | {
        "jobs"
    }
    assert known - chosen == {"session.implicit", "voice.from_file", "voice.say"}


VALUES = st.one_of(
    st.text(max_size=50), st.integers(), st.floats(), st.booleans(), st.lists(st.text(max_size=5))
)


@given(option=st.sampled_from(OPTIONS), value=VALUES)
def test_any_value_is_read_or_refused(option: Option, value: object) -> None:
    """In one sentence, for any value."""
    sentence = ""
    try:
        option.value.read(value)
    except UsageError as error:
        sentence = str(error)
    assert len(sentence.splitlines()) <= 1
    assert len(sentence) < 400


def test_values_are_read_alike_from_text_and_from_python() -> None:
    """So that a command line, a settings file and a keyword mean the same."""
    texts = {
        "hold": "1m5s",
        "minutes": "12.5",
        "only": "cat-cow, flat-back",
        "countdown": "off",
        "chime_level": "-3",
    }
    values = {
        "hold": 65,
        "minutes": 12.5,
        "only": ["cat-cow", "flat-back"],
        "countdown": False,
        "chime_level": -3,
    }
    assert read("plan", texts) == read("plan", values)
    assert read("make", {"cover": "none"}) == read("make", {"cover": False})


@pytest.mark.parametrize(
    ("taker", "keyword", "value", "field", "meant"),
    [
        ("plan", "guidance", "FULL", "session.guidance", "full"),
        ("plan", "guidance", " Brief", "session.guidance", "brief"),
        ("plan", "side", "Left", "session.side", "left"),
        ("plan", "first_side", "RIGHT", "session.first_side", "right"),
        ("plan", "bells", "Bowls", "session.bells", "bowls"),
        ("plan", "bells", "NONE", "session.bells", "none"),
        ("plan", "bells", "Sounds/Bell.WAV", "session.bells", "Sounds/Bell.WAV"),
        ("plan", "countdown", "OFF", "session.countdown", 0),
        ("make", "cover", "None", "output.cover", False),
        ("make", "overwrite", "Yes", "output.overwrite", True),
    ],
)
def test_a_named_value_may_be_written_in_any_case(
    taker: table.Taker, keyword: str, value: str, field: str, meant: object
) -> None:
    """A path keeps its case."""
    part, _, name = field.partition(".")
    assert getattr(getattr(read(taker, {keyword: value}), part), name) == meant


@pytest.mark.parametrize("value", [True, 1.5, [True], [None], (1, 2.5)])
def test_what_names_no_exercise_is_refused(value: object) -> None:
    """Numbers are whole."""
    with pytest.raises(InvalidValue, match=r"^only: .* is not a list of exercises\."):
        read("plan", {"only": value})


def test_several_values_are_several_requests() -> None:
    """Each combination once."""
    chosen = read_variations("make", {"hold": "20,25,20", "reps": "1,2", "rest": "5"})
    found = [(one.session.hold_seconds, one.session.reps, one.session.rest_seconds) for one in chosen]
    assert found == [(20, 1, 5), (20, 2, 5), (25, 1, 5), (25, 2, 5)]


def test_an_error_names_the_keyword() -> None:
    """And carries what was expected; a quantity outside its limits names itself."""
    with pytest.raises(InvalidValue, match=r"^chime_level: 'loud' is not a number of decibels\.$") as caught:
        read("plan", {"chime_level": "loud"})
    assert (caught.value.name, caught.value.expected) == ("chime_level", "a number of decibels")
    with pytest.raises(ValueOutOfRange, match=r"^A number of jobs of 65 is not possible"):
        read("plan", {"jobs": 65})


def test_a_setting_is_known_by_one_name() -> None:
    """Two rows of one name are the same thing in two places."""
    assert len(table.settings()) == len([option for option in OPTIONS if option.is_setting])
    assert all(isinstance(option.value, ValueType) for option in OPTIONS)
