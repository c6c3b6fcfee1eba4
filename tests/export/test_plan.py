"""The plan as data: the contract that --json prints."""

import json

from hypothesis import given

from tests.strategies import Laid, sessions
from voiceguide.script.plan import Plan
from voiceguide.script.timeline import (
    Chapter,
    Dropped,
    Event,
    Timeline,
)


def data_of(laid: Laid) -> dict[str, object]:
    """The plan of a session."""
    return Plan.of(
        laid.timeline,
        routine=laid.routine.id,
        title=laid.routine.title,
        options={"hold_seconds": laid.options.hold_seconds},
        voice="hum",
    ).to_dict()


def test_a_plan_has_the_fields_of_the_contract() -> None:
    """Names and nesting as they are documented; an event leaves out what it does not have."""
    timeline = Timeline(
        duration_ms=30_000,
        chapters=(Chapter(0, 30_000, "Knee roll"),),
        events=(
            Event(0, 800, "pause"),
            Event(816, 1500, "say", "Left side.", exercise="knee-roll", rep=1, side="left"),
            Event(2000, 27_000, "hold", exercise="knee-roll", rep=1, side="left"),
            Event(2000, 3200, "chime", chime="begin", exercise="knee-roll", rep=1, side="left"),
        ),
        dropped=(Dropped(5000, "Breathe.", "no room"),),
    )
    plan = Plan.of(timeline, routine="r", title="R · 25 s", options={"reps": 2}, voice="hum").to_dict()
    location = {"exercise": "knee-roll", "rep": 1, "side": "left"}
    assert plan == {
        "routine": "r",
        "title": "R · 25 s",
        "options": {"reps": 2},
        "voice": "hum",
        "duration_ms": 30_000,
        "chapters": [{"start_ms": 0, "end_ms": 30_000, "title": "Knee roll"}],
        "events": [
            {"start_ms": 0, "end_ms": 800, "kind": "pause"},
            {"start_ms": 816, "end_ms": 1500, "kind": "say", "text": "Left side.", **location},
            {"start_ms": 2000, "end_ms": 27_000, "kind": "hold", **location},
            {"start_ms": 2000, "end_ms": 3200, "kind": "chime", "chime": "begin", **location},
        ],
        "dropped": [{"at_ms": 5000, "text": "Breathe.", "reason": "no room"}],
    }


@given(sessions())
def test_a_plan_is_plain_json_and_loses_nothing(laid: Laid) -> None:
    """It comes back the same, with every event, chapter and dropped cue."""
    plan = data_of(laid)
    assert json.loads(json.dumps(plan)) == plan, "not plain"
    assert plan["duration_ms"] == laid.timeline.duration_ms
    for name in ("events", "chapters", "dropped"):
        found = plan[name]
        assert isinstance(found, list)
        assert len(found) == len(getattr(laid.timeline, name))


@given(sessions())
def test_text_is_only_for_words_and_chime_only_for_chimes(laid: Laid) -> None:
    """As the contract says of each kind."""
    events = data_of(laid)["events"]
    assert isinstance(events, list)
    for event in events:
        assert ("text" in event) == (event["kind"] == "say")
        assert ("chime" in event) == (event["kind"] == "chime")
        assert None not in event.values()
