"""The plan as data: the contract that ``--json`` prints."""

from collections.abc import Mapping

from voiceguide.script.timeline import Event, Timeline


def plan_as_data(
    *, routine: str, title: str, options: Mapping[str, object], voice: str, timeline: Timeline
) -> dict[str, object]:
    """Return the plan of a session as values JSON can hold; times in ms from the start of the audio.

    Fields may be added here, never changed or taken away.
    """
    return {
        "routine": routine,
        "title": title,
        "options": dict(options),
        "voice": voice,
        "duration_ms": timeline.duration_ms,
        "chapters": [
            {"start_ms": chapter.start_ms, "end_ms": chapter.end_ms, "title": chapter.title}
            for chapter in timeline.chapters
        ],
        "events": [_event(event) for event in timeline.events],
        "dropped": [
            {"at_ms": drop.at_ms, "text": drop.text, "reason": drop.reason} for drop in timeline.dropped
        ],
    }


def _event(event: Event) -> dict[str, object]:
    """Leave out what an event does not have."""
    fields: dict[str, object] = {
        "start_ms": event.start_ms,
        "end_ms": event.end_ms,
        "kind": event.kind,
        "text": event.utterance.text if event.utterance else None,
        "chime": event.chime,
        "exercise": event.place.exercise,
        "rep": event.place.rep,
        "side": event.place.side,
    }
    return {name: value for name, value in fields.items() if value is not None}
