"""Routine files: what the built-in one says, and what is said about files that are wrong."""

import os
import re
from importlib import resources
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.strategies import routines
from voiceguide.cli.advice import with_advice
from voiceguide.errors import (
    Diagnostic,
    RoutineError,
    UsageError,
    VoiceguideError,
)
from voiceguide.routine.model import (
    Exercise,
    Flow,
    Rock,
    Routine,
    StaticHold,
)
from voiceguide.routine.reader import (
    built_in_ids,
    find_routine,
    parse_routine,
    read_routine,
)

LOWER_BACK = (resources.files("voiceguide.routine") / "library" / "lower-back.yaml").read_text(
    encoding="utf-8"
)

SMALL = """\
id: small
title: Small
introduction: Two movements.
safety:
  before: [Move gently.]
  short: Move gently.
exercises:
  - id: bend
    name: Bend
    position: Stand up.
    movement:
      kind: hold
      instruction: Bend down.
      short: [Bend again.]
  - id: turn
    name: Turn
    position: Sit down.
    sides: each
    changeover: Turn to the {side}.
    movement:
      kind: rock
      instruction: Turn to the {side}.
      short: ['And {side} again.']
"""


def faults_of(text: str) -> tuple[Diagnostic, ...]:
    """Every error of a file called r.yaml."""
    with pytest.raises(RoutineError) as caught:
        parse_routine(text, "r.yaml")
    return caught.value.diagnostics


def changed(old: str, new: str) -> str:
    """The small routine with one thing changed."""
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def as_yaml(routine: Routine) -> str:
    """The routine as a file may hold it."""
    text = StringIO()
    YAML(typ="safe", pure=True).dump(routine.model_dump(mode="json", by_alias=True), text)
    return text.getvalue()


def _said(exercise: Exercise) -> str:
    """Everything that is said of how an exercise is done, in small letters."""
    movement = exercise.movement
    steps = [p.instruction for p in movement.phases] if isinstance(movement, Flow) else [movement.instruction]
    change = [movement.variation.instruction] if movement.variation else []
    later = (*movement.short, *movement.reminders)
    return " ".join([exercise.position, *steps, *change, exercise.changeover or "", *later]).lower()


# --- the built-in routine ----------------------------------------------------------------------


def test_lower_back_has_the_five_stretches_of_its_source_in_order() -> None:
    """The article's five stretches, in its order, are all there are."""
    routine = find_routine("lower-back")
    assert "lower-back" in built_in_ids()
    assert routine.exercise_ids == ("cat-cow", "knee-roll", "hip-flexor", "flat-back", "happy-baby")
    assert routine.source
    assert routine.source.title == "Easy Stretches to Prevent and Relieve Lower Back Pain"


@pytest.mark.parametrize(
    ("name", "kind", "sides", "words"),
    [
        (
            "cat-cow",
            Flow,
            "none",
            "all fours|shoulders|belly in|round|head down|belly down|chest and chin up|pause at each end",
        ),
        (
            "knee-roll",
            StaticHold,
            "each",
            "onto your back|draw your knees up|ninety degrees|arms out wide|roll them|look to the {other_side}",
        ),
        (
            "hip-flexor",
            StaticHold,
            "each",
            "kneel|hands on your hips|ninety degrees|on the towel|hip forward|knee",
        ),
        (
            "flat-back",
            StaticHold,
            "none",
            "stand|arm's length|chair|counter|bend forward|eyes on the floor|flat|arms long",
        ),
        (
            "happy-baby",
            Rock,
            "none",
            "onto your back|raise your feet|a foot in each hand|rock|knees to your chest",
        ),
    ],
)
def test_a_lower_back_stretch_says_what_its_source_says(
    name: str, kind: type, sides: str, words: str
) -> None:
    """Position, movement, sides and change of each stretch are those of the article."""
    (exercise,) = [exercise for exercise in find_routine("lower-back").all_exercises if exercise.id == name]
    assert isinstance(exercise.movement, kind)
    assert exercise.sides == sides
    for part in words.split("|"):
        assert part in _said(exercise)


def test_lower_back_keeps_to_the_advice_of_its_source() -> None:
    """20 to 30 seconds, two or three times; see a doctor before, and for the signs that the article names."""
    routine = find_routine("lower-back")
    assert routine.advised_hold_seconds
    assert (routine.advised_hold_seconds.minimum, routine.advised_hold_seconds.maximum) == (20, 30)
    assert 20 <= routine.defaults.hold_seconds <= 30
    assert routine.defaults.reps in {2, 3}
    assert "in doubt, ask your doctor" in " ".join(routine.safety.before)
    assert "once a day" in " ".join(routine.safety.after)
    for sign in (
        "two weeks",
        "numbness",
        "tingling",
        "swelling",
        "redness",
        "one leg or both",
    ):
        assert sign in " ".join(routine.safety.red_flags)


def test_only_the_happy_baby_changes_on_its_last_repetition() -> None:
    """The article changes one stretch: knees into the chest, and rock."""
    varied = [e.id for e in find_routine("lower-back").all_exercises if e.movement.variation]
    assert varied == ["happy-baby"]


# --- the text of every error -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "diagnostic"),
    [
        (
            "Small\n",
            "Small\ntitel: x\n",
            "line 3, column 1 (titel): there is no key 'titel' here. Did you mean 'title'?",
        ),
        (
            "kind: hold",
            "kind: hold\n      reminder: [Breathe.]",
            (
                "line 13, column 7 (exercises.1.movement.reminder): a movement of "
                "kind 'hold' has no key 'reminder'. Did you mean 'reminders'?"
            ),
        ),
        (
            "short: Move gently.\n",
            "short: Move gently.\n  zzz: 1\n",
            "line 7, column 3 (safety.zzz): there is no key 'zzz' here. Choose one of: before, red_flags, short, after.",
        ),
        (
            "introduction: Two movements.\n",
            "",
            "line 1, column 1 (introduction): the key 'introduction' is missing; add it.",
        ),
        (
            "    position: Stand up.\n",
            "",
            "line 8, column 5 (exercises.1.position): the key 'position' is missing; add it.",
        ),
        ("title: Small", "title: 12", "line 2, column 1 (title): expected a text, found 12."),
        ("title: Small", "title:", "line 2, column 1 (title): expected a text, found nothing."),
        ("title: Small", "title: [a]", "line 2, column 1 (title): expected a text, found a list."),
        (
            "title: Small",
            "title: {a: b}",
            "line 2, column 1 (title): expected a text, found keys with values; a text with a colon needs quotes.",
        ),
        (
            "before: [Move gently.]",
            "before: Move",
            (
                "line 5, column 3 (safety.before): expected a list, found 'Move'; "
                "write each text on its own line with '- ' before it."
            ),
        ),
        (
            "before: [Move gently.]",
            "before: [Go., 3]",
            "line 5, column 17 (safety.before.2): expected a text, found 3.",
        ),
        (
            "title: Small",
            "title: Small\ndefaults: {reps: 2.5}",
            "line 3, column 12 (defaults.reps): expected a whole number, found 2.5.",
        ),
        (
            "title: Small",
            "title: Small\nnoun: pose",
            "line 3, column 1 (noun): expected keys with values, found 'pose'.",
        ),
        (
            "name: Bend\n",
            "name: Bend\n    settle_seconds: long\n",
            "line 10, column 5 (exercises.1.settle_seconds): expected a number, found 'long'.",
        ),
        (
            "name: Bend\n",
            "name: Bend\n    settle_seconds: true\n",
            "line 10, column 5 (exercises.1.settle_seconds): expected a number, found true.",
        ),
        (
            "name: Bend\n",
            "name: Bend\n    settle_seconds: 121\n",
            "line 10, column 5 (exercises.1.settle_seconds): 121 is too long; choose 0 to 120 seconds.",
        ),
        (
            "name: Bend\n",
            "name: Bend\n    settle_seconds: .nan\n",
            "line 10, column 5 (exercises.1.settle_seconds): nan is not a number; choose 0 to 120 seconds.",
        ),
        (
            "title: Small",
            "title: Small\ndefaults: {hold_seconds: 2}",
            "line 3, column 12 (defaults.hold_seconds): 2 is too short; choose 3 to 3600 seconds.",
        ),
        (
            "kind: hold",
            "kind: held",
            (
                "line 12, column 7 (exercises.1.movement.kind): 'held' is not "
                "allowed. Did you mean 'hold'? Choose one of: hold, flow, rock, work, breathe, count, steps."
            ),
        ),
        (
            "      kind: hold\n",
            "",
            (
                "line 11, column 5 (exercises.1.movement): the key 'kind' is missing; "
                "add one of: hold, flow, rock, work, breathe, count, steps."
            ),
        ),
        (
            "id: small",
            "id: Small one",
            (
                "line 1, column 1 (id): 'Small one' is not valid. Use "
                "lower-case letters, digits and single hyphens, such as small-one."
            ),
        ),
        (
            "title: Small",
            "title: Small\nlanguage: english",
            "line 3, column 1 (language): 'english' is not valid. Use a language code such as en or pt-BR.",
        ),
        (
            "title: Small",
            "title: Small\nsource: {title: A, url: www.example.org}",
            (
                "line 3, column 20 (source.url): 'www.example.org' is not valid. Use "
                "a URL that starts with https:// or http:// and has no spaces."
            ),
        ),
        (
            "title: Small",
            'title: "Sm\\x07all"',
            (
                "line 2, column 1 (title): there is an invisible character (U+0007) "
                'after "Sm"; delete it, or replace it with a space.'
            ),
        ),
        (
            "title: Small",
            "title: '...'",
            "line 2, column 1 (title): contains no word; write what to say.",
        ),
        (
            "title: Small",
            "title: Small {side}",
            "line 2, column 1 (title): contains a brace; {side} and {other_side} work only in the texts of an exercise.",
        ),
        (
            "Turn to the {side}.\n      short",
            "Turn to the {sid}.\n      short",
            "line 22, column 7 (exercises.2.movement.instruction): contains {sid}; only {side} and {other_side} are filled in.",
        ),
        (
            "changeover: Turn to the {side}.",
            "changeover: Turn } now.",
            "line 19, column 5 (exercises.2.changeover): contains }; only {side} and {other_side} are filled in.",
        ),
        (
            "Bend down.",
            "Bend {side}.",
            (
                "line 13, column 7 (exercises.1.movement.instruction): 'Bend {side}.' "
                "names a side; set 'sides: each', or remove the placeholder."
            ),
        ),
        (
            "    changeover: Turn to the {side}.\n",
            "",
            "line 15, column 5 (exercises.2): with 'sides: each', 'changeover' is needed: how to get to the other side.",
        ),
        (
            "name: Bend\n",
            "name: Bend\n    changeover: Turn.\n",
            "line 10, column 5 (exercises.1.changeover): 'changeover' works only with 'sides: each'.",
        ),
        (
            "id: turn",
            "id: bend",
            (
                "line 15, column 5 (exercises.2.id): exercise 1 already has the id 'bend'; choose another one "
                "(to do it again, use a 'group' with 'rounds')."
            ),
        ),
        (
            "title: Small",
            "title: Small\nadvised_hold_seconds: {minimum: 30, maximum: 20}",
            "line 3, column 1 (advised_hold_seconds): the minimum (30) is above the maximum (20); swap them.",
        ),
        (
            "title: Small",
            "title: Small\n7: eight",
            "line 3, column 1: the key 7 is not a text; put it in quotes.",
        ),
        (
            "title: Small",
            "title: 2020-01-01",
            "line 2, column 1 (title): '2020-01-01' is not a text or a number; put it in quotes.",
        ),
    ],
)
def test_a_fault_says_what_is_wrong_where_and_what_is_allowed(old: str, new: str, diagnostic: str) -> None:
    """One error, one sentence: file, line, key, what is allowed."""
    (found,) = faults_of(changed(old, new))
    assert str(found) == f"r.yaml, {diagnostic}"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a: 'b", (1, 4), "this quote is never closed."),
        ('a: "b\nc: "d"', (1, 4), "this quote is never closed."),
        (
            "a: 1\nb: c: d",
            (2, 5),
            "this text contains a colon followed by a space; put the whole text in quotes.",
        ),
        ("a:\n\tb: c", (2, 1), "this line starts with a tab; indent with spaces."),
        ("a: *b", (1, 4), "a text cannot start with '*'; put the whole text in quotes."),
        ("a: @b", (1, 4), "a text cannot start with '@'; put the whole text in quotes."),
        ("a: 1\na: 2", (2, 1), "'a' is there twice, in lines 1 and 2; remove one."),
        (
            "a: b\n  c: d",
            (2, 3),
            "this line is not indented like the lines above it.",
        ),
        (
            "e:\n  - a: b\n    c: d\n   e: f",
            (4, 4),
            "this line is not indented like the lines above it.",
        ),
        (
            "m: {k: hold, i: Stretch your {side} side.}",
            (1, 30),
            "inside braces, a text with a placeholder such as {side} needs quotes.",
        ),
        ("m: [a, b\nc: d", (1, 4), "'[' is not closed, or a text inside it needs quotes."),
        (
            "m: [a b, 'c' d]",
            (1, 14),
            "inside [ ] and { }, separate items with commas; a text with a comma,",
        ),
        (
            "a: 'don't do'",
            (1, 9),
            "there is text after the closing quote; put the whole text in the other kind of quotes.",
        ),
        (
            "a: - b",
            (1, 4),
            "start each item of a list on its own line below the key, with '- '.",
        ),
        ("a:b\nc: d", (1, 2), "put a space after the colon of 'a'."),
        (
            "a b\nc: d",
            (1, 1),
            "this line is not a key with a value, such as 'title: Lower back'.",
        ),
        ("a: b\n- c", (2, 1), "this does not belong to the lines above; check indentation, quotes, keys."),
        (
            r'a: "b\q"',
            (1, 7),
            "in double quotes, a backslash is special; remove it, or use single quotes.",
        ),
        ("- a\n- b", (1, 1), "a routine consists of keys with values, such as 'title: Lower back'."),
        ("", (1, 1), "a routine consists of keys with values, such as 'title: Lower back'."),
        ("hello", (1, 1), "a routine consists of keys with values, such as 'title: Lower back'."),
        (
            "a: \x00",
            (1, 4),
            "there is a control character (U+0000) here; delete it.",
        ),
        ("a: 2020-41-01", (1, 1), "'2020-41-01' is not a text or a number; put it in quotes."),
    ],
)
def test_what_is_not_a_routine_at_all_is_said(
    text: str, place: tuple[int | None, int | None], problem: str
) -> None:
    """Broken YAML, and YAML that is no set of keys, is one error at the position where it broke."""
    found = [((diagnostic.line, diagnostic.column), diagnostic.problem) for diagnostic in faults_of(text)]
    assert any(at == place and said.startswith(problem) for at, said in found), found


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("abcdefg", "bcdefgh", strict=True)
        ),
        "a: " + "[" * 40 + "]" * 40,
        "&a\nb: *a",
        "a: [" + "1," * 20_000 + "]",
    ],
    ids=["aliases", "depth", "circle", "width"],
)
def test_a_file_that_unfolds_without_end_is_refused(text: str) -> None:
    """Size, depth and aliases are limited before anything is built."""
    (diagnostic,) = faults_of(text)
    assert diagnostic.problem == (
        "this is far larger or more deeply nested than a routine can be; check for aliases that repeat each other."
    )


@pytest.mark.parametrize(
    "form", ["!!python/object/apply:os.mkdir [made]", "!!python/name:os.mkdir", "!foo bar"]
)
def test_a_tag_builds_nothing(own_folders: Path, form: str) -> None:
    """A tag is never carried out; it is refused where it stands."""
    (diagnostic,) = faults_of(changed("title: Small", f"title: {form}"))
    assert diagnostic.line == SMALL.splitlines().index("title: Small") + 1
    assert re.fullmatch("the tag [^ ]+ is not allowed; write only the value.", diagnostic.problem)
    assert not list(own_folders.iterdir())


def test_all_faults_of_a_file_are_told_at_once() -> None:
    """Every error is there with its own line and column; the sentence states the first and counts the rest."""
    text = SMALL.replace("id: small", "id: Small!").replace("title: Small", "title: 3")
    text = text.replace("position: Stand up.", "postion: Stand up.").replace("kind: rock", "kind: rok")
    with pytest.raises(RoutineError) as caught:
        parse_routine(text, "r.yaml")
    assert {
        (diagnostic.line, diagnostic.column, diagnostic.key) for diagnostic in caught.value.diagnostics
    } == {
        (1, 1, "id"),
        (2, 1, "title"),
        (8, 5, "exercises.1.position"),
        (10, 5, "exercises.1.postion"),
        (21, 7, "exercises.2.movement.kind"),
    }
    assert str(caught.value) == f"{caught.value.diagnostics[0]} (4 more after that)"


def test_the_column_of_a_fault_is_that_of_its_key_or_item() -> None:
    """Also inside lists and maps written on one line."""
    text = changed("before: [Move gently.]", "before: [Go., 3, Stop., ' ']")
    first, second = faults_of(text)
    lines = text.splitlines()
    assert lines[(first.line or 0) - 1][(first.column or 0) - 1 :].startswith("3, Stop.")
    assert lines[(second.line or 0) - 1][(second.column or 0) - 1 :].startswith("' ']")


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lower-bak", "There is no routine called 'lower-bak'. Did you mean 'lower-back'? "),
        (
            "zzz",
            (
                "There is no routine called 'zzz'. Choose one of: balance, hips, legs, lower-back, morning-mobility, "
                "muscle-relaxation, "
                "neck-shoulders, wind-down-breathing, wrists-hands. "
            ),
        ),
    ],
)
def test_an_unknown_routine_offers_what_there_is(name: str, message: str) -> None:
    """The nearest name, or all of them, and how to name a file."""
    with pytest.raises(UsageError) as caught:
        find_routine(name)
    assert (
        str(caught.value) == message + "For a file of your own, give its full name, such as my-routine.yaml."
    )


@pytest.mark.parametrize("name", ["gone.yaml", "gone.yml", "sub/gone"])
def test_a_missing_file_is_told_by_its_name(name: str) -> None:
    """A path that is not there is no unknown routine."""
    with pytest.raises(UsageError) as caught:
        find_routine(name)
    assert str(caught.value) == f"There is no file {Path(name)}. Check the name."
    assert with_advice(caught.value) == (
        f"There is no file {Path(name)}. Check the name. List the built-in routines with: voiceguide routines"
    )


def test_a_folder_is_no_routine_file(own_folders: Path) -> None:
    """A folder is named as such."""
    (own_folders / "folder.yaml").mkdir()
    with pytest.raises(UsageError) as caught:
        find_routine("folder.yaml")
    assert str(caught.value) == "folder.yaml is a folder. Name a routine file, such as my-routine.yaml."


def test_a_name_that_no_file_can_have_is_refused() -> None:
    """Also what the operating system refuses is one plain sentence."""
    with pytest.raises(UsageError) as caught:
        read_routine(Path("a\0b.yaml"))
    assert str(caught.value).startswith("There is no file")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"\xff\xfe\x00\x01" * 9, "is not UTF-8 text; save the file as UTF-8."),
        (
            "title: Rückenübung".encode("latin-1"),
            "is not UTF-8 text; save the file as UTF-8.",
        ),
        (b"\x89PNG\r\n\x1a\n\x00", "is not UTF-8 text; save the file as UTF-8."),
        (b"#" * 500_001, "is larger than 500 kB; no routine needs that much. Is this the right file?"),
        (b"#" * 500_000, "a routine consists of keys with values, such as 'title: Lower back'."),
    ],
    ids=["binary", "latin-1", "picture", "too large", "just small enough"],
)
def test_a_file_that_is_no_text_is_refused(own_folders: Path, data: bytes, problem: str) -> None:
    """Before anything is read as YAML."""
    (own_folders / "r.yaml").write_bytes(data)
    with pytest.raises(RoutineError) as caught:
        read_routine(Path("r.yaml"))
    assert [diagnostic.problem for diagnostic in caught.value.diagnostics] == [problem]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(own_folders: Path) -> None:
    """What Windows editors write is read like anything else."""
    (own_folders / "r.yaml").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read_routine(Path("r.yaml")) == parse_routine(SMALL, "r.yaml")


def test_a_file_without_an_ending_is_found_where_it_is_there(own_folders: Path) -> None:
    """A name that is a file is read as one."""
    (own_folders / "mine").write_text(SMALL, encoding="utf-8")
    assert find_routine("mine").id == "small"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a file that may not be read")
def test_a_file_that_may_not_be_read_is_told(own_folders: Path) -> None:
    """The reason is the system's own."""
    (own_folders / "r.yaml").write_text(SMALL, encoding="utf-8")
    (own_folders / "r.yaml").chmod(0)
    with pytest.raises(UsageError, match=r"r\.yaml cannot be read: Permission denied\."):
        read_routine(Path("r.yaml"))


# --- anything at all ---------------------------------------------------------------------------


@given(routines(most_exercises=2))
def test_a_routine_written_as_yaml_is_read_back_the_same(routine: Routine) -> None:
    """read(write(r)) == r, whatever the texts look like to YAML."""
    assert parse_routine(as_yaml(routine), "r.yaml") == routine


@given(st.text(max_size=200))
@example("\ufeff")
@example("---\n...\n---")
@example("? a\n: b")
def test_arbitrary_text_raises_only_our_own_errors(text: str) -> None:
    """No text makes the reader fail with anything but a sentence."""
    with pytest.raises(VoiceguideError):
        parse_routine(text, "r.yaml")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_raise_only_our_own_errors(own_folders: Path, data: bytes) -> None:
    """Nor do the bytes of a file."""
    (own_folders / "r.yaml").write_bytes(data)
    with pytest.raises(VoiceguideError):
        read_routine(Path("r.yaml"))


_SPLINTERS = (
    "",
    "\n",
    ":",
    "-",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "!x ",
    "#",
    "\t",
    "|",
    ">",
    "%",
    "\x00",
    "9",
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(LOWER_BACK)), st.integers(0, 40), st.sampled_from(_SPLINTERS)),
        min_size=1,
        max_size=4,
    )
)
def test_a_damaged_routine_is_read_or_refused_with_its_faults(damage: list[tuple[int, int, str]]) -> None:
    """Pieces cut out and signs put in: a valid routine, or errors whose lines are in the file."""
    text = LOWER_BACK
    for start, length, splinter in damage:
        text = text[:start] + splinter + text[start + length :]
    for diagnostic in _faults(text):
        assert diagnostic.problem
        assert diagnostic.line is None or 1 <= diagnostic.line <= text.count("\n") + 1


def _faults(text: str) -> tuple[Diagnostic, ...]:
    try:
        parse_routine(text, "r.yaml")
    except RoutineError as error:
        return error.diagnostics
    return ()


BOMB = (
    "a: &a {"
    + ", ".join(f"k{n}: 1" for n in range(2000))
    + "}\n"
    + "".join(f"b{n}: {{<<: *a}}\n" for n in range(3000))
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SMALL + "<<: {a: 3}\n", "merging with '<<' is not supported; write the keys out."),
        (BOMB, "merging with '<<' is not supported; write the keys out."),
        ("noun: !!omap [a: 1]\n", "the tag tag:yaml.org,2002:omap is not allowed; write only the value."),
        ("%YAML 1.1\n---\na: 1e3\n", "only YAML 1.2 is supported; remove the line that starts with '%YAML'."),
        ("a: " + "[" * 1500, "this is far larger or more deeply nested than a routine can be; "),
        ("- " * 2000, "this is far larger or more deeply nested than a routine can be; "),
        ("a: [" + "1," * 240_000 + "1]", "this is far larger or more deeply nested than a routine can be; "),
        ("reps: 0x" + "f" * 5000 + "\n", "this number is too large."),
        ("a: 1\n---\nb: 2\n", "a second document starts here; remove the line with '---'."),
    ],
    ids=["merge", "merge bomb", "omap", "version", "brackets", "dashes", "wide", "number", "documents"],
)
def test_what_only_programs_write_is_refused_at_once(text: str, problem: str) -> None:
    """In one sentence, before anything is built from it."""
    assert any(diagnostic.problem.startswith(problem) for diagnostic in faults_of(text))


@pytest.mark.parametrize(
    "text", ["%YAML 1.9\n---\na: 1\n", "? [a, b]\n: 1\n", "0x" + "f" * 5000 + ": 1\n", "? {a: 1}\n: 2\n"]
)
def test_odd_files_are_faults_too(text: str) -> None:
    """Whatever the parser makes of them."""
    assert faults_of(text)


def test_faults_come_in_the_order_of_the_file() -> None:
    """Top to bottom, as an author fixes them."""
    lines = [diagnostic.line or 0 for diagnostic in faults_of("zzz: 1\nid: 3\ntitle: A\nnoun: 7\n")]
    assert lines == sorted(lines)
    assert lines[-3:] == [1, 2, 4]


def test_too_long_is_counted_in_characters_and_too_few_in_items() -> None:
    """With what is allowed."""
    (long,) = faults_of(changed("title: Small", f"title: {'x' * 121}"))
    assert long.problem == "this has 121 characters; the maximum is 120."
    found = faults_of("exercises: []\n")
    assert "there is no exercise; add at least one." in [diagnostic.problem for diagnostic in found]


def test_an_anchored_boolean_is_no_number() -> None:
    """The parser wraps it; it is the same error as without the anchor."""
    (diagnostic,) = faults_of(
        changed("position: Stand up.", "position: Stand up.\n    settle_seconds: &q true")
    )
    assert diagnostic.problem == "expected a number, found true."


# --- every error at once -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        (
            [("id: turn", "id: bend"), ("title: Small", "titel: Small")],
            ["title", "titel", "exercises.2.id"],
        ),
        (
            [("    changeover: Turn to the {side}.\n", ""), ("name: Turn", "nam: Turn")],
            ["exercises.2.name", "exercises.2", "exercises.2.nam"],
        ),
        (
            [("kind: hold", "kind: Hold"), ("Bend down.", "3"), ("short: [Bend again.]", "shrt: [Again.]")],
            [
                "exercises.1.movement.short",
                "exercises.1.movement.kind",
                "exercises.1.movement.instruction",
                "exercises.1.movement.shrt",
            ],
        ),
        (
            [("title: Small", "title: Small\nadvised_reps: {minimum: 3, maximum: 2, x: 1}")],
            ["advised_reps", "advised_reps.x"],
        ),
        (
            [("kind: hold", "kind: breathe"), ("Bend down.", "Bend {.")],
            ["exercises.1", "exercises.1.movement.instruction"],
        ),
        ([("title: Small", "title: 2020-01-01\n7: x"), ("id: small", "id: A b")], ["id", "title", "", "exercises"]),
        (
            [("Bend down.", "Bend {side}."), ("[Bend again.]", "['{side}', '{other_side}']")],
            ["exercises.1.movement.instruction", "exercises.1.movement.short.1", "exercises.1.movement.short.2"],
        ),
        ([("title: Small", "title: A\x07\x08"), ("name: Bend", "nam: Bend")], ["", "", "exercises.1.name", "exercises.1.nam"]),
        ([("title: Small", "title: Small\ntitle: A\nid: b"), ("name: Bend", "nam: Bend")],
         ["", "", "exercises.1.name", "exercises.1.nam"]),
    ],
)  # fmt: skip
def test_no_error_hides_another(changes: list[tuple[str, str]], reported: list[str]) -> None:
    """Once every reported error is fixed, the file is valid."""
    text = SMALL
    for old, new in changes:
        text = text.replace(old, new)
    found = [diagnostic.key for diagnostic in faults_of(text)]
    assert [key for key in reported if key != "exercises"] == found
    assert all(diagnostic.line for diagnostic in faults_of(text))


def test_each_of_several_doubled_ids_is_told() -> None:
    """At the exercise that has it again, with the number of the first."""
    one = SMALL[SMALL.index("  - id: bend") : SMALL.index("  - id: turn")]
    text = SMALL + one + SMALL[SMALL.index("  - id: turn") :] + one
    assert [(diagnostic.line, diagnostic.key) for diagnostic in faults_of(text)] == [
        (24, "exercises.3.id"),
        (31, "exercises.4.id"),
        (40, "exercises.5.id"),
    ]


def test_the_first_syntax_error_is_the_only_diagnostic() -> None:
    """Nothing is guessed about the text behind it."""
    text = SMALL.replace("    name: Bend", "\tname: Bend").replace("    name: Turn", "\tname: Turn")
    found = [(diagnostic.line, diagnostic.problem) for diagnostic in faults_of(text)]
    assert found == [
        (9, "this line starts with a tab; indent with spaces."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("kind: hold", "kind: flow", "exercises.1.movement.instruction",
         "a movement of kind 'flow' has no key 'instruction'. It belongs under 'phases'."),
        ("short: [Bend", "phases: []\n      short: [Bend", "exercises.1.movement.phases",
         "a movement of kind 'hold' has no key 'phases'. It belongs to the kind flow."),
        ("title: Small", "title: Small\nsides: each", "sides",
         "there is no key 'sides' here. It belongs in an exercise, next to its 'name'."),
        ("title: Small", "title: Small\nbreaths: 3", "breaths", "there is no key 'breaths' here. It belongs under 'breath'."),
        ("title: Small", "title: Small\nrest: 3", "rest", "there is no key 'rest' here. Did you mean 'rest_seconds', under"),
        ("name: Bend", "name: Bend\n    reminders: [a]", "exercises.1.reminders",
         "there is no key 'reminders' here. It belongs under 'movement'."),
        ("name: Bend", "name: Bend\n    reminder: [a]", "exercises.1.reminder",
         "there is no key 'reminder' here. Did you mean 'reminders', under 'movement'?"),
        ("name: Bend", "name: Bend\n    title: B", "exercises.1.title", "there is no key 'title' here. Did you mean 'name'?"),
        ("name: Bend", "name: Bend\n    settle: 3", "exercises.1.settle",
         "there is no key 'settle' here. Did you mean 'settle_seconds'?"),
        ("sides: each", "sides: both", "exercises.2.sides", "'both' is not allowed; write 'each' (left and right), "),
        ("sides: each", "sides: each\n    side_order: alternate", "exercises.2.side_order",
         "'alternate' is not allowed. Did you mean 'alternating'? Choose one of: alternating, in-turn."),
        ("kind: hold", "kind: Stretch", "exercises.1.movement.kind",
         "'Stretch' is not allowed. Did you mean 'hold'? Choose one of: hold, flow, rock, work, breathe, count, steps."),
        ("name: Bend", "name: Bend\n    quiet: yes", "exercises.1.quiet", "'yes' is not allowed; write true or false."),
        ("name: Bend", "name: Bend\n    reps: '2'", "exercises.1.reps",
         "expected a whole number, found '2' in quotes; write 2."),
        ("name: Bend", "name: Bend\n    rest_seconds: 6s", "exercises.1.rest_seconds",
         "expected a number, found '6s'; write 6."),
        ("name: Bend", "name: Bend\n    settle_seconds: 1.5 min", "exercises.1.settle_seconds",
         "expected a number, found '1.5 min'; write 90."),
        ("name: Bend", "name: Bend\n    sets: 11", "exercises.1.sets", "11 is too large; choose 1 to 10."),
        ("name: Bend", "name: ' '", "exercises.1.name", "this text is empty; write what to say, or remove the key."),
        ("title: Small", "title: Small\ntags: [Neck Pain]", "tags.1",
         "'Neck Pain' is not valid. Use lower-case words joined by hyphens, such as neck-pain."),
        ("short: [Bend again.]", "short: []", "exercises.1.movement.short", "there is no text; add at least one."),
        ("  before: [Move gently.]", "  before:\n    - Note: do it.", "safety.before.1",
         "expected a text, found keys with values; a text with a colon needs quotes."),
        ("Bend down.", '"Bend \\ud83d down."', "exercises.1.movement.instruction",
         "there is half of a character here; retype it."),
        ("title: Small", "title: Small\nequipment:", "equipment",
         "expected a list, found nothing; write each item on its own line below, with '- ' before it."),
    ],
)  # fmt: skip
def test_a_fault_tells_what_is_meant_and_where_it_belongs(old: str, new: str, key: str, message: str) -> None:
    """The nearest word, the part that has the key, or the value that was meant."""
    found = {diagnostic.key: diagnostic.problem for diagnostic in faults_of(changed(old, new))}
    assert found[key].startswith(message)


def test_an_invisible_character_is_told_where_it_stands() -> None:
    """Line and column of itself, not of its key; two texts have one each."""
    text = changed("Two movements.", "Two\u200bmovements.").replace("Stand up.", "Stand \u202eup.")
    first, second = faults_of(text)
    assert str(first) == (
        "r.yaml, line 3, column 18 (introduction): "
        'there is an invisible character (U+200B) after "Two"; delete it, or replace it with a space.'
    )
    assert str(second) == (
        "r.yaml, line 10, column 21 (exercises.1.position): "
        'there is a text direction control (U+202E) after "Stand"; delete it.'
    )


def test_a_whole_number_may_have_a_point() -> None:
    """6.0 is 6, in the model as in the schema; 6.5 is none."""
    read = parse_routine(changed("title: Small", "title: Small\ndefaults: {reps: 3.0}"), "r.yaml")
    assert read.defaults.reps == 3
    assert isinstance(read.defaults.reps, int)


BY_HAND = """# Made by hand
id: Neck Care
title: "Neck care
introduction: Two stretches: for the neck.
safety:
  before: Stop if it hurts
  short: Stop if it hurts.
defaults: {hold: 20, reps: "2"}
exercises:
  - id: a
    name: A
    position: Sit tall.
    sides: both
    movement:
      kind: Stretch
      instruction: Sit.
      short: Again.
  - id: a
    title: B
     position: Lie down.
    movement: {kind: hold, instruction: "x {side}", short: [a]}
"""


def test_a_file_written_by_hand_is_corrected_step_by_step() -> None:
    """Three syntax errors one by one, each at its place; then everything that is wrong with the values at once."""
    text = BY_HAND
    for place, old, new in (
        ((3, 8), '"Neck care', '"Neck care"'),
        ((4, 28), "Two stretches: for the neck.", "Two stretches for the neck."),
        ((20, 6), "     position", "    position"),
    ):
        assert [(one.line, one.column) for one in faults_of(text)] == [place]
        text = text.replace(old, new)
    assert [(diagnostic.line, diagnostic.key) for diagnostic in faults_of(text)] == [
        (2, "id"),
        (6, "safety.before"),
        (8, "defaults.hold"),
        (8, "defaults.reps"),
        (13, "exercises.1.sides"),
        (15, "exercises.1.movement.kind"),
        (17, "exercises.1.movement.short"),
        (18, "exercises.2.name"),
        (18, "exercises.2.id"),
        (19, "exercises.2.title"),
        (21, "exercises.2.movement.instruction"),
    ]
