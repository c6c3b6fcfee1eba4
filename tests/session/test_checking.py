"""Routine files are checked: every error and every warning, at its position."""

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.program import run
from tests.strategies import routines
from voiceguide.routine.model import Routine
from voiceguide.routine.reader import built_in_ids, find_routine, parse_routine
from voiceguide.routine.schema import NAME, made_from_the_model, schema
from voiceguide.session.checking import check_files

ROOT = Path(__file__).parents[2]
GOOD = """id: good
title: Good
introduction: Two stretches.
safety:
  before: ["If anything hurts, stop."]
  short: Move gently.
  red_flags: [In doubt see a doctor.]
source: {title: A book}
defaults: {hold_seconds: 20, reps: 2, rest_seconds: 6}
advised_hold_seconds: {minimum: 15, maximum: 30}
advised_reps: {minimum: 1, maximum: 3}
advised_rest_seconds: {minimum: 5, maximum: 15}
exercises:
  - id: sit
    name: Sit
    position: Sit tall.
    settle_seconds: 5
    movement:
      kind: hold
      instruction: Sit still.
      short: [Sit still again.]
      reminders: [Breathe out.]
"""


def reported(text: str) -> list[tuple[str, int | None, str, str]]:
    """What is reported about a text: severity, line, key, message."""
    Path("r.yaml").write_text(text, encoding="utf-8")
    (checked,) = check_files([Path("r.yaml")])
    return [(one.severity, one.line, one.key, one.problem) for one in checked.diagnostics]


def test_nothing_is_reported_for_a_good_routine() -> None:
    """No error, no warning."""
    assert reported(GOOD) == []


@pytest.mark.parametrize(
    ("change", "line", "key", "message"),
    [
        (('["If anything hurts, stop."]', "[Move slowly.]"), 5, "safety.before", "no sentence says when to stop"),
        (("  red_flags: [In doubt see a doctor.]\n", ""), 4, "safety", "no sentence says when to see a doctor"),
        (
            ("  red_flags: [In doubt see a doctor.]\n", "  after: [In doubt see a doctor.]\n"),
            7,
            "safety.after.1",
            "the end is calm; put this under 'red_flags'",
        ),
        (("source: {title: A book}\n", ""), 1, "", "'source' is missing"),
        (("hold_seconds: 20", "hold_seconds: 40"), 9, "defaults.hold_seconds", "40 is outside the advised range, 15 to 30"),
        (("reps: 2", "reps: 5"), 9, "defaults.reps", "5 is outside"),
        (("rest_seconds: 6", "rest_seconds: 60"), 9, "defaults.rest_seconds", "60 is outside"),
        (
            ("Sit tall.", "Sit tall" + ", and breathe" * 14 + "."),
            17,
            "exercises.1.settle_seconds",
            "5 s is too short to follow the 30 words of 'position'; allow at least 6",
        ),
        (("Sit still.", "Now the other leg."), 20, "exercises.1.movement.instruction", "did you forget 'sides: each'?"),
        (("[Sit still again.]", "[Lift your left arm.]"), 21, "exercises.1.movement.short.1", "'left arm' names a side"),
        (
            ("    settle_seconds: 5\n", "    settle_seconds: 5\n    hold_seconds: 90\n"),
            18, "exercises.1.hold_seconds", "a hold of 90 seconds is outside the advised range",
        ),
        (
            ("Breathe out.", "Breathe out and feel how your back gets wide with every breath."),
            22, "exercises.1.movement.reminders.1", "12 words are long for a reminder; use at most 10",
        ),
        (
            ("[Breathe out.]", '["Breathe out, and let your back get wide."]'),
            22, "exercises.1.movement.reminders.1", "this asks for two things at once; make it two reminders",
        ),
        (
            ("Breathe out.", "Breathe" + " extraordinarily" * 8 + "."),
            22, "exercises.1.movement.reminders.1", "never heard at the default hold",
        ),
        (
            ("settle_seconds: 5", "settle_seconds: 5\n    brief: Sit down. Sit tall."),
            18, "exercises.1.brief", "this is for every day; make it one sentence",
        ),
        (
            ("Sit still.", "Sit still" + " and tall" * 22 + "."),
            20, "exercises.1.movement.instruction", "46 words come before the first hold; put the set-up into 'position'",
        ),
        (
            ("Sit still.", "Sit still. [pause 5s]"),
            14, "exercises.1", "the listener waits 5 s in the stretch before its bell; let pauses and set-up come first",
        ),
    ],
)  # fmt: skip
def test_a_likely_mistake_is_a_warning(
    change: tuple[str, str], line: int | None, key: str, message: str
) -> None:
    """As a warning with its line and key; the file is still valid."""
    found = reported(GOOD.replace(*change))
    assert [(severity, at, where) for severity, at, where, _ in found] == [("warning", line, key)]
    assert message in found[0][3]
    assert run("check", "r.yaml").code == 0
    assert run("check", "r.yaml", "--strict").code == 1


SIDED = GOOD.replace(
    "    movement:", "    sides: each\n    changeover: Turn to the {side}.\n    movement:"
).replace("still.", "{side}.")


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (GOOD.replace("Sit still.", "Press the opposite hand down."), "exercises.1.movement.instruction", "'the opposite hand'"),
        (GOOD + "    release: Repeat on the right.\n", "exercises.1.release", "'Repeat on the right' names a side"),
        (GOOD.replace("Sit still.", "Do the other side."), "exercises.1.movement.instruction", "'the other side' names"),
        (GOOD.replace("reps: 2", "reps: 2") + "      variation: {instruction: Lift your left leg.}\n",
         "exercises.1.movement.variation.instruction", "'left leg' names a side"),
        (SIDED.replace("Sit {side}.", "Let your left ear sink."), "exercises.1.movement.instruction",
         "'left ear' is also said for the other side; write '{side} ear' or '{other_side} ear'."),
        (GOOD.replace("    movement:", "    reps: 9\n    movement:"), "exercises.1.reps",
         "9 is outside the advised range, 1 to 3."),
        (GOOD.replace("    movement:", "    rest_seconds: 60\n    movement:"), "exercises.1.rest_seconds",
         "a rest of 60 seconds is outside the advised range, 5 to 15."),
        (GOOD.replace(", rest_seconds: 6", "")
         + "      variation: {instruction: Now bring your knees up to your chest and rock., settle_seconds: 4}\n",
         "exercises.1", "the listener waits 6.6 s in the stretch before its bell"),
        (SIDED.replace(", rest_seconds: 6", "").replace("Turn to", "Come all the way back, and turn over to")
         .replace("sides: each", "sides: each\n    changeover_seconds: 1"),
         "exercises.1.changeover_seconds",
         "for 'Sit still again.' and 'Come all the way back, and turn over to the right.'. Make the rest longer"),
        (GOOD.replace("reps: 2", "reps: 1") + "      variation: {instruction: Lift your chin.}\n", "exercises.1.movement.variation",
         "never heard at the defaults: it comes on the last of several repetitions, but there is only one."),
        (GOOD.replace("[In doubt see a doctor.]", "[In doubt stay in bed.]"), "safety", "no sentence says when to see a doctor"),
        (GOOD.replace("Sit still.", "Push through the pain."), "exercises.1.movement.instruction",
         "'Push through the pain' asks the listener to go on in pain; ask them to ease off or stop."),
        (GOOD.replace("short: Move gently.", "short: No pain no gain."), "safety.short",
         "'No pain no gain' asks the listener to go on in pain"),
        (GOOD.replace("id: good", "id: hips"), "id",
         "'hips' is also the id of a built-in routine; choose another one, such as my-hips."),
        (GOOD.replace("    movement:", "    hold_seconds: 5\n    movement:").replace("15, maximum: 30", "5, maximum: 20")
         .replace("movement:", "advised_hold_seconds: {minimum: 3, maximum: 9}\n    movement:"),
         "exercises.1.movement.reminders", "a hold of 5 s is too short for reminders; remove them, or make the hold longer."),
        (GOOD.replace("rest_seconds: 6", "rest_seconds: 2").replace("minimum: 5", "minimum: 2"), "exercises.1.rest_seconds",
         "no room in a rest of 2 s, from chime to chime, for 'Sit still again.'. Make the rest longer, or the words shorter."),
        (GOOD.replace("kind: hold", "kind: work").replace("rest_seconds: 6", "rest_seconds: 1").replace("minimum: 5", "minimum: 1")
         .replace("[Sit still again.]", "[Again.]"), "exercises.1.rest_seconds", "no room in a rest of 1 s"),
        (GOOD.replace("    movement:", "    transition: [Lean all the way back and let go.]\n    movement:"),
         "exercises.1.rest_seconds",
         "no room in a rest of 6 s, from chime to chime, for 'Lean all the way back and let go.'. Make the rest longer"),
        (GOOD.replace("[Breathe out.]", "[Breathe out]"), "exercises.1.movement.reminders.1",
         "'Breathe out' has no full stop at its end; if a comma split a sentence"),
        (GOOD.replace("    movement:", "    hold_seconds: 10\n    movement:").replace("minimum: 15", "minimum: 3")
         .replace("reps: 2", "reps: 2, countdown: 10")
         .replace("      reminders: [Breathe out.]\n", ""), "exercises.1.hold_seconds",
         "a hold of 10 s is too short for its countdown; make it longer, or set 'quiet: true'."),
        (GOOD.replace("    movement:", "    hold_seconds: 16\n    hold_scale: 0.5\n    movement:"), "exercises.1.hold_scale",
         "this applies only when the listener chooses a hold: 20 s becomes 10 s, but 'hold_seconds' is 16 s."),
        (GOOD.replace("    movement:", "    hold_scale: 4\n    movement:").replace("hold_seconds: 20", "hold_seconds: 1000")
         .replace("maximum: 30", "maximum: 3600"), "exercises.1.hold_scale",
         "a hold of 1000 s becomes 4000 s, and holds are 3 to 3600 s: it lasts 3600 s."),
        (GOOD.replace("    movement:", "    hold_scale: 2\n    breath: {in_seconds: 3, out_seconds: 3, breaths: 4}\n    movement:")
         .replace("      reminders: [Breathe out.]\n", ""), "exercises.1.hold_scale",
         "this has no effect: 'breath' sets how long the hold lasts; remove it."),
        (GOOD.replace("kind: hold\n      instruction: Sit still.",
                      "kind: flow\n      phase_seconds: 2\n      phases:\n        - {instruction: Up., cue: Up.}\n"
                      "        - {instruction: Down., cue: And slowly down with your shoulders.}"),
         "exercises.1.movement.phases.1.cue", "never heard at the default hold: no room next to"),
        (GOOD.replace("    movement:", "    breath: {in_seconds: 1, out_seconds: 1, breaths: 10}\n    movement:")
         .replace("      reminders: [Breathe out.]\n", ""),
         "exercises.1.breath", "is never heard: that part of the breath is too short. Make it longer."),
    ],
)  # fmt: skip
def test_every_other_likely_mistake_is_a_warning(text: str, key: str, message: str) -> None:
    """Each by itself, where it stands."""
    found = reported(text)
    assert [(severity, where) for severity, _, where, _ in found] == [("warning", key)]
    assert message in found[0][3]


@pytest.mark.parametrize(
    "change",
    [
        ("Sit still.", "Hold one wrist with the other hand."),
        ("Sit still.", "Cross your left arm over your right arm."),
        ("Sit still.", "Put your left hand on your belly and your right hand on your chest."),
        ("If anything hurts, stop.", "Ease out at once if you feel a sharp twinge."),
        ("If anything hurts, stop.", "Leave out whatever causes discomfort."),
        ("Sit still.", "Never push through pain."),
    ],
)
def test_what_is_fine_has_no_warning(change: tuple[str, str]) -> None:
    """Both sides named in one text, and care in other words."""
    assert reported(GOOD.replace(*change)) == []


def test_every_error_of_every_file_is_reported(own_folders: Path) -> None:
    """A good file has none, a bad one all of its own, a missing one that it is missing."""
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    bad = (
        GOOD.replace("title: Good", "title: 3")
        .replace("kind: hold", "kind: hald")
        .replace("reps: 2", "rep: 2")
    )
    Path("bad.yaml").write_text(bad, encoding="utf-8")
    data = json.loads(run("check", "good.yaml", "bad.yaml", "gone.yaml", "--json").out)
    assert [(item["file"], item["line"], item["column"], item["key"]) for item in data] == [
        ("bad.yaml", 2, 1, "title"),
        ("bad.yaml", 9, 30, "defaults.rep"),
        ("bad.yaml", 19, 7, "exercises.1.movement.kind"),
        ("gone.yaml", None, None, ""),
    ]
    assert {item["severity"] for item in data} == {"error"}
    assert "Did you mean 'reps'?" in data[1]["message"]
    assert data[2]["message"].startswith("'hald' is not allowed. Did you mean 'hold'?")
    assert run("check", "good.yaml", "bad.yaml").code == 1


def test_a_session_that_is_too_long_is_an_error_of_its_file(own_folders: Path) -> None:
    """At its defaults, along with its warnings; the other files are reported, too."""
    endless = GOOD.replace("hold_seconds: 20, reps: 2", "hold_seconds: 600, reps: 50")
    more = endless[endless.index("  - id: sit") :]
    for number in range(9):
        endless += more.replace("id: sit", f"id: sit-{number}")
    Path("long.yaml").write_text(endless, encoding="utf-8")
    Path("bad.yaml").write_text(GOOD.replace("title: Good", "title: 3"), encoding="utf-8")
    data = json.loads(run("check", "long.yaml", "bad.yaml", "--json").out)
    said = [(item["file"], item["severity"], item["key"]) for item in data]
    assert said == [
        ("long.yaml", "error", "defaults"),
        ("long.yaml", "warning", "defaults.hold_seconds"),
        ("long.yaml", "warning", "defaults.reps"),
        ("bad.yaml", "error", "title"),
    ]
    assert data[0]["message"] == (
        "This session would last 84.2 hours; at most 12 hours are possible. "
        "Choose shorter holds, fewer repetitions, or fewer exercises."
    )


def test_defaults_that_leave_no_exercise_are_an_error() -> None:
    """Such as a side on which nothing is done."""
    found = reported(
        GOOD.replace("    movement:", "    sides: left\n    movement:").replace(
            "reps: 2", "reps: 2, side: right"
        )
    )
    assert [(severity, key) for severity, _, key, _ in found] == [("error", "defaults")]
    assert found[0][3].startswith("No exercise is left to do.")


def test_a_language_without_wording_hides_nothing() -> None:
    """It is reported at its line, along with the other errors."""
    found = reported(GOOD.replace("title: Good", "title: 3\nlanguage: de"))
    assert [(severity, line, key) for severity, line, key, _ in found] == [
        ("error", 2, "title"),
        ("error", 3, "language"),
    ]


def test_a_built_in_routine_is_checked_by_its_id(own_folders: Path) -> None:
    """Unless a file has that name."""
    assert run("check", "lower-back", "--strict").code == 0
    Path("lower-back").write_text("title: 3", encoding="utf-8")
    assert run("check", "lower-back").code == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in the file system")
def test_a_pipe_is_not_waited_for(own_folders: Path) -> None:
    """It is no routine file; the next one is checked."""
    os.mkfifo("pipe.yaml")
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    ended = run("check", "pipe.yaml", "good.yaml")
    assert ended.code == 1
    assert "pipe.yaml is not a regular file" in ended.out
    assert "good.yaml: this routine is valid" in ended.out


def test_a_file_of_a_routines_name_is_pointed_at(own_folders: Path) -> None:
    """Anyone who forgets the extension is reminded."""
    Path("my-neck.yaml").write_text(GOOD, encoding="utf-8")
    ended = run("plan", "my-neck")
    assert ended.code == 2
    assert "There is a file my-neck.yaml; give its full name." in ended.err


def test_a_text_that_is_cut_is_reported() -> None:
    """What stands after # is not said; a comment that is set apart is one, and quotes keep the sign."""
    found = reported(GOOD.replace("Sit tall.", "Sit tall # and breathe."))
    assert [(severity, line, key) for severity, line, key, _ in found] == [
        ("warning", 16, "exercises.1.position")
    ]
    assert found[0][3].startswith("the text after # is a comment and is not spoken ('# and breathe.'); put")
    for text in ("Sit tall.  # mine", '"Sit # tall." # mine'):
        assert reported(GOOD.replace("Sit tall.", text)) == []


OLD_KEYS = (
    GOOD.replace("advised_reps: {minimum: 1, maximum: 3}", "advised_reps: {least: 1, maximum: 3}")
    .replace("    movement:", "    transition: [Lean back.]\n    movement:")
    .replace("    transition:", "    ease:")
)  # fmt: skip


def test_a_key_of_version_0_1_0_is_read_with_a_warning() -> None:
    """It means the same as its new name, and the warning says where it stands."""
    found = reported(OLD_KEYS.replace("rest_seconds: 6", "rest_seconds: 12"))
    assert found == [
        ("warning", 11, "advised_reps.minimum", "'least' is now called 'minimum'; the old name still works."),
        ("warning", 18, "exercises.1.transition", "'ease' is now called 'transition'; the old name still works."),
    ]  # fmt: skip
    old = parse_routine(OLD_KEYS, "r.yaml")
    new = parse_routine(OLD_KEYS.replace("least:", "minimum:").replace("ease:", "transition:"), "r.yaml")
    assert old == new
    assert old.all_exercises[0].transition == ("Lean back.",)


def test_make_and_plan_mention_an_old_key(own_folders: Path) -> None:
    """Before the result, and the file is made."""
    Path("old.yaml").write_text(OLD_KEYS, encoding="utf-8")
    for command in ("make", "plan"):
        ended = run(command, "old.yaml", "--engine", "fake")
        assert ended.code == 0, ended.err
        assert (
            "old.yaml, line 18, column 5 (exercises.1.transition): 'ease' is now called 'transition'; the old "
            "name still works."
        ) in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("change", "line", "key", "message"),
    [
        (("least: 1", "least: x"), 11, "advised_reps.minimum", "expected a whole number, found 'x'"),
        (("least: 1", "least: 4"), 11, "advised_reps", "the minimum (4) is above the maximum (3); swap them."),
        (("[Lean back.]", "[3]"), 18, "exercises.1.transition.1", "expected a text, found 3"),
        (("ease: ", "transition: [Lean.]\n    ease: "), 19, "exercises.1.ease",
         "'ease' is the old name of 'transition', which is set too; delete one of them."),
        (("ease: ", "easy: "), 18, "exercises.1.easy", "there is no key 'easy' here"),
    ],
)  # fmt: skip
def test_errors_in_a_key_with_an_old_name_are_found(
    change: tuple[str, str], line: int, key: str, message: str
) -> None:
    """Each where it stands in the file."""
    found = [one for one in reported(OLD_KEYS.replace(*change)) if one[0] == "error"]
    assert [one[1:3] for one in found] == [(line, key)]
    assert found[0][3].startswith(message)


def test_a_routine_embedded_by_version_0_1_0_is_read() -> None:
    """Finished files carry their routine as JSON."""
    new = find_routine("legs").model_dump(mode="json", exclude_defaults=True, by_alias=True)
    old = json.loads(
        json.dumps(new).replace('"minimum"', '"least"').replace('"maximum"', '"most"').replace('"transition"', '"ease"')
    )  # fmt: skip
    assert old != new
    assert Routine.model_validate(old) == find_routine("legs")


@pytest.mark.parametrize("name", built_in_ids())
def test_the_built_in_routines_have_no_warnings(name: str) -> None:
    """Each passes the strict check."""
    path = ROOT / "voiceguide" / "routine" / "library" / f"{name}.yaml"
    ended = run("check", "--strict", str(path))
    assert ended.code == 0, ended.out


# --- a new one ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "file", "title"),
    [
        ("my-neck", "my-neck.yaml", "My neck"), ("My Neck", "my-neck.yaml", "My Neck"), ("My Neck!", "my-neck.yaml", "My Neck!"),
        ("sub/x.yaml", "sub/x.yaml", "X"), ("neck.YAML", "neck.YAML", "Neck"), ("My neck.yml", "My neck.yml", "My neck"),
        ("Rücken: früh", "rucken-fruh.yaml", "Rücken: früh"), ('The "best" # one', "the-best-one.yaml", 'The "best" # one'),
        ("123", "123.yaml", "123"), ("null", "null.yaml", "Null"), ("true", "true.yaml", "True"), ("1e3", "1e3.yaml", "1e3"),
        ("2024-01-01", "2024-01-01.yaml", "2024 01 01"), ("on", "on.yaml", "On"), ("a{b}", "a-b.yaml", "a b"),
        ("x" * 300, "x" * 60 + ".yaml", "x" * 120),
    ],
)  # fmt: skip
def test_a_new_routine_is_whole(name: str, file: str, title: str, own_folders: Path) -> None:
    """It passes the strict check, can be made at once, and its first line names the schema next to it."""
    made = run("new", name)
    assert made.code == 0, made.err
    assert run("check", "--strict", file).code == 0
    assert find_routine(file).title == title
    first = Path(file).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={NAME}"
    assert (Path(file).parent / NAME).read_text(encoding="utf-8") == schema()
    assert run("make", file, "--engine", "fake").code == 0


def test_a_new_routine_replaces_nothing(own_folders: Path) -> None:
    """Neither a file of that name nor a schema that was changed."""
    Path("mine.yaml").write_text("mine")
    Path(NAME).write_text("{}")
    ended = run("new", "mine")
    assert (ended.code, ended.err) == (1, "Error: mine.yaml exists and is kept. Choose another name.\n")
    assert Path("mine.yaml").read_text() == "mine"
    assert run("new", "other").code == 0
    assert Path(NAME).read_text() == "{}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "!!",
            "'!!' has no letter from a to z and no digit to make an id from; choose a name such as my-neck.",
        ),
        ("../evil", "'../evil' contains a folder; add the extension of the file"),
        ("sub/thing", "'sub/thing' contains a folder"),
        ("sub\\thing", "contains a folder"),
        (".yaml", "'.yaml' has no name before the extension"),
        ("sub/.yml", "'sub/.yml' has no name before the extension"),
        ("a\nid: b", "is not a name; write it on one line"),
        ("con", "'con' is a reserved name on Windows"),
        ("COM1.yaml", "'COM1' is a reserved name on Windows"),
        ("nul.yml", "'nul' is a reserved name on Windows"),
    ],
)
def test_a_name_that_no_routine_can_have_is_refused(name: str, message: str, own_folders: Path) -> None:
    """In one sentence, and nothing is written."""
    ended = run("new", name)
    assert ended.code == 2
    assert message in ended.err
    assert list(own_folders.iterdir()) == []


_MADE = json.loads(schema())
_CHECKER = jsonschema.Draft202012Validator(_MADE)

# --- schema and docs ---------------------------------------------------------------------------


def test_the_schema_is_in_step_with_the_model() -> None:
    """And is printed as it is shipped."""
    assert schema() == made_from_the_model()
    assert run("schema").out == schema()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


def test_the_schema_says_what_every_key_is() -> None:
    """An editor shows it while one types: a sentence, and how many items a list may have."""
    made = json.loads(schema())
    for part in (made, *made["$defs"].values()):
        for field in part["properties"].values():
            assert field["description"].endswith(".")
            assert field.get("type") != "array" or field.keys() >= {"minItems", "maxItems"}


@given(routines())
def test_every_valid_routine_fits_the_schema(routine: Routine) -> None:
    """As its file holds it."""
    _CHECKER.validate(routine.model_dump(mode="json", exclude_defaults=True, by_alias=True))


@pytest.mark.parametrize(
    "change",
    [
        ("title: Good\n", ""), ("reps: 2", "rep: 2"), ("reps: 2", "reps: two"), ("kind: hold", "kind: hald"),
        ("hold_seconds: 20", "hold_seconds: 2"), ("short: [Sit still again.]", "short: []"),
    ],
)  # fmt: skip
def test_what_the_model_refuses_the_schema_refuses(change: tuple[str, str]) -> None:
    """So that an editor shows what the program would say."""
    from ruamel.yaml import YAML

    assert reported(GOOD.replace(*change))[0][0] == "error"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(YAML(typ="safe").load(GOOD.replace(*change)), json.loads(schema()))


# What JSON Schema has no words for; the program tells it.
_ONLY_THE_MODEL = (
    "names a side",  # a placeholder in an exercise without sides
    "already has the id",
    "is above the maximum",
    "breaths of",  # longer or shorter than a hold may be
    "invisible character",
    "text direction control",
)
_VALUES = st.sampled_from(
    [None, True, 0, 3, 3.0, 2.5, -1, 10**4, "", " ", "x", "?!", "…", "{side}", "{", "}{", "Neck Pain", "a\u200bb", "é",
     "none", "each", "hold", "flow", "breathe", "en", "https://a", [], {},
     ["a"], [3], {"a": "b"}, {"minimum": 9, "maximum": 3}, "a" * 130]
)  # fmt: skip


@st.composite
def almost_routines(draw: st.DrawFn) -> object:
    """What a file holds of a valid routine, with a value taken out, changed, or put in."""
    data = draw(routines()).model_dump(mode="json", exclude_defaults=True, by_alias=True)
    for _ in range(draw(st.integers(1, 2))):
        part: Any = data
        while True:
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            key = draw(st.sampled_from(keys)) if keys else None
            if key is None or not isinstance(part[key], dict | list) or not draw(st.integers(0, 5)):
                break
            part = part[key]
        new = draw(st.sampled_from(_ALL_KEYS)) if isinstance(part, dict) else None
        match draw(st.sampled_from(("out", "change", "in"))):
            case "out" if key is not None:
                del part[key]
            case "change" if key is not None:
                part[key] = draw(_VALUES)
            case "in" if new is not None:
                part[new] = draw(_VALUES)
    return data


_ALL_KEYS = sorted({key for part in (_MADE, *_MADE["$defs"].values()) for key in part["properties"]})


@pytest.mark.slow
@settings(max_examples=max(300, settings().max_examples))
@given(almost_routines())
def test_schema_and_model_agree(data: object) -> None:
    """What one of them refuses, so does the other, except for a few rules that no schema can express."""
    try:
        Routine.model_validate(data)
        refused: list[str] = []
    except ValidationError as error:
        refused = [detail["msg"] for detail in error.errors()]
    beyond = [message for message in refused if any(words in message for words in _ONLY_THE_MODEL)]
    if refused and len(beyond) == len(refused):
        return
    found = [error.message for error in _CHECKER.iter_errors(data)]
    assert bool(refused) == bool(found), (refused, found, data)


def test_the_example_of_the_docs_is_true() -> None:
    """It is valid, and its fields are those that are listed."""
    text = (ROOT / "docs" / "routines.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert [parse_routine(example, "docs").id for example in examples] == ["neck-break", "knee-week-3"]
    for name in Routine.model_fields:
        assert f"| `{name}` |" in text
