"""The listener's options for what is done and counted: on the command line, in the environment and in settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.program import run

PLAN = ("plan", "lower-back", "--engine", "fake", "--only", "knee-roll", "--json")


def options(*arguments: str, routine: tuple[str, ...] = PLAN) -> dict[str, Any]:
    """What a plan says was chosen."""
    ended = run(*routine, *arguments)
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)["options"]
    return found


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ((), 3),
        (("--countdown",), 3),
        (("--countdown", "--reps", "2"), 3),
        (("--no-countdown",), 0),
        (("--countdown", "0"), 0),
        (("--countdown", "5"), 5),
        (("--countdown=10",), 10),
        (("--countdown", "true"), 3),
        (("--countdown", "false"), 0),
        (("--no-countdown", "--countdown", "5"), 5),
    ],
)
def test_a_countdown_is_chosen_in_any_of_its_ways(arguments: tuple[str, ...], count: int) -> None:
    """Bare, negated, as a number or as a word; the switch of before stays in the JSON."""
    found = options(*arguments)
    assert (found["countdown"], found["countdown_from"]) == (count > 0, count)


def test_a_bare_countdown_does_not_take_the_routine() -> None:
    """What follows it is read as itself."""
    ended = run("plan", "--countdown", "lower-back", "--engine", "fake", "--only", "cat-cow", "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["routine"] == "lower-back"


@pytest.mark.parametrize(("written", "count"), [("true", 3), ("0", 0), ("off", 0), ("10", 10), ("1", 3)])
def test_the_environment_chooses_a_countdown(
    written: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a number, or as the switch it was."""
    monkeypatch.setenv("VOICEGUIDE_COUNTDOWN", written)
    assert options()["countdown_from"] == count


@pytest.mark.parametrize(
    ("variable", "written", "name", "value"),
    [
        ("SIDE", "left", "side", "left"),
        ("LEAD_IN", "5", "lead_in", 5),
        ("CALL_EVERY", "1m", "call_every_seconds", 60),
        ("BELLS", "wood", "bells", "wood"),
        ("HOLD", "7.5", "hold_seconds", 7.5),
        ("HOLD", "8.0", "hold_seconds", 8),
        ("REST", "0", "rest_seconds", 0),
    ],
)
def test_every_choice_can_be_set(
    variable: str, written: str, name: str, value: Any, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the environment and on the command line alike; whole seconds stay whole numbers."""
    flag = f"--{variable.lower().replace('_', '-')}"
    given = options(flag, written)[name]
    monkeypatch.setenv(f"VOICEGUIDE_{variable}", written)
    found = options()[name]
    assert (given, found) == (value, value)
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--countdown", "7"), "countdown: '7' is not 0, 3, 5 or 10."),
        (("--lead-in", "11"), "A count before a hold of 11 seconds is not possible. Choose 0 to 10 seconds."),
        (
            ("--call-every", "5"),
            "A time between calls of 5 seconds is not possible. Choose 10 to 600 seconds",
        ),
        (("--side", "middle"), "There is no side called 'middle'."),
        (("--hold", "7.3"), "7.3 is not a whole or half second"),
        (("--bells", "gong"), "There is no set of bells called 'gong'."),
        (("--bells", "none", "--guidance", "chimes"), "bells: none is not possible without words"),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(arguments: tuple[str, ...], message: str) -> None:
    """With what is allowed; exit code 2."""
    ended = run(*PLAN, *arguments)
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_routine_chooses_how_it_is_led(own_folders: Path) -> None:
    """Countdown, lead-in, calls, bells, side, guidance, pace and the level of the chimes; a listener overrides them."""
    Path("r.yaml").write_text(
        """id: r
title: R
introduction: R.
safety: {before: [Stop if it hurts.], short: Stop if it hurts.}
defaults: {countdown: 5, lead_in: 3, call_every_seconds: 30, bells: wood, side: left, guidance: brief,
  pace_wpm: 100, chime_level_db: -6}
exercises:
  - {id: a, name: A, position: Sit., sides: each, changeover: Turn., movement: {kind: hold, instruction: Hold., short: [Hold.]}}
""",
        encoding="utf-8",
    )
    plan = ("plan", "r.yaml", "--engine", "fake", "--json")
    wanted = {
        "countdown_from": 5, "lead_in": 3, "call_every_seconds": 30, "bells": "wood", "side": "left", "guidance": "brief",
        "pace_wpm": 100, "chime_level_db": -6,
    }  # fmt: skip
    found = options(routine=plan)
    assert {name: found[name] for name in wanted} == wanted
    chosen = options("--countdown", "0", "--side", "right", "--pace", "130", "--bells", "bells", routine=plan)
    assert (chosen["countdown_from"], chosen["side"], chosen["pace_wpm"], chosen["bells"]) == (
        0,
        "right",
        130,
        "bells",
    )


def test_a_short_rest_of_the_listener_is_made_with_one_warning(own_folders: Path) -> None:
    """It names the exercises; nobody is hurried by a default."""
    ended = run("plan", "hips", "--engine", "fake", "--rest", "3", "--only", "soles-together,kneeling-hip")
    assert ended.code == 0
    warnings = [line for line in ended.err.splitlines() if "too short" in line]
    assert len(warnings) == 1
    assert "Kneeling hip stretch, Inner thigh stretch" in warnings[0]
    assert "too short" not in run("plan", "hips", "--engine", "fake").err


def test_what_is_left_out_again_and_again_is_listed_once(own_folders: Path) -> None:
    """With how often."""
    ended = run("plan", "hips", "--engine", "fake", "--rest", "1", "--reps", "5", "--only", "soles-together")
    left_out = ended.out[ended.out.index("Left out:") :]
    lines = [line for line in left_out.splitlines() if "At the bell, let both knees sink." in line]
    assert len(lines) == 1
    assert "× 2: no room in a rest of 1 s" in lines[0]
